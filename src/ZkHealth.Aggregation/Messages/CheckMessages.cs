using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>A member holds the shares of these dealings and has checked them.</summary>
internal sealed class ShareAcknowledgement(IReadOnlyList<ReadOnlyMemory<byte>> held)
{
    /// <summary>The digests of the dealings, 32 bytes each, in the order in which they stand on the board.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Held { get; } = held;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.ShareAcknowledgement,
            1,
            w => CanonicalCbor.WriteList(w, Held, digest => w.WriteByteString(digest.Span))
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ShareAcknowledgement? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.ShareAcknowledgement,
            r => new ShareAcknowledgement(
                CanonicalCbor.ReadList<ReadOnlyMemory<byte>>(
                    r,
                    x => Messages.Bytes(x, 32),
                    AggregationTerms.MaxHospitals + AggregationTerms.MaxCommittee
                )
            ),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>The kind of a complaint.</summary>
internal enum ComplaintKind
{
    /// <summary>The ciphertext with the hash of the dealing has not come.</summary>
    NotDelivered = 0,

    /// <summary>The ciphertext does not hold the shares that the dealing's commitments fix.</summary>
    BadShare = 1,
}

/// <summary>
/// A member complains about a dealing. For a bad share it gives the shared point S = sk·E with a proof that it has the discrete
/// logarithm of PK to the base E, and the ciphertext itself where that fits into an entry, so that anyone repeats the decryption
/// from the log alone.
/// </summary>
internal sealed class Complaint(
    DealRole role,
    PartyId dealer,
    ReadOnlyMemory<byte> dealing,
    ComplaintKind kind,
    CompressedPoint shared,
    ReadOnlyMemory<byte> proof,
    ReadOnlyMemory<byte> ciphertext
)
{
    /// <summary>The role of the dealing.</summary>
    public DealRole Role { get; } = role;

    public PartyId Dealer { get; } = dealer;

    /// <summary>The digest of the dealing, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Dealing { get; } = dealing;

    /// <summary>The kind of complaint.</summary>
    public ComplaintKind Kind { get; } = kind;

    /// <summary>S; the neutral element for a ciphertext that has not come.</summary>
    public CompressedPoint Shared { get; } = shared;

    /// <summary>The proof of equal discrete logarithms, 64 bytes; empty for a ciphertext that has not come.</summary>
    public ReadOnlyMemory<byte> Proof { get; } = proof;

    /// <summary>The bad ciphertext; empty for one that has not come, or that is too long: then Q members' words decide (<see
    /// cref="Holding"/>).</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; } = ciphertext;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.Complaint,
            7,
            w =>
            {
                w.WriteInt32((int)Role);
                w.WriteByteString(Dealer.ToBytes());
                w.WriteByteString(Dealing.Span);
                w.WriteInt32((int)Kind);
                w.WriteByteString(Shared.ToBytes());
                w.WriteByteString(Proof.Span);
                w.WriteByteString(Ciphertext.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Complaint? message,
        [NotNullWhen(false)] out string? reason
    ) => Messages.TryDecode(bytes, BoardKinds.Complaint, Read, m => m.Encode(), out message, out reason);

    private static Complaint Read(CborReader r)
    {
        var complaint = new Complaint(
            (DealRole)r.ReadInt32(),
            Messages.Party(r),
            Messages.Bytes(r, 32),
            (ComplaintKind)r.ReadInt32(),
            Messages.Point(r),
            r.ReadByteString(),
            r.ReadByteString()
        );
        bool bad = complaint.Kind == ComplaintKind.BadShare;
        return
            complaint.Role is DealRole.Contribution or DealRole.Beacon
            && complaint.Kind is ComplaintKind.NotDelivered or ComplaintKind.BadShare
            && complaint.Proof.Length == (bad ? 64 : 0)
            && (bad || (complaint.Shared == default && complaint.Ciphertext.Length == 0))
            ? complaint
            : throw new FormatException("unknown role or kind, or a part has another length");
    }
}

/// <summary>The answer to "not delivered", by anyone who has it: the ciphertext, on the log.</summary>
internal sealed class CiphertextDisclosure(DealRole role, PartyId dealer, int member, ReadOnlyMemory<byte> ciphertext)
{
    /// <summary>The role of the dealing.</summary>
    public DealRole Role { get; } = role;

    public PartyId Dealer { get; } = dealer;

    /// <summary>The member that it is for, 1 to s.</summary>
    public int Member { get; } = member;

    /// <summary>The ciphertext. What does not have the hash that the dealing gives is no answer.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; } = ciphertext;

    /// <summary>The longest ciphertext that fits into an entry. Longer ones lie beside the board, and Q members say that they
    /// hold them.</summary>
    public const int MaxInline = (1 << 20) - 1024;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.CiphertextDisclosure,
            4,
            w =>
            {
                w.WriteInt32((int)Role);
                w.WriteByteString(Dealer.ToBytes());
                w.WriteInt32(Member);
                w.WriteByteString(Ciphertext.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out CiphertextDisclosure? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.CiphertextDisclosure,
            r => new CiphertextDisclosure((DealRole)r.ReadInt32(), Messages.Party(r), r.ReadInt32(), r.ReadByteString()),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>A member's word about a ciphertext.</summary>
internal enum HoldingWord
{
    /// <summary>It holds the bytes with the hash of the dealing, and keeps them; of its own ciphertext also: their shares are
    /// right.</summary>
    Held = 0,

    /// <summary>It holds the bytes, and with the shared point of the member's complaint they are not the shares that the
    /// commitments fix.</summary>
    Bad = 1,
}

/// <summary>
/// A member's signed word about a ciphertext, its own or another member's. Of a ciphertext that is too long for the log, the
/// words of Q members stand for it: whatever a store beside the log does later changes nothing.
/// </summary>
internal sealed class Holding(DealRole role, PartyId dealer, ReadOnlyMemory<byte> dealing, int member, HoldingWord word)
{
    /// <summary>The role of the dealing.</summary>
    public DealRole Role { get; } = role;

    public PartyId Dealer { get; } = dealer;

    /// <summary>The digest of the dealing, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Dealing { get; } = dealing;

    /// <summary>The member whose ciphertext it is, 1 to s.</summary>
    public int Member { get; } = member;

    /// <summary>The word.</summary>
    public HoldingWord Word { get; } = word;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.Holding,
            5,
            w =>
            {
                w.WriteInt32((int)Role);
                w.WriteByteString(Dealer.ToBytes());
                w.WriteByteString(Dealing.Span);
                w.WriteInt32(Member);
                w.WriteInt32((int)Word);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Holding? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.Holding,
            r => new Holding(
                (DealRole)r.ReadInt32(),
                Messages.Party(r),
                Messages.Bytes(r, 32),
                r.ReadInt32(),
                (HoldingWord)r.ReadInt32()
            ),
            m => m.Encode(),
            out message,
            out reason
        );
}
