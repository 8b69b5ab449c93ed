using System.Diagnostics;
using System.Security.Cryptography;
using ZkHealth.Accountability;

namespace ZkHealth.Benchmarks;

/// <summary>
/// The leaf at which many consents end, all in one millisecond, among ten times as many or so others:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- ends [CONSENTS] [OTHERS]`, in memory and from a snapshot.
/// </summary>
internal static class EndingRun
{
    public static int Run(int consents, int others)
    {
        using var region = new Region();
        ContractState state = region.State;
        long end = region.Time + (300 * Durations.Day);
        for (int i = 0; i < consents + others; i++)
        {
            Row body = Bodies.Consent(
                "user/research",
                ["GENERAL"],
                ["HRESCH"],
                ["age", "diagnosis"],
                region.Time,
                i < consents ? end : end + i,
                Region.Digest("explanation")
            );
            byte[] handle = [1, .. SHA256.HashData(BitConverter.GetBytes(i))];
            IReadOnlyList<byte[]> along = [Region.Key("hospital"), Region.Key("registry")];
            var act = new Act("consent granted", handle, body.Encode(), 0, region.Time + Durations.Hour, along);
            Step step = state.Apply(act, region.Time + 1);
            state =
                step.Outcome.Kind == OutcomeKind.Accepted ? step.State : throw new InvalidOperationException($"{step.Outcome}");
        }

        string file = Path.GetTempFileName();
        try
        {
            StateSnapshot.Write(file, state, 0, Region.Secret("log of region"));
            string root = Measure("in memory", () => state, end, consents);
            return
                root
                == Measure(
                    "from a snapshot",
                    () => StateSnapshot.Open(file, Region.Secret("log of region").Public)!.State,
                    end,
                    consents
                )
                ? 0
                : 1;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The medians of five runs.</summary>
    private static string Measure(string name, Func<ContractState> open, long end, int consents)
    {
        var (rules, hashes, processor) = (new double[5], new double[5], new double[5]);
        (string root, long bytes) = ("", 0);
        using Process process = Process.GetCurrentProcess();
        for (int i = 0; i < processor.Length; i++)
        {
            ContractState state = open();
            _ = state.Root;
            GC.Collect();
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            bytes = GC.GetTotalAllocatedBytes(precise: true);
            var watch = Stopwatch.StartNew();
            ContractState next = state.Advance(end).State;
            rules[i] = watch.Elapsed.TotalMicroseconds;
            root = Convert.ToHexString(next.Root.Span);
            hashes[i] = watch.Elapsed.TotalMicroseconds - rules[i];
            process.Refresh();
            processor[i] = (process.TotalProcessorTime - before).TotalMicroseconds;
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        }

        double Each(double[] times) => times.Order().ElementAt(2) / consents;
        Console.WriteLine(
            $"{name}: {consents} ends: {Each(processor):F1} us of processor time each; by the clock {Each(rules):F1} us for rules, "
                + $"{Each(hashes):F1} for the root; {bytes / consents} bytes allocated"
        );
        return root;
    }
}
