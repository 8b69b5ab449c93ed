using System.Numerics;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Statistics of decimals, top-coded numbers and columns without order.</summary>
public class ColumnKindTests
{
    private const int Rows = 500;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            new NumberColumn("hba1c", 5.0m, 8.0m, 0.5m, "%", 1),
            new NumberColumn("age", 87, 90, topCode: "90+"),
            new CategoryColumn("clinic", [new Category("b", "b"), new Category("a", "a")]),
            new CategoryColumn(
                "stage",
                [new Category("I", "I"), new Category("II", "II"), new Category("III", "III")],
                isOrdered: true
            ),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();

    private static uint[][] MakeCodes()
    {
        var random = new Random(77);
        return
        [
            .. new[] { 8, 5, 3, 4 }.Select(domain => Enumerable.Range(0, Rows).Select(_ => (uint)random.Next(domain)).ToArray()),
        ];
    }

    private static ContingencyTableOpening Prove()
    {
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(new CodedTable(Schema, Codes), new byte[32], secret);
        uint[] columns = [.. new[] { "row", "hba1c", "age", "clinic", "stage" }.Select(c => (uint)Schema.IndexOf(c))];
        return ContingencyTableProof.Prove(table, TableAxes.Create(columns, [2, 8, 5, 3, 4]));
    }

    private static IReadOnlyList<ReleasedValue> Values(Statistic statistic)
    {
        byte[] file = StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(0)).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof.Values(0);
    }

    private static string Refused(Statistic statistic) =>
        Assert
            .Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(0)))
            .Message;

    [Fact]
    public void Moments_of_decimals_are_those_of_their_values()
    {
        double[] values = [.. Codes[0].Where(c => c != 0).Select(c => 5.0 + 0.5 * (c - 1)).Order()];
        double mean = values.Average(),
            variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        IReadOnlyList<ReleasedValue> moments = Values(new MeanStatistic("hba1c"));
        Assert.Equal(mean, moments.Single(v => v.Name == "mean").Value!.Value, 1e-12);
        Assert.Equal(variance, moments.Single(v => v.Name == "variance").Value!.Value, 1e-12);
        Assert.Equal(values[values.Length / 2 - (1 - values.Length % 2)], Values(new QuantileStatistic("hba1c"))[0].Value);

        // bounds hold at a hair's breadth and not beyond it
        long sum = Codes[0].Where(c => c != 0).Sum(c => 50 + 5L * (c - 1)),
            n = values.Length;
        Assert.Equal(
            1,
            Values(new MomentBoundsStatistic("hba1c", null, new(sum, 10 * n), new(sum, 10 * n), new(1, 2), new(2, 1)))[0].Value
        );
        Refused(new MomentBoundsStatistic("hba1c", null, new(sum + 1, 10 * n), null));
        Refused(new MomentBoundsStatistic("hba1c", null, null, new(sum - 1, 10 * n)));
        BigInteger squares = Codes[0].Where(c => c != 0).Sum(c => (50 + 5L * (c - 1)) * (50 + 5L * (c - 1))),
            numerator = n * squares - (BigInteger)sum * sum;
        Assert.Equal(
            1,
            Values(
                new MomentBoundsStatistic(
                    "hba1c",
                    null,
                    null,
                    null,
                    new((long)numerator, 100 * n * (n - 1)),
                    new((long)numerator, 100 * n * (n - 1))
                )
            )[0].Value
        );
        Refused(new MomentBoundsStatistic("hba1c", null, null, null, new((long)numerator + 1, 100 * n * (n - 1))));
    }

    /// <summary>Case 07: of "90+" no number is known, so no mean, and no quantile among them.</summary>
    [Fact]
    public void Top_coded_numbers_are_not_taken_for_numbers()
    {
        Predicate below = Predicate.AtMost(Schema, "age", "89");
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new MeanStatistic("age"),
                    new MeanStatistic("age", Predicate.AtLeast(Schema, "age", "89")),
                    new MomentBoundsStatistic("age", null, new(1, 1), null),
                ]
        )
        {
            Assert.Contains("are not known from 90+ on", Refused(statistic), StringComparison.Ordinal);
        }

        uint[] known = [.. Codes[1].Where(c => c is not (0 or 4)).Order()];
        Assert.Equal(
            known.Average(c => 86.0 + c),
            Values(new MeanStatistic("age", below)).Single(v => v.Name == "mean").Value!.Value,
            1e-12
        );
        Assert.Equal(1, Values(new MomentBoundsStatistic("age", below, new(87, 1), new(89, 1)))[0].Value);
        Assert.Equal(
            86.0 + Codes[1].Where(c => c != 0).Order().ElementAt(Codes[1].Count(c => c != 0) / 4),
            Values(new QuantileStatistic("age", 1, 4))[0].Value
        );
        Assert.Contains(
            "numbers that are not known: 90+",
            Refused(new QuantileStatistic("age", 99, 100)),
            StringComparison.Ordinal
        );
    }

    /// <summary>Case 34: a quantile of clinics was proven; an empty group was said not to fit the schema.</summary>
    [Fact]
    public void Quantiles_are_of_ordered_columns_and_of_rows_that_there_are()
    {
        Assert.Contains("'clinic' holds no numbers", Refused(new QuantileStatistic("clinic")), StringComparison.Ordinal);
        Assert.Contains(
            "'clinic' holds no numbers",
            Refused(Statistic.QuantileBounds(Schema, "clinic", 1, 2, "b", null)),
            StringComparison.Ordinal
        );
        uint median = Codes[3].Where(c => c != 0).Order().ElementAt((Codes[3].Count(c => c != 0) + 1) / 2 - 1);
        // its code was shown as a number: "quantile: 2"
        ReleasedValue stage = Values(new QuantileStatistic("stage"))[0];
        Assert.Equal((null, Schema.Columns[Schema.IndexOf("stage")].Label(median)), (stage.Value, stage.Undefined));
        Assert.Equal(stage.Undefined, stage.ToString());
        Predicate nobody = Predicate.In(Schema, "clinic", "a") & Predicate.In(Schema, "clinic", "b");
        Assert.Contains(
            "no row satisfies the condition",
            Refused(new QuantileStatistic("hba1c", 1, 2, nobody)),
            StringComparison.Ordinal
        );
    }
}
