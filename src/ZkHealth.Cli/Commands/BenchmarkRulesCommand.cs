using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth benchmark rules`: so many consents in the state, then entries of several kinds, state proofs, and a
/// snapshot; every result checked. One core; signatures are the ledger's and not counted.</summary>
internal static class BenchmarkRulesCommand
{
    private const int Proofs = 1000;

    public static Command Create()
    {
        Option<int> consents = Count("--consents", "Consents that stand in the state, 1 to 10000000.", 1_000_000),
            entries = Count("--entries", "Entries that are then decided, 1 to 10000000.", 100_000);
        return new Command("rules", "Decide entries by the region's rules: entries a second, state proofs, a snapshot.")
        {
            consents,
            entries,
        }.Action((parsed, report, token) => Run(parsed.GetValue(consents), parsed.GetValue(entries), report, token));
    }

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => value }.Within(1, 10_000_000);

    private static int Run(int consents, int entries, Report report, CancellationToken token)
    {
        using var region = new Region();
        byte[] agreement = region.Agree("institute", ["hospital"]);
        var run = new Acts(region, agreement);
        ContractState state = run.Grant(region.State, consents, token);
        GC.Collect();
        Act[] acts = run.Mix(entries, consents, token);
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        state = run.Do(state, acts, token);
        double perSecond = entries / watch.Elapsed.TotalSeconds;
        process.Refresh();
        double perCpuSecond = entries / (process.TotalProcessorTime - before).TotalSeconds;
        bool good = run.AllGood;

        watch.Restart();
        int bytes = 0;
        for (int i = 0; i < Proofs; i++)
        {
            byte[] key = StateKey.Of(Records.Consent.Name, Acts.Handle((int)((long)i * consents / Proofs)));
            byte[] proof = state.Map.Prove(key).Encode();
            bytes = Math.Max(bytes, proof.Length);
            good &= StateProof.TryDecode(proof, out StateProof? read) && read.Verify(state.Root.Span, key, state.Map.Find(key));
        }

        double proofSeconds = watch.Elapsed.TotalSeconds / Proofs;
        report.Add(
            "consents",
            consents,
            string.Create(CultureInfo.InvariantCulture, $"{consents} consents, {state.Map.Count} records")
        );
        report.Add("entries", entries);
        report.Add("records", state.Map.Count);
        report.Add("appliesPerSecond", perSecond, Line($"decided, with the root of each: {perSecond:F0} entries a second"));
        report.Add(
            "appliesPerCpuSecond",
            perCpuSecond,
            Line($"the same for each second of one core, with the collector: {perCpuSecond:F0} entries")
        );
        report.Add("proofSeconds", proofSeconds, Line($"state proof, made and verified: {proofSeconds * 1000:F3} ms"));
        report.Add("proofBytes", bytes, Line($"largest state proof: {bytes} bytes"));
        good &= Snapshot(state, report);
        process.Refresh();
        report.Add(
            "peakBytes",
            process.PeakWorkingSet64,
            Line($"peak memory of the process: {process.PeakWorkingSet64 >> 20} MiB")
        );
        report.Add("resultsChecked", good, good ? null : "  A RESULT IS WRONG");
        return good ? ExitCode.Accepted : ExitCode.Rejected;
    }

    private static bool Snapshot(ContractState state, Report report)
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth-benchmark").FullName;
        try
        {
            string path = Path.Combine(folder, "state");
            var watch = Stopwatch.StartNew();
            StateSnapshot.Write(path, state, 0, Region.Secret("log of region"));
            double write = watch.Elapsed.TotalSeconds;
            watch.Restart();
            ContractState? read = StateSnapshot.Open(path, Region.Secret("log of region").Public)?.State;
            byte[] key = StateKey.Of(Records.Consent.Name, Acts.Handle(0));
            bool good = read is not null && read.Map.Find(key)!.AsSpan().SequenceEqual(state.Map.Find(key));
            double open = watch.Elapsed.TotalSeconds;
            watch.Restart();
            good &= read is not null && StateSnapshot.IsWhole(read);
            report.Add(
                "snapshotBytes",
                new FileInfo(path).Length,
                Line($"snapshot: {new FileInfo(path).Length >> 20} MiB, written in {write:F2} s")
            );
            report.Add("snapshotWriteSeconds", write);
            report.Add("snapshotOpenSeconds", open, Line($"snapshot open, first record read: {open:F3} s"));
            double check = watch.Elapsed.TotalSeconds;
            report.Add("snapshotCheckSeconds", check, Line($"snapshot checked in whole: {check:F2} s"));
            return good;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Line(FormattableString text) => "  " + text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Entries of a region with many patients: unsigned, as the ledger gives them to the rules.</summary>
    private sealed class Acts(Region region, byte[] agreement)
    {
        private static readonly string[] Classes = ["GENERAL"],
            Purposes = ["HRESCH"],
            Columns = ["age", "diagnosis"];

        private static readonly byte[][] Cosigners = [Region.Key("hospital"), Region.Key("registry")];

        private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal);
        private long _time = region.Time;

        /// <summary>Tells whether every outcome was the expected one.</summary>
        public bool AllGood { get; private set; } = true;

        /// <summary>The key of a patient's consent.</summary>
        public static byte[] Handle(int number) => [1, .. SHA256.HashData(BitConverter.GetBytes(number))];

        /// <summary>Grants consents, one a patient.</summary>
        public ContractState Grant(ContractState state, int count, CancellationToken token)
        {
            for (int i = 0; i < count; i++)
            {
                state = Do(state, GrantOf(i), OutcomeKind.Accepted);
                if (i % 1000 == 0)
                {
                    token.ThrowIfCancellationRequested();
                }
            }

            return state;
        }

        /// <summary>Of four entries one grants, one asks for access to four patients, one revokes, one registers data.</summary>
        public Act[] Mix(int count, int consents, CancellationToken token)
        {
            var acts = new Act[count];
            for (int i = 0; i < count; i++)
            {
                acts[i] = (i % 4) switch
                {
                    0 => GrantOf(consents + i),
                    1 => Ask(i, consents),
                    2 => Revoke(consents + i - 2),
                    _ => Register(i),
                };
                if (i % 1000 == 0)
                {
                    token.ThrowIfCancellationRequested();
                }
            }

            return acts;
        }

        /// <summary>Decides entries one after the other.</summary>
        public ContractState Do(ContractState state, Act[] acts, CancellationToken token)
        {
            for (int i = 0; i < acts.Length; i++)
            {
                OutcomeKind expected = acts[i].Kind == "access requested" ? OutcomeKind.Permitted : OutcomeKind.Accepted;
                state = Do(state, acts[i], expected);
                if (i % 1000 == 0)
                {
                    token.ThrowIfCancellationRequested();
                }
            }

            return state;
        }

        private static Act Revoke(int number)
        {
            byte[] handle = Handle(number);
            return new Act("consent revoked", handle, Bodies.ConsentRevoked.Row(handle).Encode());
        }

        private ContractState Do(ContractState state, Act act, OutcomeKind expected)
        {
            Step step = state.Apply(act, ++_time);
            AllGood &= step.Outcome.Kind == expected;
            _ = step.State.Root;
            return step.State;
        }

        private Act Of(string kind, string signer, Row body)
        {
            long number = _next.TryGetValue(signer, out long n)
                ? n
                : region.State.Find(Records.Sequence, Region.Key(signer))?.Whole("next") ?? 0;
            _next[signer] = number + 1;
            return new Act(kind, Region.Key(signer), body.Encode(), number, _time + Durations.Hour);
        }

        private Act GrantOf(int number)
        {
            Row body = Bodies.Consent(
                "user/research",
                Classes,
                Purposes,
                Columns,
                region.Time,
                region.Time + (365 * Durations.Day) + number,
                Region.Digest("explanation")
            );
            return new Act("consent granted", Handle(number), body.Encode(), 0, _time + Durations.Hour, [.. Cosigners]);
        }

        private Act Ask(int number, int consents)
        {
            IEnumerable<byte[]> handles = Enumerable
                .Range(0, Math.Min(4, consents))
                .Select(k => (number * 7919L + k) % consents)
                .Select(k => Handle((int)k));
            return Of(
                "access requested",
                "institute",
                Bodies.Request(agreement, Region.Digest("person"), Columns, _time + Durations.Day, [.. handles])
            );
        }

        private Act Register(int number) =>
            Of(
                "asset registered",
                "hospital",
                Bodies.Registration(SHA256.HashData(BitConverter.GetBytes(-1L - number)), Columns, region.Time)
            );
    }
}
