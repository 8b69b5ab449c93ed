using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>A ledger that grows behind its history: it goes on from what it has, and a reader keeps to one end.</summary>
public sealed class HistoryGrowthTests : TemporaryFolder
{
    /// <summary>A history goes on from the ledger's snapshot, or from its own, and does not replay what it has; one of another
    /// log, or of leaves that are no more, is made anew.</summary>
    [Fact]
    public void A_history_goes_on_from_a_snapshot_and_is_made_anew_for_another_log()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        r.Agree("institute", ["hospital"]);
        using (SqliteLedger ledger = r.OpenLedger())
        {
            using HistoryFile first = HistoryFile.Open(r.LedgerFile!, ledger);
            Assert.Equal(r.Steps.Count, first.Replayed);
        }

        // the ledger's own snapshot stands at its last leaf
        var clock = ManualClock.At(r.Time);
        using (
            SqliteLedger ledger = SqliteLedger.Open(
                r.LedgerFile!,
                Region.Secret("log of region"),
                AccountabilityRules.Instance,
                clock
            )
        )
        {
            ledger.Tick();
            ledger.SaveState(always: true);
        }

        using (SqliteLedger ledger = r.OpenLedger())
        {
            using (HistoryFile second = HistoryFile.Open(r.LedgerFile!, ledger)) { }

            using HistoryFile third = HistoryFile.Open(r.LedgerFile!, ledger);
            Assert.Equal(1, third.Replayed);
            LogHistory part = third.Select([LogHistory.Hex(Region.Key("ann"))], []);
            Assert.Equal(["consent granted"], part.Leaves.Select(l => l.Act!.Kind));
        }

        using var other = new Region(At("two"), "region");
        File.Copy(HistoryFile.PathOf(r.LedgerFile!), HistoryFile.PathOf(other.LedgerFile!));
        using SqliteLedger another = other.OpenLedger();
        using HistoryFile anew = HistoryFile.Open(other.LedgerFile!, another);
        Assert.Equal(other.Steps.Count, anew.Replayed);
        Assert.Empty(anew.Select([LogHistory.Hex(Region.Key("ann"))], []).Leaves);
    }

    /// <summary>The ledger's snapshot stands at the end of the history: it has what was due at that leaf behind it. The history
    /// had lost the late recall for ever, and closed the month with another root than the log's.</summary>
    [Fact]
    public void What_was_due_at_the_leaf_of_a_snapshot_is_in_the_history()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        using (SqliteLedger ledger = r.OpenLedger())
        {
            using (HistoryFile.Open(r.LedgerFile!, ledger)) { }
        }

        // the recall is due after 30 days, and January over
        r.Wait(40 * Durations.Day);
        RegionStep last = r.Steps[^1];
        StateSnapshot.Write(StateSnapshot.PathOf(r.LedgerFile!), last.Before, last.Index, Region.Secret("log of region"));
        using SqliteLedger later = r.OpenLedger();
        LogHistory whole = LogHistory.Of(RegionLog.Replay(later));
        using HistoryFile file = HistoryFile.Open(r.LedgerFile!, later);
        long[] all = [.. whole.Leaves.Select(l => l.Index)];
        HistoryLeaf expected = whole.Leaves[^1],
            kept = file.Select([], all).Leaves[^1];
        Assert.Contains(expected.Due, c => c.Raised("late"));
        Assert.Equal(Places(expected), Places(kept));
        foreach (long until in (long[])[Region.Start + (31 * Durations.Day), r.Time + 1])
        {
            Assert.Equal(
                PeriodReport.Of(RegionLog.Replay(later), Region.Start, until, _ => true).ToJson().ToJsonString(),
                file.Report(Region.Start, until)!.ToJson().ToJsonString()
            );
        }

        static IEnumerable<string> Places(HistoryLeaf leaf) =>
            leaf.Due.Select(c => $"{leaf.Index} {c.Kind.Name} {Convert.ToHexString(c.Id)}");
    }

    /// <summary>The log grows whenever its end is asked for: leaves behind the end that was stored were counted again by the next
    /// reading, and evidence of the end that was read first was refused as damaged.</summary>
    [Fact]
    public void A_log_that_grows_while_it_is_read_is_read_to_one_end()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Wait(1);
        using SqliteLedger ledger = r.OpenLedger();
        var growing = new GrowingLedger(ledger, () => r.Wait(1));
        foreach (long minLeaves in (long[])[0, 0, long.MaxValue])
        {
            using LedgerHistory history = LedgerHistory.Open(r.LedgerFile!, growing, minLeaves);
            string[] members = [.. r.State.Members];
            LogHistory part = history.Select(members);
            long[] leaves = [.. UseTrace.Of(part, members, out _)!.Leaves];
            Evidence bundle = history.Prove(part, leaves, null);
            Assert.True(Checkpoint.TryParse(bundle.Checkpoint, ledger.Key, out Checkpoint? end));
            List<StateQuestion> questions = [.. TraceEvidence.Questions(part, leaves, end.Size - 1)];
            Assert.True(end.Size < ledger.GetCheckpoint().Size);
            Assert.Equal(Evidence.Make(ledger, [.. leaves, end.Size - 1], questions, end).Encode(), bundle.Encode());
        }

        using LedgerHistory quiet = LedgerHistory.Open(r.LedgerFile!, ledger, minLeaves: 0);
        PeriodReport report = quiet.Report(Region.Start, r.Time + 1, out bool isKept);
        Assert.True(isKept);
        Assert.Equal(r.Steps.Count, report.Leaves);
        Assert.Equal(
            PeriodReport.Of(RegionLog.Replay(ledger), Region.Start, r.Time + 1, _ => true).ToJson().ToJsonString(),
            report.ToJson().ToJsonString()
        );
    }

    /// <summary>A second reader goes on with the file, over the end of a month, while the first one still reads: the first keeps
    /// to its own end, and does not count the month that it holds once more.</summary>
    [Fact]
    public void A_reader_keeps_to_its_end_while_another_one_goes_on()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        using SqliteLedger ledger = r.OpenLedger();
        using HistoryFile first = HistoryFile.Open(r.LedgerFile!, ledger);
        long until = r.Time + 1,
            count = r.Steps.Count;
        string expected = first.Report(Region.Start, until)!.ToJson().ToJsonString();
        r.Wait(40 * Durations.Day);
        r.Revoke("ann");
        using (HistoryFile.Open(r.LedgerFile!, ledger)) { }

        Assert.Equal(expected, first.Report(Region.Start, until)!.ToJson().ToJsonString());
        LogHistory part = first.Select([LogHistory.Hex(Region.Key("ann"))], []);
        Assert.All(part.Leaves, l => Assert.True(l.Index < count));
    }

    /// <summary>A ledger that grows after each look at its end.</summary>
    private sealed class GrowingLedger(ILedger inner, Action grow) : OtherLedger(inner)
    {
        public override Checkpoint GetCheckpoint()
        {
            Checkpoint seen = base.GetCheckpoint();
            grow();
            return seen;
        }
    }
}
