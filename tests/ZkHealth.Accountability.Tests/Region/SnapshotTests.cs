using System.Buffers.Binary;
using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 4: a state kept beside its ledger.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A state from a file has the roots, proofs and due events of the one in memory, also after changes.</summary>
    [Fact]
    public void A_state_from_a_file_goes_on_like_the_one_in_memory()
    {
        string path = Path.Combine(_folder, "state");
        foreach (string name in (string[])["patient who looks, revokes and is paid", "genomes without authorisation"])
        {
            Region r = RegionStories.All.Single(s => s.Name == name).Play().Region;
            r.Consent("cas");
            StateSnapshot.Write(path, r.State, 5, Region.Secret("log"));
            StateSnapshot read = StateSnapshot.Open(path, Region.Secret("log").Public)!;
            Assert.True(StateSnapshot.IsWhole(read.State));
            Assert.Equal((5, r.State.Map.Count, r.State.Due.Count), (read.Leaf, read.State.Map.Count, read.State.Due.Count));
            Act revoke = r.Act("consent revoked", "cas", Bodies.ConsentRevoked.Row(Region.Key("cas")));
            (ContractState one, ContractState two) = (r.State, read.State);
            (one, two) = (one.Apply(revoke, r.Time).State, two.Apply(revoke, r.Time).State);
            Assert.Equal(Convert.ToHexString(one.Root.Span), Convert.ToHexString(two.Root.Span));
            long later = r.Time + (400 * Durations.Day);
            Assert.Equal(
                Convert.ToHexString(one.Advance(later).State.Root.Span),
                Convert.ToHexString(two.Advance(later).State.Root.Span)
            );

            // a snapshot of what was read and changed is one like any other
            StateSnapshot.Write(path + "2", two, 6, Region.Secret("log"));
            Assert.True(StateSnapshot.IsWhole(StateSnapshot.Open(path + "2", Region.Secret("log").Public)!.State));
        }
    }

    /// <summary>Attack 22: the map was checked, and queues and indexes beside it were not. A queue that lacks a deadline, a
    /// changed record or another signer are found.</summary>
    [Fact]
    public void Attack_22_a_poisoned_snapshot_is_found()
    {
        string path = Path.Combine(_folder, "state");
        using var r = new Region();
        r.Consent("ann");
        ContractState poisoned = new(
            r.State.Map,
            r.State.Due.Remove(r.State.Due.Events.First()),
            [.. r.State.Members],
            r.State.Time
        );
        StateSnapshot.Write(path, poisoned, 0, Region.Secret("log"));
        Assert.False(StateSnapshot.IsWhole(StateSnapshot.Open(path, Region.Secret("log").Public)!.State));
        Assert.Null(StateSnapshot.Open(path, Region.Secret("somebody").Public));
        StateSnapshot.Write(path, r.State, 0, Region.Secret("log"));
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int at in (int[])[40, bytes.Length / 2, bytes.Length - 300, bytes.Length - 70])
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.False(
                StateSnapshot.Open(path, Region.Secret("log").Public) is StateSnapshot s && StateSnapshot.IsWhole(s.State),
                $"byte {at} of {bytes.Length}"
            );
        }
    }

    /// <summary>A log's key signed places and counts that no file has: the reader threw where it should have replayed.</summary>
    [Fact]
    public void Numbers_that_no_file_has_are_refused_though_the_log_signed_them()
    {
        string path = Path.Combine(_folder, "state");
        using var r = new Region();
        r.Consent("ann");
        StateSnapshot.Write(path, r.State, 0, Region.Secret("log"));
        byte[] bytes = File.ReadAllBytes(path);
        int footer = bytes.Length - VerifyingKey.SignatureSize - 120;
        for (int number = 0; number < 5; number++)
        {
            foreach (long value in (long[])[-2, long.MinValue, int.MaxValue, long.MaxValue, bytes.Length + 1])
            {
                byte[] changed = [.. bytes];
                BinaryPrimitives.WriteInt64BigEndian(changed.AsSpan(footer + (8 * number)), value);
                byte[] signed = [.. "zkhealth state snapshot v1\0"u8, .. changed[footer..^VerifyingKey.SignatureSize]];
                Region.Secret("log").Sign(signed).CopyTo(changed, changed.Length - VerifyingKey.SignatureSize);
                File.WriteAllBytes(path, changed);
                Assert.False(
                    StateSnapshot.Open(path, Region.Secret("log").Public) is StateSnapshot s && StateSnapshot.IsWhole(s.State),
                    $"number {number}: {value}"
                );
            }
        }
    }

    /// <summary>A ledger that is opened from its snapshot takes and refuses what it would by a replay, and one with another root
    /// than its leaf is not used.</summary>
    [Fact]
    public void A_ledger_goes_on_from_its_snapshot()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann");
        r.Wait(1);
        string state = StateSnapshot.PathOf(r.LedgerFile!);
        using (SqliteLedger first = Open(r))
        {
            first.Tick();
            first.SaveState(always: true);
        }

        Assert.True(File.Exists(state));
        RegionLeaf last;
        using (SqliteLedger second = Open(r))
        {
            Act again = r.Act("consent granted", "ann", Bodies.ConsentRevoked.Row(Region.Key("ann")));
            Assert.Equal("MALFORMED", second.Append(Sign(again, "ann", second)).Reason);
            Act report = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
            Assert.Equal(AppendStatus.Appended, second.Append(Sign(report, "centre", second)).Status);
            RegionLeaf[] followed = [.. RegionLog.Follow(r.LedgerFile!, second)];
            Assert.Equal([3, 4], followed.Select(l => (int)l.Index));
            last = followed[^1];
            Assert.Equal(
                Convert.ToHexString(RegionLog.Replay(second).Last().After.Root.Span),
                Convert.ToHexString(last.After.Root.Span)
            );
        }

        StateSnapshot.Write(state, last.After, 2, Region.Secret("log of region"));
        using SqliteLedger third = Open(r);
        Assert.Equal(5, RegionLog.Follow(r.LedgerFile!, third).Count());
        Assert.True(LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).IsAccepted);
    }

    private static SqliteLedger Open(Region r) =>
        SqliteLedger.Open(r.LedgerFile!, Region.Secret("log of region"), AccountabilityRules.Instance, ManualClock.At(r.Time));

    private static byte[] Sign(Act act, string signer, SqliteLedger ledger) =>
        LedgerEntry.Sign(Region.Secret(signer), ledger.Key.Name, act.Sequence!.Value, act.NotAfter!.Value, act.ToBody()).Encode();
}
