using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>The sum of a wide column in groups is asked of its digits, each of a cube of its own: a cube of both had 90,000 cells
/// for 600 rows, a file of 8 MB and took half a minute.</summary>
public sealed class SqlWideTests
{
    private const string Sql =
        "SELECT ward, count(*) AS n, sum(cost) AS s, avg(cost) AS m FROM stays GROUP BY ward ORDER BY ward";

    private static readonly TableSchema Schema = new(
        "stays",
        [
            new CategoryColumn("ward", [new Category("A", "A"), new Category("B", "B")]),
            new NumberColumn("cost/1024", 0, 19_999, 1024),
            new NumberColumn("cost%1024", 0, 1023),
        ]
    );

    private static PlanProof Prove(uint[] wards, uint[] highs, uint[] lows, out SqlQuestion question, string sql = Sql)
    {
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(new CodedTable(Schema, [wards, highs, lows]), new byte[32], secret);
        question = SqlQuestion.Compile(sql, [new SqlTable("stays", table.Commitment, "stays")]);
        return question.Prove(
            new Dictionary<string, TableOpening> { ["stays"] = table },
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
    }

    [Fact]
    public void Sums_are_those_of_the_numbers_and_the_cubes_are_small()
    {
        // 5,000 and 12 in A, 19,999 and none in B
        PlanProof proof = Prove([1, 1, 2, 2], [5, 1, 20, 0], [905, 13, 544, 0], out SqlQuestion question);
        VerificationReport report = ProofFile.Decode(proof.Encode()).Verify();
        Assert.True(report.IsAccepted, report.Reason);
        Assert.Equal(
            [
                ["A", 2m, 5012m, 2506d],
                ["B", 2m, 19_999m, 19_999d],
            ],
            proof.Answer!.Rows
        );

        Assert.All(question.Plan.Asked, a => Assert.InRange(a.Weights[0].Count, 1, 1 << 13));
    }

    /// <summary>Of a column of many values that is no wide one the digits are made.</summary>
    [Fact]
    public void Sums_over_a_column_of_many_values_are_those_of_its_digits()
    {
        var schema = new TableSchema(
            "stays",
            [
                new CategoryColumn("ward", [.. "ABCDEFG".Select(c => new Category($"{c}", $"{c}"))]),
                new NumberColumn("cost", -20, 19.99m, 0.01m, null, 2),
            ]
        );
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [1, 1, 2, 2, 2],
                    [1, 4000, 2001, 2124, 0],
                ]
            ),
            new byte[32],
            secret
        );
        var question = SqlQuestion.Compile(
            "SELECT ward, sum(cost) AS s, avg(cost) AS m FROM stays GROUP BY ward ORDER BY ward",
            [new SqlTable("stays", table.Commitment, "stays")]
        );
        PlanProof proof = question.Prove(
            new Dictionary<string, TableOpening> { ["stays"] = table },
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        VerificationReport report = ProofFile.Decode(proof.Encode()).Verify();
        Assert.True(report.IsAccepted, report.Reason);
        Assert.Equal(
            [
                ["A", -0.01m, -0.005d],
                ["B", 1.23m, 0.615d],
            ],
            proof.Answer!.Rows.Select(r => (object?[])[r[0], r[1], Math.Round((double)r[2]!, 9)])
        );
        Assert.All(question.Plan.Asked, a => Assert.InRange(a.Weights[0].Count, 1, 1 << 11));
    }

    /// <summary>The mean was the sum of two means, each rounded: 0.10000000000002274 of one 1 and nine 0, which DuckDB and one
    /// cube of all values say to be 0.1. Sums of decimals likewise. The numbers are those of the columns, exactly.</summary>
    [Fact]
    public void Means_and_sums_are_rounded_once()
    {
        WideColumn score = WideColumn.Split(new NumberColumn("score", -100_000, 100_000))!,
            cost = WideColumn.Split(new NumberColumn("cost", -1000, 1000, 0.1m, null, 1))!;
        var schema = new TableSchema(
            "stays",
            [
                new CategoryColumn("ward", [new Category("A", "A"), new Category("B", "B")]),
                score.High,
                score.Low,
                cost.High,
                cost.Low,
            ]
        );
        (uint High, uint Low)[] scores = [.. Enumerable.Range(0, 10).Select(i => score.Digits(i == 0 ? 100_002u : 100_001u))],
            costs = [.. Enumerable.Range(0, 10).Select(i => cost.Digits(i < 3 ? 10_002u : 10_001u))];
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [.. Enumerable.Repeat(1u, 10)],
                    [.. scores.Select(s => s.High)],
                    [.. scores.Select(s => s.Low)],
                    [.. costs.Select(c => c.High)],
                    [.. costs.Select(c => c.Low)],
                ]
            ),
            new byte[32],
            secret
        );
        var question = SqlQuestion.Compile(
            "SELECT ward, avg(score) AS m, sum(cost) AS s, sum(cost) / count(*) AS q, avg(cost) AS a FROM stays GROUP BY ward",
            [new SqlTable("stays", table.Commitment, "stays")]
        );
        PlanProof proof = question.Prove(
            new Dictionary<string, TableOpening> { ["stays"] = table },
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        Assert.NotEmpty(question.Digits);
        Assert.Equal(["A", 0.1d, 0.3m, 0.03d, 0.03d], Assert.Single(proof.Answer!.Rows));
    }

    /// <summary>Rows that have one digit alone would add to a sum and not to the number of rows beside it.</summary>
    [Fact]
    public void Digits_that_are_known_in_different_rows_are_rejected()
    {
        const string Mean = "SELECT ward, avg(cost) AS m FROM stays GROUP BY ward";
        VerificationReport report = ProofFile.Decode(Prove([1, 1], [5, 0], [905, 1024], out _, Mean).Encode()).Verify();
        Assert.Equal((false, "the two columns of a wide one are not known in the same rows"), (report.IsAccepted, report.Reason));

        // in as many rows, it is the sum of rows that have both
        Assert.True(ProofFile.Decode(Prove([1, 1], [5, 0], [0, 905], out _, Mean).Encode()).Verify().IsAccepted);
    }

    /// <summary>A comparison told all values of a wide column apart: 8 MB and half a minute for three classes of costs, and more
    /// than 2^20 cells were refused. It leaves few classes of each digit, and sums are asked of the digits beside it.</summary>
    [Theory]
    // all 640,000 pairs of digits of income were told apart
    [InlineData(
        "SELECT count(*) FILTER (WHERE income > 512000) AS a, count(*) FILTER (WHERE 511999.5 >= income) AS b, count(*) FILTER (WHERE income <> -40000) AS c, "
            + "count(*) FILTER (WHERE NOT income IN (1023, 1024, 599999, NULL)) AS d, count(*) FILTER (WHERE income NOT IN (1023, 1024, 7.5)) AS e, "
            + "count(*) FILTER (WHERE income < -1e9 OR income <= 599999 AND income > NULL) AS f, count(*) FILTER (WHERE income BETWEEN -40000 AND 1023) AS g FROM stays"
    )]
    [InlineData(
        "SELECT CASE WHEN income < 1024 THEN 'low' WHEN income < 512000 THEN 'mid' ELSE 'high' END AS b, count(*), sum(income) AS s FROM stays "
            + "WHERE income >= -39999 OR income IS NULL GROUP BY b ORDER BY b"
    )]
    [InlineData("SELECT count(*) AS n, count(cost) AS k FROM stays WHERE cost > 5012.5")]
    [InlineData("SELECT count(*) FROM stays WHERE cost BETWEEN 1000 AND 9000.25 OR cost IS NULL")]
    [InlineData("SELECT ward, sum(cost) AS s, avg(cost) AS m FROM stays WHERE cost > 4000 GROUP BY ward ORDER BY ward")]
    [InlineData("SELECT sum(cost) FILTER (WHERE cost < 5000) AS s, count(*) FILTER (WHERE NOT cost = 512) AS n FROM stays")]
    [InlineData(
        "SELECT CASE WHEN cost * 2 < 2048 THEN 'low' WHEN cost // 1 < 10000 THEN 'mid' END AS b, count(*) FROM stays GROUP BY b ORDER BY b"
    )]
    [InlineData("SELECT date_sub('year', born, DATE '2026-02-28') // 20 AS g, count(*) FROM stays GROUP BY g ORDER BY g")]
    [InlineData("SELECT year(born) AS y, count(*) FROM stays WHERE born < DATE '1990-03-01' GROUP BY y ORDER BY y")]
    public void Comparisons_tell_few_digits_apart(string sql)
    {
        WideColumn cost = WideColumn.Split(new NumberColumn("cost", 0, 19_999))!,
            born = WideColumn.Split(new DateColumn("born", new(1920, 1, 1), new(2020, 12, 31)))!,
            income = WideColumn.Split(new NumberColumn("income", -40_000, 599_999))!;
        int[] incomes = [0, -40_000, 1023, 1024, 511_999, 512_000, 512_001, 599_999, -39_999, -1, 1, 300_000, 512_000];
        int[] costs = [5012, 5013, 0, 512, 19_999, 1000, 999, 9000, 4000, -1, 4001, 1024, 1023];
        var days = (DateOnly[])
            [
                new(1986, 2, 28),
                new(1986, 3, 1),
                new(2004, 2, 29),
                new(1920, 1, 1),
                new(2020, 12, 31),
                new(1990, 2, 28),
                new(1990, 3, 1),
                new(1946, 2, 28),
                new(1946, 3, 1),
                new(1966, 2, 28),
                new(1966, 2, 27),
                new(1966, 12, 31),
                new(1967, 1, 1),
            ];
        (uint High, uint Low)[] ofCost = [.. costs.Select(c => cost.Digits((uint)(c + 1)))],
            ofBorn = [.. days.Select(d => born.Digits(((DateColumn)born.Whole).CodeOf(d)))];
        (uint High, uint Low)[] ofIncome = [.. incomes.Select((x, i) => i == 10 ? (0u, 0u) : income.Digits((uint)(x + 40_001)))];
        uint[] wards = [.. costs.Select((_, i) => 1 + (uint)i % 2)];
        var schema = new TableSchema(
            "stays",
            [
                new CategoryColumn("ward", [new Category("A", "A"), new Category("B", "B")]),
                cost.High,
                cost.Low,
                born.High,
                born.Low,
                income.High,
                income.Low,
            ]
        );
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    wards,
                    [.. ofCost.Select(d => d.High)],
                    [.. ofCost.Select(d => d.Low)],
                    [.. ofBorn.Select(d => d.High)],
                    [.. ofBorn.Select(d => d.Low)],
                    [.. ofIncome.Select(d => d.High)],
                    [.. ofIncome.Select(d => d.Low)],
                ]
            ),
            new byte[32],
            secret
        );
        var question = SqlQuestion.Compile(sql, [new SqlTable("stays", table.Commitment, "stays")]);
        Assert.All(question.Plan.Asked, a => Assert.InRange(a.Weights[0].Count, 1, 1 << 14));
        PlanProof proof = question.Prove(
            new Dictionary<string, TableOpening> { ["stays"] = table },
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        VerificationReport report = ProofFile
            .Decode(proof.Encode())
            .Verify(new VerificationContext { Limits = VerificationLimits.ForCells(TableAxes.MaxCells) });
        Assert.True(report.IsAccepted, report.Reason);

        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using DuckDBCommand command = duck.CreateCommand();
        IEnumerable<string> rows = costs.Select(
            (c, i) => $"('{"AB"[i % 2]}', {(c < 0 ? "NULL" : c)}, DATE '{days[i]:yyyy-MM-dd}', {(i == 10 ? "NULL" : incomes[i])})"
        );
        command.CommandText =
            $"CREATE TABLE stays AS SELECT * FROM (VALUES {string.Join(", ", rows)}) t(ward, cost, born, income)";
        command.ExecuteNonQuery();
        Assert.Equal(SqlCase.Duck(duck, sql), SqlCase.Texts(proof.Answer!));
    }
}
