using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>A member holds the shares of these Deals and has checked them.</summary>
/// <param name="Held">The digests of the Deals, 32 bytes each, in the order in which they stand on the board.</param>
public sealed record Receipt(IReadOnlyList<ReadOnlyMemory<byte>> Held)
{
    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Messages.Write(BoardKinds.Receipt, 1, w =>
    {
        w.WriteStartArray(Held.Count);
        foreach (ReadOnlyMemory<byte> digest in Held)
        {
            w.WriteByteString(digest.Span);
        }

        w.WriteEndArray();
    });

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Receipt? message, [NotNullWhen(false)] out string? reason) =>
        Messages.TryDecode(
            bytes, BoardKinds.Receipt,
            r => new Receipt(CanonicalCbor.ReadList<ReadOnlyMemory<byte>>(r, x => Messages.Bytes(x, 32), AggregationTerms.MaxHospitals + AggregationTerms.MaxCommittee)),
            m => m.Encode(), out message, out reason);
}

/// <summary>What a member complains about.</summary>
public enum ComplaintKind
{
    /// <summary>The ciphertext with the hash of the Deal has not come.</summary>
    NotDelivered = 0,

    /// <summary>The ciphertext does not hold the shares that the Deal's commitments fix.</summary>
    BadShare = 1,
}

/// <summary>
/// A member complains about a Deal. For a bad share it gives the shared point S = sk·E with a proof that it has the discrete logarithm of PK to
/// the base E, so that anyone repeats the decryption.
/// </summary>
/// <param name="Role">What was dealt.</param>
/// <param name="Dealer">By whom.</param>
/// <param name="Deal">The digest of the Deal, 32 bytes.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Shared">S; the neutral element for a ciphertext that has not come.</param>
/// <param name="Proof">The proof of equal discrete logarithms, 64 bytes; empty for a ciphertext that has not come.</param>
public sealed record Complaint(
    DealRole Role, PartyId Dealer, ReadOnlyMemory<byte> Deal, ComplaintKind Kind, CompressedPoint Shared, ReadOnlyMemory<byte> Proof)
{
    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Messages.Write(BoardKinds.Complaint, 6, w =>
    {
        w.WriteInt32((int)Role);
        w.WriteByteString(Dealer.ToBytes());
        w.WriteByteString(Deal.Span);
        w.WriteInt32((int)Kind);
        w.WriteByteString(Shared.ToBytes());
        w.WriteByteString(Proof.Span);
    });

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Complaint? message, [NotNullWhen(false)] out string? reason) =>
        Messages.TryDecode(bytes, BoardKinds.Complaint, Read, m => m.Encode(), out message, out reason);

    private static Complaint Read(CborReader r)
    {
        var complaint = new Complaint(
            (DealRole)r.ReadInt32(), Messages.Party(r), Messages.Bytes(r, 32), (ComplaintKind)r.ReadInt32(), Messages.Point(r), r.ReadByteString());
        bool bad = complaint.Kind == ComplaintKind.BadShare;
        return complaint.Role is DealRole.Contribution or DealRole.Beacon && complaint.Kind is ComplaintKind.NotDelivered or ComplaintKind.BadShare
            && complaint.Proof.Length == (bad ? 64 : 0) && (bad || complaint.Shared == default)
            ? complaint : throw new FormatException("unknown role or kind, or a part has another length");
    }
}

/// <summary>The answer of a dealer to "not delivered": the ciphertext, here where it fits into an entry, else beside the board under its hash.</summary>
/// <param name="Role">What was dealt.</param>
/// <param name="Member">For which member, 1 to s.</param>
/// <param name="Ciphertext">The ciphertext; empty where it lies beside the board.</param>
public sealed record Delivery(DealRole Role, int Member, ReadOnlyMemory<byte> Ciphertext)
{
    /// <summary>The longest ciphertext that is posted in the entry itself.</summary>
    public const int MaxInline = (1 << 20) - 1024;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Messages.Write(BoardKinds.Delivery, 3, w =>
    {
        w.WriteInt32((int)Role);
        w.WriteInt32(Member);
        w.WriteByteString(Ciphertext.Span);
    });

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Delivery? message, [NotNullWhen(false)] out string? reason) =>
        Messages.TryDecode(
            bytes, BoardKinds.Delivery, r => new Delivery((DealRole)r.ReadInt32(), r.ReadInt32(), r.ReadByteString()), m => m.Encode(), out message, out reason);
}
