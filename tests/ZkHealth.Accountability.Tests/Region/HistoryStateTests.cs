using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The states and proofs that a history keeps: evidence begins at the nearest of them.</summary>
public sealed class HistoryStateTests : TemporaryFolder
{
    /// <summary>A state that is kept nowhere is replayed; a proof that was changed beside the ledger is found, and not put into
    /// a bundle.</summary>
    [Fact]
    public void A_state_that_is_not_kept_is_replayed_and_a_damaged_proof_is_found()
    {
        using var r = new Region(At("one"), "region");
        r.Consent("ann");
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Wait(1);
        using SqliteLedger ledger = r.OpenLedger();
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

        using (var open = new SqliteConnection($"Data Source={HistoryFile.PathOf(r.LedgerFile!)};Pooling=False"))
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
        using SqliteLedger ledger = r.OpenLedger();
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
        using SqliteLedger ledger = r.OpenLedger();
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
}
