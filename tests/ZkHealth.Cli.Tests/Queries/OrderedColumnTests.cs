using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests.Queries;

/// <summary>Conditions on decimals, dates, top codes, bands with decimal limits (case 15) or of days, and ordered
/// categories.</summary>
public class OrderedColumnTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            new NumberColumn("bmi", 10m, 60m, 0.1m, "kg/m2", 1),
            new NumberColumn("age", 0, 90, topCode: "90+"),
            new BandColumn(
                "group",
                [new Band("thin", null, 18.4m), new Band("normal", 18.5m, 24.9m), new Band("heavy", 25.0m, null)],
                1
            ),
            new DateColumn("admitted", new DateOnly(2025, 1, 1), new DateOnly(2026, 12, 31)),
            new DateColumn("month", new DateOnly(2025, 1, 1), new DateOnly(2026, 12, 31), DateUnit.Month),
            new DateColumn("born", new DateOnly(1900, 1, 1), new DateOnly(2026, 1, 1), DateUnit.Year),
            BandColumn.OfDates(
                "quarter",
                [
                    Band.OfDates("Q1", new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 31)),
                    Band.OfDates("Q2", new DateOnly(2026, 4, 1), new DateOnly(2026, 6, 30)),
                ]
            ),
            new CategoryColumn(
                "stage",
                [new Category("1", "I"), new Category("2", "II"), new Category("3", "III"), new Category("4", "IV")],
                isOrdered: true
            ),
            new CategoryColumn("date", [new Category("2026-05-01", "2026-05-01"), new Category("x", "x")]),
        ]
    );

    [Theory]
    [InlineData("bmi >= 18.5", "bmi >= 18.5")]
    [InlineData("bmi < 18.5", "bmi <= 18.4")]
    [InlineData("bmi > 18.45", "bmi >= 18.5")]
    [InlineData("bmi = 18.50", "bmi = 18.5")]
    [InlineData("bmi between 18.5 and 24.9", "bmi between 18.5 and 24.9")]
    [InlineData("bmi in (18.5, 20)", "bmi in (18.5, 20.0)")]
    [InlineData("age >= 90", "age >= 90")]
    [InlineData("age = '90+'", "age >= 90")]
    [InlineData("age != '90+'", "age <= 89")]
    [InlineData("age < 90", "age <= 89")]
    [InlineData("age in (1, '90+')", "age in (1, \"90+\")")]
    [InlineData("age >= 40", "age >= 40")]
    [InlineData("group < 25", "group <= 24.9")]
    [InlineData("group >= 18.5", "group >= 18.5")]
    [InlineData("group between 18.5 and 24.9", "group = \"normal\"")]
    [InlineData("admitted >= 2026-05-01", "admitted >= 2026-05-01")]
    [InlineData("admitted >= \"2026-05-01\"", "admitted >= 2026-05-01")]
    [InlineData("admitted >= date \"2026-05-01\"", "admitted >= 2026-05-01")]
    [InlineData("admitted = 2026-05", "admitted between 2026-05-01 and 2026-05-31")]
    [InlineData("admitted < 2026", "admitted <= 2025-12-31")]
    [InlineData("admitted > 2025-02", "admitted >= 2025-03-01")]
    [InlineData("admitted in (2026-05-01, 2026-05-03)", "admitted in (2026-05-01, 2026-05-03)")]
    [InlineData("admitted in (2025-02, 2025-01-01)", "admitted = 2025-01-01 or admitted between 2025-02-01 and 2025-02-28")]
    [InlineData("month <= 2025-06", "month <= 2025-06")]
    [InlineData("month = 2025", "month <= 2025-12")]
    [InlineData("month >= 2025-06-01", "month >= 2025-06")]
    [InlineData("born between 1950 and 1960", "born between 1950 and 1960")]
    [InlineData("born in (1950, 1960)", "born in (1950, 1960)")]
    [InlineData("quarter >= 2026-04-01", "quarter = \"Q2\"")]
    [InlineData("quarter = 'Q1'", "quarter = \"Q1\"")]
    [InlineData("quarter = 2026", "quarter >= 2026-01-01")]
    [InlineData("stage >= II", "stage >= \"II\"")]
    [InlineData("stage between 'I' and 3", "stage <= \"III\"")]
    [InlineData("stage between II and III", "stage between \"II\" and \"III\"")]
    [InlineData("date = date \"2026-05-01\"", "date = \"2026-05-01\"")]
    public void Values_in_order_are_compared(string text, string meaning)
    {
        Predicate condition = QueryParser.Parse(text, Schema);
        Assert.Equal(meaning, condition.Describe(Schema));
        Assert.Equal(meaning, QueryParser.Parse(meaning, Schema).Describe(Schema));
    }

    [Theory]
    [InlineData("age = 90", "holds no 90 alone: \"90+\"")]
    [InlineData("age in (89, 90)", "holds no 90 alone: \"90+\" stands for it and all larger ones")]
    [InlineData("age <= 90", "cuts '90+'")]
    [InlineData("group < 24.95", "1 digits after the point")]
    [InlineData(
        "group >= 20",
        "cuts 'normal' of column 'group' in two; a range may begin and end where its values do: up to 18.4, 18.5 to 24.9, 25.0 on"
    )]
    [InlineData("admitted >= 01/05/2026", "a day, month or year such as 2026-05-01, 2026-05 or 2026, got '01/05/2026'")]
    [InlineData("admitted >= 2026-02-30", "got '2026-02-30'")]
    [InlineData("month >= 2025-06-15", "cuts '2025-06' of column 'month'")]
    [InlineData("born = 1950-05", "cuts '1950'")]
    [InlineData("quarter <= 2026-05", "cuts 'Q2'")]
    [InlineData("stage >= V", "has no value 'V'")]
    [InlineData("stage between III and II", "not empty")]
    [InlineData("date > x", "holds no numbers, dates or ordered values")]
    [InlineData("bmi = 2026-05-01", "expected a number, or a value in quotes: \"2026-05-01\"")]
    public void What_cannot_be_compared_says_why(string text, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<QueryException>(() => QueryParser.Parse(text, Schema)).Message,
            StringComparison.Ordinal
        );
}
