using System.Diagnostics;
using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;

namespace ZkHealth.Benchmarks;

/// <summary>
/// The first reading of a log with the region's rules into its history, and traces, evidence and reports from there:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- history [ENTRIES] [FOLDER] [kept]`. Of eight entries three
/// grant a consent, two ask for access to four patients, one revokes, two register data. A log that lies in the folder is read as
/// it is; with the last word its history too is that which lies there.
/// </summary>
internal static class HistoryRun
{
    private const int Batch = 1000;
    private const long Spacing = 5 * Durations.Second,
        Validity = 12 * Durations.Hour;

    private static readonly string[] Columns = ["age", "diagnosis"];

    public static int Run(int entries, string? folder, bool kept)
    {
        string place = folder ?? Directory.CreateTempSubdirectory("zkhealth-history").FullName;
        try
        {
            string path = Path.Combine(place, "region.ledger");
            if (!File.Exists(path))
            {
                Make(place, entries);
            }

            Read(path, new CheckpointMemory(Path.Combine(place, "state")), kept);
            return 0;
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private static void Read(string path, CheckpointMemory memory, bool kept)
    {
        string history = HistoryFile.PathOf(path);
        foreach (string file in kept ? (string[])[] : [history, StateSnapshot.PathOf(history)])
        {
            File.Delete(file);
        }

        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        using SqliteLedger ledger = LedgerFiles.Open(path, memory: memory);
        using (HistoryFile read = HistoryFile.Open(path, ledger))
        {
            double seconds = watch.Elapsed.TotalSeconds;
            process.Refresh();
            Console.WriteLine(
                $"{read.Replayed} leaves read in {seconds:F1} s ({read.Replayed / seconds:F0} a second; "
                    + $"{read.Replayed / (process.TotalProcessorTime - before).TotalSeconds:F0} a second of one core), "
                    + $"peak memory {process.PeakWorkingSet64 >> 20} MiB, history {new FileInfo(history).Length >> 20} MiB"
            );
        }

        // what a later process asks: nothing is known but the files; the checkpoint lies almost a whole part behind a kept state
        Checkpoint older = Older(ledger, (ledger.GetCheckpoint().Size / 40_000 * 20_000) + 19_000);
        LogHistory found = null!;
        Timed(path, ledger, "a trace of a handle", log => found = log.Select([LogHistory.Hex(Key(4))]));
        long[] leaves = [.. found.Leaves.Select(l => l.Index).Where(l => l < older.Size).Take(4)];
        Timed(path, ledger, "its evidence under the last checkpoint", log => log.Prove(found, leaves, null));
        Timed(
            path,
            ledger,
            $"first evidence under the checkpoint of {older.Size} leaves",
            log => log.Prove(found, leaves, older)
        );
        Timed(path, ledger, "the same again", log => log.Prove(found, leaves, older));
        long day = found.State.Time - (found.State.Time % Durations.Day),
            first = day - (10 * Durations.Day);
        foreach (int days in (int[])[1, 10])
        {
            Timed(
                path,
                ledger,
                $"a report of {days} whole days",
                log => _ = log.Report(first, first + (days * Durations.Day), out _)
            );
        }
    }

    private static void Timed(string path, SqliteLedger ledger, string what, Action<LedgerHistory> ask)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        using LedgerHistory log = LedgerHistory.Open(path, ledger);
        ask(log);
        process.Refresh();
        Console.WriteLine($"{what}: {(process.TotalProcessorTime - before).TotalMilliseconds:F0} ms of processor time");
    }

    /// <summary>A checkpoint that the log has given before.</summary>
    private static Checkpoint Older(SqliteLedger ledger, long size)
    {
        var tree = new MerkleFrontier();
        foreach (byte[] bytes in LeafBlocks.Read(ledger, 0, size))
        {
            tree.Append(MerkleHash.Leaf(bytes));
        }

        return Checkpoint.Sign(ledger.Key.Name, size, tree.Root(), Region.Secret("log of region"));
    }

    private static void Make(string folder, int entries)
    {
        using var region = new Region(folder, "region");
        byte[] agreement = region.Agree("institute", ["hospital"], days: 3000);
        var clock = new Clock { Now = region.Time };
        region.Dispose();
        using SqliteLedger ledger = SqliteLedger.Open(
            region.LedgerFile!,
            Region.Secret("log of region"),
            AccountabilityRules.Instance,
            clock
        );
        long asks = ledger.NextSequence(Region.Secret("institute").Public),
            registers = ledger.NextSequence(Region.Secret("hospital").Public);
        var watch = Stopwatch.StartNew();
        for (int from = 0; from < entries; from += Batch)
        {
            var batch = new ReadOnlyMemory<byte>[Math.Min(Batch, entries - from)];
            long now = clock.Now;
            int first = from;
            Parallel.For(0, batch.Length, i => batch[i] = Entry(first + i, now));
            foreach (AppendResult result in ledger.AppendAll(batch).Where(r => r.Status != AppendStatus.Appended))
            {
                throw new InvalidOperationException($"a leaf behind {from} is refused: {result.Reason}");
            }
        }

        ReadOnlyMemory<byte> Entry(int number, long now) =>
            (number % 8) switch
            {
                0 or 4 or 6 => Grant(region, number, now),
                1 or 5 => Ask(region, number, asks + (number / 4), now, agreement),
                2 => Revoke(region, number - 2, now),
                _ => Register(region, number, registers + (number / 4), now),
            };

        Console.WriteLine($"{entries} entries made and appended in {watch.Elapsed.TotalSeconds:F1} s");
    }

    private static ReadOnlyMemory<byte> Grant(Region region, int number, long now) =>
        Sign(
            region,
            Patient(number),
            0,
            now,
            "consent granted",
            Bodies.Consent(
                "user/research",
                ["GENERAL"],
                ["HRESCH"],
                Columns,
                region.Time,
                region.Time + (1000 * Durations.Day) + number,
                Region.Digest("explanation")
            ),
            "hospital",
            "registry"
        );

    private static ReadOnlyMemory<byte> Revoke(Region region, int number, long now) =>
        Sign(region, Patient(number), null, now, "consent revoked", Bodies.ConsentRevoked.Row(Key(number)));

    private static ReadOnlyMemory<byte> Ask(Region region, int number, long sequence, long now, byte[] agreement) =>
        Sign(
            region,
            Region.Secret("institute"),
            sequence,
            now,
            "access requested",
            Bodies.Request(
                agreement,
                Region.Digest("person"),
                Columns,
                now + Durations.Day,
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(k => (int)(((number * 7919L) + k) % Math.Max(1, number / 8)))
                        .Distinct()
                        .Select(k => Key((8 * k) + 4)),
                ]
            )
        );

    private static ReadOnlyMemory<byte> Register(Region region, int number, long sequence, long now) =>
        Sign(
            region,
            Region.Secret("hospital"),
            sequence,
            now,
            "asset registered",
            Bodies.Registration(SHA256.HashData(BitConverter.GetBytes(-1L - number)), Columns, region.Time)
        );

    private static byte[] Key(int number) => Patient(number).Public.Encode();

    private static SigningKey Patient(int number) => Region.Secret($"patient {number}");

    private static ReadOnlyMemory<byte> Sign(
        Region region,
        SigningKey signer,
        long? sequence,
        long now,
        string kind,
        Row row,
        params string[] cosigners
    )
    {
        byte[] key = signer.Public.Encode();
        var act = new Act(kind, key, row.Encode(), sequence, now + Validity, [.. cosigners.Select(Region.Key)]);
        LedgerEntry entry = sequence is long number
            ? LedgerEntry.Sign(signer, region.Origin, number, now + Validity, act.ToBody())
            : LedgerEntry.SignRestricting(signer, region.Origin, act.ToBody());
        return cosigners.Aggregate(entry, (e, name) => e.Countersign(Region.Secret(name))).Encode();
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        /// <summary>The time of the next entry.</summary>
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now += Spacing);
    }
}
