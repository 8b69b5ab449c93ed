using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Ledger;

/// <summary>
/// A leaf of a log: the time at which the log took an entry, the root of the state that decided it, the number of the rule set
/// that did, and the entry; without an entry it is a tick, by which the log says that time has passed. Canonical CBOR: [time,
/// state root, rule set, entry bytes or null].
/// </summary>
/// <remarks>Time and order are asserted by the log; the entry is asserted by its signers.</remarks>
public sealed class LedgerLeaf
{
    /// <summary>The largest encoding, in bytes.</summary>
    internal const int MaxSize = LedgerEntry.MaxSize + 64;

    /// <summary>Bytes of a state root.</summary>
    internal const int RootSize = 32;

    private readonly byte[] _stateRoot;

    internal LedgerLeaf(long time, ReadOnlySpan<byte> stateRoot, long ruleSet, LedgerEntry? entry) =>
        (Time, _stateRoot, RuleSet, Entry) = (time, stateRoot.ToArray(), ruleSet, entry);

    /// <summary>The time of the log, in milliseconds since 1970 (UTC); it never falls from one leaf to the next.</summary>
    public long Time { get; }

    /// <summary>The root of the state after all earlier leaves, advanced to the time, 32 bytes; zero where no rules with a state
    /// are attached.</summary>
    public ReadOnlyMemory<byte> StateRoot => _stateRoot;

    /// <summary>The number of the rule set; 0 where none is attached.</summary>
    public long RuleSet { get; }

    /// <summary>The entry, or null where the leaf is a tick.</summary>
    public LedgerEntry? Entry { get; }

    /// <summary>The canonical bytes, which are what the tree hashes.</summary>
    internal byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteInt64(Time);
        w.WriteByteString(_stateRoot);
        w.WriteInt64(RuleSet);
        if (Entry is null)
        {
            w.WriteNull();
        }
        else
        {
            w.WriteByteString(Entry.Bytes.Span);
        }

        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes and verifies the signatures of the entry; false, with a reason, for anything
    /// else.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerLeaf? leaf,
        [NotNullWhen(false)] out string? reason
    )
    {
        if (!TryDecodeUnverified(bytes, out leaf, out reason) || leaf.Entry?.SignatureFault() is null)
        {
            return leaf is not null;
        }

        (reason, leaf) = (leaf.Entry.SignatureFault()!, null);
        return false;
    }

    /// <summary>Decodes canonical bytes and leaves the signatures to the caller.</summary>
    internal static bool TryDecodeUnverified(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerLeaf? leaf,
        [NotNullWhen(false)] out string? reason
    )
    {
        const string NotCanonical = "it is not the canonical encoding of a leaf";
        leaf = null;
        reason = NotCanonical;
        if (bytes.Length > MaxSize)
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 4)
            {
                return false;
            }

            long time = r.ReadInt64();
            ReadOnlyMemory<byte> root = r.ReadDefiniteLengthByteString();
            long ruleSet = r.ReadInt64();
            LedgerEntry? entry = null;
            if (r.PeekState() == CborReaderState.Null)
            {
                r.ReadNull();
            }
            else if (!LedgerEntry.TryDecodeUnverified(r.ReadDefiniteLengthByteString(), out entry, out reason))
            {
                return false;
            }

            reason = NotCanonical;
            r.ReadEndArray();
            if (r.BytesRemaining != 0 || time < 0 || ruleSet < 0 || root.Length != RootSize)
            {
                return false;
            }

            leaf = new LedgerLeaf(time, root.Span, ruleSet, entry);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            reason = NotCanonical;
            return false;
        }

        reason = null;
        return true;
    }
}
