using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Terms as they are written, checked and described.</summary>
public sealed partial class AggregateTests
{
    /// <summary>
    /// A region's terms that said nothing of small counts opened them, where a hospital's own proof refuses them: now they are
    /// left out unless the terms say otherwise, and whoever reads, agrees or verifies is told which of the two it is, and that
    /// readers of the ledger know them anyway.
    /// </summary>
    [Theory]
    [InlineData(null, "counts from 1 to 9 are left out of what is reported; this hides nothing from readers of the ledger")]
    [InlineData("0", "small counts are NOT left out")]
    public void Small_counts_are_left_out_unless_the_terms_say_otherwise(string? below, string words)
    {
        Prepare(below is null ? [] : ["--suppress-below", below]);
        string[] asked = ["--column", "ill", "--among", "sex = f"]; // ill among the 5, 10 and 15 of sex f: 2 + 3 + 5
        Run.Json(["aggregate", "terms", "count", "--where", "ill = yes and sex = m", "--add-to", At("terms")]);
        Run.Json(["aggregate", "terms", "histogram", .. asked, "--add-to", At("terms")]);
        void Said(params string[] arguments)
        {
            (int code, string text) = Run.Command(["aggregate", .. arguments]);
            Assert.True(code == 0 && text.Contains(words, StringComparison.Ordinal), text);
        }

        Said("show", At("terms"));
        Assert.Equal(below is null ? 10 : 0, (int)Run.Json("aggregate", "show", At("terms"))["suppressBelow"]!);
        Each(i => Do(i, "register", "--name", $"House {i}"));
        Said(["register", "--terms", At("terms"), .. As(1)]);
        Each(i => Do(i, "register", "--terms", At("terms")));
        Do(2, "open", "--terms", At("terms"));
        Said(["deal", At("h1.zkt"), "--approve", At("terms"), .. As(1)]);
        Each(i => Do(i, "deal", At($"h{i}.zkt"), "--approve", At("terms")));
        CutOff(1);
        Each(i => Do(i, "check", "--terms", At("terms")));
        CutOff(2);
        CutOff(3);
        CutOff(4);
        Each(i => Do(i, "freeze", "--terms", At("terms")));
        Each(i => Do(i, "share", "--terms", At("terms")));
        Said("verify", "--ledger", At("L"));
        JsonObject verified = Run.Json("aggregate", "verify", "--ledger", At("L"));
        Assert.Equal((18, 60), Opened(verified));
        Assert.Equal(below is null ? 10 : 0, (int)verified["suppressBelow"]!);
        Assert.Equal(below is null ? null : 8, (int?)verified["statistics"]![1]!["opened"]![0]);
        Assert.Equal(3, verified["statistics"]![2]!["values"]!.AsArray().Count);
        Assert.Equal(10, (int)verified["statistics"]![2]!["opened"]![1]!);
        Run.Json("aggregate", "terms", "count", "--where", "ill = yes", "--add-to", At("terms"), "--suppress-below", "3");
        Assert.Equal(3, (int)Run.Json("aggregate", "show", At("terms"))["suppressBelow"]!);
    }

    [Fact]
    public void Terms_are_checked_and_described()
    {
        Prepare();
        JsonObject terms = Run.Json("aggregate", "show", At("terms"));
        Assert.Equal((2, 3, 3), ((int)terms["threshold"]!, (int)terms["quorum"]!, (int)terms["minimum"]!));
        string[] keys = [At("h1.pub"), At("h2.pub"), At("h3.pub")];
        string[] Terms(string kind, string[] own, params string[] more) =>
            [
                "aggregate",
                "terms",
                kind,
                .. own,
                "--ledger",
                At("L"),
                "--schema",
                At("s.json"),
                "--purpose",
                "p",
                "--data-set",
                "d",
                "--max-rows",
                "64",
                "--out",
                At("bad"),
                "--force",
                "--hospital",
                .. keys,
                "--member",
                .. keys,
                .. more,
            ];
        foreach (
            (string[] arguments, string message) in (ReadOnlySpan<(string[], string)>)
                [
                    (Terms("count", ["--where", "ill = maybe"]), "--where:"),
                    (
                        Terms("count", ["--where", "ill = yes"], "--threshold", "1"),
                        "the threshold of a committee of 3 is 2 to 3 members, not 1"
                    ),
                    (
                        Terms("count", ["--where", "ill = yes"], "--minimum", "2"),
                        "at least 3 contributors are needed where 1 may collude, not 2"
                    ),
                    (Terms("histogram", ["--column", "ill", "--suppress", "5"]), "hides numbers"),
                    (Terms("count", ["--where", "ill = yes"], "--cut-offs", "soon"), "--cut-offs: expected a time"),
                    (["aggregate", "terms", "count", "--where", "ill = yes", "--out", At("bad")], "expected --schema"),
                    (["aggregate", "show", At("s.json")], "s.json"),
                ]
        )
        {
            (int code, string text) = Run.Command(arguments);
            Assert.True(code == 2 && text.Contains(message, StringComparison.Ordinal), text);
            Assert.False(File.Exists(At("bad")));
        }

        Run.Json(
            "aggregate",
            "terms",
            "histogram",
            "--column",
            "sex",
            "--among",
            "ill = yes",
            "--add-to",
            At("terms"),
            "--out",
            At("two")
        );
        Assert.Equal(2, Run.Json("aggregate", "show", At("two"))["asked"]!.AsArray().Count);
        Run.Json(Terms("count", ["--where", "ill = yes"], "--epsilon", "1", "--cut-offs", "+5,+6,+7,+8", "--void-after", "+60"));
        JsonObject noisy = Run.Json("aggregate", "show", At("bad"));
        Assert.NotNull(noisy["noise"]);
        Assert.Equal(0, (int)noisy["suppressBelow"]!);
        Assert.All(noisy["cutOffs"]!.AsArray(), Assert.NotNull);
    }
}
