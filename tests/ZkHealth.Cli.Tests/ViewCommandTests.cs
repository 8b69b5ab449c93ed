using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth view`: one page from proof files, with the verdict that verify gives, and nothing in it that a stranger's
/// label could start.</summary>
public class ViewCommandTests(ViewedTable table) : IClassFixture<ViewedTable>
{
    [Theory]
    [InlineData("rate.zkp", true)]
    [InlineData("rate.zkp", false)]
    [InlineData("histogram.zkp", true)]
    [InlineData("row.zkp", true)]
    [InlineData("answer.zkp", true)]
    [InlineData("damaged.zkp", true)]
    public void A_file_has_the_verdict_that_verify_gives(string file, bool hasLedger)
    {
        string[] options = hasLedger ? ["--ledger", table.At("l.db")] : [];
        (int expected, JsonObject verified) = Run.JsonAndCode(["verify", table.At(file), .. options]);
        string page = table.At($"{file}-{hasLedger}.html");
        (int code, JsonObject json) = Run.JsonAndCode(["view", table.At(file), .. options, "--out", page]);
        Assert.Equal(expected, code);
        JsonObject shown = json["files"]![0]!.AsObject();
        verified.Remove("seconds");
        shown.Remove("seconds");
        Assert.Equal(verified.ToJsonString(), shown.ToJsonString());

        string html = File.ReadAllText(page);
        string style =
            code != 0 ? "rejected"
            : hasLedger ? "accepted"
            : "partly";
        Assert.Equal(3, html.Split($"<p class=\"verdict {style}\">").Length);
        foreach (JsonNode? rate in verified["statistics"]?.AsArray().Where(s => s!["numerator"] is not null) ?? [])
        {
            Assert.Contains($">{rate!["numerator"]}/{rate["denominator"]}</td>", html, StringComparison.Ordinal);
        }
    }

    /// <summary>No page was made of whole numbers in an answer ("a value of type Int64 cannot be converted"), and those that are
    /// proven stood there in the place of the table that was asked for.</summary>
    [Fact]
    public void The_answer_to_a_query_is_shown_as_the_table_that_was_asked_for()
    {
        string page = table.At("answer.html");
        Run.Json("view", table.At("answer.zkp"), "--ledger", table.At("l.db"), "--out", page);
        string html = File.ReadAllText(page);
        Assert.Contains("&lt;script&gt;n\">172</td></tr>", html, StringComparison.Ordinal); // 600 rows, i % 7 < 2
        Assert.Contains("&lt;script&gt;n\">428</td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("SELECT ill, count(*) AS &quot;&lt;script&gt;n&quot; FROM t", html, StringComparison.Ordinal);
        Assert.Equal(-1, html.IndexOf("<script", StringComparison.OrdinalIgnoreCase));

        // a bar for each group, and a hatched one for those without a value, who are too few
        XElement chart = Assert.Single(Charts(html));
        string[] texts = [.. chart.Descendants("text").Select(t => t.Value)];
        foreach (string expected in (string[])["true", "172", "false", "428", "the group NULL", "withheld · 未公布"])
        {
            Assert.Contains(expected, texts);
        }

        Assert.Equal(3, chart.Descendants("g").Count());
        Assert.Single(chart.Descendants("rect"), r => (string?)r.Attribute("fill") == "url(#hatch)");
    }

    [Fact]
    public void Several_files_are_one_page_and_the_worst_of_them_is_the_exit_code()
    {
        string[] files = [.. new[] { "rate.zkp", "damaged.zkp", "histogram.zkp" }.Select(table.At)];
        string[] arguments = ["view", .. files, "--ledger", table.At("l.db"), "--out", table.At("several.html")];
        (int code, JsonObject json) = Run.JsonAndCode(arguments);
        Assert.Equal(1, code);
        Assert.Contains("damaged.zkp: ", (string)json["reason"]!, StringComparison.Ordinal);
        Assert.Equal([true, false, true], json["files"]!.AsArray().Select(f => (bool)f!["accepted"]!));
        string html = File.ReadAllText(table.At("several.html"));
        Assert.Contains("2 of 3 accepted (2 against a ledger), 1 rejected, 0 not verified", html, StringComparison.Ordinal);
        Assert.Contains("共 3 份", html, StringComparison.Ordinal);
        Run.Usage("several.html exists; --out gives another name, --force replaces it", arguments);
        Assert.Equal(1, Run.Command([.. arguments, "--force"]).Code);
    }

    [Fact]
    public void Files_that_answer_the_same_question_stand_side_by_side()
    {
        File.Copy(table.At("rate.zkp"), table.At("second.zkp"));
        string page = table.At("two.html");
        Run.Json("view", table.At("rate.zkp"), table.At("second.zkp"), "--ledger", table.At("l.db"), "--out", page);
        string html = File.ReadAllText(page);
        XElement chart = Assert.Single(Charts(html));
        Assert.Equal(6, chart.Descendants("g").Count());
    }

    /// <summary>Not shown is not zero: a suppressed cell is hatched.</summary>
    [Fact]
    public void Suppressed_cells_are_hatched()
    {
        string page = table.At("hatched.html");
        Run.Json("view", table.At("histogram.zkp"), "--ledger", table.At("l.db"), "--out", page);
        XElement chart = Assert.Single(Charts(File.ReadAllText(page)));
        Assert.Contains(chart.Descendants("rect"), r => (string?)r.Attribute("fill") == "url(#hatch)");
    }

    [Fact]
    public void Labels_of_strangers_are_text()
    {
        string page = table.At("hostile.html");
        string[] files = [.. new[] { "rate.zkp", "histogram.zkp", "row.zkp" }.Select(table.At)];
        Run.Json(["view", .. files, "--ledger", table.At("l.db"), "--out", page]);
        string html = File.ReadAllText(page);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Equal(-1, html.IndexOf("<script", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(-1, html.IndexOf("<img", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain('\u202e', html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Equal(2, Charts(html).Length);
    }

    /// <summary>The charts, which are XML as well.</summary>
    private static XElement[] Charts(string html) =>
        [.. html.Split("<svg").Skip(1).Select(part => XElement.Parse("<svg" + part.Split("</svg>")[0] + "</svg>"))];
}
