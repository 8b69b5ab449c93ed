using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>The role of a dealing.</summary>
internal enum DealRole
{
    /// <summary>A hospital's cube or update, with its noise where the terms ask for it.</summary>
    Contribution = 0,

    /// <summary>A committee member's part of the beacon from which the coins of the noise are drawn.</summary>
    Beacon = 1,
}

/// <summary>A dealing of a session: by whom and of what.</summary>
internal readonly record struct DealId(DealRole Role, PartyId Dealer) : IComparable<DealId>
{
    /// <summary>Contributions first, then by dealer.</summary>
    public int CompareTo(DealId other) => Role != other.Role ? Role.CompareTo(other.Role) : Dealer.CompareTo(other.Dealer);
}

/// <summary>
/// The one message of a dealer: commitments to its polynomials, the hashes of one ciphertext for each member, and the proofs. The
/// constant terms of a contribution are commitments that stand elsewhere (its cube, its column) and are derived, not sent.
/// </summary>
internal sealed class Dealing
{
    public required DealRole Role { get; init; }

    /// <summary>The dealer wants at least so many contributors, or it is none itself.</summary>
    public int Minimum { get; init; }

    /// <summary>The public weight of the contribution.</summary>
    public ulong Weight { get; init; } = 1;

    /// <summary>The committed table of a contribution, with the points of the columns of the axes; null for the beacon.</summary>
    public TableCommitment? Table { get; init; }

    /// <summary>The commitment to its cube; for the beacon the commitment to the dealt scalar.</summary>
    public CompressedPoint Constant { get; init; }

    /// <summary>The proof of the cube; empty for the beacon.</summary>
    public ReadOnlyMemory<byte> CubeProof { get; init; }

    /// <summary>The commitment to the noise bits and the proof that they are bits; empty without noise.</summary>
    public ReadOnlyMemory<byte> Noise { get; init; }

    /// <summary>The proof that the policy of the terms asks for.</summary>
    public ReadOnlyMemory<byte> PolicyProof { get; init; }

    /// <summary>E = e·B.</summary>
    public CompressedPoint Ephemeral { get; init; }

    /// <summary>A_{c,k} for every chunk c and k = 1, …, t − 1 within it, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Commitments { get; init; }

    /// <summary>Bit a − 1 is set where member a gets a seed in place of its shares; at most t − 1 of them.</summary>
    public UInt128 Seeded { get; init; }

    /// <summary>SHA-256 of the ciphertext of member 1, 2, …, s, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Ciphertexts { get; init; }

    /// <summary>The proof of dealing: of e, and of the openings of all constant terms.</summary>
    public ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.Dealing,
            13,
            w =>
            {
                WriteStatement(w);
                w.WriteByteString(Proof.Span);
            }
        );

    /// <summary>Everything but the proof of dealing: what its challenge binds.</summary>
    internal byte[] EncodeStatement() => Messages.Write(BoardKinds.Dealing, 12, WriteStatement);

    /// <summary>SHA-256 of the canonical bytes, by which receipts and complaints name the dealing.</summary>
    public byte[] Digest() => SHA256.HashData(Encode());

    /// <summary>Decodes canonical bytes for a session; anything else is refused. The proofs are still to be verified.</summary>
    /// <param name="bytes">The body of an entry.</param>
    /// <param name="session">The session, whose schema and axes the table has.</param>
    /// <param name="dealer">The author, who owns the table.</param>
    /// <param name="message">The dealing.</param>
    /// <param name="reason">What is wrong.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        AggregationSession session,
        PartyId dealer,
        [NotNullWhen(true)] out Dealing? message,
        [NotNullWhen(false)] out string? reason
    ) => Messages.TryDecode(bytes, BoardKinds.Dealing, r => Read(r, session, dealer), m => m.Encode(), out message, out reason);

    private void WriteStatement(CborWriter w)
    {
        w.WriteInt32((int)Role);
        w.WriteInt32(Minimum);
        w.WriteUInt64(Weight);
        if (Table is null)
        {
            w.WriteNull();
        }
        else
        {
            w.WriteStartArray(2);
            w.WriteInt64(Table.Rows);
            w.WriteStartArray(Table.Columns.Count - 1);
            foreach (ColumnCommitment column in Table.Columns.Skip(1))
            {
                w.WriteByteString(column.HasPoints ? column.Points.Span : column.Digest.Span);
            }

            w.WriteEndArray();
            w.WriteEndArray();
        }

        w.WriteByteString(Constant.ToBytes());
        w.WriteByteString(CubeProof.Span);
        w.WriteByteString(Noise.Span);
        w.WriteByteString(PolicyProof.Span);
        w.WriteByteString(Ephemeral.ToBytes());
        w.WriteByteString(Commitments.Span);
        w.WriteStartArray(2);
        w.WriteUInt64((ulong)Seeded);
        w.WriteUInt64((ulong)(Seeded >> 64));
        w.WriteEndArray();
        w.WriteByteString(Ciphertexts.Span);
    }

    private static DealRole ReadRole(CborReader r) =>
        r.ReadInt32() is >= 0 and <= 1 and int role ? (DealRole)role : throw new FormatException("unknown role");

    private static Dealing Read(CborReader r, AggregationSession session, PartyId dealer)
    {
        var deal = new Dealing
        {
            Role = ReadRole(r),
            Minimum = r.ReadInt32(),
            Weight = r.ReadUInt64(),
            Table = ReadTable(r, session, dealer),
            Constant = Messages.Point(r),
            CubeProof = r.ReadByteString(),
            Noise = r.ReadByteString(),
            PolicyProof = r.ReadByteString(),
            Ephemeral = Messages.Point(r),
            Commitments = r.ReadByteString(),
            Seeded = ReadSeeded(r),
            Ciphertexts = r.ReadByteString(),
            Proof = r.ReadByteString(),
        };
        return (deal.Role == DealRole.Contribution) == (deal.Table is not null)
            ? deal
            : throw new FormatException("a contribution has a table, a beacon none");
    }

    private static UInt128 ReadSeeded(CborReader r)
    {
        r.ReadStartArray();
        ulong low = r.ReadUInt64(),
            high = r.ReadUInt64();
        r.ReadEndArray();
        return new UInt128(high, low);
    }

    private static TableCommitment? ReadTable(CborReader r, AggregationSession session, PartyId dealer)
    {
        if (r.PeekState() == CborReaderState.Null)
        {
            r.ReadNull();
            return null;
        }

        r.ReadStartArray();
        long rows = r.ReadInt64();
        List<byte[]> encoded = CanonicalCbor.ReadList(r, x => x.ReadByteString(), session.Terms.Schema.Columns.Count);
        r.ReadEndArray();

        // points for the columns of the axes, digests for the others
        IEnumerable<ColumnCommitment> columns = encoded.Select(
            (b, j) =>
                session.Terms.Axes.Columns.Contains((uint)j + 1) ? ColumnCommitment.FromPoints(b) : ColumnCommitment.FromDigest(b)
        );
        return TableCommitment.Of(dealer.ToBytes(), session.ContributionSchema.Encode(), rows, columns);
    }
}
