using System.Text;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

/// <summary>Texts that others chose, in the CSV files that we write.</summary>
public class CsvTextTests
{
    /// <summary>A label that begins as a formula was one in the requester's spreadsheet (CSV injection). Expected fields by
    /// hand, after RFC 4180 and the rule in docs/json.md.</summary>
    [Theory]
    [InlineData("north", "north")]
    [InlineData("", "\"\"")]
    [InlineData("65-69", "65-69")]
    [InlineData("a=b", "a=b")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t'=1")]
    [InlineData("\r=1", "\"'\r'=1\"")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("'s", "''s")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"=1\"", "\"say \"\"'=1\"\"\"")]
    [InlineData("a;=1;", "a;'=1;")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    public void A_label_is_never_a_formula(string label, string field) => Assert.Equal(field, CsvText.Label(label));

    /// <summary>In a cell that any separator begins no formula starts, and the label is read back.</summary>
    [Fact]
    public void Labels_of_separators_and_formulas_are_read_back()
    {
        const string Letters = "=+-@',;\"\t\r\na";
        const int Length = 4;
        for (int n = 0; n < (int)Math.Pow(Letters.Length, Length); n++)
        {
            var label = new StringBuilder();
            for (int rest = n, i = 0; i < Length; i++, rest /= Letters.Length)
            {
                label.Append(Letters[rest % Letters.Length]);
            }

            string field = CsvText.Label(label.ToString());
            string value = field[0] == '"' ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field;
            var back = new StringBuilder();
            for (int i = 0; i < value.Length; i++)
            {
                bool begins = i == 0 || ",;\t\r\n\"".Contains(value[i - 1], StringComparison.Ordinal);
                Assert.False(begins && "=+-@".Contains(value[i], StringComparison.Ordinal), field);
                if (!(begins && value[i] == '\''))
                {
                    back.Append(value[i]);
                }
                else
                {
                    back.Append(value[++i]);
                }
            }

            Assert.Equal(label.ToString(), back.ToString());
        }
    }
}
