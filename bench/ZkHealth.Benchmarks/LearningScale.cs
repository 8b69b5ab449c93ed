using System.Diagnostics;
using ZkHealth.Aggregation;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Quantises, commits, proves and verifies updates of 2^16, 2^18 and 2^20 entries of 12 bits, and accounts for them; medians of
/// five, on one core, in processor time, which other work on the machine disturbs least: `dotnet run -c Release --project
/// bench/ZkHealth.Benchmarks -- learning`.
/// </summary>
internal static class LearningScale
{
    private const int Runs = 5;

    public static int Run(int largest)
    {
        Measure(12, 1);
        Console.WriteLine(
            "  entries  quantise ms  commit ms  prove ms  verify ms  account ms  verify ms  proof bytes  account bytes"
        );
        for (int log = 16; log <= largest; log += 2)
        {
            Console.WriteLine(Measure(log, Runs));
        }

        return 0;
    }

    private static string Measure(int log, int runs)
    {
        int entries = log == 20 ? 1_000_000 : 1 << log;
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, entries).Select(_ => (float)(0.2 * random.NextDouble() - 0.1))];
        var q = Quantiser.ForClip(1, 12);
        var hospital = new PartyId(new byte[32]);
        var terms = new RoundTerms(
            new LearningModel("model", new byte[32]),
            0,
            entries,
            q,
            RoundTerms.MaxSquaredNorm - 1,
            1000,
            new OpeningQuorum([hospital], 1)
        );
        var direction = new UpdateDirection([.. Enumerable.Range(0, entries).Select(_ => random.Next(-32768, 32768))]);
        var times = new List<double[]>();
        (int proofBytes, int accountBytes) = (0, 0);
        for (int run = 0; run < runs; run++)
        {
            QuantisedUpdate quantised = null!;
            UpdateOpening committed = null!;
            ProvenUpdateOpening proven = null!;
            UpdateProof? decoded = null;
            AccountProof account = null!;
            using var secret = TableSecret.Create();
            times.Add([
                Time(() => quantised = q.Quantise(values)),
                Time(() => committed = UpdateOpening.Commit(quantised, terms, new byte[32], hospital, secret)),
                Time(() => proven = ProvenUpdateOpening.Prove(committed)),
                Time(() => Accept(UpdateProof.TryDecode(proven.Proof.Encode(), out decoded, out _) ? decoded.Verify() : default)),
                Time(() => account = AccountProof.Prove(proven, direction)),
                Time(() => Accept(account.Verify(decoded!, direction))),
            ]);
            (proofBytes, accountBytes) = (proven.Proof.Encode().Length, account.Encode().Length);
            proven.Dispose();
        }

        double[] median = [.. Enumerable.Range(0, 6).Select(k => times.Select(t => t[k]).Order().ElementAt(runs / 2))];
        return $"{entries, 9} {median[0], 12:F1} {median[1], 10:F0} {median[2], 9:F0} {median[3], 10:F1} {median[4], 11:F0} {median[5], 10:F0} {proofBytes, 12} {accountBytes, 14}";
    }

    private static void Accept(VerificationResult result)
    {
        if (!result.IsAccepted)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    /// <summary>Milliseconds of processor time.</summary>
    private static double Time(Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }
}
