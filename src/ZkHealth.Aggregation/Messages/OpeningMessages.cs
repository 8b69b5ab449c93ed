using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>
/// A member signs the set of contributors (and of those who dealt the beacon), as they follow from the board at a checkpoint that
/// is consistent with all it has seen.
/// </summary>
internal sealed class ContributorSetSignature(
    BoardCheckpoint checkpoint,
    IReadOnlyList<PartyId> contributors,
    IReadOnlyList<PartyId> beaconDealers
)
{
    public BoardCheckpoint Checkpoint { get; } = checkpoint;

    /// <summary>I, ascending.</summary>
    public IReadOnlyList<PartyId> Contributors { get; } = contributors;

    /// <summary>Those whose scalars make the beacon, ascending; empty without noise.</summary>
    public IReadOnlyList<PartyId> BeaconDealers { get; } = beaconDealers;

    /// <summary>SHA-256 over sid and both sets: what makes two signatures the same.</summary>
    public byte[] SetDigest(AggregationSession session) => SetDigest(session, Contributors, BeaconDealers);

    internal static byte[] SetDigest(
        AggregationSession session,
        IReadOnlyList<PartyId> contributors,
        IReadOnlyList<PartyId> beacon
    )
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString(Labels.ContributorSet);
        w.WriteByteString(session.Sid.Span);
        AggregationTerms.WriteParties(w, contributors);
        AggregationTerms.WriteParties(w, beacon);
        w.WriteEndArray();
        return SHA256.HashData(w.Encode());
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.ContributorSetSignature,
            4,
            w =>
            {
                w.WriteInt64(Checkpoint.Size);
                w.WriteByteString(Checkpoint.Token.Span);
                AggregationTerms.WriteParties(w, Contributors);
                AggregationTerms.WriteParties(w, BeaconDealers);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out ContributorSetSignature? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.ContributorSetSignature,
            r => new ContributorSetSignature(
                new BoardCheckpoint(r.ReadInt64(), r.ReadByteString()),
                AggregationTerms.ReadParties(r, AggregationTerms.MaxHospitals),
                AggregationTerms.ReadParties(r, AggregationTerms.MaxCommittee)
            ),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>
/// An assertion of an owner, before its dealing, that a session is a release of its data set. It counts where the session stands:
/// from its D3 on, for ever if Q members sign its set, and no longer once it is void.
/// </summary>
internal sealed class BudgetDebit(ReadOnlyMemory<byte> session, ReadOnlyMemory<byte> root, long rows)
{
    /// <summary>sid, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Session { get; } = session;

    /// <summary>The root of the table that is dealt, 32 bytes: which version of the data set.</summary>
    public ReadOnlyMemory<byte> Root { get; } = root;

    /// <summary>The declared rows of that table.</summary>
    public long Rows { get; } = rows;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.BudgetDebit,
            3,
            w =>
            {
                w.WriteByteString(Session.Span);
                w.WriteByteString(Root.Span);
                w.WriteInt64(Rows);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out BudgetDebit? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.BudgetDebit,
            r => new BudgetDebit(Messages.Bytes(r, 32), Messages.Bytes(r, 32), r.ReadInt64()),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>A member's share of the beacon: the value and the blinding of the summed polynomials at its point.</summary>
internal sealed class BeaconShare(ReadOnlyMemory<byte> set, Scalar value, Scalar blinding)
{
    /// <summary>The digest of the frozen set, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Set { get; } = set;

    /// <summary>The summed share.</summary>
    public Scalar Value { get; } = value;

    public Scalar Blinding { get; } = blinding;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.BeaconShare,
            3,
            w =>
            {
                w.WriteByteString(Set.Span);
                w.WriteByteString(Value.ToBytes());
                w.WriteByteString(Blinding.ToBytes());
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out BeaconShare? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.BeaconShare,
            r => new BeaconShare(Messages.Bytes(r, 32), Messages.Scalar(r), Messages.Scalar(r)),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>
/// A member's share of the sum: for statistics the value of each weight row with one linear proof against the commitments; for
/// whole vectors the hash of values and blindings, which lie beside the board.
/// </summary>
internal sealed class SumShare(ReadOnlyMemory<byte> set, ReadOnlyMemory<byte> values, ReadOnlyMemory<byte> proof)
{
    /// <summary>The digest of the frozen set, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Set { get; } = set;

    /// <summary>Statistics: one scalar of 32 bytes for each opened number. Whole vectors: the hash, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Values { get; } = values;

    /// <summary>Statistics: the linear proof. Whole vectors: empty.</summary>
    public ReadOnlyMemory<byte> Proof { get; } = proof;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.SumShare,
            3,
            w =>
            {
                w.WriteByteString(Set.Span);
                w.WriteByteString(Values.Span);
                w.WriteByteString(Proof.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused. The proof is still to be verified.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out SumShare? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.SumShare,
            r => new SumShare(Messages.Bytes(r, 32), r.ReadByteString(), r.ReadByteString()),
            m => m.Encode(),
            out message,
            out reason
        );
}

/// <summary>The result, as a combiner posts it. Anyone computes it again; the message saves them the whole vector's
/// transport, and names who lied.</summary>
internal sealed class AggregateResult(ReadOnlyMemory<byte> set, ReadOnlyMemory<byte> values)
{
    /// <summary>The digest of the frozen set, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Set { get; } = set;

    /// <summary>Statistics: the opened numbers mod l, 32 bytes each. Whole vectors: the hash of values and blindings, 32
    /// bytes.</summary>
    public ReadOnlyMemory<byte> Values { get; } = values;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() =>
        Messages.Write(
            BoardKinds.Result,
            2,
            w =>
            {
                w.WriteByteString(Set.Span);
                w.WriteByteString(Values.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused. It proves nothing by itself.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AggregateResult? message,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            BoardKinds.Result,
            r => new AggregateResult(Messages.Bytes(r, 32), r.ReadByteString()),
            m => m.Encode(),
            out message,
            out reason
        );
}
