using System.Collections.Concurrent;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Means, tables and standardised rates left rows without a value out and did not say how many: of ten rows with a value and a
/// million without, the mean of ten was shown. So did, later than these, histograms, quantiles, tables of two columns, tables
/// with suppressed cells, and statements about hidden numbers. Their number is shown, and a small one proven to be small.
/// </summary>
public class LeftOutRowsTests
{
    private const int Rows = 900;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("ill"),
            CategoryColumn.YesNo("old"),
            new CategoryColumn("area", [.. "nsw".Select(c => new Category($"{c}", $"{c}"))]),
            new NumberColumn("bmi", 20, 29),
            new NumberColumn("weight", 0.5m, 4, 0.5m, scale: 1),
            new NumberColumn("visits", 0, 3),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly TableOpening Table = Commit();
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes"),
        Old = Predicate.In(Schema, "old", "yes");

    private static uint Code(string column, int row) => Codes[Schema.IndexOf(column) - 1][row];

    private static bool Has(int row, params string[] columns) => columns.All(c => Code(c, row) != 0);

    /// <summary>Statistics, among which rows each is, and for which of them it needs a value.</summary>
    private static (Statistic Statistic, Func<int, bool> Among, string[] Needed)[] Cases => Made.Value;

    private static readonly Lazy<(Statistic Statistic, Func<int, bool> Among, string[] Needed)[]> Made = new(() =>
        [
            (new MeanStatistic("bmi"), _ => true, ["bmi"]),
            (new MeanStatistic("bmi", Old), i => Code("old", i) == 2, ["bmi"]),
            (new TwoByTwoStatistic(Old, Ill), _ => true, ["old", "ill"]),
            (new TwoByTwoStatistic(Predicate.In(Schema, "area", "n"), Ill, Old), i => Code("old", i) == 2, ["area", "ill"]),
            (new StandardisedRateStatistic(Ill, "area", [3, 2, 1]), _ => true, ["ill", "area"]),
            (new StratifiedTableStatistic(Old, Ill, "area"), _ => true, ["old", "ill", "area"]),
            (
                new StratifiedTableStatistic(Predicate.AtLeast(Schema, "bmi", "25"), Ill, "area", Old),
                i => Code("old", i) == 2,
                ["bmi", "ill", "area"]
            ),
            (PersonTimeRateStatistic.OfRows(Ill, "bmi"), _ => true, ["ill", "bmi"]),
            (
                PersonTimeRateStatistic.OfRows(Predicate.Known(Schema, "area"), "weight", Old, 1000),
                i => Code("old", i) == 2,
                ["weight"]
            ),
            (new TwoByTwoStatistic(Predicate.Missing(Schema, "area"), Ill, Old), i => Code("old", i) == 2, ["ill"]),
            (
                new StratifiedTableStatistic(Predicate.Known(Schema, "bmi"), Ill, "area", Old),
                i => Code("old", i) == 2,
                ["ill", "area"]
            ),
            (PersonTimeRateStatistic.OfCounts("visits", "weight", null, 100), _ => true, ["visits", "weight"]),
            (new WeightedMeanStatistic("bmi", "weight"), _ => true, ["bmi", "weight"]),
            (new WeightedMeanStatistic("weight", "visits", Old), i => Code("old", i) == 2, ["weight", "visits"]),
            (new HistogramStatistic("area"), _ => true, ["area"]),
            (new HistogramStatistic("bmi", Old), i => Code("old", i) == 2, ["bmi"]),
            (Quantile(new QuantileStatistic("bmi")), _ => true, ["bmi"]),
            (Quantile(new QuantileStatistic("weight", 9, 10, Old)), i => Code("old", i) == 2, ["weight"]),
            (new IndependenceStatistic("area", "ill"), _ => true, ["area", "ill"]),
            (new IndependenceStatistic("area", "visits", Old), i => Code("old", i) == 2, ["area", "visits"]),
            (new SuppressedTableStatistic(["area"], 2).With(new byte[4]), _ => true, ["area"]),
            (
                new SuppressedTableStatistic(["area", "ill"], 2, true, Old).With(new byte[12]),
                i => Code("old", i) == 2,
                ["area", "ill"]
            ),
            (new MomentBoundsStatistic("bmi", null, new(20, 1), new(29, 1), showRows: true), _ => true, ["bmi"]),
            (new MomentBoundsStatistic("weight", Old, null, null, null, new(100, 1)), i => Code("old", i) == 2, ["weight"]),
            (Statistic.QuantileBounds(Schema, "bmi", 1, 2, "20", "29"), _ => true, ["bmi"]),
            (Statistic.QuantileBounds(Schema, "visits", 1, 3, null, "3", Old, 1, true), i => Code("old", i) == 2, ["visits"]),
            (new IndependenceBoundsStatistic(Old, Ill, null, null, new(1000, 1)), _ => true, ["old", "ill"]),
            (
                Statistic.Conformity(["area", "ill"], [1, 1, 1, 1, 1, 1], ConformityBound.ChiSquareAtMost(1000, 1)),
                _ => true,
                ["area", "ill"]
            ),
            // a row of the north is in no stratum, and that is known; of one without an area it is not
            (
                Statistic.ConformityOfGroups(
                    [Predicate.In(Schema, "area", "s"), Predicate.In(Schema, "area", "w")],
                    [1, 1],
                    ConformityBound.SharesWithin(1, 2),
                    Old,
                    1,
                    true
                ),
                i => Code("old", i) == 2,
                ["area"]
            ),
        ]
    );

    private static Statistic Quantile(QuantileStatistic statistic)
    {
        TableAxes axes = Axes(statistic);
        return statistic.Resolve(Schema, axes, Prove(statistic).Counts(0), new byte[32]);
    }

    public static TheoryData<int> CaseNumbers() => [.. Enumerable.Range(0, Cases.Length)];

    private static uint[][] MakeCodes()
    {
        var random = new Random(4);
        return
        [
            .. Schema
                .Columns.Skip(1)
                .Select(c =>
                    Enumerable
                        .Range(0, Rows)
                        .Select(_ => random.Next(12) == 0 ? 0 : (uint)random.Next(1, (int)c.Domain))
                        .ToArray()
                ),
        ];
    }

    private static TableOpening Commit()
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(Schema, Codes), new byte[32], secret);
    }

    /// <summary>The cube of the columns of a statistic, or of those but one.</summary>
    private static TableAxes Axes(Statistic statistic, string? without = null)
    {
        uint[] columns = [.. statistic.Columns.Distinct().Where(c => c != without).Select(c => (uint)Schema.IndexOf(c)).Order()];
        return TableAxes.Create(columns, [.. columns.Select(j => Schema.Columns[(int)j].Domain)]);
    }

    private static readonly ConcurrentDictionary<string, ContingencyTableOpening> Cubes = new();

    /// <summary>The proven cube of the columns of a statistic, one for all tests.</summary>
    private static ContingencyTableOpening Prove(Statistic statistic)
    {
        TableAxes axes = Axes(statistic);
        return Cubes.GetOrAdd(string.Join(',', axes.Columns), _ => ContingencyTableProof.Prove(Table, axes));
    }

    private static long[] Sums(ContingencyTableOpening cubes, long[][] rows)
    {
        ulong[] counts = cubes.Counts(0).ToArray();
        return [.. rows.Select(row => row.Select((w, i) => w * (long)counts[i]).Sum())];
    }

    private static StatisticsProof Decoded(StatisticsProof made)
    {
        Assert.True(StatisticsProof.TryDecode(made.Encode(), out StatisticsProof? proof, out string? reason), reason);
        return proof;
    }

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Their_number_is_shown(int number)
    {
        (Statistic statistic, Func<int, bool> among, string[] needed) = Cases[number];
        StatisticsProof proof = Decoded(StatisticsProof.Prove(Prove(statistic), [statistic], Context, new DisclosureGuard(0)));
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        int expected = Enumerable.Range(0, Rows).Count(i => among(i) && !Has(i, needed));
        Assert.InRange(expected, 10, Rows);
        Assert.Equal(("rows without a value", expected), (proof.Values(0)[^1].Name, proof.Values(0)[^1].Value));
        Assert.DoesNotContain("more rows", proof.Statistics[0].Describe(Schema), StringComparison.Ordinal);
    }

    /// <summary>A bound one below the number is not provable by anybody.</summary>
    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void A_small_number_is_proven_to_be_small_and_not_shown(int number)
    {
        (Statistic statistic, Func<int, bool> among, string[] needed) = Cases[number];
        ContingencyTableOpening cubes = Prove(statistic);
        ProvenTableFile file = ProvenTableFile.Of(cubes, Context);
        int unknown = Enumerable.Range(0, Rows).Count(i => among(i) && !Has(i, needed));
        Statistic withheld = statistic.Withhold(Schema, file.Axes, cubes.Counts(0), (ulong)unknown + 1);
        Assert.Equal(unknown + 1, withheld.UnknownBelow);
        Assert.Equal(0, statistic.Withhold(Schema, file.Axes, cubes.Counts(0), (ulong)unknown).UnknownBelow);
        foreach ((int below, bool accepted) in (ReadOnlySpan<(int, bool)>)[(unknown + 1, true), (unknown, false)])
        {
            Statistic said = statistic with { UnknownBelow = below };
            long[][] rows = said.Rows(Schema, file.Axes)!;
            StatisticsProof proof = Decoded(
                StatisticsProof.ProveUnchecked(cubes, file, [said], [rows], [Sums(cubes, rows)], (_, _) => { })
            );
            Assert.Equal(accepted, proof.Verify().IsAccepted);
            Assert.Equal($"fewer than {below}", proof.Values(0)[^1].Undefined);
            Assert.Contains(
                $"fewer than {below} more rows have no value",
                proof.Statistics[0].Describe(Schema),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Numbers_that_are_not_true_are_rejected(int number)
    {
        Statistic statistic = Cases[number].Statistic;
        ContingencyTableOpening cubes = Prove(statistic);
        ProvenTableFile file = ProvenTableFile.Of(cubes, Context);
        long[][] rows = statistic.Rows(Schema, file.Axes)!;
        long[] honest = Sums(cubes, rows);
        Assert.True(StatisticsProof.ProveUnchecked(cubes, file, [statistic], [rows], [honest]).Verify().IsAccepted);
        for (int j = 0; j < honest.Length; j++)
        {
            long[] released = [.. honest];
            released[j]++;
            Assert.False(
                StatisticsProof.ProveUnchecked(cubes, file, [statistic], [rows], [released]).Verify().IsAccepted,
                $"number {j}"
            );
        }

        // a number short of one, none below 0, and another weight for a row
        Assert.False(StatisticsProof.ProveUnchecked(cubes, file, [statistic], [rows], [honest[..^1]]).Verify().IsAccepted);
        Assert.Null(statistic.Derive(Schema, [.. honest[..^1], -1]));
        long[][] other = [.. rows.Select(r => r.ToArray())];
        other[^1][^1] = 1 - other[^1][^1];
        Assert.False(StatisticsProof.ProveUnchecked(cubes, file, [statistic], [other], [Sums(cubes, other)]).Verify().IsAccepted);
    }

    /// <summary>Squares of large numbers times large weights: six rows leave 64 bits, five do not.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_sum_beyond_64_bits_is_refused(int rows)
    {
        var schema = new TableSchema(
            "large",
            [new NumberColumn("x", 0, 40_000, 40_000), new NumberColumn("w", 0, 1_000_000_000, 1_000_000_000)]
        );
        using var secret = TableSecret.Create();
        uint[] codes = [.. Enumerable.Repeat(2u, rows)];
        using var table = TableOpening.Commit(new CodedTable(schema, [codes, codes]), new byte[32], secret);
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, TableAxes.Create([0, 1, 2], [2, 3, 3]));
        var statistic = new WeightedMeanStatistic("x", "w");
        Assert.Null(StatisticsProof.Misfit(statistic, schema, cubes.Axes[0]));
        if (rows == 5)
        {
            StatisticsProof proof = StatisticsProof.Prove(cubes, [statistic], Context, new DisclosureGuard(0));
            Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
            Assert.Equal(40_000, proof.Values(0).Single(v => v.Name == "mean").Value);
            return;
        }

        string message = Assert
            .Throws<ArgumentException>(() => StatisticsProof.Prove(cubes, [statistic], Context, new DisclosureGuard(0)))
            .Message;
        Assert.Contains("a sum does not fit into 64 bits", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void A_cube_that_cannot_tell_them_from_padding_is_refused(int number)
    {
        Statistic statistic = Cases[number].Statistic;
        TableAxes axes = Axes(statistic, without: "row");
        Assert.Equal(statistic.Columns.Contains("row"), statistic.Rows(Schema, axes) is null);
        if (statistic.Columns.Contains("row"))
        {
            Assert.Equal(
                "a statistic looks at the column 'row', which the cube has not",
                StatisticsProof.Misfit(statistic, Schema, axes)
            );
            Assert.Null((statistic with { UnknownBelow = 10 }).Rows(Schema, axes));
        }
    }
}
