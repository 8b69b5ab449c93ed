using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The right side of the lookup: for each cube c, sums[c] = ⟨weights[c], cube c⟩, by one hidden sumcheck without eq
/// over the cells, cubes joined by powers of nu; then one value of each cube at its end.
/// </summary>
internal static class LogUpCellSum
{
    /// <param name="cs">The constraint system.</param>
    /// <param name="weights">For each cube, a weight for each of the 2^k padded cells.</param>
    /// <param name="sums">The claimed sums.</param>
    /// <param name="counts">The prover's cells, padded with zeros; null for a verifier. Used up.</param>
    /// <returns>A point and, for each cube, the value of its multilinear extension there.</returns>
    public static (Scalar[] Point, LinearCombination[] Values) Run(
        ConstraintSystem cs,
        Scalar[][] weights,
        LinearCombination[] sums,
        Scalar[][]? counts
    )
    {
        int m = sums.Length,
            rounds = int.Log2(weights[0].Length);
        var mix = new Scalar[m];
        ScalarVector.Powers(cs.Challenge("nu"u8), mix);
        CellTables? tables = counts is null ? null : new CellTables([.. weights.Select(w => (Scalar[])w.Clone())], counts, mix);
        (Scalar[] point, LinearCombination claim) = cs.Sumcheck(LinearCombination.Weighted(sums, mix), tables, null, rounds);
        LinearCombination[] values = cs.Commit(m, tables is null ? [] : [.. counts!.Select(n => n[0])]);

        var eq = new Scalar[weights[0].Length];
        ScalarVector.EqTable(point, eq);
        Scalar[] scales = [.. weights.Select((w, c) => mix[c] * ScalarVector.Dot(w, eq))];
        cs.Constrain(claim - LinearCombination.Weighted(values, scales));
        return (point, values);
    }

    /// <summary>F = sum over cubes c of nu^c·weight_c·count_c.</summary>
    private sealed class CellTables(Scalar[][] weights, Scalar[][] counts, Scalar[] mix) : SumcheckTables
    {
        public override (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half)
        {
            Scalar atZero = Scalar.Zero,
                leading = Scalar.Zero;
            for (int c = 0; c < mix.Length; c++)
            {
                ReadOnlySpan<Scalar> w = weights[c],
                    n = counts[c];
                Scalar zero = Scalar.Zero,
                    top = Scalar.Zero;
                for (int j = 0; j < half; j++)
                {
                    zero += w[j] * n[j];
                    top += (w[half + j] - w[j]) * (n[half + j] - n[j]);
                }

                atZero += mix[c] * zero;
                leading += mix[c] * top;
            }

            return (atZero, leading);
        }

        public override void Fold(in Scalar rho, int half)
        {
            for (int c = 0; c < mix.Length; c++)
            {
                ScalarVector.Fold(weights[c].AsSpan(0, 2 * half), rho);
                ScalarVector.Fold(counts[c].AsSpan(0, 2 * half), rho);
            }
        }
    }
}
