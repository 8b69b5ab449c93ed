using System.Formats.Cbor;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Evidence bundles: what they show is what the log holds, and nothing in them can be changed.</summary>
public sealed class EvidenceTests : TemporaryFolder
{
    private static readonly byte[] Asset = Region.Digest("ct image");

    [Fact]
    public void A_bundle_verifies_in_the_hands_of_whoever_knows_the_log_s_key()
    {
        using Region r = Played(out byte[] bytes);
        Evidence bundle = Read(bytes);
        Assert.True(bundle.Verify(r.LogKey).IsAccepted);
        Assert.Equal(["charter", "asset registered"], bundle.Leaves.Select(l => l.Leaf.Entry).OfType<LedgerEntry>().Select(Kind));
        Assert.Equal("hospital", bundle.Records.Single(x => x.Kind == Records.Asset).Value!.Code("provider"));

        // absence: no such consent was in the state that decided
        Assert.Null(bundle.Records.Single(x => x.Kind == Records.Consent).Value);
        Assert.False(bundle.Verify(new NoteKey(r.Origin, Region.Secret("somebody").Public)).IsAccepted);
        Assert.False(bundle.Verify(new NoteKey("another", r.LogKey.Key)).IsAccepted);
    }

    /// <summary>Every byte of the file is bound by its digest; and whoever computes that anew is rejected all the same, since
    /// each byte is signed, hashed into the tree, or proven.</summary>
    [Fact]
    public void A_bundle_with_any_byte_changed_is_refused_or_rejected()
    {
        using Region r = Played(out byte[] whole);
        using SqliteLedger ledger = Open();
        byte[] bytes = Evidence.Make(ledger, [], [new StateQuestion(2, Records.Asset, Asset)]).Encode();
        Assert.True(Read(bytes).Verify(r.LogKey).IsAccepted);
        for (int at = 0; at < whole.Length; at++)
        {
            whole[at] ^= (byte)(1 << (at % 8));
            Assert.False(Evidence.TryDecode(whole, out _, out _), $"byte {at} changed is taken");
            whole[at] ^= (byte)(1 << (at % 8));
        }

        for (int at = 0; at < bytes.Length - 32; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << (at % 8));
            SHA256.HashData(changed.AsSpan(..^32)).CopyTo(changed.AsSpan(^32..));
            bool taken = Evidence.TryDecode(changed, out Evidence? bundle, out _) && bundle.Verify(r.LogKey).IsAccepted;
            Assert.False(taken, $"byte {at} changed is accepted");
        }
    }

    /// <summary>A bundle that ends before the last leaf of its checkpoint showed a breach that was annulled later as one that
    /// stands; and one that counts the witnesses of an older leaf, when there were none, needed nobody's cosignature.</summary>
    [Fact]
    public void A_bundle_holds_the_last_leaf_of_its_checkpoint_and_counts_the_witnesses_there()
    {
        using Region r = Played(out byte[] bytes);
        Assert.Equal(2, Read(bytes).Leaves[^1].Index);
        Assert.True(Read(Part(bytes, 2, "")).Verify(r.LogKey).IsAccepted);
        Evidence older = Read(Part(bytes, 1, "")),
            uncounted = Read(Part(bytes, 2, "counter")),
            unruled = Read(Part(bytes, 2, "ruleset"));
        Assert.StartsWith("it lacks the last leaf", older.Verify(r.LogKey).Reason, StringComparison.Ordinal);
        Assert.StartsWith("it lacks the last leaf", unruled.Verify(r.LogKey).Reason, StringComparison.Ordinal);
        Assert.StartsWith("it lacks the last leaf", uncounted.Verify(r.LogKey).Reason, StringComparison.Ordinal);

        // a bundle up to a leaf, without records of a kind, its digest computed anew
        static byte[] Part(byte[] bytes, long until, string without)
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            var w = new CborWriter(CborConformanceMode.Canonical);
            r.ReadStartArray();
            w.WriteStartArray(5);
            w.WriteEncodedValue(r.ReadEncodedValue().Span);
            w.WriteEncodedValue(r.ReadEncodedValue().Span);
            for (int list = 0; list < 2; list++)
            {
                var kept = new List<byte[]>();
                for (int? left = r.ReadStartArray(); left > 0; left--)
                {
                    byte[] item = r.ReadEncodedValue().ToArray();
                    var i = new CborReader(item, CborConformanceMode.Canonical);
                    i.ReadStartArray();
                    bool isPart = i.ReadInt64() <= until && (list == 0 || i.ReadTextString() != without);
                    kept.AddRange(isPart ? [item] : []);
                }

                r.ReadEndArray();
                w.WriteStartArray(kept.Count);
                kept.ForEach(k => w.WriteEncodedValue(k));
                w.WriteEndArray();
            }

            w.WriteByteString(new byte[SHA256.HashSizeInBytes]);
            w.WriteEndArray();
            byte[] part = w.Encode();
            SHA256.HashData(part.AsSpan(..^32)).CopyTo(part.AsSpan(^32..));
            return part;
        }
    }

    /// <summary>A bundle of another rule set was read by these rules, which may know its records by name and mean something else:
    /// who lacks a rule set convicts nobody.</summary>
    [Fact]
    public void What_other_rules_have_decided_is_not_judged()
    {
        using var r = new Region(At("region"), "region");
        byte[] manifest = Region.Digest("another manifest");
        r.Do("audit signed", "auditor-a", Bodies.AuditSigned.Row(manifest, Region.Digest("report"), true));
        byte[] proposal = r.Propose("commission-a", "ruleset", number: 2, about: manifest);
        r.Approve(proposal, "commission-a", "commission-b", "auditor-a", "auditor-b", "patients");
        using SqliteLedger before = Open();
        Assert.True(Read(Evidence.Make(before, [0], []).Encode()).Verify(r.LogKey).IsAccepted);
        r.Wait(30 * Durations.Day);
        using SqliteLedger after = Open();
        VerificationResult result = Read(Evidence.Make(after, [0], []).Encode()).Verify(r.LogKey);
        Assert.Equal((VerificationVerdict.Unsupported, VerdictReason.Unsupported), (result.Verdict, result.Code));
        Assert.Contains("a rule set that this program does not have", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>The last leaf of the checkpoint is one of the leaves: 4,096 others made a bundle that nobody could
    /// read.</summary>
    [Fact]
    public void The_last_leaf_counts_among_the_most_that_a_bundle_holds()
    {
        var ledger = new LongLedger();
        ArgumentException refused = Assert.Throws<ArgumentException>(() =>
            Evidence.Make(ledger, Enumerable.Range(0, Evidence.MaxLeaves).Select(i => (long)i), [])
        );
        Assert.Contains("the last one among them", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Leaves without their records, records against another leaf, the same leaf twice: each part is bound to its
    /// place.</summary>
    [Fact]
    public void Records_are_held_to_the_leaf_that_they_name()
    {
        using Region r = Played(out byte[] bytes);
        Evidence bundle = Read(bytes);
        EvidenceRecord record = bundle.Records.Single(x => x.Kind == Records.Asset);
        foreach (EvidenceLeaf leaf in bundle.Leaves.Where(l => l.Index != record.Leaf))
        {
            Assert.False(record.IsIn(leaf.Leaf.StateRoot.Span));
        }

        Assert.Throws<ArgumentException>(() => Evidence.Make(Open(), [99], []));
        Assert.Throws<ArgumentException>(() => Evidence.Make(Open(), [], []));
    }

    /// <summary>A number counts the leaves of a key. Publishing a table was not counted by the rules, so that the next act of the
    /// same key was refused for ever.</summary>
    [Fact]
    public void Whoever_published_a_table_goes_on_acting_with_the_same_key()
    {
        using var r = new Region(At("numbers"), "region");
        byte[] hash = Region.Digest("table");
        r.Post(new TablePublication(hash, hash, 100, "patients").ToBody(), "hospital");
        Assert.Equal(OutcomeKind.Accepted, r.Register("hospital", "ct image").Kind);
        Assert.True(LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).IsAccepted);
        Assert.Equal(r.Steps.Count, RegionLog.Replay(Open("numbers")).Count());
    }

    /// <summary>Traces and reports read a ledger without its signatures; a file that was changed is found by its tree.</summary>
    [Fact]
    public void A_ledger_whose_file_was_changed_is_not_read()
    {
        using (Region r = Played(out _)) { }

        string file = Path.Combine(At("region"), "region.ledger");
        using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand read = connection.CreateCommand();
            read.CommandText = "SELECT bytes FROM leaf WHERE idx = 1";
            var leaf = (byte[])read.ExecuteScalar()!;

            // a byte of the signature, which the rules do not read
            leaf[^9] ^= 1;
            using SqliteCommand write = connection.CreateCommand();
            write.CommandText = "UPDATE leaf SET bytes = $b WHERE idx = 1";
            write.Parameters.AddWithValue("$b", leaf);
            Assert.Equal(1, write.ExecuteNonQuery());
        }

        using SqliteLedger changed = Open();
        IOException found = Assert.Throws<IOException>(() => RegionLog.Replay(changed).Count());
        Assert.Contains("audit the ledger", found.Message, StringComparison.Ordinal);
    }

    private SqliteLedger Open(string folder = "region") =>
        SqliteLedger.Open(Path.Combine(At(folder), "region.ledger"), rules: AccountabilityRules.Instance);

    private static string Kind(LedgerEntry entry) => Act.KindOf(entry.Body.Kind)!;

    private static Evidence Read(byte[] bytes) =>
        Evidence.TryDecode(bytes, out Evidence? bundle, out string? reason)
            ? bundle
            : throw new InvalidOperationException(reason);

    private Region Played(out byte[] bundle)
    {
        var r = new Region(At("region"), "region");
        r.Register("hospital", "ct image");
        r.Wait(Durations.Hour);
        using SqliteLedger ledger = Open();
        bundle = Evidence
            .Make(
                ledger,
                [0, 1],
                [new StateQuestion(2, Records.Asset, Asset), new StateQuestion(2, Records.Consent, Region.Key("ann"))]
            )
            .Encode();
        return r;
    }

    /// <summary>A ledger of 5,000 leaves, none of which is read.</summary>
    private sealed class LongLedger : ILedger
    {
        public NoteKey Key { get; } = new("log", Region.Secret("log").Public);

        public Checkpoint GetCheckpoint() => Checkpoint.Sign("log", 5000, new byte[32], Region.Secret("log"));

        public long GetTime() => 0;

        public AppendResult Append(ReadOnlyMemory<byte> entry) => throw new NotSupportedException();

        public byte[]? Read(long index) => throw new NotSupportedException();

        public long NextSequence(VerifyingKey signer) => throw new NotSupportedException();

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => throw new NotSupportedException();

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => throw new NotSupportedException();

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) =>
            throw new NotSupportedException();
    }
}
