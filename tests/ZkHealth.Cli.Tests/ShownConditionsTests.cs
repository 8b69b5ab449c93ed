using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Attack F1: labels of strata were printed, bound by nothing and derived from nothing; only the first of several conditions was
/// shown.
/// </summary>
public class ShownConditionsTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            CategoryColumn.YesNo("sex"),
            new CategoryColumn("region", [new Category("n", "north"), new Category("e", "east"), new Category("w", "west")]),
        ]
    );

    private static readonly Predicate Ill = Predicate.In(Schema, "diabetes", "yes"),
        Known = Predicate.Known(Schema, "diabetes");
    private static readonly ContingencyTableOpening Cubes = Prove();

    private static ContingencyTableOpening Prove()
    {
        const int Rows = 900;
        uint[] diabetes = [.. Enumerable.Range(0, Rows).Select(i => i % 7 < 2 ? 2u : 1u)],
            sex = [.. Enumerable.Range(0, Rows).Select(i => i % 2 == 0 ? 1u : 2u)];
        uint[] region =
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(i =>
                    i < 200 ? 1u
                    : i < 500 ? 2u
                    : 3u
                ),
        ];
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(new CodedTable(Schema, [diabetes, sex, region]), new byte[32], secret);
        uint[] columns = [.. new[] { "diabetes", "sex", "region" }.Select(c => (uint)Schema.IndexOf(c))];
        return ContingencyTableProof.Prove(table, TableAxes.Create(columns, [3, 3, 4]));
    }

    private static StatisticsProof Prove(params IReadOnlyList<RateStatistic> asked) =>
        StatisticsProof.Prove(Cubes, asked, new StatisticContext("p", "r", "ledger.example"));

    private static string Shown(StatisticsProof proof)
    {
        var report = new Report();
        ProofReport.Describe(proof, report);
        var text = new StringWriter();
        report.Write(text, false, ExitCode.Accepted);
        return text.ToString();
    }

    [Fact]
    public void Strata_of_another_order_are_rejected()
    {
        StatisticsProof proof = Prove(RateStatistic.ByColumns(Schema, Ill, Known, "region"));
        string shown = Shown(proof);
        Assert.Contains("""  counted: diabetes = "yes" """.TrimEnd(), shown, StringComparison.Ordinal);
        Assert.Contains("  among:   diabetes is known", shown, StringComparison.Ordinal);
        Assert.Contains($"region = \"east\": {proof.RateOf(1)}", shown, StringComparison.Ordinal);

        // a third party without a key: "east" and "west" change places, in the only place where the file says which is which
        byte[] file = proof.Encode(),
            east = [.. "fregion"u8, 0x81, 2],
            west = [.. "fregion"u8, 0x81, 3];
        byte[] swapped = [.. file];
        int a = file.AsSpan().IndexOf(east),
            b = file.AsSpan().IndexOf(west);
        (swapped[a + east.Length - 1], swapped[b + west.Length - 1]) = (3, 2);
        Assert.True(StatisticsProof.TryDecode(swapped, out StatisticsProof? other, out _));
        Assert.False(other.Verify().IsAccepted);
    }

    [Fact]
    public void Every_number_stands_beside_its_own_condition()
    {
        // a dishonest owner: the second number has to do neither with diabetes nor with sex = yes
        StatisticsProof proof = Prove(
            new RateStatistic(Ill, Known & Predicate.In(Schema, "sex", "no")),
            new RateStatistic(Predicate.In(Schema, "region", "w"), Predicate.Known(Schema, "region"))
        );
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        string shown = Shown(proof);
        Assert.Contains("counted: as each line says", shown, StringComparison.Ordinal);
        Assert.Contains(
            $"diabetes = \"yes\", among diabetes is known and sex = \"no\": {proof.RateOf(0)}",
            shown,
            StringComparison.Ordinal
        );
        Assert.Contains($"region = \"west\", among region is known: {proof.RateOf(1)}", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_of_all_is_told_from_those_of_strata()
    {
        string shown = Shown(
            Prove([new RateStatistic(Ill, Known), .. RateStatistic.ByColumns(Schema, Ill, Known, "region", "sex")])
        );
        Assert.Contains("    all of these: ", shown, StringComparison.Ordinal);
        Assert.Contains("    region = \"north\" and sex = \"yes\": ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_prints_conditions_in_full_on_demand()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(
                file,
                StatisticsProof
                    .Prove(Cubes, [new RateStatistic(Ill, Known)], new StatisticContext("p", "r", "ledger.example"))
                    .Encode()
            );
            Assert.Equal(
                ["diabetes = \"yes\"", "diabetes is known"],
                Run.Json("inspect", file, "--all")["conditions"]!.AsArray().Select(c => (string)c!)
            );
        }
        finally
        {
            File.Delete(file);
        }
    }
}
