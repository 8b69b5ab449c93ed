using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The prover's tree of fractions over 2^mu leaves 1/leaf: every node adds the fractions below it,
/// p = p_L·q_R + p_R·q_L, q = q_L·q_R, so that the root is P/Q = sum of 1/leaf (Papini and Haböck, eprint 2023/1284).
/// </summary>
/// <remarks>Layer k has 2^k nodes; node i of layer k has the children i and 2^k + i of layer k + 1.</remarks>
internal sealed class FractionTree
{
    private readonly Scalar[]?[] _p;
    private readonly Scalar[][] _q;

    /// <summary>Builds the tree; takes over the array of leaves, whose numerators are all 1.</summary>
    public FractionTree(Scalar[] leaves)
    {
        int layers = int.Log2(leaves.Length);
        _p = new Scalar[layers + 1][];
        _q = new Scalar[layers + 1][];
        _q[layers] = leaves;
        for (int k = layers - 1; k >= 0; k--)
        {
            int n = 1 << k;
            (_p[k], _q[k]) = (new Scalar[n], new Scalar[n]);
            ReadOnlySpan<Scalar> ql = _q[k + 1].AsSpan(0, n), qr = _q[k + 1].AsSpan(n, n);
            ScalarVector.Multiply(ql, qr, _q[k]);
            if (_p[k + 1] is Scalar[] below)
            {
                FractionKernels.Numerators(below, _q[k + 1], _p[k]);
            }
            else
            {
                ScalarVector.Add(ql, qr, _p[k]);
            }
        }
    }

    public (Scalar P, Scalar Q) Root => (_p[0]![0], _q[0][0]);

    /// <summary>The numerators (null: all 1) and denominators of layer k, given away: the sumcheck folds them in place.</summary>
    public (Scalar[]? P, Scalar[] Q) Take(int k)
    {
        (Scalar[]? p, Scalar[] q) = (_p[k], _q[k]);
        (_p[k], _q[k]) = (null, []);
        return (p, q);
    }
}

/// <summary>
/// The tables of one layer of all trees: F = sum over trees c of kappa^c·(lambda·(p_L·q_R + p_R·q_L) + q_L·q_R).
/// Each table holds its left half and then its right half.
/// </summary>
internal sealed class FractionTables((Scalar[]? P, Scalar[] Q)[] trees, int n, Scalar lambda, Scalar[] mix) : SumcheckTables
{
    /// <summary>After the last round: p_L, p_R (1 at the leaves), q_L, q_R of tree c.</summary>
    public (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final(int c) =>
        (trees[c].P?[0] ?? Scalar.One, trees[c].P?[n] ?? Scalar.One, trees[c].Q[0], trees[c].Q[n]);

    public override (Scalar AtZero, Scalar Leading) Message(ReadOnlySpan<Scalar> eq, int half)
    {
        Scalar atZero = Scalar.Zero, leading = Scalar.Zero;
        for (int c = 0; c < trees.Length; c++)
        {
            (Scalar zero, Scalar top) = trees[c].P is Scalar[] p
                ? FractionKernels.Round(eq, p, trees[c].Q, n, half, lambda)
                : FractionKernels.LeafRound(eq, trees[c].Q, n, half, lambda);
            atZero += mix[c] * zero;
            leading += mix[c] * top;
        }

        return (atZero, leading);
    }

    public override void Fold(in Scalar rho, int half)
    {
        foreach ((Scalar[]? p, Scalar[] q) in trees)
        {
            ScalarVector.Fold(q.AsSpan(0, 2 * half), rho);
            ScalarVector.Fold(q.AsSpan(n, 2 * half), rho);
            if (p is not null)
            {
                ScalarVector.Fold(p.AsSpan(0, 2 * half), rho);
                ScalarVector.Fold(p.AsSpan(n, 2 * half), rho);
            }
        }
    }
}

/// <summary>The inner loops over a layer, in lanes where a layer is wide enough.</summary>
internal static class FractionKernels
{
    private static readonly Scalar Half = Scalar.FromUInt64(2).Invert(), Quarter = Half * Half;

    /// <summary>dst[i] = p[i]·q[n + i] + p[n + i]·q[i].</summary>
    public static void Numerators(ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, Span<Scalar> dst)
    {
        int n = dst.Length;
        if (InLanes(n))
        {
            switch (LaneWidth.Count)
            {
                case 8: FractionLanes8.Numerators(p, q, dst); return;
                case 4: FractionLanes4.Numerators(p, q, dst); return;
                default: FractionLanes2.Numerators(p, q, dst); return;
            }
        }

        for (int i = 0; i < n; i++)
        {
            dst[i] = p[i] * q[n + i] + p[n + i] * q[i];
        }
    }

    /// <summary>The message of a round over tables p, q: left parts from 0, right parts from n, each of length 2·half.</summary>
    public static (Scalar AtZero, Scalar Leading) Round(
        ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, int n, int half, Scalar lambda)
    {
        // lambda·(p_L·q_R + p_R·q_L) + q_L·q_R, its first part summed apart so that lambda is taken out of the sum
        Scalar numerators = Scalar.Zero, denominators = Scalar.Zero, topNumerators = Scalar.Zero, topDenominators = Scalar.Zero;
        if (InLanes(half))
        {
            (numerators, denominators, topNumerators, topDenominators) = LaneWidth.Count switch
            {
                8 => FractionLanes8.Round(eq, p, q, n, half),
                4 => FractionLanes4.Round(eq, p, q, n, half),
                _ => FractionLanes2.Round(eq, p, q, n, half),
            };
            return (Quarter * (lambda * numerators + denominators), Quarter * (lambda * topNumerators + topDenominators));
        }

        for (int j = 0; j < half; j++)
        {
            Scalar pl = p[j], pr = p[n + j], ql = q[j], qr = q[n + j];
            Scalar dpl = p[half + j] - pl, dpr = p[n + half + j] - pr, dql = q[half + j] - ql, dqr = q[n + half + j] - qr;
            numerators += eq[j] * (pl * qr + pr * ql);
            denominators += eq[j] * (ql * qr);
            topNumerators += eq[j] * (dpl * dqr + dpr * dql);
            topDenominators += eq[j] * (dql * dqr);
        }

        return (lambda * numerators + denominators, lambda * topNumerators + topDenominators);
    }

    /// <summary>The same where all numerators are 1: lambda·(q_L + q_R) + q_L·q_R; its top coefficient has no lambda.</summary>
    public static (Scalar AtZero, Scalar Leading) LeafRound(
        ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> q, int n, int half, Scalar lambda)
    {
        if (InLanes(half))
        {
            (Scalar sums, Scalar products, Scalar top) = LaneWidth.Count switch
            {
                8 => FractionLanes8.LeafRound(eq, q, n, half),
                4 => FractionLanes4.LeafRound(eq, q, n, half),
                _ => FractionLanes2.LeafRound(eq, q, n, half),
            };
            return (Half * lambda * sums + Quarter * products, Quarter * top);
        }

        Scalar atZero = Scalar.Zero, leading = Scalar.Zero;
        for (int j = 0; j < half; j++)
        {
            Scalar ql = q[j], qr = q[n + j];
            atZero += eq[j] * (lambda * (ql + qr) + ql * qr);
            leading += eq[j] * ((q[half + j] - ql) * (q[n + half + j] - qr));
        }

        return (atZero, leading);
    }

    private static bool InLanes(int n) => LaneWidth.Count > 1 && n % LaneWidth.Count == 0;
}
