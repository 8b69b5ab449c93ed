using System.CommandLine;
using System.Globalization;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth benchmark map|link`: derived columns beside the cube of 162 cells of the same run, every result
/// checked.</summary>
internal static class BenchmarkDerivedCommand
{
    private const int Tuples = 1 << 14,
        Chapters = 17;
    private static readonly uint[] Domains = [3, 18, 3];

    public static IEnumerable<Command> Create()
    {
        Command Make(string name, string description, Func<int, Timing, Report, CancellationToken, int> run)
        {
            var rows = new Option<int>("--rows")
            {
                Description = "Rows, 1024 to 4194304.",
                DefaultValueFactory = _ => 1 << 20,
            }.Within(1 << 10, 1 << 22);
            Option<int> runs = Timing.Option();
            return new Command(name, description) { rows, runs }.Action(
                (parsed, report, token) => run(parsed.GetValue(rows), new Timing(parsed.GetValue(runs), token), report, token)
            );
        }

        yield return Make("map", "A map over 16,384 codes beside a cube of 162 cells, in one proof on one core.", Map);
        yield return Make("link", "The totals of events on a quarter as many patients, one link on one core.", Link);
    }

    private static int Map(int rows, Timing timing, Report report, CancellationToken token)
    {
        var random = new SyntheticRandom(1);
        uint[] codes = random.Codes(rows, Tuples);
        uint[] chapters = [.. Enumerable.Range(0, Tuples).Select(c => c == 0 ? 0u : (uint)(c % Chapters) + 1)];
        using var secret = TableSecret.Create();
        uint[][] columns = [random.Codes(rows, 3), random.Codes(rows, 18), random.Codes(rows, 3), codes];
        using var table = TableOpening.Commit([.. columns], rows, new byte[32], "events"u8, secret, cancellationToken: token);
        using TableOpening mapped = table.Derive("chapter"u8, [Array.ConvertAll(codes, c => chapters[c])]);
        uint[] list = [.. Enumerable.Range(0, Tuples).SelectMany(c => (uint[])[(uint)c, chapters[c]])];
        var map = Relation.Create([3, 4], list);
        TableAxes byChapter = TableAxes.Create([0, 4, 2], Domains);

        double cube = Cube(table, timing);
        ProvenCells? proven = null;
        bool good = true;
        double prove = timing.Median(() =>
            proven = ContingencyTableProof.ProveCells(new Transcript("benchmark"u8), mapped, [map, byChapter], null)
        );
        double verify = timing.Median(() => good &= Verify(mapped.Commitment, map, byChapter, proven!).IsAccepted);
        ulong[] counts = new ulong[byChapter.CellCount];
        for (int i = 0; i < rows; i++)
        {
            counts[(columns[0][i] * 18 + chapters[codes[i]]) * 3 + columns[2][i]]++;
        }

        good &= proven!.Secrets.Counts[1].Span[1..].SequenceEqual(counts.AsSpan(1));
        return Describe(report, rows, $"map over {Tuples} tuples and a cube", prove, verify, proven.Proof.Length, cube, good);
    }

    private static int Link(int rows, Timing timing, Report report, CancellationToken token)
    {
        var random = new SyntheticRandom(1);
        int patients = rows / 4;
        uint[] keys = random.Codes(rows, patients + 1);
        using TableSecret first = TableSecret.Create(),
            second = TableSecret.Create();
        using var events = TableOpening.Commit(
            [random.Codes(rows, 3), random.Codes(rows, 18), random.Codes(rows, 3), keys],
            rows,
            new byte[32],
            "events"u8,
            first,
            cancellationToken: token
        );
        using var people = TableOpening.Commit(
            [random.Codes(patients, 5)],
            patients,
            new byte[32],
            "patients"u8,
            second,
            cancellationToken: token
        );
        uint[] totals = LinkWitness.Totals(keys, [], patients);
        using TableOpening counted = people.Derive("visits"u8, [totals]);
        var link = Tables.Link.Totals(3, null, 1);

        double cube = Cube(events, timing);
        (byte[] Sums, byte[] Proof) proven = ([], []);
        bool good = totals.Sum(t => (long)t) == keys.Count(k => k != 0);
        double prove = timing.Median(() => proven = LinkProof.Prove(new Transcript("benchmark"u8), events, counted, link));
        VerificationResult Check(byte[] proof) =>
            LinkProof.Verify(new Transcript("benchmark"u8), events.Commitment, counted.Commitment, link, proven.Sums, proof);
        double verify = timing.Median(() => good &= Check(proven.Proof).IsAccepted);
        byte[] changed = [.. proven.Proof];
        changed[^1] ^= 1;
        good &= !Check(changed).IsAccepted;
        return Describe(report, rows, $"total on {patients} patients", prove, verify, proven.Proof.Length, cube, good);
    }

    private static double Cube(TableOpening table, Timing timing) =>
        timing.Median(() => ContingencyTableProof.Prove(table, [TableAxes.Create([0, 1, 2], Domains)]).Dispose());

    private static VerificationResult Verify(TableCommitment table, Relation map, TableAxes cube, ProvenCells proven) =>
        ContingencyTableProof.Verify(new Transcript("benchmark"u8), table, [map, cube], proven.Points, proven.Proof);

    private static int Describe(
        Report report,
        int rows,
        string what,
        double prove,
        double verify,
        int bytes,
        double cube,
        bool good
    )
    {
        static string Line(string text, double seconds) =>
            string.Create(CultureInfo.InvariantCulture, $"  {text}: {1000 * seconds:F1} ms");
        report.Line(ZkHealthRuntime.Describe());
        report.Add("backend", ZkHealthRuntime.Backend);
        report.Add("rows", rows, $"{rows} rows, {what}, one core, medians");
        report.Add("proveSeconds", prove, Line("prove", prove));
        report.Add("verifySeconds", verify, Line("verify", verify));
        report.Add("proofBytes", bytes, $"  proof: {bytes} bytes");
        report.Add("cubeSeconds", cube, Line("the cube of 162 cells alone", cube));
        report.Add(
            "ratioToCube",
            prove / cube,
            string.Create(CultureInfo.InvariantCulture, $"  the proof takes {prove / cube:F2} times as long as that cube")
        );
        report.Add("resultsChecked", good, good ? null : "  A RESULT IS WRONG");
        return good ? ExitCode.Accepted : ExitCode.Rejected;
    }
}
