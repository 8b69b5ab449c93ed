using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The history beside a ledger: a trace from a snapshot and an index is that of a replay.</summary>
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
            using SqliteLedger ledger = Open(r.LedgerFile!);
            using (HistoryFile.Open(r.LedgerFile!, ledger, leavesAtOnce: 7)) { }

            r.Register("centre", "another data set");
            r.Register("hospital", "a third one");
            Row contradict = Bodies.AssetsContradict.Row(Region.Digest("another data set"), Region.Digest("a third one"), "age");
            r.Do("assets contradict", "centre", contradict);
            r.Wait(1);
            using SqliteLedger later = Open(r.LedgerFile!);
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
            using SqliteLedger ledger = Open(r.LedgerFile!);
            using (HistoryFile.Open(r.LedgerFile!, ledger, leavesAtOnce: 7)) { }

            r.Wait(40 * Durations.Day);
            r.Register("centre", "another data set");
            using SqliteLedger later = Open(r.LedgerFile!);
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
            foreach ((long from, long until) in periods.Where(p => p.From < p.Until))
            {
                string expected = PeriodReport.Of(RegionLog.Replay(later), from, until, _ => true).ToJson().ToJsonString();
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

    /// <summary>A state that is kept nowhere is replayed; a proof that was changed beside the ledger is found, and not put into
    /// a bundle.</summary>
    [Fact]
    public void A_state_that_is_not_kept_is_replayed_and_a_damaged_proof_is_found()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Wait(1);
        using SqliteLedger ledger = Open(r.LedgerFile!);
        long request = r.Steps.Single(s => s.Act?.Kind == "access requested").Index;
        StateQuestion[] kept = [new(request, Records.Consent, Region.Key("ann"))],
            other = [new(request, Records.Member, "hospital"u8.ToArray())];
        using (HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger))
        {
            long before = file.Replayed;
            byte[] expected = Evidence.Make(ledger, [], [.. kept, .. other]).Encode();
            Assert.Equal(expected, Evidence.Make(ledger, [], [.. kept, .. other], null, file.Prove).Encode());
            Assert.True(file.Replayed > before);
        }

        using (
            var open = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={HistoryFile.PathOf(r.LedgerFile!)};Pooling=False"
            )
        )
        {
            open.Open();
            using var read = open.CreateCommand();
            read.CommandText = "SELECT bytes FROM proof";
            byte[] bytes = (byte[])read.ExecuteScalar()!;

            // the last byte is of a hash
            bytes[^1] ^= 1;
            using var write = open.CreateCommand();
            write.CommandText = "UPDATE proof SET bytes = $a";
            write.Parameters.AddWithValue("$a", bytes);
            write.ExecuteNonQuery();
        }

        using HistoryFile damaged = HistoryFile.Open(r.LedgerFile!, ledger);
        Row agreement = r.All(Records.Request).Single();
        StateQuestion[] all = [.. kept, new(request, Records.Agreement, agreement.Optional<byte[]>("agreement")!)];
        IOException fault = Assert.Throws<IOException>(() => Evidence.Make(ledger, [], all, null, damaged.Prove));
        Assert.Contains("delete the history", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Evidence under a checkpoint that is not the last one, as witnesses have cosigned it, replayed the log from its
    /// beginning: it begins at the nearest state that is kept of a reading.</summary>
    [Fact]
    public void A_state_behind_the_end_is_replayed_from_the_nearest_that_is_kept()
    {
        using Region r = Assets(9);
        using SqliteLedger ledger = Open(r.LedgerFile!);
        long size = r.Steps.Count;
        using HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger, 4);
        for (long leaf = 1; leaf < size - 1; leaf++)
        {
            StateQuestion[] questions = [new(leaf, Records.Asset, Region.Digest("asset 3"))];
            byte[] expected = Evidence.Make(ledger, [], questions).Encode();
            long before = file.Replayed;
            Assert.Equal(expected, Evidence.Make(ledger, [], questions, null, file.Prove).Encode());
            Assert.InRange(file.Replayed - before, 1, leaf < 3 ? leaf + 1 : 4);
        }
    }

    /// <summary>A state of an older leaf is kept behind the newest one: both are whole, the newest goes on, and one of a file
    /// that was written anew meanwhile is not kept.</summary>
    [Fact]
    public void A_state_of_an_older_leaf_is_kept_beside_the_newest()
    {
        string path = At("states");
        using Region r = Assets(9);
        using var database = new HistoryDatabase(At("history"));
        var states = new KeptStates(database, path);
        ContractState Before(int leaf) => r.Steps[leaf].Before;
        Keep(null, 2);
        long writing = states.Writing;
        StateSnapshot first = states.Newest()!;
        Keep(first, 8);
        states.KeepOlder(first, Before(5), 5, writing);
        Assert.Equal([2, 5, 8], database.Column<long>("SELECT leaf FROM state ORDER BY leaf"));
        Keep(states.Newest(), 9);
        foreach ((long asked, int leaf) in ((long, int)[])[(2, 2), (4, 2), (5, 5), (7, 5), (8, 8), (long.MaxValue, 9)])
        {
            StateSnapshot found = states.Newest(asked)!;
            Assert.Equal(leaf, found.Leaf);
            Assert.True(StateSnapshot.IsWhole(found.State));
            Assert.Equal(Convert.ToHexString(Before(leaf).Root.Span), Convert.ToHexString(found.State.Root.Span));
        }

        Assert.Null(states.Newest(1));
        Keep(null, 9);
        states.KeepOlder(first, Before(5), 5, writing);
        Assert.Equal([9], database.Column<long>("SELECT leaf FROM state"));

        // a stranger's file is no state
        StateSnapshot.Write(path, Before(5), 9, Region.Secret("stranger"));
        Assert.Null(states.Newest());

        void Keep(StateSnapshot? from, int leaf)
        {
            using IDisposable change = database.Begin();
            states.Keep(from, Before(leaf), leaf);
            database.Commit();
        }
    }

    private Region Assets(int count)
    {
        var r = new Region(At("assets"), "region");
        for (int i = 0; i < count; i++)
        {
            r.Register("hospital", $"asset {i}");
        }

        r.Wait(1);
        return r;
    }

    /// <summary>Requests of more than 64 handles were replayed for their evidence: what decided them is kept, however
    /// many.</summary>
    [Fact]
    public void Evidence_of_a_request_of_many_handles_is_made_without_a_replay()
    {
        using var r = new Region(At("one"), "region");
        string[] handles = [.. Enumerable.Range(0, 70).Select(i => $"patient {i}")];
        foreach (string handle in handles)
        {
            r.Consent(handle);
        }

        r.Ask("institute", r.Agree("institute", ["hospital"]), handles);
        r.Wait(1);
        using SqliteLedger ledger = Open(r.LedgerFile!);
        using HistoryFile file = HistoryFile.Open(r.LedgerFile!, ledger);
        long before = file.Replayed,
            last = r.Steps.Count - 1,
            request = r.Steps.Single(s => s.Act?.Kind == "access requested").Index;
        LogHistory log = file.Select(["institute"], []);
        StateQuestion[] questions = [.. TraceEvidence.Questions(log, [request], last)];
        Evidence bundle = Evidence.Make(ledger, [request, last], questions, null, file.Prove);
        Assert.True(bundle.Verify(ledger.Key).IsAccepted);
        Assert.Equal(70, bundle.Records.Count(x => x.Leaf == request && x.Kind == Records.Consent && x.Value is not null));
        Assert.Equal(before, file.Replayed);
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
        using SqliteLedger ledger = Open(r.LedgerFile!);
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

    /// <summary>A history goes on from the ledger's snapshot, or from its own, and does not replay what it has; one of another
    /// log, or of leaves that are no more, is made anew.</summary>
    [Fact]
    public void A_history_goes_on_from_a_snapshot_and_is_made_anew_for_another_log()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        r.Agree("institute", ["hospital"]);
        using (SqliteLedger ledger = Open(r.LedgerFile!))
        {
            using HistoryFile first = HistoryFile.Open(r.LedgerFile!, ledger);
            Assert.Equal(r.Steps.Count, first.Replayed);
        }

        // the ledger's own snapshot stands at its last leaf
        var clock = new Clock(r.Time);
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

        using (SqliteLedger ledger = Open(r.LedgerFile!))
        {
            using (HistoryFile second = HistoryFile.Open(r.LedgerFile!, ledger)) { }

            using HistoryFile third = HistoryFile.Open(r.LedgerFile!, ledger);
            Assert.Equal(1, third.Replayed);
            LogHistory part = third.Select([LogHistory.Hex(Region.Key("ann"))], []);
            Assert.Equal(["consent granted"], part.Leaves.Select(l => l.Act!.Kind));
        }

        using var other = new Region(At("two"), "region");
        File.Copy(HistoryFile.PathOf(r.LedgerFile!), HistoryFile.PathOf(other.LedgerFile!));
        using SqliteLedger another = Open(other.LedgerFile!);
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
        using (SqliteLedger ledger = Open(r.LedgerFile!))
        {
            using (HistoryFile.Open(r.LedgerFile!, ledger)) { }
        }

        // the recall is due after 30 days, and January over
        r.Wait(40 * Durations.Day);
        RegionStep last = r.Steps[^1];
        StateSnapshot.Write(StateSnapshot.PathOf(r.LedgerFile!), last.Before, last.Index, Region.Secret("log of region"));
        using SqliteLedger later = Open(r.LedgerFile!);
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
        using SqliteLedger ledger = Open(r.LedgerFile!);
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
        using SqliteLedger ledger = Open(r.LedgerFile!);
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

    private static SqliteLedger Open(string file) => SqliteLedger.Open(file, rules: AccountabilityRules.Instance);

    private static IEnumerable<string> Ids(Region r, Shape kind) =>
        r.Records.Keys.Where(k => k.Kind == kind.Name).Select(k => k.Id.ToLowerInvariant());

    private static string? Text(Trace? trace) => trace?.ToJson().ToJsonString();

    /// <summary>A ledger that grows after each look at its end.</summary>
    private sealed class GrowingLedger(ILedger inner, Action grow) : ILedger
    {
        public NoteKey Key => inner.Key;

        public AppendResult Append(ReadOnlyMemory<byte> entry) => inner.Append(entry);

        public Checkpoint GetCheckpoint()
        {
            Checkpoint seen = inner.GetCheckpoint();
            grow();
            return seen;
        }

        public long GetTime() => inner.GetTime();

        public byte[]? Read(long index) => inner.Read(index);

        public long NextSequence(VerifyingKey signer) => inner.NextSequence(signer);

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => inner.Find(kind, subject);

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => inner.ProveInclusion(index, size);

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) =>
            inner.ProveConsistency(oldSize, newSize);
    }

    private sealed class Clock(long time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(time);
    }
}
