using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// A dealing whose form fits the session, its points decoded. Its equations go to a batch (<see cref="CollectDealing"/>,
/// <see cref="CollectContribution"/>); it is valid when they hold.
/// </summary>
internal sealed class CheckedDealing
{
    private readonly ReadOnlyMemory<byte> _constants;

    private CheckedDealing(
        DealId id,
        Dealing deal,
        long position,
        ReadOnlyMemory<byte> constants,
        RistrettoPoint[] points,
        RistrettoPoint ephemeral
    )
    {
        (Id, Dealing, Position, _constants, Ephemeral) = (id, deal, position, constants, ephemeral);
        Digest = deal.Digest();
        int chunks = constants.Length / RistrettoPoint.Size;
        Constants = points[..chunks];
        Commitments = points[chunks..];
    }

    public DealId Id { get; }

    public Dealing Dealing { get; }

    public long Position { get; }

    public byte[] Digest { get; }

    public RistrettoPoint Ephemeral { get; }

    /// <summary>The commitments to the constant terms of the chunks, without the weight.</summary>
    public RistrettoPoint[] Constants { get; }

    /// <summary>A_{c,k}, k = 1..t − 1 within c.</summary>
    public RistrettoPoint[] Commitments { get; }

    /// <summary>A_{c,0}, the weight included.</summary>
    public RistrettoPoint Constant(int chunk) =>
        Dealing.Weight == 1 ? Constants[chunk] : MultiScalar.VarTime([Scalar.FromUInt64(Dealing.Weight)], [Constants[chunk]]);

    public ReadOnlySpan<byte> CiphertextHash(int member) => Dealing.Ciphertexts.Span.Slice(32 * (member - 1), 32);

    /// <summary>Checks form and lengths, all of which follow from the terms, and decodes the points.</summary>
    public static CheckedDealing? TryCreate(
        AggregationSession session,
        DealId id,
        Dealing deal,
        long position,
        out (FaultKind Kind, string Reason) fault
    )
    {
        AggregationTerms terms = session.Terms;
        DealLayout layout = DealLayout.Of(terms, id.Role);
        fault = default;
        if (FormFault(terms, layout, id.Role, deal) is string form)
        {
            fault = (FaultKind.Malformed, form);
            return null;
        }

        int noise =
            id.Role == DealRole.Contribution && terms.Noise is not null
                ? RistrettoPoint.Size + BitVectorProof.Size(layout.Segments[1].Length)
                : 0;
        if (deal.Noise.Length != noise)
        {
            fault = (FaultKind.UnprovenContribution, "the noise has another length");
            return null;
        }

        byte[] constants =
            terms.IsWholeVector && id.Role == DealRole.Contribution
                ? deal.Table!.Columns[1].Points.ToArray()
                : [.. deal.Constant.ToBytes(), .. deal.Noise[..Math.Min(noise, RistrettoPoint.Size)].Span];
        var points = new RistrettoPoint[(constants.Length + deal.Commitments.Length) / RistrettoPoint.Size];
        if (
            !deal.Ephemeral.TryDecompress(out RistrettoPoint ephemeral)
            || !RistrettoBatch.TryDecode([.. constants, .. deal.Commitments.Span], points, out _)
        )
        {
            fault = (FaultKind.Malformed, "a commitment is not a point");
            return null;
        }

        return new CheckedDealing(id, deal, position, constants, points, ephemeral);
    }

    private static string? FormFault(AggregationTerms terms, DealLayout layout, DealRole role, Dealing deal)
    {
        long commitments = RistrettoPoint.Size * (long)layout.Chunks * (terms.Threshold - 1);
        if (deal.Commitments.Length != commitments)
        {
            return "there is not one commitment for each coefficient";
        }

        if (deal.Ciphertexts.Length != 32 * terms.CommitteeSize)
        {
            return "there is not one ciphertext for each member";
        }

        if (UInt128.PopCount(deal.Seeded) > (UInt128)(terms.Threshold - 1) || deal.Seeded >> terms.CommitteeSize != 0)
        {
            return "more than t − 1 members have seeds";
        }

        if (deal.Minimum < 0 || deal.Weight < 1 || deal.Weight > terms.WeightCap)
        {
            return "the weight or the minimum is out of range";
        }

        if (deal.Ephemeral == default)
        {
            return "E is the neutral element";
        }

        if (role != DealRole.Beacon)
        {
            return TableFault(terms, deal.Table!);
        }

        return deal.CubeProof.Length + deal.Noise.Length + deal.PolicyProof.Length == 0 && deal.Weight == 1
            ? null
            : "a beacon has one scalar and no more";
    }

    private static string? TableFault(AggregationTerms terms, TableCommitment table)
    {
        if (table.Columns.Count != terms.Schema.Columns.Count)
        {
            return "the columns are not those of the schema";
        }

        if (terms.IsWholeVector)
        {
            return table.Rows == terms.Rows ? null : "the update has another number of rows";
        }

        return table.Layout.PaddedRows > terms.Rows ? "the table has more rows than the terms allow" : null;
    }

    /// <summary>The equations of the proof of dealing. Returns what failed, or null.</summary>
    public ProofFault? CollectDealing(AggregationSession session, VerificationBatch batch) =>
        DealProof.Collect(session, Id, Dealing, _constants, batch);

    /// <summary>The equations of what is dealt: the cube, the bits, what the policy asks. Returns what failed, or null.</summary>
    public ProofFault? CollectContribution(AggregationSession session, AggregationRules rules, VerificationBatch batch)
    {
        if (Id.Role == DealRole.Beacon)
        {
            return null;
        }

        AggregationTerms terms = session.Terms;
        if (
            ContingencyTableProof.Collect(
                new Transcript(ContingencyTableProof.Label),
                Dealing.Table!,
                [terms.Axes],
                [Dealing.Constant],
                Dealing.CubeProof,
                batch
            )
            is ProofFault cube
        )
        {
            return cube;
        }

        int coins = terms.NoiseBits == 0 ? 0 : DealLayout.Of(terms, Id.Role).Segments[1].Length;
        if (
            coins > 0
            && BitVectorProof.Collect(
                NoiseTranscript(session, Id),
                coins,
                new CompressedPoint(Dealing.Noise.Span[..32]),
                Dealing.Noise[32..],
                batch
            )
                is ProofFault bits
        )
        {
            return bits;
        }

        if (terms.Policy.Length == 0)
        {
            return Dealing.PolicyProof.Length == 0 ? null : "a proof that nobody asked for";
        }

        IContributionPolicy policy = rules.Policy(terms.Policy);
        var statement = new ContributionStatement(session, Dealing.Table!, Dealing.Constant);
        if (policy is IBatchedPolicy batched)
        {
            return batched.Collect(statement, Dealing.PolicyProof, batch);
        }

        // a result without a reason is one of a policy that verified nothing
        VerificationResult verdict = policy.Verify(statement, Dealing.PolicyProof);
        return verdict.IsAccepted ? null : new ProofFault(verdict.Code, verdict.Reason ?? "the policy verified nothing");
    }

    /// <summary>The transcript of the proof that the noise is bits: for this dealer of this session alone.</summary>
    public static Transcript NoiseTranscript(AggregationSession session, DealId id)
    {
        var t = new Transcript(Labels.DealtNoise);
        t.Append("sid"u8, session.Sid.Span);
        t.Append("dealer"u8, id.Dealer.ToBytes());
        return t;
    }
}
