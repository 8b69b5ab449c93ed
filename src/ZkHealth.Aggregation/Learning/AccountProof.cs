using System.Runtime.InteropServices;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// A hospital accounts for its update in zero knowledge: the inner product of the committed update with a public direction, shown
/// or only proven to lie in an interval, and its squared norm if asked. Nothing else of the update is shown.
/// </summary>
/// <remarks>
/// With codes z in the matrix of the commitment and the direction q, ⟨q, z⟩ = ⟨q, z − offset⟩ + offset·Σq is a sum over the 2^mu
/// places of a product of two multilinear polynomials: one hidden sumcheck without eq leads to q(ρ)·z(ρ). The verifier computes
/// q(ρ). z(ρ) is ⟨Σ eq(ρ_left, r)·z_r, eq(ρ_right)⟩ for the matrix rows z_r (Hyrax, eprint 2017/1132), whose joined commitment is
/// attached. The norm is a linear constraint on the attached cube. An interval low..high is proven by the bits of v − low and of
/// high − v. One linear proof ends all. Inner products stay below 2^62 and norms too, so nothing wraps.
/// The answer is worth as much as the proof of the update: a verifier accepts it only together with that.
/// </remarks>
public sealed partial class AccountProof
{
    private readonly byte[] _root,
        _direction,
        _proof;

    private AccountProof(byte[] root, byte[] direction, AccountAnswer answer, byte[] proof) =>
        (_root, _direction, Answer, _proof) = (root, direction, answer, proof);

    /// <summary>The answer; true only if <see cref="Verify"/> accepts.</summary>
    public AccountAnswer Answer { get; }

    /// <summary>The exact bytes of the proof inside the file.</summary>
    internal static long ProofSize(RoundTerms terms, AccountAnswer answer)
    {
        long mu = terms.Layout.LogRows,
            bits = 2 * answer.Bits,
            products = Log2Ceiling(bits + 1);
        long messages = mu + 1 + (bits > 0 ? 2 : 0) + products;
        long scalars = 2 * mu + 3 + 2 * products + (bits > 0 ? 1 + bits : 0);
        long n = scalars + terms.Layout.Width + (answer.SquaredNorm is null ? 0 : terms.Quantiser.Domain);
        return 32 * (messages + 2 + 2 * Log2Ceiling(n) + 3);
    }

    /// <summary>Answers with the inner product, and the squared norm if asked, both shown.</summary>
    /// <param name="update">The hospital's update.</param>
    /// <param name="direction">The public direction, with an entry for each of the update.</param>
    /// <param name="showNorm">Whether the norm is shown too; within its bound it is proven to be already.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The direction has another number of entries.</exception>
    public static AccountProof Prove(
        ProvenUpdateOpening update,
        UpdateDirection direction,
        bool showNorm = true,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(direction);
        long value = InnerProduct(update.Update, direction);
        return ProveUnchecked(
            update,
            direction,
            new AccountAnswer(value, value, Norm(update, showNorm)),
            value,
            null,
            degreeOfParallelism
        );
    }

    /// <summary>Answers that the inner product lies in low..high, and nothing more of it.</summary>
    /// <param name="update">The hospital's update.</param>
    /// <param name="direction">The public direction, with an entry for each of the update.</param>
    /// <param name="low">The lower end, included; from −2^61.</param>
    /// <param name="high">The upper end, included, above the lower one; to 2^61.</param>
    /// <param name="showNorm">Whether the norm is shown.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The direction has another number of entries, or the inner product lies
    /// outside.</exception>
    public static AccountProof ProveWithin(
        ProvenUpdateOpening update,
        UpdateDirection direction,
        long low,
        long high,
        bool showNorm = false,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(direction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        long value = InnerProduct(update.Update, direction);
        return value >= low && value <= high
            ? ProveUnchecked(
                update,
                direction,
                new AccountAnswer(low, high, Norm(update, showNorm)),
                value,
                null,
                degreeOfParallelism
            )
            : throw new ArgumentException("the inner product lies outside the interval", nameof(low));
    }

    /// <summary>
    /// Verifies the answer against the committed update and the direction. The caller has verified <paramref name="update"/>
    /// itself.
    /// </summary>
    /// <param name="update">The proof of the update.</param>
    /// <param name="direction">The direction that was asked about.</param>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    public VerificationResult Verify(UpdateProof update, UpdateDirection direction, VerificationLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(direction);
        RoundTerms terms = update.Terms;
        if (
            !update.Table.Root.Span.SequenceEqual(_root)
            || !direction.Digest.Span.SequenceEqual(_direction)
            || direction.Entries.Length != terms.Entries
        )
        {
            return VerificationResult.Rejected("the account is about another update or another direction");
        }

        if (_proof.Length != ProofSize(terms, Answer))
        {
            return VerificationResult.Rejected(ProofFault.Length("an account of this update has another length"));
        }

        // every entry is a scalar that is folded, twice in all
        long cells = Answer.SquaredNorm is null ? 0 : terms.Axes.AllCells;
        var cost = new VerificationCost(
            cells,
            terms.Layout.Width + cells + _proof.Length / Scalar.Size,
            update.Table.Columns[1].PointCount + _proof.Length / RistrettoPoint.Size,
            3L * terms.Layout.PaddedRows + 4 * cells
        );
        if ((limits ?? VerificationLimits.Default).Exceeded(cost) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(_proof));
        Transcript t = Start(_root, update.Cube, _direction, Answer);
        using var cs = new ConstraintSystem(t, reader, equation);
        AccountRelation.Constrain(cs, update, direction, Answer, null);
        cs.Finish();
        reader.End();
        var batch = new VerificationBatch();
        batch.Add("the account is not that of the update", equation);
        return batch.Verify(reader.Failure);
    }

    internal static AccountProof ProveUnchecked(
        ProvenUpdateOpening update,
        UpdateDirection direction,
        AccountAnswer answer,
        long value,
        Action<Scalar[]>? forge,
        int degreeOfParallelism = 1
    )
    {
        UpdateOpening committed = update.Update;
        byte[] root = committed.Commitment.Root.ToArray(),
            digest = direction.Digest.ToArray();
        Transcript t = Start(root, update.Proof.Cube, digest, answer);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("codes"u8, MemoryMarshal.AsBytes(committed.Codes))
            .RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(committed.Blindings))
            .RekeyWithWitness("blinding"u8, update.Cubes.Blinding(0).ToBytes())
            .Complete();
        using var cs = new ConstraintSystem(t, rng) { ChecksWitness = forge is null, DegreeOfParallelism = degreeOfParallelism };
        AccountRelation.Constrain(cs, update.Proof, direction, answer, new(update, value, forge));
        return new AccountProof(root, digest, answer, cs.Finish());
    }

    /// <summary>⟨q, d − offset⟩, below 2^61 in magnitude.</summary>
    internal static long InnerProduct(UpdateOpening update, UpdateDirection direction)
    {
        ReadOnlySpan<int> q = direction.Entries.Span;
        if (q.Length != update.Terms.Entries)
        {
            throw new ArgumentException($"expected a direction of {update.Terms.Entries} entries", nameof(direction));
        }

        ReadOnlySpan<uint> codes = update.Codes;
        long sum = 0;
        for (int i = 0; i < q.Length; i++)
        {
            sum += q[i] * ((long)codes[i] - update.Terms.Quantiser.Offset);
        }

        return sum;
    }

    private static Transcript Start(byte[] root, CompressedPoint cube, byte[] direction, AccountAnswer answer)
    {
        Transcript t = UpdateProof.Context.Start(StatementOf(root, direction, answer));
        t.AppendPoint("cube"u8, cube);
        return t;
    }

    private static ulong? Norm(ProvenUpdateOpening update, bool show) => show ? update.Update.SquaredNorm : null;

    private static int Log2Ceiling(long n) => n <= 1 ? 0 : System.Numerics.BitOperations.Log2((ulong)(n - 1)) + 1;
}
