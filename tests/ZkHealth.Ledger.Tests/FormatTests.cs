using System.Formats.Cbor;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>Leaves and entries to the letter: what they hold, when a log takes them, what rules put into them.</summary>
public sealed class FormatTests : IDisposable
{
    /// <summary>Bytes of [key, signature]: array of 2, 33 bytes, 64 bytes, each with two bytes of head.</summary>
    private const int Pair = 1 + 2 + 33 + 2 + 64;

    private readonly ManualClock _clock = new();
    private readonly Rules _rules = new();
    private readonly TemporaryLedger _t;

    public FormatTests() => _t = new TemporaryLedger(_rules, _clock);

    public void Dispose() => _t.Dispose();

    private long Now => _clock.Now.ToUnixTimeMilliseconds();

    private LedgerEntry Sign(long sequence, long validity = 1000, string text = "a") =>
        LedgerEntry.Sign(_t.Alice, TemporaryLedger.Origin, sequence, Now + validity, TemporaryLedger.Body(text));

    private LedgerLeaf Leaf(long index) =>
        LedgerLeaf.TryDecode(_t.Ledger.Read(index)!, out LedgerLeaf? leaf, out string? reason)
            ? leaf
            : throw new InvalidDataException(reason);

    /// <summary>Read by a decoder of CBOR that knows nothing of the library, the signatures verified by another
    /// implementation.</summary>
    [Fact]
    public void A_leaf_holds_time_state_root_rule_set_and_the_signed_entry()
    {
        EntryBody said = TemporaryLedger.Body("said");
        var body = new EntryBody(said.Kind, said.Subject.Span, said.Payload.Span, _t.LogKey.Public, _t.Bob.Public);
        LedgerEntry entry = LedgerEntry
            .Sign(_t.Alice, TemporaryLedger.Origin, 0, Now + 5, body)
            .Countersign(_t.Bob)
            .Countersign(_t.LogKey);
        Assert.Equal(AppendStatus.Appended, _t.Ledger.Append(entry.Encode()).Status);
        var leaf = new CborReader(_t.Ledger.Read(0), CborConformanceMode.Canonical);
        Assert.Equal((4, Now), (leaf.ReadStartArray(), leaf.ReadInt64()));
        Assert.Equal(Enumerable.Repeat((byte)7, 32), leaf.ReadByteString());
        Assert.Equal(5, leaf.ReadInt64());
        var r = new CborReader(leaf.ReadByteString(), CborConformanceMode.Canonical);
        Assert.Equal(3, r.ReadStartArray());
        byte[] signed = r.ReadEncodedValue().ToArray(),
            signature = r.ReadByteString();
        Assert.True(Ed25519.Verify(signature, 0, _t.Alice.Public.Bytes.ToArray(), 0, signed, 0, signed.Length));
        Assert.Equal(2, r.ReadStartArray());
        var keys = new List<string>();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(2, r.ReadStartArray());
            byte[] key = r.ReadByteString(),
                own = r.ReadByteString();
            Assert.Equal((33, 1), (key.Length, key[0]));
            Assert.True(Ed25519.Verify(own, 0, key[1..], 0, signed, 0, signed.Length));
            keys.Add(Convert.ToHexString(key));
            r.ReadEndArray();
        }

        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.Equal(keys, entry.Countersigners.Select(k => Convert.ToHexString(k.Encode())));
        var s = new CborReader(signed, CborConformanceMode.Canonical);
        Assert.Equal(
            (6, "zkhealth entry v1", TemporaryLedger.Origin),
            (s.ReadStartArray(), s.ReadTextString(), s.ReadTextString())
        );
        Assert.Equal([1, .. _t.Alice.Public.Bytes.Span], s.ReadByteString());
        Assert.Equal((0, Now + 5), (s.ReadInt64(), s.ReadInt64()));
        Assert.Equal(body.Encode(), s.ReadEncodedValue().ToArray());
        s.ReadEndArray();
        Assert.Equal(0, s.BytesRemaining);
    }

    [Fact]
    public void An_entry_is_taken_before_its_end_and_within_a_day_of_it_and_acknowledged_for_ever()
    {
        LedgerEntry first = Sign(0, 1);
        Assert.Equal(AppendStatus.Appended, _t.Ledger.Append(first.Encode()).Status);
        LedgerEntry late = Sign(1, 1);
        _clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Contains(
            "it was valid until 2026-03-01T12:00:00.001Z",
            _t.Ledger.Append(late.Encode()).Reason,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "expected at most 24 hours",
            _t.Ledger.Append(Sign(1, LedgerEntry.MaxValidity + 1).Encode()).Reason,
            StringComparison.Ordinal
        );
        Assert.Equal(AppendStatus.Appended, _t.Ledger.Append(Sign(1, LedgerEntry.MaxValidity).Encode()).Status);
        Assert.Equal(new AppendResult(AppendStatus.AlreadyThere, 0, null), _t.Ledger.Append(first.Encode()));
    }

    /// <summary>Attack B8: no entry carried a time. A clock that goes backwards does not turn the log's time back.</summary>
    [Fact]
    public void Time_never_falls()
    {
        long noon = Now;
        _t.Ledger.Append(Sign(0).Encode());
        LedgerEntry next = Sign(1, 10_000);
        _clock.Now -= TimeSpan.FromMinutes(5);
        Assert.Equal(noon, _t.Ledger.GetTime());
        _t.Ledger.Append(next.Encode());
        Assert.Equal((noon, noon), (Leaf(0).Time, Leaf(1).Time));
        Assert.True(LedgerAudit.Run(_t.Path).IsAccepted);
    }

    [Fact]
    public void A_ledger_that_is_opened_for_appending_after_a_minute_says_that_time_has_passed()
    {
        Assert.Equal(0, Open(120)); // an empty ledger has nothing to date
        _t.Ledger.Append(Sign(0).Encode());
        Assert.Equal(1, Open(60));
        Assert.Equal(2, Open(1));
        Assert.Equal((null, Now), (Leaf(1).Entry, Leaf(1).Time));
        AuditResult audit = LedgerAudit.Run(_t.Path, null, null, _rules);
        Assert.Equal("accepted: 1 entry and 1 tick", audit.ToString());

        long Open(int seconds)
        {
            _clock.Now += TimeSpan.FromSeconds(seconds);
            using SqliteLedger ledger = SqliteLedger.Open(_t.Path, _t.LogKey, _rules, _clock);
            return ledger.GetCheckpoint().Size;
        }
    }

    [Fact]
    public void A_restricting_entry_has_no_number_and_no_end_and_is_taken_once()
    {
        var body = new EntryBody("restricting", [1], [2]);
        LedgerEntry entry = LedgerEntry.SignRestricting(_t.Alice, TemporaryLedger.Origin, body);
        Assert.Equal(SHA256.HashData([1, .. _t.Alice.Public.Bytes.Span, .. body.Encode()]), entry.Id.ToArray());
        Assert.Equal(new AppendResult(AppendStatus.Appended, 0, null), _t.Ledger.Append(entry.Encode()));
        Assert.Equal(new AppendResult(AppendStatus.AlreadyThere, 0, null), _t.Ledger.Append(entry.Encode()));
        Assert.Equal(1, _t.Ledger.Append(LedgerEntry.SignRestricting(_t.Bob, TemporaryLedger.Origin, body).Encode()).Index);
        Assert.Equal(0, _t.Ledger.NextSequence(_t.Alice.Public));
        LedgerEntry numbered = LedgerEntry.Sign(_t.Alice, TemporaryLedger.Origin, 0, Now + 1, body);
        Assert.Contains("neither number nor end", _t.Ledger.Append(numbered.Encode()).Reason, StringComparison.Ordinal);
        LedgerEntry free = LedgerEntry.SignRestricting(_t.Alice, TemporaryLedger.Origin, TemporaryLedger.Body("a"));
        Assert.Contains("only entries of a restricting kind", _t.Ledger.Append(free.Encode()).Reason, StringComparison.Ordinal);
        Assert.True(LedgerAudit.Run(_t.Path, null, null, _rules).IsAccepted);
    }

    [Fact]
    public void Rules_give_state_root_rule_set_and_limits_and_an_audit_holds_the_log_to_them()
    {
        Assert.Equal(
            "expected at most 3 bytes in an entry of this kind",
            _t.Ledger.Append(
                LedgerEntry.Sign(_t.Alice, TemporaryLedger.Origin, 0, Now + 1, new EntryBody("small", [1], new byte[4])).Encode()
            ).Reason
        );
        _t.Ledger.Append(Sign(0).Encode());
        Assert.True(LedgerAudit.Run(_t.Path, null, null, _rules).IsAccepted);
        Assert.True(LedgerAudit.Run(_t.Path).IsAccepted); // who has no rules judges no state
        Assert.Equal(
            "rejected: entry 0: its state root is not that of the entries before it",
            LedgerAudit.Run(_t.Path, null, null, new Rules { Root = 8 }).ToString()
        );
        AuditResult other = LedgerAudit.Run(_t.Path, null, null, new Rules { RuleSet = 6 });
        Assert.True(other.IsAccepted);
        Assert.Equal(
            ["entry 0: it was decided by rule set 5, which is not among these rules: nothing is judged from here on"],
            other.Flags
        );
        using var bare = new TemporaryLedger();
        bare.Append(bare.Alice, "a");
        LedgerLeaf leaf = LedgerLeaf.TryDecode(bare.Ledger.Read(0)!, out LedgerLeaf? read, out _)
            ? read
            : throw new InvalidDataException();
        Assert.Equal((0, Convert.ToHexString(new byte[32])), (leaf.RuleSet, Convert.ToHexString(leaf.StateRoot.Span)));
    }

    [Fact]
    public void Countersigners_ascend_sign_once_and_verify()
    {
        EntryBody body = Along(_t.Bob, _t.LogKey);
        LedgerEntry entry = Sign(body).Countersign(_t.Bob).Countersign(_t.LogKey);
        Assert.Throws<ArgumentException>(() => entry.Countersign(_t.Bob));
        Assert.Throws<ArgumentException>(() => entry.Countersign(_t.Alice));
        byte[] good = entry.Encode();
        Assert.True(LedgerEntry.TryDecode(good, out LedgerEntry? read, out _));
        Assert.Equal(2, read.Countersigners.Count);

        byte[] swapped = [.. good[..^(2 * Pair)], .. good[^Pair..], .. good[^(2 * Pair)..^Pair]],
            altered = [.. good];
        altered[^1] ^= 1;
        Assert.False(LedgerEntry.TryDecode(swapped, out _, out _));
        Assert.False(LedgerEntry.TryDecode(altered, out _, out string? reason));
        Assert.Equal("a countersignature is not that of its key", reason);
        Assert.Throws<ArgumentException>(() => Along(_t.Bob, _t.Bob));
        Assert.Throws<ArgumentException>(() => Sign(Along(_t.Alice)));
        Assert.Throws<ArgumentException>(() => Sign(Along()).Countersign(_t.Bob));
    }

    /// <summary>Whoever relayed an entry could strip what was signed along, or add a signature: a consent without its registrar's
    /// counted for treatment only, a delivery without its auditor's in no fee. The signer names who signs along.</summary>
    [Fact]
    public void Nobody_strips_or_adds_a_countersignature_on_the_way()
    {
        LedgerEntry one = Sign(Along(_t.Bob)),
            both = Sign(Along(_t.Bob, _t.LogKey)),
            none = Sign(Along());
        byte[][] faulty =
        [
            one.Encode(), // nobody signed along yet
            both.Countersign(_t.Bob).Encode(),
            Cut(both.Countersign(_t.Bob).Countersign(_t.LogKey).Encode(), 1),
            Cut(one.Countersign(_t.Bob).Encode(), 0),
            [.. none.Encode()[..^1], .. one.Countersign(_t.Bob).Encode()[^(Pair + 1)..]],
        ];
        Assert.All(
            faulty,
            bytes =>
            {
                Assert.False(LedgerEntry.TryDecode(bytes, out _, out string? reason));
                Assert.Equal("those who signed along are not those whom its body names", reason);
                Assert.Equal(AppendStatus.Refused, _t.Ledger.Append(bytes).Status);
            }
        );
        Assert.Equal(AppendStatus.Appended, _t.Ledger.Append(one.Countersign(_t.Bob).Encode()).Status);

        // the array of pairs has one byte of head
        byte[] Cut(byte[] entry, int left)
        {
            int pairs = LedgerEntry.TryDecode(entry, out LedgerEntry? e, out _) ? e.Countersigners.Count : 0;
            byte[] cut = entry[..^((pairs - left) * Pair)];
            cut[^((left * Pair) + 1)] = (byte)(0x80 + left);
            return cut;
        }
    }

    private LedgerEntry Sign(EntryBody body) => LedgerEntry.Sign(_t.Alice, TemporaryLedger.Origin, 0, Now + 1000, body);

    private static EntryBody Along(params SigningKey[] keys) => new("note", [1], [2], [.. keys.Select(k => k.Public)]);

    [Fact]
    public void A_batch_is_appended_in_order_and_each_entry_has_its_own_answer()
    {
        byte[] forged = Sign(1, text: "forged").Encode();
        forged[^2] ^= 1;
        byte[][] batch =
        [
            Sign(0).Encode(),
            forged,
            Sign(1, text: "b").Encode(),
            Sign(5).Encode(),
            Sign(0).Encode(),
            Sign(2, text: "c").Encode(),
            [1, 2],
        ];
        IReadOnlyList<AppendResult> results = _t.Ledger.AppendAll([.. batch.Select(b => new ReadOnlyMemory<byte>(b))]);
        Assert.Equal([0, -1, 1, -1, 0, 2, -1], results.Select(r => r.Index));
        Assert.Equal(AppendStatus.AlreadyThere, results[4].Status);
        Assert.Equal("its signature is not that of its signer", results[1].Reason);
        Assert.Equal(3, _t.Ledger.GetCheckpoint().Size);
        Assert.True(LedgerAudit.Run(_t.Path, null, null, _rules).IsAccepted);
    }

    private sealed class Rules : LogRules
    {
        public long RuleSet { get; init; } = 5;

        public byte Root { get; init; } = 7;

        internal override bool IsRestricting(string kind) => kind == "restricting";

        internal override int MaxPayloadSize(string kind) => kind == "small" ? 3 : EntryBody.MaxPayloadSize;

        internal override LogState Start => new Fixed(this);

        private sealed class Fixed(Rules rules) : LogState
        {
            public override LogDecision Decide(string origin, long time, LedgerEntry? entry) =>
                new(this, Enumerable.Repeat(rules.Root, 32).ToArray(), rules.RuleSet);
        }
    }
}
