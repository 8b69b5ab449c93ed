using System.Diagnostics;
using System.Formats.Cbor;
using ZkHealth.Accountability;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Demo;

/// <summary>
/// The whole way once, by the same code as the commands and through the same files: three hospitals with synthetic patients
/// commit, publish and prove, a stranger verifies with nothing but the proof files and the ledger; then two frauds.
/// </summary>
internal sealed class Demonstration(string folder, int rows, CancellationToken token)
{
    public const string Origin = "demo.zkhealth.example";
    public const string Numerator = "diabetes = yes",
        Denominator = "diabetes is known and age is known",
        By = "age";

    private static readonly string[] Names = ["north", "centre", "south"];
    private static readonly string[] FraudFiles = ["changed", "swapped"];
    private static readonly StatisticContext Context = new("demonstration", "anybody", Origin);

    public string LedgerFile => At("ledger.db");

    /// <summary>The rates of a file by their bands.</summary>
    public static Strata Strata(StatisticsProof proof) => new(proof.Schema, [.. proof.Statistics.Cast<RateStatistic>()]);

    /// <summary>Makes the ledger and the schema file; what an earlier demonstration left there is replaced.</summary>
    public NoteKey Prepare()
    {
        Directory.CreateDirectory(folder);
        foreach (
            string file in (string[])
                [
                    "ledger.db",
                    "ledger.db-wal",
                    "ledger.db-shm",
                    "ledger.db.key",
                    "ledger.db.key.pub",
                    .. Names.Concat(FraudFiles).SelectMany(n => (string[])[$"{n}.key", $"{n}.key.pub", $"{n}.zkt", $"{n}.zkp"]),
                ]
        )
        {
            File.Delete(At(file));
        }

        return NewFiles.Ledger(LedgerFile, Origin, LedgerFile + ".key", true);
    }

    /// <summary>One hospital, from its patients to a proof that a stranger verified.</summary>
    public Hospital Run(int number)
    {
        string name = Names[number];
        (string csv, string schemaFile) = NewFiles.Patients(At(name + ".csv"), rows, (ulong)number + 1, true, token);
        using SigningKey key = NewFiles.Key(At(name + ".key"));
        var watch = Stopwatch.StartNew();
        using TableOpeningFile table = Commit(csv, schemaFile, key, watch, out TimeSpan import, out TimeSpan commit);
        AtomicFile.Write(At(name + ".zkt"), table.EncodeSecret(), ownerOnly: true);

        using SigningKey ledgerKey = Inputs.SecretKey(LedgerFile + ".key");
        using SqliteLedger ledger = Inputs.Ledger(LedgerFile, ledgerKey);
        LedgerReceipt receipt = PublishedTables.Publish(ledger, table.Committed.Commitment, key);
        AtomicFile.Write(At(name + ".receipt"), receipt.Encode());

        string proofFile = At(name + ".zkp");
        int size = Prove(table, At(name + ".zkt"), proofFile, watch, out TimeSpan cube, out TimeSpan statistic);
        watch.Restart();
        StatisticsProof? proof = Verify(File.ReadAllBytes(proofFile), out VerificationResult result);
        return new Hospital(name, Report.Hex(table.Committed.Commitment.Root), table.Coded.Rows, proof?.Axes.CellCount ?? 0, size)
        {
            Import = import,
            Commit = commit,
            Cube = cube,
            Statistic = statistic,
            Verify = watch.Elapsed,
            Entry = receipt.Index,
            Accepted = result.IsAccepted ? proof : null,
        };
    }

    /// <summary>The two frauds, each as bytes that a verifier gets.</summary>
    public IEnumerable<Fraud> Frauds()
    {
        byte[] honest = File.ReadAllBytes(At(Names[0] + ".zkp"));
        byte[] raised = ChangeNumerator(honest);
        AtomicFile.Write(At("changed.zkp"), raised);
        Verify(raised, out VerificationResult changed);
        yield return new Fraud(
            "a changed numerator",
            "north's proof file with one rate raised by one person, every other byte as it was",
            changed.Reason
        );
        yield return new Fraud(
            "a swapped table",
            "south commits again without some of its patients with diabetes and proves the better figure, honestly, of the new table",
            SwapTable()
        );
    }

    /// <summary>The proof files as a stranger sees them: verified against the ledger, on one page.</summary>
    /// <param name="frauds">The frauds.</param>
    public ProofPage View(IReadOnlyList<Fraud> frauds)
    {
        var files = new List<ViewedFile>();
        foreach (string name in (string[])[.. Names, .. FraudFiles])
        {
            string file = name + ".zkp";
            var report = new Report();
            var run = new VerificationRun { Name = file, Ledger = LedgerFile };
            int code = VerificationRun.TryDecode(file, File.ReadAllBytes(At(file)), report, out ProofFile? proof)
                ? run.Verify(proof, report)
                : ExitCode.Rejected;
            files.Add(new ViewedFile(file, report, code));
        }

        return new ProofPage
        {
            Files = files,
            Title = new Phrase(
                "Prevalence of diabetes, proven without showing a patient",
                "糖尿病患病率：不展示任何患者即可证明"
            ),
            Introduction = new Phrase(
                "The patients are made up. Three hospitals each published 32 bytes on a ledger before anybody asked; their numbers were "
                    + "proven against them. Age bands with fewer than 10 people in a count are not released. The two frauds at the end "
                    + "are there to be rejected. Go on: zkhealth verify north.zkp --ledger ledger.db",
                "患者均为虚构。三家医院在被询问之前各自在账本上发布了 32 字节，其数字均据此证明。计数不足 10 人的年龄段不予公布。"
                    + "最后两份为欺诈文件，理应被拒绝。下一步：zkhealth verify north.zkp --ledger ledger.db"
            ),
            Notes = new Dictionary<string, Phrase>
            {
                ["changed.zkp"] = new Phrase($"A fraud: {frauds[0].What}.", "欺诈：将 north 的一个比率增加一人，其余字节不变。"),
                ["swapped.zkp"] = new Phrase(
                    $"A fraud: {frauds[1].What}.",
                    "欺诈：south 去掉部分糖尿病患者后重新承诺，并如实证明新表中更好看的数字。"
                ),
            },
        };
    }

    private StatisticsProof? Verify(byte[] file, out VerificationResult result)
    {
        if (!ProofFile.TryDecode(file, out ProofFile? proof, out string? reason))
        {
            result = VerificationResult.Rejected(reason, VerdictReason.NotAProofFile);
            return null;
        }

        using SqliteLedger ledger = Inputs.Ledger(LedgerFile);
        result = proof.Verify(new VerificationContext { Publications = new LedgerPublications(ledger) }).Result;
        return proof as StatisticsProof;
    }

    private TableOpeningFile Commit(
        string csv,
        string schemaFile,
        SigningKey key,
        Stopwatch watch,
        out TimeSpan import,
        out TimeSpan commit
    )
    {
        using FileStream stream = File.OpenRead(csv);
        watch.Restart();
        CodedTable coded = CsvImporter.Import(stream, csv, Inputs.Schema(schemaFile), cancellationToken: token).Table;
        import = watch.Elapsed;
        watch.Restart();
        TableOpeningFile table = TableOpeningFile.Commit(
            coded,
            key.Public.OwnerId.Span,
            default,
            Environment.ProcessorCount,
            null,
            token
        );
        commit = watch.Elapsed;
        return table;
    }

    private int Prove(
        TableOpeningFile table,
        string tableFile,
        string target,
        Stopwatch watch,
        out TimeSpan cube,
        out TimeSpan statistic
    )
    {
        TableSchema schema = table.Coded.Schema;
        var all = new RateStatistic(QueryParser.Parse(Numerator, schema), QueryParser.Parse(Denominator, schema));
        IReadOnlyList<RateStatistic> bands = RateStatistic.ByColumns(schema, all.Numerator, all.Denominator, By);
        TableAxes axes = AskedColumns.Axes(schema, AskedColumns.ColumnsOf([all]));
        watch.Restart();
        using ContingencyTableOpening cubes = ContingencyTableStore
            .Beside(tableFile)
            .FindOrProve(table.Committed, axes, out _, Environment.ProcessorCount, null, token);
        cube = watch.Elapsed;
        watch.Restart();
        // bands with few patients are left out, and all ages with them where subtraction would show those few
        IReadOnlyList<RateStatistic> shown = AskedRates.LeaveOut(cubes.Counted(), [.. bands, all], DisclosureGuard.Default, []);
        byte[] file = StatisticsProof.Prove(cubes, [.. shown.OrderBy(p => p != all)], Context).Encode();
        statistic = watch.Elapsed;
        AtomicFile.Write(target, file);
        return file.Length;
    }

    private string? SwapTable()
    {
        TableOpeningFile south = Inputs.Table(At(Names[2] + ".zkt"));
        TableSchema schema = south.Coded.Schema;
        uint[][] codes = [.. Enumerable.Range(0, schema.Columns.Count).Select(j => south.Coded.Codes(j).ToArray())];
        int diabetes = schema.IndexOf("diabetes");
        int[] keep = [.. Enumerable.Range(0, codes[0].Length).Where(i => codes[diabetes][i] != 2 || i % 3 != 0)];
        var better = new CodedTable(schema, [.. codes.Skip(1).Select(c => keep.Select(i => c[i]).ToArray())]);
        using TableOpeningFile swapped = TableOpeningFile.Commit(
            better,
            south.Committed.Commitment.Owner.Span,
            default,
            Environment.ProcessorCount,
            null,
            token
        );
        south.Dispose();
        AtomicFile.Write(At("swapped.zkt"), swapped.EncodeSecret(), ownerOnly: true);
        Prove(swapped, At("swapped.zkt"), At("swapped.zkp"), new Stopwatch(), out _, out _);
        Verify(File.ReadAllBytes(At("swapped.zkp")), out VerificationResult result);
        return result.Reason;
    }

    /// <summary>The file with its first numerator raised by one, every other byte as it was.</summary>
    private static byte[] ChangeNumerator(byte[] file)
    {
        var honest = (StatisticsProof)ProofFile.Decode(file);
        Rate rate = honest.RateOf(0);
        byte[] before = [.. Number(rate.Numerator), .. Number(rate.Denominator)],
            after = [.. Number(rate.Numerator + 1), .. Number(rate.Denominator)];
        int at = file.AsSpan().IndexOf(before);
        return [.. file[..at], .. after, .. file[(at + before.Length)..]];
    }

    private static byte[] Number(ulong number)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteUInt64(number);
        return w.Encode();
    }

    private string At(string file) => Path.Combine(folder, file);
}
