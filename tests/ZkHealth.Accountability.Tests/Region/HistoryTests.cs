using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The history beside a ledger: a trace or a report from a snapshot and an index is that of a replay.</summary>
public sealed class HistoryTests : TemporaryFolder
{
    private static readonly Dictionary<string, byte[]> None = [];

    public static TheoryData<string> Stories => [.. RegionStories.All.Select(s => s.Name)];

    /// <summary>The words of a history are not proven: one that somebody puts beside the ledger that he hands on could name
    /// anybody. What another reader made is made anew; only one's own is read.</summary>
    [Fact]
    public void A_history_that_another_reader_made_is_not_read()
    {
        using var r = new Region(At("region"), "region");
        r.Register("hospital", "ct image");
        Assert.Single(Read("mine"));
        using (var connection = new SqliteConnection($"Data Source={HistoryFile.PathOf(r.LedgerFile!)};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand forge = connection.CreateCommand();
            forge.CommandText = "DELETE FROM term";
            Assert.True(forge.ExecuteNonQuery() > 0);
        }

        // whoever can write the reader's own files can write its history too
        Assert.Empty(Read("mine"));
        Assert.Single(Read("another's"));
        Assert.Single(Read("mine"));

        IEnumerable<HistoryLeaf> Read(string memory)
        {
            var seen = new CheckpointMemory(At(memory));
            using var ledger = SqliteLedger.Open(r.LedgerFile!, rules: AccountabilityRules.Instance, memory: seen);
            using HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger);
            return file.Select([LogHistory.Hex(Region.Digest("ct image"))], []).Leaves;
        }
    }

    /// <summary>Every trace of every story: of each data set, each handle, each member. The history is made at half of the
    /// ledger's leaves and goes on from there.</summary>
    [Theory]
    [MemberData(nameof(Stories))]
    public void A_trace_from_the_history_is_that_of_a_replay(string name)
    {
        using var stage = new Stage(At("ledgers"));
        RegionStories.All.Single(s => s.Name == name).Play(stage);
        foreach (Region r in stage.Regions)
        {
            using SqliteLedger ledger = r.OpenLedger();
            using (HistoryFile.Open(r.LedgerFile!, ledger, leavesAtOnce: 7)) { }

            r.Register("centre", "another data set");
            r.Register("hospital", "a third one");
            Row contradict = Bodies.AssetsContradict.Row(Region.Digest("another data set"), Region.Digest("a third one"), "age");
            r.Do("assets contradict", "centre", contradict);
            r.Wait(1);
            using SqliteLedger later = r.OpenLedger();
            LogHistory whole = LogHistory.Of(RegionLog.Replay(later));
            using HistoryFile file = HistoryFile.Open(r.LedgerFile!, later);
            Assert.Equal(Convert.ToHexString(whole.State.Root.Span), Convert.ToHexString(file.State.Root.Span));
            foreach (string asset in Ids(r, Records.Asset))
            {
                byte[] id = Convert.FromHexString(asset);
                Trace? expected = QualityTrace.Of(whole, id, None);
                Assert.Equal(Text(expected), Text(QualityTrace.Of(file.Select([asset], []), id, None)));
            }

            foreach (string word in r.State.Members.Concat(Ids(r, Records.Consent)).Concat(Ids(r, Records.Asset)))
            {
                Trace? expected = UseTrace.Of(whole, [word], out _);
                Assert.Equal(Text(expected), Text(UseTrace.Of(file.Select([word], []), [word], out _)));
            }

            // and so is its evidence, without a replay: what decided requests is kept
            Trace all = UseTrace.Of(whole, [.. r.State.Members], out _)!;
            long last = later.GetCheckpoint().Size - 1;
            long[] leaves = [.. all.Leaves.Append(last).Distinct()];
            List<StateQuestion> questions = [.. TraceEvidence.Questions(whole, leaves, last)];
            long replayed = file.Replayed;
            byte[] expectedBytes = Evidence.Make(later, leaves, questions).Encode();
            using LedgerHistory history = LedgerHistory.Open(r.LedgerFile!, later, minLeaves: 0);
            LogHistory part = history.Select(r.State.Members);
            Assert.Equal(expectedBytes, history.Prove(part, leaves, null).Encode());
            Assert.Equal(expectedBytes, Evidence.Make(later, leaves, questions, null, file.Prove).Encode());
            Assert.Equal(replayed, file.Replayed);
        }
    }

    /// <summary>Every report of days, and of what has passed of one, is that of a replay: months that ended, a quarter, the
    /// running year, a month without leaves, one before the first, days within months, one alone. The history is made in two
    /// readings.</summary>
    [Theory]
    [MemberData(nameof(Stories))]
    public void A_report_from_the_history_is_that_of_a_replay(string name)
    {
        using var stage = new Stage(At("ledgers"));
        RegionStories.All.Single(s => s.Name == name).Play(stage);
        foreach (Region r in stage.Regions)
        {
            using SqliteLedger ledger = r.OpenLedger();
            using (HistoryFile.Open(r.LedgerFile!, ledger, leavesAtOnce: 7)) { }

            r.Wait(40 * Durations.Day);
            r.Register("centre", "another data set");
            using SqliteLedger later = r.OpenLedger();
            using LedgerHistory history = LedgerHistory.Open(r.LedgerFile!, later, minLeaves: 0);
            long now = r.Time + 1;
            (long From, long Until)[] periods =
            [
                (Month(2027, 1), Month(2027, 2)),
                (Month(2027, 2), Month(2027, 3)),
                (Month(2027, 1), Month(2027, 4)),
                (Month(2026, 1), Month(2027, 2)),
                (Month(2027, 1), now),
                (Month(2027, 2), now),
                (Month(2027, 1), now + (200 * Durations.Day)),
                (Month(2031, 1), Month(2031, 2)),
                (Month(2027, 1) + (3 * Durations.Day), Month(2027, 1) + (20 * Durations.Day)),
                (Month(2027, 1) + (20 * Durations.Day), Month(2027, 2) + Durations.Day),
                (Month(2027, 1), Month(2027, 1) + Durations.Day),
                (Month(2027, 1) + (9 * Durations.Day), now),
            ];
            int kept = 0;
            RegionLeaf[] replayed = [.. RegionLog.Replay(later)];
            foreach ((long from, long until) in periods.Where(p => p.From < p.Until))
            {
                string expected = PeriodReport.Of(replayed, from, until, _ => true).ToJson().ToJsonString();
                Assert.Equal(expected, history.Report(from, until, out bool isKept).ToJson().ToJsonString());
                kept += isKept ? 1 : 0;
            }

            Assert.InRange(kept, 10, periods.Length);
            history.Report(Region.Start + 1, now - 1, out bool custom);
            Assert.False(custom);
        }

        static long Month(int year, int month) =>
            new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    /// <summary>A use for research without a result was told from the table as another reader left it: a result that is published
    /// after the end of a report does not change the report.</summary>
    [Fact]
    public void A_result_that_is_published_later_does_not_change_a_report()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Take("institute", request);
        r.Wait(PeriodReport.Publication);
        using SqliteLedger ledger = r.OpenLedger();
        using HistoryFile first = HistoryFile.Open(r.LedgerFile!, ledger);
        long until = r.Time + 1;
        Assert.Equal([LogHistory.Hex(request)], first.Report(Region.Start, until)!.Unpublished);
        r.Sleep(Durations.Day);
        Row result = Bodies.ResultPublished.Row(
            Region.Digest("paper"),
            "paper",
            request,
            Array.Empty<byte[]>(),
            Region.Digest("doi")
        );
        Assert.Equal("Accepted", r.Do("result published", "institute", result).ToString());
        using HistoryFile second = HistoryFile.Open(r.LedgerFile!, ledger);
        Assert.Empty(second.Report(Region.Start, r.Time + 1)!.Unpublished);
        Assert.Equal([LogHistory.Hex(request)], first.Report(Region.Start, until)!.Unpublished);
    }

    private static IEnumerable<string> Ids(Region r, Shape kind) =>
        r.Records.Keys.Where(k => k.Kind == kind.Name).Select(k => k.Id.ToLowerInvariant());

    private static string? Text(Trace? trace) => trace?.ToJson().ToJsonString();
}
