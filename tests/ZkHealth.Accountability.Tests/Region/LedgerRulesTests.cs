using Xunit;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The rules attached to the embedded ledger: what is refused is no leaf, and a log that holds it is
/// convicted.</summary>
public sealed class LedgerRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_refused_entry_is_no_leaf_and_every_leaf_has_the_root_that_decided_it()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann");
        Assert.Equal("Refused: ROLE", r.Do("money received", "maker", Bodies.MoneyReceived.Row("maker", 5)).ToString());
        r.Revoke("ann");
        Assert.Equal("Refused: DUPLICATE", r.Revoke("ann").ToString());
        r.Wait(Durations.Day);
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        Assert.Equal(4, ledger.GetCheckpoint().Size);
        List<RegionLeaf> leaves = [.. RegionLog.Replay(ledger)];
        Assert.Equal([0, 1, 1, 1], leaves.Select(l => l.Leaf.RuleSet));
        Assert.Equal(new byte[32], leaves[0].Leaf.StateRoot.ToArray());
        Assert.Equal(r.State.Root.ToArray(), leaves[^1].After.Root.ToArray());
        AuditResult audit = LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance);
        Assert.Equal("accepted: 3 entries and 1 tick", audit.ToString());
        Assert.Empty(audit.Flags);
    }

    /// <summary>All reasons at once, in the answer of the ledger itself.</summary>
    [Fact]
    public void The_ledger_tells_every_reason()
    {
        using var r = new Region(_folder, "region");
        Act act = r.Act("payout recorded", "maker", Bodies.PayoutRecorded.Row(new byte[] { 1 }, 5));
        using SqliteLedger ledger = Open(r, AccountabilityRules.Instance);
        Assert.Equal("AMOUNT, ROLE", ledger.Append(Sign(act, "maker", ledger)).Reason);
        Assert.Equal(1, ledger.GetCheckpoint().Size);
    }

    /// <summary>Attack 1: an operator who appends what the rules refuse, or writes another state root: the root stands in
    /// the leaf, and the audit names it.</summary>
    [Theory]
    [InlineData(false, "rejected: entry 1: the rules refuse it: AMOUNT, ROLE")]
    [InlineData(true, "rejected: entry 1: its state root is not that of the entries before it")]
    public void An_audit_convicts_a_log_that_breaks_its_rules(bool wrongRoot, string verdict)
    {
        using var r = new Region(_folder, "region");
        Act act = r.Act("payout recorded", "maker", Bodies.PayoutRecorded.Row(new byte[] { 1 }, 5));
        using (SqliteLedger ledger = Open(r, new CorruptRules(wrongRoot)))
        {
            Assert.Equal(AppendStatus.Appended, ledger.Append(Sign(act, "maker", ledger)).Status);
        }

        Assert.Equal(verdict, LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).ToString());
        using SqliteLedger convicted = SqliteLedger.Open(r.LedgerFile!);
        Assert.Throws<IOException>(() => RegionLog.Replay(convicted).Count());
    }

    [Fact]
    public void Two_processes_append_to_one_state()
    {
        using var r = new Region(_folder, "region");
        using SqliteLedger other = Open(r, AccountabilityRules.Instance);
        Act first = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal(AppendStatus.Appended, other.Append(Sign(first, "centre", other)).Status);
        using SqliteLedger third = Open(r, AccountabilityRules.Instance);
        Act second = r.Act("report", "hospital", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("b")));
        Assert.Equal(AppendStatus.Appended, third.Append(Sign(second, "hospital", third)).Status);
        Act wrong = r.Act("report", "auditor-a", Bodies.ReportMade.Row("auditor-a", "TAKEN", Region.Digest("c")));
        Assert.Equal("ACCUSED", other.Append(Sign(wrong, "auditor-a", other)).Reason);
        Assert.True(LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).IsAccepted);
    }

    /// <summary>Attacks 7 and 16: the tick at which a rule set takes effect is the last leaf under the old one; who lacks the new
    /// one appends nothing and convicts nobody.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_set_begins_behind_a_tick(bool known)
    {
        using var r = new Region(_folder, "region");
        byte[] manifest = known ? Manifest.Digest : Region.Digest("another manifest");
        r.Do("audit signed", "auditor-a", Bodies.AuditSigned.Row(manifest, Region.Digest("report"), true));
        byte[] proposal = r.Propose("commission-a", "ruleset", number: 2, about: manifest);
        r.Approve(proposal, "commission-a", "commission-b", "auditor-a", "auditor-b", "patients");
        r.Sleep(30 * Durations.Day);
        Act act = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        long before = 1 + 2 + 5;
        using (SqliteLedger ledger = Open(r, AccountabilityRules.Instance, () => r.Time))
        {
            AppendResult result = ledger.Append(Sign(act, "centre", ledger));
            Assert.Equal(known ? null : "rule set 2 is in force, which this version does not have: update it", result.Reason);
            Assert.Equal(before + (known ? 2 : 1), ledger.GetCheckpoint().Size);
        }

        AuditResult audit = LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance);
        Assert.True(audit.IsAccepted, audit.ToString());
        Assert.Empty(audit.Flags);
    }

    [Theory]
    [InlineData("deletion late")]
    [InlineData("one per cent reported")]
    public void A_story_on_a_ledger_ends_with_the_root_that_it_has_in_memory(string name)
    {
        Story story = RegionStories.All.Single(s => s.Name == name);
        using var stage = new Stage(_folder);
        StoryEnd onLedger = story.Play(stage);
        Assert.True(story.Passed(onLedger));
        Assert.Equal(
            Convert.ToHexString(story.Play().Region.State.Root.Span),
            Convert.ToHexString(onLedger.Region.State.Root.Span)
        );
    }

    private static SqliteLedger Open(Region r, LogRules rules, Func<long>? time = null) =>
        SqliteLedger.Open(r.LedgerFile!, Region.Secret("log of region"), rules, new Fixed(time ?? (() => r.Time)));

    private static byte[] Sign(Act act, string signer, SqliteLedger ledger) =>
        LedgerEntry.Sign(Region.Secret(signer), ledger.Key.Name, act.Sequence!.Value, act.NotAfter!.Value, act.ToBody()).Encode();

    private sealed class Fixed(Func<long> time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(time());
    }

    /// <summary>The rules of an operator that refuses nothing, or writes roots of its own.</summary>
    private sealed class CorruptRules(bool wrongRoot) : LogRules
    {
        internal override LogState Start => new State(RegionState.Empty, wrongRoot, 0);

        private sealed class State(LogState inner, bool wrongRoot, int index) : LogState
        {
            public override LogDecision Decide(string origin, long time, LedgerEntry? entry)
            {
                LogDecision d = inner.Decide(origin, time, entry);
                byte[] root = d.Root.ToArray();
                root[0] ^= (byte)(wrongRoot && index > 0 ? 1 : 0);
                return new LogDecision(new State(d.Next, wrongRoot, index + 1), root, d.RuleSet);
            }
        }
    }
}
