using System.Diagnostics;
using System.Formats.Cbor;
using Xunit;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Hostile;

/// <summary>
/// Files of some hundred bytes that once cost a verifier seconds and gigabytes (attack F3): what is wrong with lengths is found
/// before any work, and what a statement asks for is bounded by the caller's limits, which are no rejection.
/// </summary>
public class HostileFileTests
{
    private const int Wide = 1 << 20;

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly TableSchema Schema = new(
        "wide",
        [new NumberColumn("n", 1, Wide - 1), new NumberColumn("m", 1, (1 << 16) - 1)]
    );

    /// <summary>A table of one row and a cube over one of its columns; points are neutral elements.</summary>
    private static ProvenTableFile File(string column, int proofSize)
    {
        uint place = (uint)Schema.IndexOf(column);
        ColumnCommitment[] columns =
        [
            .. Enumerable
                .Range(1, Schema.Columns.Count - 1)
                .Select(j =>
                    j == place
                        ? ColumnCommitment.FromPoints(new byte[RistrettoPoint.Size])
                        : ColumnCommitment.FromDigest(new byte[32])
                ),
        ];
        TableCommitment table = TableCommitment.Of(new byte[32], Schema.Encode(), 1, columns);
        TableAxes axes = TableAxes.Create([place], [Schema.Columns[(int)place].Domain]);
        int size = proofSize < 0 ? (int)ContingencyTableProof.Size(table.Layout, [axes]) : proofSize;
        return new ProvenTableFile(
            new CommittedTableFile(Context, table, Schema),
            axes,
            [new ProvenSegment(table, default, new byte[size])]
        );
    }

    private static byte[] Encode(string format, int items, ProvenTableFile file, Action<CborWriter> write)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenTableFile.Items + 1 + items);
        w.WriteTextString(format);
        file.Write(w);
        write(w);
        w.WriteEndArray();
        return w.Encode();
    }

    private static byte[] Rates(string column, int cubeProof, int proof, Predicate counted, int times = 1) =>
        Statistic(column, cubeProof, proof, new RateStatistic(counted, counted), 3, times);

    private static byte[] Statistic(string column, int cubeProof, int proof, Statistic statistic, int numbers, int times = 1)
    {
        ProvenTableFile file = File(column, cubeProof);
        return Encode(
            "zkhealth statistics v3",
            5,
            file,
            w =>
            {
                w.WriteStartArray(0);
                w.WriteEndArray();
                w.WriteStartArray(times);
                for (int k = 0; k < times; k++)
                {
                    statistic.Write(w);
                }

                w.WriteEndArray();
                w.WriteStartArray(times);
                for (int k = 0; k < times; k++)
                {
                    w.WriteStartArray(numbers);
                    for (int j = 0; j < numbers; j++)
                    {
                        w.WriteInt64(1);
                    }

                    w.WriteEndArray();
                }

                w.WriteEndArray();
                w.WriteByteString(new byte[proof < 0 ? LinearStatistics.ProofSize(file.Axes) : proof]);
                w.WriteByteString([]);
            }
        );
    }

    /// <summary>A condition of so many comparisons.</summary>
    private static Predicate Long(string column, int nodes) =>
        Predicate.Any([
            .. Enumerable
                .Range(1, nodes)
                .Select(i => new ColumnPredicate(column, [(uint)(1 + i % 3)]) & new ColumnPredicate(column, [2u])),
        ]);

    private static ColumnPredicate One(string column) => new ColumnPredicate(column, [1u]);

    public static TheoryData<string, VerificationVerdict> Attacks() =>
        new()
        {
            { "conditions over 2^20 cells, proofs of one byte", VerificationVerdict.Rejected },
            { "statistics over 2^20 cells, proofs of one byte", VerificationVerdict.Rejected },
            { "2^20 cells, proofs of one byte", VerificationVerdict.Rejected },
            { "a histogram of 2^20 values", VerificationVerdict.Rejected },
            { "a count over 2^20 cells", VerificationVerdict.LimitExceeded },
            { "2^20 cells, proofs of the right size", VerificationVerdict.LimitExceeded },
            { "conditions over 2^16 cells", VerificationVerdict.LimitExceeded },
            { "2^16 cells, proofs of the right size", VerificationVerdict.Rejected },
        };

    private static byte[] Attack(string name) =>
        name switch
        {
            "conditions over 2^20 cells, proofs of one byte" => Rates("n", 1, 1, Long("n", 300)),
            "statistics over 2^20 cells, proofs of one byte" => Statistic("n", 1, 1, new CountStatistic(Long("n", 100)), 1),
            "2^20 cells, proofs of one byte" => Rates("n", 1, 1, One("n")),
            "a histogram of 2^20 values" => Statistic("n", 1, 1, new HistogramStatistic("n"), 1),
            "a count over 2^20 cells" => Statistic("n", -1, -1, new CountStatistic(One("n")), 1),
            "2^20 cells, proofs of the right size" => Rates("n", -1, -1, One("n")),
            "conditions over 2^16 cells" => Rates("m", -1, -1, Long("m", 30), 60),
            _ => Rates("m", -1, -1, One("m")),
        };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Small_files_cost_little(string name, VerificationVerdict verdict)
    {
        byte[] file = Attack(name);
        Assert.True(file.Length < 1 << 16, $"{file.Length} bytes");
        long before = GC.GetAllocatedBytesForCurrentThread();
        VerificationVerdict found = ProofFile.TryDecode(file, out ProofFile? proof, out string? reason)
            ? proof.Verify(new VerificationContext()).Result.Verdict
            : VerificationVerdict.Rejected;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(verdict, found);

        // what does not reach the generators takes next to nothing
        long most = name.StartsWith("2^16", StringComparison.Ordinal) ? 256L << 20 : 16L << 20;
        Assert.True(allocated < most, $"{allocated >> 20} MiB for {file.Length} bytes ({reason})");
    }

    [Fact]
    public void Larger_limits_are_the_callers()
    {
        Assert.True(
            ProofFile.TryDecode(Attack("2^20 cells, proofs of the right size"), out ProofFile? proof, out string? reason),
            reason
        );
        VerificationResult result = proof.Verify(new VerificationContext()).Result;
        Assert.Equal("limit exceeded: it is about a cube of 1048576 cells, and the limit is 65536", result.ToString());
        Assert.Null(VerificationLimits.ForCells(Wide).Exceeded(new VerificationCost(Wide, Wide + (1 << 16))));
        Assert.NotNull(VerificationLimits.Default.Exceeded(new VerificationCost(1, 1, Weights: 1L << 30)));
        Assert.Throws<ArgumentOutOfRangeException>(() => VerificationLimits.ForCells(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VerificationLimits.ForCells(Wide + 1));
    }

    /// <summary>Finding 1: a true proof of 82 KB, about a table with a label of 40,000 marks in the wrong order, took 20 s to
    /// verify. Beside one with as many letters it costs the same.</summary>
    [Fact]
    public void Labels_of_marks_cost_what_labels_of_letters_do()
    {
        byte[] marks = Labelled("a" + new string('\u0345', 20_000) + new string('\u0300', 20_000)),
            letters = Labelled("a" + new string('\u0439', 40_000));
        Assert.Equal(letters.Length, marks.Length);
        _ = Cost(letters);
        (TimeSpan plain, TimeSpan hostile) = (Cost(letters), Cost(marks));
        Assert.True(hostile < 8 * plain, $"{plain} for letters, {hostile} for marks");

        static byte[] Labelled(string label)
        {
            var schema = new TableSchema("t", [new CategoryColumn("c", [new Category("y", label), new Category("n", "none")])]);
            uint[] codes = [.. Enumerable.Range(0, 40).Select(i => 1 + (uint)i % 2)];
            using TableOpening table = TableOpening.Commit(new CodedTable(schema, [codes]), new byte[32], TableSecret.Create());
            using ContingencyTableOpening cube = ContingencyTableProof.Prove(table, TableAxes.Create([1], [3]));
            return StatisticsProof.Prove(cube, [new CountStatistic(One("c"))], Context, new DisclosureGuard(0)).Encode();
        }

        // the least of three, so that what else runs does not count
        static TimeSpan Cost(byte[] file) =>
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                {
                    long start = Stopwatch.GetTimestamp();
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    Assert.True(ProofFile.TryDecode(file, out ProofFile? proof, out string? reason), reason);
                    Assert.Equal(VerificationResult.Accepted, proof.Verify(new VerificationContext()).Result);
                    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256L << 20);
                    return Stopwatch.GetElapsedTime(start);
                })
                .Min();
    }

    /// <summary>Files of every kind with one lie each: none costs more than the limits, and none says what it did not say
    /// before.</summary>
    [Fact]
    public void Mutants_cost_no_more_than_the_limits()
    {
        var context = new VerificationContext();
        foreach (
            Decoder decoder in DecoderTests.All.Values.Where(d =>
                d.Method == "TryDecode"
                && d.Valid.AsSpan(0, Math.Min(64, d.Valid.Length)).IndexOf("zkhealth "u8) >= 0
                && ProofFile.TryDecode(d.Valid, out ProofFile? p, out _)
                && p is not AnonymousStatement
            )
        )
        {
            List<byte[]> lies = [.. CborItem.Parse(decoder.Valid)!.Lies()];
            for (int i = 0; i < lies.Count; i += 1 + lies.Count / 60)
            {
                byte[] changed = lies[i];
                long before = GC.GetAllocatedBytesForCurrentThread();
                bool accepted = ProofFile.TryDecode(changed, out ProofFile? proof, out _) && proof.Verify(context).IsAccepted;
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated < 256 << 20, $"{decoder}: {allocated >> 20} MiB for {changed.Length} bytes");
                Assert.False(
                    accepted && !changed.AsSpan().SequenceEqual(decoder.Valid),
                    $"{decoder}: a changed file is accepted"
                );
            }
        }
    }
}
