using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// A side of a lookup: for each tree c, sum over rows of numerator_c[i]/leaf_c[i] = P_c/Q_c, the numerators all 1 or committed.
/// Trees of fractions, proven layer by layer (GKR); all trees share one hidden sumcheck a layer, joined by powers of kappa.
/// </summary>
internal static class LogUpRowSum
{
    /// <summary>Walks the layers for both roles.</summary>
    /// <param name="cs">The constraint system.</param>
    /// <param name="mu">log2 of the number of leaves, at least 1.</param>
    /// <param name="trees">The prover's trees, used up; null for a verifier.</param>
    /// <param name="p">The numerators of the roots; at the end, where they are weighted, those of the leaves at the
    /// point.</param>
    /// <param name="q">The denominators of the roots; at the end those of the leaves at the point.</param>
    /// <param name="weighted">Whether the leaves have numerators of their own.</param>
    /// <returns>A point of mu coordinates and, for each tree, the multilinear extension of its leaves there.</returns>
    public static (Scalar[] Point, LinearCombination[] Leaves) Run(
        ConstraintSystem cs,
        int mu,
        LogUpTree[]? trees,
        LinearCombination[] p,
        LinearCombination[] q,
        bool weighted = false
    )
    {
        int m = p.Length;
        Scalar[] point = [];
        cs.Reserve(mu - 1);
        var mix = new Scalar[m];
        for (int k = 0; k < mu; k++)
        {
            Scalar lambda = cs.Challenge("lambda"u8);
            ScalarVector.Powers(cs.Challenge("kappa"u8), mix);
            LinearCombination claim = LinearCombination.Weighted([.. p.Select((x, c) => x * lambda + q[c])], mix);
            bool leaves = k == mu - 1 && !weighted;
            LogUpTables? tables = trees is null
                ? null
                : new LogUpTables([.. trees.Select(t => t.Take(k + 1))], lambda, mix, cs.DegreeOfParallelism);

            (Scalar[] rhos, claim) = cs.Sumcheck(claim, tables, point, k);
            LinearCombination[] sent = cs.Commit((leaves ? 3 : 7) * m, Finals(tables, m, leaves));
            Scalar tau = cs.Challenge("tau"u8);
            for (int c = 0; c < m; c++)
            {
                LinearCombination pl = LinearCombination.One,
                    pr = LinearCombination.One,
                    ql,
                    qr,
                    product,
                    cross;
                if (leaves)
                {
                    (ql, qr, product) = (sent[3 * c], sent[3 * c + 1], sent[3 * c + 2]);
                    cross = ql + qr;
                }
                else
                {
                    ReadOnlySpan<LinearCombination> own = sent.AsSpan(7 * c, 7);
                    (pl, pr, ql, qr, product) = (own[0], own[1], own[2], own[3], own[6]);
                    cs.Product(pl, qr, own[4]);
                    cs.Product(pr, ql, own[5]);
                    cross = own[4] + own[5];
                }

                cs.Product(ql, qr, product);
                claim -= (cross * lambda + product) * mix[c];
                p[c] = pl * (Scalar.One - tau) + pr * tau;
                q[c] = ql * (Scalar.One - tau) + qr * tau;
            }

            cs.Constrain(claim);
            point = [tau, .. rhos];
        }

        return (point, q);
    }

    private static Scalar[] Finals(LogUpTables? tables, int m, bool leaves)
    {
        if (tables is null)
        {
            return [];
        }

        var values = new List<Scalar>(7 * m);
        for (int c = 0; c < m; c++)
        {
            (Scalar pl, Scalar pr, Scalar ql, Scalar qr) = tables.Final(c);
            values.AddRange(leaves ? [ql, qr, ql * qr] : [pl, pr, ql, qr, pl * qr, pr * ql, ql * qr]);
        }

        return [.. values];
    }
}
