using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>
/// An entry with the evidence that it stands on a ledger: its leaf, its number, its inclusion proof, the checkpoint. Whoever
/// knows the ledger's key verifies it without the ledger. Canonical CBOR: [format, index, leaf, path, checkpoint].
/// </summary>
public sealed class LedgerReceipt
{
    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = LedgerLeaf.MaxSize + SignedNote.MaxLength + 64 * 34 + 64;

    private const string Format = Labels.ReceiptFile;

    private LedgerReceipt(
        long index,
        LedgerLeaf leaf,
        LedgerEntry entry,
        IReadOnlyList<ReadOnlyMemory<byte>> path,
        string checkpoint
    ) => (Index, Leaf, Entry, Path, Checkpoint) = (index, leaf, entry, path, checkpoint);

    /// <summary>The number of the entry.</summary>
    public long Index { get; }

    /// <summary>The leaf with the entry: it says when the ledger took it.</summary>
    public LedgerLeaf Leaf { get; }

    /// <summary>The entry, its signatures verified.</summary>
    public LedgerEntry Entry { get; }

    /// <summary>The inclusion proof.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Path { get; }

    /// <summary>The checkpoint as a signed note, not verified yet.</summary>
    public string Checkpoint { get; }

    /// <summary>The receipt of an entry under the ledger's latest checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    /// <exception cref="IOException">The ledger cannot be read, or what it holds is no entry.</exception>
    public static LedgerReceipt Of(ILedger ledger, long index)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        Checkpoint checkpoint = ledger.GetCheckpoint();
        byte[] bytes =
            ledger.Read(index) ?? throw new ArgumentOutOfRangeException(nameof(index), index, "there is no such entry");
        return LedgerLeaf.TryDecode(bytes, out LedgerLeaf? leaf, out string? reason) && leaf.Entry is LedgerEntry entry
            ? new LedgerReceipt(index, leaf, entry, ledger.ProveInclusion(index, checkpoint.Size), checkpoint.ToString())
            : throw new IOException($"entry {index}: {reason ?? "it is a tick"}");
    }

    /// <summary>Verifies that the entry stands on the ledger of this key.</summary>
    public VerificationResult Verify(NoteKey ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (!Ledger.Checkpoint.TryParse(Checkpoint, ledger, out Checkpoint? checkpoint))
        {
            return VerificationResult.Rejected("the checkpoint is not signed by the ledger's key", VerdictReason.ReceiptInvalid);
        }

        if (Entry.Origin != ledger.Name)
        {
            return VerificationResult.Rejected("the entry is for another ledger", VerdictReason.ReceiptInvalid);
        }

        return MerkleProof.VerifyInclusion(MerkleHash.Leaf(Leaf.Encode()), Index, checkpoint.Size, Path, checkpoint.Root.Span)
            ? VerificationResult.Accepted
            : VerificationResult.Rejected("the entry is not included under the checkpoint", VerdictReason.ReceiptInvalid);
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteInt64(Index);
        w.WriteByteString(Leaf.Encode());
        CanonicalCbor.WriteList(w, Path, hash => w.WriteByteString(hash.Span));
        w.WriteTextString(Checkpoint);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; anything else is refused with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerReceipt? receipt,
        [NotNullWhen(false)] out string? reason
    )
    {
        receipt = null;
        reason = "it is not the canonical encoding of a receipt";
        if (bytes.Length > MaxSize)
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 5 || r.ReadTextString() != Format)
            {
                return false;
            }

            long index = r.ReadInt64();
            if (
                !LedgerLeaf.TryDecode(r.ReadByteString(), out LedgerLeaf? leaf, out string? fault)
                || leaf.Entry is not LedgerEntry entry
            )
            {
                reason = $"the entry: {fault ?? "the leaf holds none"}";
                return false;
            }

            List<ReadOnlyMemory<byte>> path = CanonicalCbor.ReadList<ReadOnlyMemory<byte>>(r, x => x.ReadByteString(), 63);
            string checkpoint = r.ReadTextString();
            r.ReadEndArray();
            if (r.BytesRemaining != 0 || index < 0 || path.Any(p => p.Length != MerkleHash.Size))
            {
                return false;
            }

            receipt = new LedgerReceipt(index, leaf, entry, path, checkpoint);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }

        reason = null;
        return true;
    }
}
