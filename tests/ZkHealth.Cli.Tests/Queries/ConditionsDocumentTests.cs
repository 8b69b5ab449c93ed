using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests.Queries;

public class ConditionsDocumentTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            CategoryColumn.YesNo("diabetes"),
            new NumberColumn("age", 0, 120),
            new NumberColumn("bmi", 10m, 60m, 0.1m, scale: 1),
            new DateColumn("admitted", new DateOnly(2025, 1, 1), new DateOnly(2026, 12, 31)),
            new CategoryColumn("stage", [.. new[] { "I", "II", "III" }.Select(c => new Category(c, c))], isOrdered: true),
            new CategoryColumn("icd10", [.. new[] { "E110", "E112", "E115", "E119", "I10" }.Select(c => new Category(c, c))]),
        ]
    );

    [Fact]
    public void The_examples_are_shown_as_the_document_says()
    {
        string[] rows =
        [
            .. File.ReadAllText(Path.Combine(Run.Root, "docs", "conditions.md"))
                .Split("<!-- conditions: read by a test")[1]
                .Split('\n')
                .Where(l => l.StartsWith("| `", StringComparison.Ordinal)),
        ];
        Assert.True(rows.Length >= 9);
        foreach (string row in rows)
        {
            Match match = Regex.Match(row, "^\\| `(.*)` \\| `(.*)` \\|$");
            Assert.Equal(match.Groups[2].Value, QueryParser.Parse(match.Groups[1].Value, Schema).Describe(Schema));
        }
    }

    /// <summary>Case 08: codes with leading zeros are told apart, and there is a condition on their beginning.</summary>
    [Theory]
    [InlineData("icd = 042", "icd = \"042\"")]
    [InlineData("icd = \"0042\"", "icd = \"0042\"")]
    [InlineData("icd = 42", "icd = \"42\"")]
    [InlineData("icd = E11.9", "icd = \"E11.9\"")]
    [InlineData("icd like '04%'", "icd = \"042\"")]
    [InlineData("icd like \"E11%\"", "icd = \"E11.9\"")]
    public void Codes_are_texts(string asked, string shown)
    {
        var schema = new TableSchema(
            "t",
            [new CategoryColumn("icd", [.. new[] { "042", "0042", "42", "E11.9", "e11.9" }.Select(c => new Category(c, c))])]
        );
        Assert.Equal(shown, QueryParser.Parse(asked, schema).Describe(schema));
    }

    /// <summary>A name cannot change the sentence of a statistic either.</summary>
    [Fact]
    public void Names_are_quoted_in_sentences_too() =>
        Assert.Equal(
            "the number of rows for each value of `age, among sex = \"f\"`",
            new HistogramStatistic("age, among sex = \"f\"").Describe(
                new TableSchema("t", [CategoryColumn.YesNo("age, among sex = \"f\"")])
            )
        );
}
