using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

public class ReportTests
{
    /// <summary>A value with a zero-width space or a soft hyphen in it looked like one that the schema knows.</summary>
    [Theory]
    [InlineData("疾控中心 + straße 👩 𠮷", "疾控中心 + straße 👩 𠮷")]
    [InlineData("ye\u200bs", @"ye\u200bs")]
    [InlineData("\ufeffyes\u00ad", @"\ufeffyes\u00ad")]
    [InlineData("5\u00a0kg", @"5\u00a0kg")]
    [InlineData("a\u202eb\u2066c\u2028d\u0085", @"a\u202eb\u2066c\u2028d\u0085")]
    [InlineData("\U000e0041x", @"\udb40\udc41x")]
    [InlineData("\u001b[1A\n", @"\u001b[1A\u000a")]
    public void Characters_that_are_not_seen_are_written_out_and_all_others_are_not(string text, string shown) =>
        Assert.Equal(shown, Report.Visible(text));

    [Fact]
    public void Half_of_a_pair_of_surrogates_is_written_out()
    {
        string half = new((char)0xd83d, 1);
        Assert.Equal(@"a\ud83db\ud83d", Report.Visible($"a{half}b{half}"));
    }

    [Theory]
    [InlineData("疾控中心")]
    [InlineData("a+b & <c> 'd' \"e\" \\ud83d\\ude00 \\\\ /")]
    [InlineData("\\\U00020bb7\\")]
    [InlineData("👩‍⚕️ \u202e\u0000\u007f\u2028")]
    public void Json_says_the_same_and_shows_what_can_be_shown(string text)
    {
        string json = Report.ToJson(new JsonObject { ["x"] = text });
        Assert.DoesNotContain('\u202e', json);
        Assert.Equal(text, (string)JsonNode.Parse(json)!["x"]!);
    }

    [Fact]
    public void Names_in_any_script_are_read_as_they_are() =>
        Assert.Contains("\"疾控中心 + 𠮷\"", Report.ToJson(new JsonObject { ["x"] = "疾控中心 + 𠮷" }), StringComparison.Ordinal);
}
