using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The statement of a hospital about its update without showing it: every entry is a code in 0..2·offset, and the squared norm is
/// at most that of the terms. One file: the committed column, the cube over all codes with its proof, the norm as a commitment
/// with a range proof.
/// </summary>
/// <remarks>
/// The cube has the range of codes as its domain, so an entry outside makes its proof impossible; the norm is a linear statistic
/// of the cube. The number of clipped entries is the hospital's word. Padding entries are in range and in the norm like all
/// others; that they hold the code of 0 is not proven. The mean and inner products do not read them; what stands there costs its
/// hospital room within the bound of the norm, makes the norm that it shows larger than that of its entries, and shows in the
/// opened sum (<see cref="RoundView.HasCleanPadding"/>). A dealing of a learning session carries the same parts.
/// </remarks>
public sealed class UpdateProof
{
    /// <summary>The largest file that is decoded: 2^24 entries have 2^11 points.</summary>
    internal const int MaxEncodedSize = 1 << 20;

    internal const string Format = Labels.UpdateProofFile;

    /// <summary>The context of what is proven about updates: for whom and on which board is in the session.</summary>
    internal static readonly StatisticContext Context = new("federated learning", "", "");

    private readonly byte[] _sid,
        _cubeProof;
    private readonly NormProof _norm;

    private UpdateProof(
        byte[] sid,
        RoundTerms terms,
        TableCommitment table,
        CompressedPoint cube,
        byte[] cubeProof,
        NormProof norm
    ) => (_sid, Terms, Table, Cube, _cubeProof, _norm) = (sid, terms, table, cube, cubeProof, norm);

    /// <summary>The terms of the round.</summary>
    public RoundTerms Terms { get; }

    /// <summary>The session, 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Session => _sid;

    /// <summary>The committed update; its owner is the hospital.</summary>
    public TableCommitment Table { get; }

    /// <summary>The number of entries that were clipped, asserted by the hospital.</summary>
    public int Clipped => _norm.Clipped;

    /// <summary>The proof that <see cref="UpdatePolicy"/> asks for: the proof of the norm.</summary>
    internal ReadOnlyMemory<byte> PolicyProof => _norm.Encode();

    /// <summary>The commitment to how often every code occurs.</summary>
    internal CompressedPoint Cube { get; }

    internal byte[] CubeProof => _cubeProof;

    /// <summary>
    /// Verifies that every entry is in range and the norm within its bound. The caller has still to compare session and terms
    /// with those agreed, and to find the root signed by its owner.
    /// </summary>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    public VerificationResult Verify(VerificationLimits? limits = null)
    {
        if (_cubeProof.Length != ContingencyTableProof.Size(Table.Layout, [Terms.Axes]))
        {
            return VerificationResult.Rejected(ProofFault.Length("a proof of this update has another length"));
        }

        if ((limits ?? VerificationLimits.Default).Exceeded(Cost()) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var batch = new VerificationBatch();
        return batch.Verify(
            ContingencyTableProof.Collect(
                new Transcript(ContingencyTableProof.Label),
                Table,
                [Terms.Axes],
                [Cube],
                _cubeProof,
                batch
            ) ?? _norm.Collect(_sid, Terms, Table, Cube, batch)
        );
    }

    /// <summary>The cost of verification.</summary>
    private VerificationCost Cost()
    {
        long cells = Terms.Axes.AllCells;
        return new VerificationCost(
            cells,
            2 * (long)BitOperations.RoundUpToPowerOf2((ulong)cells) + Table.Layout.Width,
            Table.Columns[1].PointCount + _cubeProof.Length / RistrettoPoint.Size,
            4 * cells
        );
    }

    /// <summary>The proof that a dealing of a learning session carries; false where the dealing or the session is none.</summary>
    internal static bool TryOf(
        AggregationSession session,
        Dealing deal,
        [NotNullWhen(true)] out UpdateProof? proof,
        [NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(deal);
        proof = null;
        if (
            !UpdatePolicy.TryTerms(session.Terms, out RoundTerms? terms, out reason)
            || !NormProof.TryDecode(deal.PolicyProof, terms, out NormProof? norm, out reason)
        )
        {
            return false;
        }

        if (deal.Table is null)
        {
            reason = "the dealing is about no update";
            return false;
        }

        proof = new UpdateProof(session.Sid.ToArray(), terms, deal.Table, deal.Constant, deal.CubeProof.ToArray(), norm);
        return true;
    }

    /// <summary>Canonical CBOR: [format, sid, terms, owner, points, cube, cube proof, norm proof].</summary>
    internal byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(8);
        w.WriteTextString(Format);
        w.WriteByteString(_sid);
        w.WriteByteString(Terms.Encode());
        w.WriteByteString(Table.Owner.Span);
        w.WriteByteString(Table.Columns[1].Points.Span);
        w.WriteByteString(Cube.ToBytes());
        w.WriteByteString(_cubeProof);
        w.WriteByteString(_norm.Encode());
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    internal static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out UpdateProof? proof,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof of an update", Read, p => p.Encode(), out proof, out reason);

    /// <summary>Proves; a test may change the counts (<paramref name="forge"/>) or the norm before anything is proven.</summary>
    internal static (UpdateProof Proof, ContingencyTableOpening Cubes) ProveUnchecked(
        UpdateOpening update,
        ContingencyTableForgery? forge,
        ulong? falseNorm,
        int degreeOfParallelism
    )
    {
        ContingencyTableOpening cubes = ContingencyTableProof.Prove(
            new Transcript(ContingencyTableProof.Label),
            update.Table,
            [update.Terms.Axes],
            forge,
            degreeOfParallelism
        );
        NormProof norm = NormProof.ProveUnchecked(update, cubes, falseNorm);
        return (
            new UpdateProof(
                update.Session.ToArray(),
                update.Terms,
                update.Commitment,
                cubes.Points[0],
                cubes.Proof.ToArray(),
                norm
            ),
            cubes
        );
    }

    private static UpdateProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not of this format and version");
        }

        byte[] sid = r.ReadByteString();
        if (!RoundTerms.TryDecode(r.ReadByteString(), out RoundTerms? terms, out string? reason))
        {
            throw new FormatException(reason);
        }

        byte[] owner = r.ReadByteString();
        var table = TableCommitment.Of(
            owner,
            terms.Schema(sid),
            terms.Layout.PaddedRows,
            [ColumnCommitment.FromPoints(r.ReadByteString())]
        );
        var cube = new CompressedPoint(r.ReadByteString());
        byte[] cubeProof = r.ReadByteString();
        if (!NormProof.TryDecode(r.ReadByteString(), terms, out NormProof? norm, out reason))
        {
            throw new FormatException(reason);
        }

        r.ReadEndArray();
        return new UpdateProof(sid, terms, table, cube, cubeProof, norm);
    }
}
