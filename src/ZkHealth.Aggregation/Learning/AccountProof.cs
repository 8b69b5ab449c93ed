using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
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

    /// <summary>The root of the update's table, 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Root => _root;

    /// <summary>Describes what is said; true only if <see cref="Verify"/> accepts.</summary>
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
        Walk(cs, update, direction, Answer, null);
        cs.Finish();
        reader.End();
        var batch = new VerificationBatch();
        batch.Add("the account is not that of the update", equation);
        return reader.Failure is ProofFault failure ? VerificationResult.Rejected(failure) : batch.Verify();
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
        Walk(cs, update.Proof, direction, answer, new Witness(update, value, forge));
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

    private readonly record struct Witness(ProvenUpdateOpening Update, long Value, Action<Scalar[]>? Forge);

    /// <summary>The whole statement, for both roles (the prover brings a witness).</summary>
    private static void Walk(
        ConstraintSystem cs,
        UpdateProof update,
        UpdateDirection direction,
        AccountAnswer answer,
        Witness? witness
    )
    {
        TableLayout layout = update.Terms.Layout;
        Scalar[] q = direction.ToScalars(layout.PaddedRows);

        // ⟨q, z⟩ = v + offset·Σq
        LinearCombination v =
            answer.Bits == 0 ? LinearCombination.Of(Scalar.FromInt64(answer.Low)) : Within(cs, answer, witness?.Value);
        LinearCombination claim =
            v + LinearCombination.Of(Scalar.FromUInt64((ulong)update.Terms.Quantiser.Offset) * Scalar.FromInt64(direction.Sum));
        using var entries = new SecretArray<Scalar>(witness is null ? 0 : layout.PaddedRows);
        using var steps = new SecretArray<Scalar>(entries.Length);
        InnerProductTables? tables = null;
        if (witness is { } w)
        {
            Scalar[] z = entries.Values;
            ReadOnlySpan<uint> codes = w.Update.Update.Codes;
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Scalar.FromUInt64(codes[i]);
            }

            w.Forge?.Invoke(z);
            tables = new InnerProductTables((Scalar[])q.Clone(), z, steps.Values);
        }

        (Scalar[] point, LinearCombination last) = cs.Sumcheck(claim, tables, null, layout.LogRows);
        for (int half = layout.PaddedRows / 2, k = 0; half > 0; half /= 2, k++)
        {
            ScalarVector.Fold(q.AsSpan(0, 2 * half), point[k]);
        }

        // last = q(ρ)·⟨joined row, eq(ρ_right)⟩
        Scalar[] left = EqTable(point.AsSpan(0, layout.LogHeight)),
            right = EqTable(point.AsSpan(layout.LogHeight));
        Scalar blinding = Scalar.Zero;
        Scalar[] values = witness is null ? [] : JoinedRow(witness.Value.Update, left, cs.DegreeOfParallelism, out blinding);
        MultiscalarEquation? joined = witness is null
            ? new MultiscalarEquation().Add(update.Table.Columns[1].Points, left)
            : null;
        int row = cs.Attach(GeneratorFamily.Column, layout.Width, joined, values, blinding);
        cs.Constrain(LinearCombination.Run(row, right) * q[0] - last);

        if (answer.SquaredNorm is ulong norm)
        {
            int cells = (int)update.Terms.Quantiser.Domain;
            values = witness is null
                ? []
                : ContingencyTableWitness.ToScalars(witness.Value.Update.Cubes.Counts(0).ToArray(), cells);
            blinding = witness is null ? Scalar.Zero : witness.Value.Update.Cubes.Blinding(0);
            MultiscalarEquation? cube = witness is null ? new MultiscalarEquation().Add(update.Cube, Scalar.One) : null;
            int cell = cs.Attach(GeneratorFamily.Cube, cells, cube, values, blinding);
            cs.Constrain(LinearCombination.Run(cell, update.Terms.NormWeights()) - Scalar.FromUInt64(norm));
        }
    }

    /// <summary>Commits to v with v − low = Σ 2^i·b_i and high − v = Σ 2^i·c_i for bits b and c, b·b = b.</summary>
    private static LinearCombination Within(ConstraintSystem cs, AccountAnswer answer, long? value)
    {
        int n = answer.Bits;
        LinearCombination v = cs.Commit(1, value is long known ? [Scalar.FromInt64(known)] : [])[0];
        Scalar[] witness = [];
        if (value is long there)
        {
            ulong above = unchecked((ulong)(there - answer.Low)),
                below = unchecked((ulong)(answer.High - there));
            witness = [.. Enumerable.Range(0, 2 * n).Select(i => Scalar.FromUInt64(((i < n ? above : below) >> (i % n)) & 1))];
        }

        LinearCombination[] bits = cs.Commit(2 * n, witness);
        foreach (LinearCombination bit in bits)
        {
            cs.Product(bit, bit, bit);
        }

        Scalar[] powers = [.. Enumerable.Range(0, n).Select(i => Scalar.FromUInt64(1UL << i))];
        cs.Constrain(LinearCombination.Weighted(bits[..n], powers) - v + LinearCombination.Of(Scalar.FromInt64(answer.Low)));
        cs.Constrain(LinearCombination.Weighted(bits[n..], powers) + v - Scalar.FromInt64(answer.High));
        return v;
    }

    private static Scalar[] JoinedRow(ProvenUpdateOpening update, Scalar[] left, int degreeOfParallelism, out Scalar blinding)
    {
        TableCommitment table = update.Update.Commitment;
        TableAxes[] axes = [update.Update.Terms.Axes];
        if (
            !ContingencyTableStatement.TryCreate(
                table,
                axes,
                [update.Proof.Cube],
                out ContingencyTableStatement? statement,
                out string? reason
            )
        )
        {
            throw new InvalidOperationException(reason);
        }

        using var witness = new ContingencyTableWitness(update.Update.Table, statement, null);
        return witness.JoinedRow([Scalar.Zero, Scalar.One], left, degreeOfParallelism, out blinding);
    }

    private static Transcript Start(byte[] root, CompressedPoint cube, byte[] direction, AccountAnswer answer)
    {
        Transcript t = UpdateProof.Context.Start(StatementOf(root, direction, answer));
        t.AppendPoint("cube"u8, cube);
        return t;
    }

    private static ulong? Norm(ProvenUpdateOpening update, bool show) => show ? update.Update.SquaredNorm : null;

    private static Scalar[] EqTable(ReadOnlySpan<Scalar> point)
    {
        var table = new Scalar[1 << point.Length];
        ScalarVector.EqTable(point, table);
        return table;
    }

    private static int Log2Ceiling(long n) => n <= 1 ? 0 : System.Numerics.BitOperations.Log2((ulong)(n - 1)) + 1;

    /// <summary>F = q·z.</summary>
    private sealed class InnerProductTables(Scalar[] q, Scalar[] z, Scalar[] steps) : SumcheckTables
    {
        public override (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half)
        {
            ReadOnlySpan<Scalar> ql = q.AsSpan(0, half),
                qh = q.AsSpan(half, half),
                zl = z.AsSpan(0, half),
                zh = z.AsSpan(half, half);
            Span<Scalar> dq = steps.AsSpan(0, half),
                dz = steps.AsSpan(half, half);
            ScalarVector.Subtract(qh, ql, dq);
            ScalarVector.Subtract(zh, zl, dz);
            return (ScalarVector.Dot(ql, zl), ScalarVector.Dot(dq, dz));
        }

        public override void Fold(in Scalar rho, int half)
        {
            ScalarVector.Fold(q.AsSpan(0, 2 * half), rho);
            ScalarVector.Fold(z.AsSpan(0, 2 * half), rho);
        }
    }
}
