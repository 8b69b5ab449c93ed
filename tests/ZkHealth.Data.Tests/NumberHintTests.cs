using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>Messages that lead from a number in another form to the member of the schema that takes it.</summary>
public class NumberHintTests
{
    private static ImportReport Check(string members, params string[] values) =>
        CsvImporter.Check(
            new MemoryStream(Encoding.UTF8.GetBytes("v\n" + string.Concat(values.Select(v => $"\"{v}\"\n")))),
            "x.csv",
            ImportSchema.Parse(Encoding.UTF8.GetBytes($$"""{ "name": "t", "columns": [ { "name": "v", {{members}} } ] }"""))
        );

    [Theory]
    [InlineData("6,5", "; if ',' is the decimal sign, add \"decimal\": \",\"")]
    [InlineData(
        "1,234",
        "; if ',' is the decimal sign, add \"decimal\": \",\"; if ',' stands between thousands, add \"thousands\": \",\""
    )]
    [InlineData("1.234,5", "; if ',' is the decimal sign, add \"decimal\": \",\", \"thousands\": \".\"")]
    [InlineData("1,234.5", "; if ',' stands between thousands, add \"thousands\": \",\"")]
    [InlineData("1.234", "; if '.' stands between thousands, add \"thousands\": \".\", \"decimal\": \",\"")]
    [InlineData("12 345", "; if ' ' stands between thousands, add \"thousands\": \" \"")]
    [InlineData("-9", "; if -9 stands for \"no value\", add it to \"missing\"")]
    [InlineData("90+", "; a \"topCode\" such as \"90+\" with \"max\": 90 takes such texts")]
    [InlineData(">= 90", "; a \"topCode\" such as \"90+\" with \"max\": 90 takes such texts")]
    [InlineData(
        "1940-01-10",
        "; this is a date: take the kind date, or \"ageAt\" for an age, with \"format\": \"iso\" or \"year-first\""
    )]
    [InlineData("31.12.1940", "with \"format\": \"day-first\"")]
    [InlineData("1.5", "")]
    [InlineData("abc", "")]
    [InlineData("300", "")]
    public void Unknown_numbers_have_a_hint(string value, string hint)
    {
        ImportReport report = Check("\"kind\": \"integer\", \"min\": 0, \"max\": 200", value);
        Assert.Equal(1, report.Columns[0].Unknown);
        Assert.Equal(
            hint.Length == 0 ? [] : [$"line 2, column 'v', got '{value}'"],
            report.Hints.Select(h => h[..(h.IndexOf(';', StringComparison.Ordinal) is var at and > 0 ? at : h.Length)])
        );
        Assert.EndsWith(hint, string.Concat(report.Hints), StringComparison.Ordinal);
    }

    /// <summary>Bands cut numbers off: 1.234 of a German file fell into the band of 1 and was not even counted as
    /// rounded.</summary>
    [Theory]
    [InlineData(true, "1.234", "250", "2.500")]
    [InlineData(true, "1.234", "1.234")]
    [InlineData(false, "1.234", "2.5")]
    [InlineData(false, "1.234", "0.125")]
    [InlineData(false, "1.2345", "250")]
    [InlineData(false, "1234", "12.34")]
    [InlineData(false, "1.", "2.")]
    public void Points_before_three_digits_alone_are_said(bool said, params string[] values)
    {
        foreach (
            string members in (string[])
                [
                    "\"kind\": \"integer\", \"min\": 0, \"max\": 2000, \"round\": \"down\"",
                    "\"kind\": \"bands\", \"bands\": [ { \"label\": \"a\", \"from\": 0 } ]",
                ]
        )
        {
            ImportReport report = Check(members, values);
            Assert.Equal(
                said ? 1 : 0,
                report.Hints.Count(h => h.Contains("stands before three digits", StringComparison.Ordinal))
            );
            Assert.Equal(values.Length, report.Rows);
        }

        // where the schema keeps three digits, it has said that the sign is a decimal sign
        Assert.Empty(Check("\"kind\": \"number\", \"min\": 0, \"max\": 600, \"scale\": 3", "1.234").Hints);
        Assert.Contains(
            "the sign ',' stands before three digits",
            Check("\"kind\": \"integer\", \"min\": 0, \"max\": 9, \"round\": \"down\", \"decimal\": \",\"", "1,234").Hints[0],
            StringComparison.Ordinal
        );
    }
}
