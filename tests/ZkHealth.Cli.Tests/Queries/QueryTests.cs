using FsCheck.Xunit;
using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Tests.Queries;

public class QueryTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            CategoryColumn.YesNo("diabetes"),
            new BandColumn("age", [new Band("0-44", 0, 44), new Band("45-64", 45, 64), new Band("65+", 65, null)]),
            new CategoryColumn("sex at birth", [new Category("f", "female"), new Category("m", "it's \"male\"")]),
            new NumberColumn("bmi", 10, 50, 2),
            new CategoryColumn("ward", [new Category("1", "one"), new Category("2", "two")]),
            new CategoryColumn(
                "icd",
                [.. new[] { "E10.9", "E11.0", "E11.1", "E11.8", "E11.9", "I10" }.Select(c => new Category(c, c))]
            ),
        ]
    );

    [Theory]
    [InlineData("diabetes = \"yes\"", "diabetes = \"yes\"")]
    [InlineData("diabetes = yes", "diabetes = \"yes\"")]
    [InlineData("diabetes != 'yes'", "diabetes != \"yes\"")]
    [InlineData("diabetes <> yes", "diabetes != \"yes\"")]
    [InlineData("diabetes is known", "diabetes is known")]
    [InlineData("age between 45 and 64", "age = \"45-64\"")]
    [InlineData("age >= 45", "age >= 45")]
    [InlineData("age > 44", "age >= 45")]
    [InlineData("age < 65", "age <= 64")]
    [InlineData("age <= 44", "age = \"0-44\"")]
    [InlineData("not age >= 45", "age = \"0-44\"")]
    [InlineData("age = '65+'", "age = \"65+\"")]
    [InlineData("`sex at birth` = f", "`sex at birth` = \"female\"")]
    [InlineData("`sex at birth` = 'it''s \"male\"'", "`sex at birth` = \"it's \"\"male\"\"\"")]
    [InlineData("bmi = 12", "bmi = 12")]
    [InlineData("bmi = '12'", "bmi = 12")]
    [InlineData("bmi between 10 and 14", "bmi <= 14")]
    [InlineData("bmi between 12 and 14", "bmi between 12 and 14")]
    [InlineData("bmi not between 12 and 14", "not bmi between 12 and 14")]
    [InlineData("bmi > 13.5", "bmi >= 14")]
    [InlineData("bmi in (10, 14)", "bmi in (10, 14)")]
    [InlineData("bmi != 12", "bmi != 12")]
    [InlineData("bmi >= 0", "bmi >= 10")]
    [InlineData("ward = 2", "ward = \"two\"")]
    [InlineData("ward in (1, 'two')", "ward is known")]
    [InlineData("ward not in (1, 'two')", "ward not in (\"one\", \"two\")")]
    [InlineData("diabetes not in (yes)", "diabetes != \"yes\"")]
    [InlineData("icd like \"E11%\"", "icd like \"E11.%\"")]
    [InlineData("icd not like 'E11%'", "not icd like \"E11.%\"")]
    [InlineData("icd in (E11.0, E11.9)", "icd in (\"E11.0\", \"E11.9\")")]
    [InlineData("icd in (E11.0, E11.1, E11.8, E11.9)", "icd like \"E11.%\"")]
    [InlineData("icd in (E11.0, E11.1, E11.8, I10)", "icd in (\"E11.0\", \"E11.1\", \"E11.8\", \"I10\")")]
    [InlineData("icd in (E10.9, E11.0, E11.1, E11.8, E11.9)", "icd like \"E1%\"")]
    [InlineData("icd in (E10.9, E11.0, E11.1, E11.8, I10)", "icd != \"E11.9\"")]
    [InlineData("diabetes = yes or diabetes = no and ward = 1", "diabetes = \"yes\" or (diabetes = \"no\" and ward = \"one\")")]
    [InlineData("(diabetes = yes or diabetes = no) and ward = 1", "(diabetes = \"yes\" or diabetes = \"no\") and ward = \"one\"")]
    [InlineData("not (diabetes = yes or ward = 1)", "diabetes != \"yes\" and ward != \"one\"")]
    [InlineData("not diabetes = yes and NOT NOT ward=1", "diabetes != \"yes\" and ward = \"one\"")]
    public void Conditions_are_read(string text, string meaning) =>
        Assert.Equal(meaning, QueryParser.Parse(text, Schema).Describe(Schema));

    [Theory]
    [InlineData("", 1, "expected")]
    [InlineData("diabetes", 9, "end of input")]
    [InlineData("diabetes = ", 12, "expected")]
    [InlineData("diabetes = yes and", 19, "expected")]
    [InlineData("diabetes = yes ward = 1", 16, "ward")]
    [InlineData("(diabetes = yes", 16, "expected")]
    [InlineData("diabetes == yes", 10, "one = is enough")]
    [InlineData("\"age at\" >= 70", 1, "the name of a column with spaces or signs in it stands in backticks")]
    [InlineData("age in (40-49)", 9, "\"40-49\"")]
    [InlineData("bmi >= 0,5", 9, "with a point")]
    [InlineData("bmi >= 1e1", 8, "in quotes")]
    [InlineData("bmi >= '0,5'", 8, "such as 18.5, got '0,5'")]
    [InlineData("icd like 'E1'", 10, "one % at the end")]
    [InlineData("icd like '%1'", 10, "one % at the end")]
    [InlineData("icd like 'E%1%'", 10, "one % at the end")]
    [InlineData("icd like 'X%'", 10, "no code that begins with 'X'")]
    [InlineData("bmi like '1%'", 10, "no codes of categories")]
    [InlineData("icd in file 'no-such-file.txt'", 13, "no-such-file.txt cannot be read")]
    [InlineData("diabetes = 'yes", 12, "")]
    [InlineData("diabetes = yes & ward = 1", 16, "")]
    [InlineData("diabetis = yes", 1, "no column 'diabetis'; it has diabetes, age")]
    [InlineData("ward = 1 and diabetes = maybe", 25, "column 'diabetes' has no value 'maybe'")]
    [InlineData(
        "age between 50 and 60",
        13,
        "cuts '45-64' of column 'age' in two; a range may begin and end where its values do: 0 to 44, 45 to 64, 65 on"
    )]
    [InlineData("age >= 50", 8, "cuts '45-64'")]
    [InlineData("age < 50", 7, "cuts '45-64'")]
    [InlineData("age <= 200", 8, "cuts '65+'")]
    [InlineData("age between 64 and x", 13, "expected one such as 18.5, got 'x'")]
    [InlineData("age between 64 and 45", 13, "not empty")]
    [InlineData("age between x and 45", 13, "expected one such as 18.5, got 'x'")]
    [InlineData("bmi = 11", 7, "has no value 11; it has 10 to 50")]
    [InlineData("bmi > 50", 7, "no value above 50; it has 10 to 50")]
    [InlineData("bmi < -9223372036854775808", 7, "no value below -9223372036854775808")]
    [InlineData("diabetes > 3", 12, "holds no numbers, dates or ordered values")]
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
        Assert.Throws<QueryException>(() =>
            QueryParser.Parse(string.Concat(Enumerable.Repeat("not ", 100)) + "ward = 1", Schema)
        );
        Assert.Throws<QueryException>(() => QueryParser.Parse(new string('(', 20_000), Schema));
        Assert.Throws<QueryException>(() => QueryParser.Parse($"ward = '{new string('x', 1 << 20)}'", Schema));
    }

    [Property(MaxTest = 500)]
    public void Any_text_is_read_or_refused(string text)
    {
        foreach (
            string condition in (string[])[text ?? "", "ward = 1 and " + text, $"ward = '{text}'", $"age between {text} and 3"]
        )
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
