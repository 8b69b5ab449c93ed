using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using static ZkHealth.Tests.Hostile.HostileFile;

namespace ZkHealth.Tests.Hostile;

/// <summary>
/// The costliest file of every kind of statistic that limits admit (attack F3): many of it in one file, with proofs of the right
/// lengths, which are refused at the end alone. Limits are a 16th of the default ones, and what is allocated stays in proportion;
/// what native code takes under the default ones is in bench/results/hostile-files.md.
/// </summary>
public class HostileStatisticTests
{
    private static readonly byte[] Chunk = Scalar.One.ToBytes();

    private static TableSchema Schema(int values) =>
        new("hostile", [new NumberColumn("n", 0, values - 1), CategoryColumn.YesNo("e"), new NumberColumn("w", 0, 1)]);

    private static byte[] File(TableSchema schema, string[] columns, Statistic[] statistics)
    {
        uint[] places = [.. columns.Select(c => (uint)schema.IndexOf(c))];
        TableAxes axes = TableAxes.Create(places, [.. places.Select(j => schema.Columns[(int)j].Domain)]);
        const long Rows = 1 << 12;
        int height = new TableLayout(Rows).Height;
        TableCommitment table = TableCommitment.Of(
            new byte[32],
            schema.Encode(),
            Rows,
            Enumerable
                .Range(1, schema.Columns.Count - 1)
                .Select(j =>
                    places.Contains((uint)j)
                        ? ColumnCommitment.FromPoints(Fill(height * RistrettoPoint.Size))
                        : ColumnCommitment.FromDigest(new byte[32])
                )
        );
        var file = new ProvenTableFile(
            new CommittedTableFile(Context, table, schema),
            axes,
            [new ProvenSegment(table, new CompressedPoint(Both), Fill(ContingencyTableProof.Size(table.Layout, [axes])))]
        );
        int[] numbers = [.. statistics.Select(s => s.Rows(schema, axes)!.Length)];
        Statistic[] constrained = [.. statistics.Where(s => s.ConstraintCount > 0)];
        int inequalities =
            constrained.Length == 0
                ? 0
                : InequalityProof.Measure(constrained, schema, axes, table.Layout.PaddedRows).ProofSize(axes.CellCount);
        return new StatisticsProof(
            file,
            statistics,
            [.. numbers.Select(n => new long[n])],
            Fill(numbers.Sum() == 0 ? 0 : LinearStatistics.ProofSize(axes)),
            Fill(inequalities)
        ).Encode();
    }

    private static (string[] Columns, Func<TableSchema, int, Statistic> Of) Kind(string kind)
    {
        var ill = new ColumnPredicate("e", [2u]);
        var first = new ColumnPredicate("n", [1u]);
        return kind switch
        {
            "count" => (["n"], (_, _) => new CountStatistic(first)),
            "rate" => (["row", "n", "e"], (_, _) => new RateStatistic(ill, first)),
            "mean" => (["row", "n"], (_, _) => new MeanStatistic("n")),
            "weighted mean" => (["row", "n", "w"], (_, _) => new WeightedMeanStatistic("n", "w")),
            "quantile" => (["row", "n"], (s, _) => new QuantileStatistic("n") with { Code = 1 }),
            "histogram" => (["row", "n"], (_, _) => new HistogramStatistic("n")),
            "two by two" => (["row", "n", "e"], (_, _) => new TwoByTwoStatistic(ill, first)),
            "stratified" => (["row", "n", "e"], (_, _) => new StratifiedTableStatistic(ill, ill, "n")),
            "standardised" => (
                ["row", "n", "e"],
                (s, _) => new StandardisedRateStatistic(ill, "n", [.. Enumerable.Repeat(1L, (int)s.Columns[1].Domain - 1)])
            ),
            "person time" => (["row", "n", "e"], (_, _) => PersonTimeRateStatistic.OfRows(ill, "n", null, 1000)),
            "independence" => (["row", "n", "e"], (_, _) => new IndependenceStatistic("n", "e")),
            "threshold" => (
                ["n", "e"],
                (s, k) => Statistic.RateBounds(ill, Predicate.Known(s, "n"), new(1, int.MaxValue - k), null, minimumRows: 10)
            ),
            "moment bounds" => (
                ["row", "n"],
                (_, k) => new MomentBoundsStatistic("n", null, new(1, 7), new(1000, 1), new(1, 10), new(int.MaxValue - k, 3))
            ),
            "quantile bounds" => (["row", "n"], (s, _) => Statistic.QuantileBounds(s, "n", 1, 2, "1", "2", null, 10)),
            "independence bounds" => (
                ["row", "n", "e"],
                (_, k) => new IndependenceBoundsStatistic(first, ill, null, new(1, 7), new(1000 + k, 1), 1)
            ),
            "conformity" => (
                ["row", "n"],
                (s, _) =>
                    Statistic.Conformity(
                        ["n"],
                        [.. Enumerable.Range(1, (int)s.Columns[1].Domain - 1).Select(i => (long)i)],
                        ConformityBound.SharesWithin(9, 10),
                        null,
                        10
                    )
            ),
            _ => (
                ["row", "n"],
                (s, _) =>
                    new SuppressedTableStatistic(["n"], 1000).With([
                        .. Enumerable.Repeat((byte)EntryState.Small, (int)s.Columns[1].Domain - 1),
                        (byte)EntryState.Withheld,
                    ])
            ),
        };
    }

    [Theory]
    [InlineData("count", 600, 300)]
    [InlineData("rate", 60, 40)]
    [InlineData("mean", 100, 300)]
    [InlineData("weighted mean", 60, 60)]
    [InlineData("histogram", 200, 1)]
    [InlineData("two by two", 60, 60)]
    [InlineData("stratified", 60, 1)]
    [InlineData("standardised", 60, 1)]
    [InlineData("person time", 60, 60)]
    [InlineData("independence", 60, 1)]
    [InlineData("threshold", 20, 40)]
    [InlineData("moment bounds", 20, 30)]
    [InlineData("quantile bounds", 20, 60)]
    [InlineData("independence bounds", 20, 30)]
    [InlineData("conformity", 60, 1)]
    [InlineData("suppressed table", 60, 1)]
    public void The_costliest_of_a_kind_is_within_the_limits(string kind, int values, int most)
    {
        (string[] columns, Func<TableSchema, int, Statistic> of) = Kind(kind);

        // as many of one kind as the limits admit, and then over as many values
        (int times, int size) = (1, values);
        byte[]? admitted = null;
        bool exceeded = false;
        while (!exceeded)
        {
            TableSchema schema = Schema(size);
            byte[] file = File(schema, columns, [.. Enumerable.Range(0, times).Select(k => of(schema, k))]);
            Assert.True(ProofFile.TryDecode(file, out ProofFile? proof, out string? reason), reason);
            long before = GC.GetAllocatedBytesForCurrentThread();
            VerificationResult result = proof.Verify(new VerificationContext { Limits = Limits }).Result;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            exceeded = result.Verdict == VerificationVerdict.LimitExceeded;
            Assert.True(exceeded || result.Verdict == VerificationVerdict.Rejected, $"{kind}: {result}");
            Assert.True(
                allocated < 3 * Limits.MaxMemory,
                $"{kind}: {times} over {size} values take {allocated >> 20} MiB ({result})"
            );
            admitted = exceeded ? admitted : file;
            (times, size) = times < most ? (Math.Min(most, 2 * times), size) : (times, size + size / 2);
        }

        Assert.NotNull(admitted);
    }

    /// <summary>Of a wide column, whose cube of two columns is above a 16th of the limit of cells, numbers cost more: the limits
    /// admit less than of a narrow one over as many cells.</summary>
    [Fact]
    public void Numbers_of_a_wide_column_are_counted_for_more()
    {
        WideColumn wide = WideColumn.Split(new NumberColumn("c", 0, 5000))!;
        var schema = new TableSchema("hostile", [wide.High, wide.Low, new NumberColumn("n", 0, 6148)]);
        VerificationVerdict Verdict(int times, Statistic statistic, params string[] columns)
        {
            byte[] file = File(schema, ["row", .. columns], [.. Enumerable.Repeat(statistic, times)]);
            Assert.True(file.Length < 1 << 16, $"{file.Length} bytes");
            Assert.True(ProofFile.TryDecode(file, out ProofFile? proof, out string? reason), reason);
            return proof.Verify().Result.Verdict;
        }

        Assert.Equal(VerificationVerdict.LimitExceeded, Verdict(200, new MeanStatistic("c"), wide.High.Name, wide.Low.Name));
        Assert.Equal(VerificationVerdict.Rejected, Verdict(100, new MeanStatistic("c"), wide.High.Name, wide.Low.Name));
        Assert.Equal(VerificationVerdict.Rejected, Verdict(200, new MeanStatistic("n"), "n"));
    }

    /// <summary>65,100 bits of 650 statements about moments took 451 MiB: how many there are was taken from the length of the
    /// proof, which is a logarithm of it.</summary>
    [Fact]
    public void Bits_of_hidden_numbers_are_counted_before_they_are_walked()
    {
        TableSchema schema = Schema(149);
        (string[] columns, Func<TableSchema, int, Statistic> of) = Kind("moment bounds");
        byte[] file = File(schema, columns, [.. Enumerable.Range(0, 330).Select(k => of(schema, k))]);
        Assert.True(file.Length < 1 << 16, $"{file.Length} bytes");
        Assert.True(ProofFile.TryDecode(file, out ProofFile? proof, out string? reason), reason);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(VerificationVerdict.LimitExceeded, proof.Verify().Result.Verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    /// <summary>Every segment of 2^20 rows computes its column of rows for its root: once while the file was decoded, before any
    /// limit.</summary>
    [Fact]
    public void Segments_are_decoded_without_their_columns_of_rows()
    {
        TableSchema schema = Schema(10);
        TableAxes axes = TableAxes.Create([0], [2]);
        ProvenSegment Segment(int k) =>
            new(
                TableCommitment.Of(
                    new byte[32],
                    schema.Encode(),
                    (1 << 20) - k,
                    Enumerable.Range(1, schema.Columns.Count - 1).Select(_ => ColumnCommitment.FromDigest(new byte[32]))
                ),
                new CompressedPoint(Both),
                Chunk
            );
        ProvenSegment[] segments = [.. Enumerable.Range(0, 200).Select(Segment)];
        var file = new ProvenTableFile(new CommittedTableFile(Context, segments[0].Table, schema), axes, segments);
        byte[] encoded = new StatisticsProof(
            file,
            [new CountStatistic(Predicate.Known(schema, "row"))],
            [
                [1],
            ],
            Chunk,
            []
        ).Encode();
        Assert.True(encoded.Length < 1 << 16, $"{encoded.Length} bytes");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ProofFile.TryDecode(encoded, out ProofFile? proof, out string? reason), reason);
        Assert.Equal(VerificationVerdict.Rejected, proof.Verify().Result.Verdict);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L << 20);
    }

    /// <summary>What a member says was verified without limits.</summary>
    [Fact]
    public void Every_kind_of_file_asks_for_the_limits()
    {
        KeyRegistry registry = DecoderTests
            .All.Values.Where(d => d.Type == typeof(KeyRegistry))
            .Select(d => KeyRegistry.TryDecode(d.Valid, out KeyRegistry? r, out _) ? r : null)
            .Single()!;
        ProofFile[] files =
        [
            .. DecoderTests
                .All.Values.Where(d => d.Type == typeof(ProofFile))
                .Select(d => ProofFile.TryDecode(d.Valid, out ProofFile? f, out _) ? f : null!),
        ];
        Assert.Equal(5, files.Select(f => f.GetType()).Distinct().Count());
        foreach (ProofFile file in files)
        {
            var all = new VerificationContext { Registry = registry };
            Assert.Equal(VerificationVerdict.Accepted, file.Verify(all).Result.Verdict);
            VerificationContext little = new()
            {
                Registry = registry,
                Limits = new VerificationLimits { MaxWork = 1 },
            };
            Assert.Equal(VerificationVerdict.LimitExceeded, file.Verify(little).Result.Verdict);
        }
    }
}
