using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Entries at another place or time than they were signed for: a witness cosigns none, and gives no receipt that would
/// put one earlier.</summary>
public sealed partial class WitnessTests
{
    // the rules did not look at the number of an entry that they do not read: repeated, it set the number of its key back, and
    // what the treasury had received was received once more under the cosignatures of all witnesses
    [Theory]
    [InlineData("as it was", "")]
    [InlineData("again", "leaf 3: the rules refuse it: NUMBER")]
    [InlineData("of another log", "leaf 3: the rules refuse it: ORIGIN")]
    [InlineData("too late", "leaf 3: the rules refuse it: EXPIRED")]
    [InlineData("without a number", "leaf 3: the rules refuse it: NUMBER")]
    public void A_witness_holds_every_entry_to_its_place(string how, string fault)
    {
        using var r = new Region(_folder, "region");
        var table = new EntryBody("a table", [1], [2]);
        r.Post(table, "treasury");
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 5));
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        List<byte[]> leaves = [.. Enumerable.Range(0, 3).Select(i => ledger.Read(i)!)];
        var tree = new MerkleFrontier();
        LogState state = RegionState.Empty;
        foreach (byte[] leaf in leaves)
        {
            Assert.True(LedgerLeaf.TryDecode(leaf, out LedgerLeaf? decoded, out _));
            state = state.Decide(r.Origin, decoded.Time, decoded.Entry).Next;
            tree.Append(MerkleHash.Leaf(leaf));
        }

        SigningKey treasury = Region.Secret("treasury");
        long end = r.Time + Durations.Hour;
        LedgerEntry entry = how switch
        {
            "again" => LedgerEntry.Sign(treasury, r.Origin, 0, end, table),
            "of another log" => LedgerEntry.Sign(treasury, "other/0123456789abcdef", 2, end, table),
            "too late" => LedgerEntry.Sign(treasury, r.Origin, 2, r.Time, table),
            "without a number" => LedgerEntry.SignRestricting(treasury, r.Origin, table),
            _ => LedgerEntry.Sign(treasury, r.Origin, 2, end, table),
        };
        LogDecision decision = state.Decide(r.Origin, r.Time, entry);
        byte[] added = new LedgerLeaf(r.Time, decision.Root.Span, decision.RuleSet, entry).Encode();
        tree.Append(MerkleHash.Leaf(added));
        Checkpoint checkpoint = Checkpoint.Sign(r.Origin, 4, tree.Root(), Region.Secret("log of region"));
        new Witness(ledger.Key, Region.Secret("w1"), ManualClock.At(r.Time)).TryCosign(
            checkpoint,
            [.. leaves, added],
            out _,
            out string? said
        );
        Assert.Equal(fault, said ?? "");
    }

    // the ids of recalls can be computed before there are any: who had its attestations seen in advance was never late, and each
    // was a delay of the operator's
    [Fact]
    public void A_witness_sees_nothing_that_the_rules_would_not_take_yet()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]),
            request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        Row attested = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        Act act = r.Act("erasure attested", "institute", attested);
        Assert.Null(See(r, "w1", act));
        r.Revoke("ann");
        Assert.NotNull(See(r, "w1", act));
    }

    // whoever became operator later answered for what the one before it had held back
    [Fact]
    public void A_later_operator_does_not_answer_for_a_delay()
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        r.Consent("ann");
        Act act = r.Act("consent revoked", "ann", Bodies.ConsentRevoked.Row(Region.Key("ann")));
        SubmissionReceipt seen = See(r, "w1", act, "ann")!;
        r.Sleep(61 * Durations.Second);
        r.Revoke("ann");
        r.Admit("successor", "operator", "company", ["attest"]);
        Assert.Equal("Accepted", Show(r, act, [seen]));
        Assert.Contains("operator OPERATOR_DELAY", r.Breaches);
        Assert.DoesNotContain("successor OPERATOR_DELAY", r.Breaches);
    }
}
