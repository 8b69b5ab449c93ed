using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The relation that prover and verifier of <see cref="AccountProof"/> both walk.</summary>
internal static class AccountRelation
{
    /// <summary>The witness: the update, its inner product, and what a cheating prover of the tests changes.</summary>
    public readonly record struct Witness(ProvenUpdateOpening Update, long Value, Action<Scalar[]>? Forge);

    /// <summary>The whole statement, for both roles (the prover brings a witness).</summary>
    public static void Constrain(
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
        Scalar[] left = ScalarVector.EqTable(point.AsSpan(0, layout.LogHeight)),
            right = ScalarVector.EqTable(point.AsSpan(layout.LogHeight));
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
