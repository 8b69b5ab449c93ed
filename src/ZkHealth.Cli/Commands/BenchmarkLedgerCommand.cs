using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth benchmark ledger`: appends, audits and opens a ledger of so many entries, every result checked.</summary>
internal static class BenchmarkLedgerCommand
{
    private const int BatchSize = 10_000,
        Signers = 1_000;
    private const long Hour = 60 * 60 * 1000;
    private const string Kind = "benchmark";

    public static Command Create()
    {
        var entries = new Option<int>("--entries")
        {
            Description = "Entries, 1 to 10000000.",
            DefaultValueFactory = _ => 100_000,
        }.Within(1, 10_000_000);
        return new Command(
            "ledger",
            "Append entries in batches, audit them, open the ledger again: seconds, and the peak of memory."
        )
        {
            entries,
        }.Action((parsed, report, token) => Run(parsed.GetValue(entries), report, token));
    }

    private static int Run(int entries, Report report, CancellationToken token)
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth-benchmark").FullName;
        try
        {
            string path = Path.Combine(folder, "ledger.db");
            var memory = new CheckpointMemory(Path.Combine(folder, "state"));
            using SigningKey log = SigningKey.Create();
            SqliteLedger.Create(path, "benchmark", log).Dispose();
            bool good = true;
            double append = Append(path, log, entries, token, ref good);
            var watch = Stopwatch.StartNew();
            AuditResult result = LedgerAudit.Run(path);
            double audit = watch.Elapsed.TotalSeconds;
            good &= result.IsAccepted && result.Size - result.Ticks == entries;

            // the first reading verifies and is remembered; the second is the one that is asked about
            double first = Start(path, memory, entries, ref good),
                start = Start(path, memory, entries, ref good);
            using Process process = Process.GetCurrentProcess();
            report.Add(
                "entries",
                entries,
                string.Create(CultureInfo.InvariantCulture, $"{entries} entries of {Signers} signers, in batches of {BatchSize}")
            );
            report.Add(
                "appendsPerSecond",
                entries / append,
                Line($"append (signatures made before): {entries / append:F0} entries a second")
            );
            report.Add("auditSeconds", audit, Line($"audit: {audit:F2} s"));
            report.Add("firstReadSeconds", first, Line($"open and find an entry for the first time: {first:F2} s"));
            report.Add("startSeconds", start, Line($"open and find an entry later: {start:F3} s"));
            double inclusion = Inclusion(path, entries, ref good);
            report.Add(
                "inclusionSeconds",
                inclusion,
                Line($"prove that an entry is included, and verify it: {1000 * inclusion:F3} ms")
            );
            report.Add(
                "ledgerBytes",
                new FileInfo(path).Length,
                Line($"ledger: {new FileInfo(path).Length / (double)entries:F0} bytes an entry")
            );
            report.Add(
                "peakBytes",
                process.PeakWorkingSet64,
                Line($"peak memory of the process: {process.PeakWorkingSet64 >> 20} MiB")
            );
            report.Add("resultsChecked", good, good ? null : "  A RESULT IS WRONG");
            return good ? ExitCode.Accepted : ExitCode.Rejected;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The seconds of appending alone.</summary>
    private static double Append(string path, SigningKey log, int entries, CancellationToken token, ref bool good)
    {
        SigningKey[] signers = [.. Enumerable.Range(0, Math.Min(Signers, entries)).Select(_ => SigningKey.Create())];
        using SqliteLedger ledger = SqliteLedger.Open(path, log);
        var watch = new Stopwatch();
        for (int from = 0; from < entries; from += BatchSize)
        {
            token.ThrowIfCancellationRequested();
            var batch = new ReadOnlyMemory<byte>[Math.Min(BatchSize, entries - from)];
            long notAfter = ledger.GetTime() + Hour;
            Parallel.For(
                0,
                batch.Length,
                i =>
                {
                    int number = from + i;
                    var body = new EntryBody(Kind, Subject(number), new byte[64]);
                    batch[i] = LedgerEntry
                        .Sign(signers[number % signers.Length], "benchmark", number / signers.Length, notAfter, body)
                        .Encode();
                }
            );
            watch.Start();
            IReadOnlyList<AppendResult> results = ledger.AppendAll(batch);
            watch.Stop();
            good &= results.All(r => r.Status == AppendStatus.Appended);
        }

        foreach (SigningKey signer in signers)
        {
            signer.Dispose();
        }

        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The seconds from opening a ledger to its first answer.</summary>
    private static double Start(string path, CheckpointMemory memory, int entries, ref bool good)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        using SqliteLedger ledger = SqliteLedger.Open(path, memory: memory);
        IReadOnlyList<LoggedEntry> found = EntryIndex.Of(ledger).FindEntries(Kind, Subject(entries / 2));
        double seconds = watch.Elapsed.TotalSeconds;
        good &= found.Count == 1 && found[0].Entry.Body.Subject.Span.SequenceEqual(Subject(entries / 2));
        return seconds;
    }

    /// <summary>The seconds of one proof of inclusion, made and verified, over leaves all through the log.</summary>
    private static double Inclusion(string path, int entries, ref bool good)
    {
        const int Count = 1000;
        using SqliteLedger ledger = SqliteLedger.Open(path);
        Checkpoint checkpoint = ledger.GetCheckpoint();
        byte[][] leaves = [.. Enumerable.Range(0, Count).Select(i => ledger.Read((long)i * entries / Count)!)];
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < Count; i++)
        {
            long index = (long)i * entries / Count;
            good &= MerkleProof.VerifyInclusion(
                MerkleHash.Leaf(leaves[i]),
                index,
                checkpoint.Size,
                ledger.ProveInclusion(index, checkpoint.Size),
                checkpoint.Root.Span
            );
        }

        return watch.Elapsed.TotalSeconds / Count;
    }

    private static byte[] Subject(int number) => Encoding.ASCII.GetBytes(number.ToString("d16", CultureInfo.InvariantCulture));

    private static string Line(FormattableString text) => "  " + text.ToString(CultureInfo.InvariantCulture);
}
