using FsCheck.Xunit;
using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests;

public class QueryTests
{
    private static readonly TableSchema Schema = new("t",
    [
        CategoryColumn.YesNo("diabetes"),
        new BandColumn("age", [new Band("0-44", 0, 44), new Band("45-64", 45, 64), new Band("65+", 65, null)]),
        new CategoryColumn("sex at birth", [new Category("f", "female"), new Category("m", "it's \"male\"")]),
        new NumberColumn("bmi", 10, 50, 2),
        new CategoryColumn("ward", [new Category("1", "one"), new Category("2", "two")]),
    ]);

    [Theory]
    [InlineData("diabetes = \"yes\"", "diabetes in (\"yes\")")]
    [InlineData("diabetes = yes", "diabetes in (\"yes\")")]
    [InlineData("diabetes != 'yes'", "not diabetes in (\"yes\")")]
    [InlineData("diabetes <> yes", "not diabetes in (\"yes\")")]
    [InlineData("diabetes is known", "diabetes is known")]
    [InlineData("age between 45 and 64", "age in (\"45-64\")")]
    [InlineData("age >= 45", "age in (\"45-64\", \"65+\")")]
    [InlineData("age > 44", "age in (\"45-64\", \"65+\")")]
    [InlineData("age < 65", "age in (\"0-44\", \"45-64\")")]
    [InlineData("age <= 44", "age in (\"0-44\")")]
    [InlineData("age = '65+'", "age in (\"65+\")")]
    [InlineData("`sex at birth` = f", "sex at birth in (\"female\")")]
    [InlineData("`sex at birth` = 'it''s \"male\"'", "sex at birth in (\"it's \"male\"\")")]
    [InlineData("`sex at birth` = \"it's \"\"male\"\"\"", "sex at birth in (\"it's \"male\"\")")]
    [InlineData("bmi = 12", "bmi in (\"12\")")]
    [InlineData("bmi between 10 and 14", "bmi in (\"10\", \"12\", \"14\")")]
    [InlineData("ward = 2", "ward in (\"two\")")]
    [InlineData("ward in (1, 'two')", "(ward in (\"one\") or ward in (\"two\"))")]
    [InlineData("diabetes not in (yes)", "not diabetes in (\"yes\")")]
    [InlineData("diabetes = yes or diabetes = no and ward = 1", "(diabetes in (\"yes\") or (diabetes in (\"no\") and ward in (\"one\")))")]
    [InlineData("(diabetes = yes or diabetes = no) and ward = 1", "((diabetes in (\"yes\") or diabetes in (\"no\")) and ward in (\"one\"))")]
    [InlineData("not diabetes = yes and NOT NOT ward=1", "(not diabetes in (\"yes\") and not not ward in (\"one\"))")]
    public void Conditions_are_read(string text, string meaning) =>
        Assert.Equal(meaning, QueryParser.Parse(text, Schema).Describe(Schema));

    [Theory]
    [InlineData("", 1, "expected")]
    [InlineData("diabetes", 9, "end of input")]
    [InlineData("diabetes = ", 12, "expected")]
    [InlineData("diabetes = yes and", 19, "expected")]
    [InlineData("diabetes = yes ward = 1", 16, "ward")]
    [InlineData("(diabetes = yes", 16, "expected")]
    [InlineData("diabetes == yes", 11, "unexpected")]
    [InlineData("diabetes = 'yes", 12, "")]
    [InlineData("diabetes = yes & ward = 1", 16, "")]
    [InlineData("diabetis = yes", 1, "no column 'diabetis'; it has diabetes, age")]
    [InlineData("ward = 1 and diabetes = maybe", 25, "column 'diabetes' has no value 'maybe'")]
    [InlineData("age between 50 and 60", 13, "cuts the band '45-64'")]
    [InlineData("age between 64 and 45", 13, "not empty")]
    [InlineData("age between x and 45", 13, "expected a number")]
    [InlineData("bmi = 11", 7, "has no value from 11 to 11")]
    [InlineData("bmi > 10.5", 7, "whole number")]
    [InlineData("bmi < -9223372036854775808", 7, "")]
    [InlineData("diabetes > 3", 12, "holds no numbers")]
    [InlineData("diabetes is not known", 13, "cannot be counted")]
    public void What_cannot_be_read_is_named_with_its_position(string text, int position, string reason)
    {
        QueryException e = Assert.Throws<QueryException>(() => QueryParser.Parse(text, Schema));
        Assert.Equal(position, e.Position);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_and_deep_nesting_are_read_or_refused()
    {
        Predicate many = QueryParser.Parse(string.Join(" or ", Enumerable.Repeat("ward = 1", 500)), Schema);
        Assert.Equal(["ward"], many.Columns);
        Assert.Throws<QueryException>(() => QueryParser.Parse(new string('(', 100) + "ward = 1" + new string(')', 100), Schema));
        Assert.Throws<QueryException>(() => QueryParser.Parse(string.Concat(Enumerable.Repeat("not ", 40)) + "ward = 1", Schema));
        Assert.Throws<QueryException>(() => QueryParser.Parse(new string('(', 20_000), Schema));
    }

    [Property(MaxTest = 500)]
    public void Any_text_is_read_or_refused(string text)
    {
        foreach (string condition in (string[])[text ?? "", "ward = 1 and " + text, $"ward = '{text}'", $"age between {text} and 3"])
        {
            try
            {
                QueryParser.Parse(condition, Schema);
            }
            catch (QueryException e)
            {
                Assert.InRange(e.Position, 1, condition.Length + 1);
            }
        }
    }
}
