using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Commands;

namespace ZkHealth.Cli.Tests;

/// <summary>Things that parties leave undone or say falsely, and who is named for it.</summary>
public sealed partial class AggregateTests
{
    /// <summary>Attacks, B7: one entry of a stranger that says it opens a session, and is none, made every command without
    /// --session end with a question for which.</summary>
    [Fact]
    public void An_entry_that_opens_nothing_is_no_session()
    {
        Prepare();
        Open();
        Run.Json("keygen", "--out", At("stranger"));
        using (OpenBoard open = OpenBoard.ToWrite(At("L"), At("stranger"), null))
        {
            open.Board.Append(BoardKinds.Open, new byte[32], [1]);
        }

        Assert.Empty(Run.Json("aggregate", "status", "--ledger", At("L"))["deals"]!.AsArray());
    }

    /// <summary>What is not posted when asked for leaves its dealer out, which is no fault that anyone could show; with two left,
    /// nothing is opened.</summary>
    [Fact]
    public void A_hospital_that_does_not_deliver_is_named()
    {
        Prepare();
        Open();
        Each(i => Do(i, "deal", At($"h{i}.zkt"), "--approve", At("terms")));
        CutOff(1);
        Array.ForEach(
            [.. Directory.EnumerateFiles(At("h3.dealt")).Select(f => Path.GetFileName(f)!)],
            f => File.Delete(Path.Combine(At("L.blobs"), f))
        );
        Each(i => Do(i, "check", "--terms", At("terms")));
        CutOff(2);
        CutOff(3);
        CutOff(4);
        (int code, JsonObject verified) = Run.JsonAndCode("aggregate", "verify", "--ledger", At("L"));
        Assert.Equal((1, "ended"), (code, (string)verified["status"]!));
        Assert.Equal("2 contributors count, the terms ask for 3", (string)verified["reason"]!);
        Assert.Contains(
            verified["findings"]!.AsArray(),
            f => (string)f!["name"]! == "House 3" && (string)f["kind"]! == "notDelivered"
        );
        (code, string text) = Run.Command("aggregate", "verify", "--ledger", At("L"));
        Assert.True(
            code == 1
                && text.Contains("left out: House 3 (", StringComparison.Ordinal)
                && !text.Contains("at fault", StringComparison.Ordinal),
            text
        );
        Assert.Equal(1, Step(1, "freeze", "--terms", At("terms")).Code);
        Assert.Equal(1, Step(1, "share", "--terms", At("terms")).Code);
    }
}
