using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The prover's tree of fractions over 2^mu leaves numerator/leaf: every node adds the fractions below it,
/// p = p_L·q_R + p_R·q_L, q = q_L·q_R, so that the root is P/Q = sum of numerator/leaf (Papini and Haböck, eprint 2023/1284).
/// </summary>
/// <remarks>Layer k has 2^k nodes; node i of layer k has the children i and 2^k + i of layer k + 1.</remarks>
internal sealed class LogUpTree
{
    private readonly Scalar[]?[] _p;
    private readonly Scalar[][] _q;

    /// <summary>Builds the tree; takes over the arrays of leaves and of their numerators (null: all 1).</summary>
    public LogUpTree(Scalar[] leaves, int degreeOfParallelism = 1, Scalar[]? numerators = null)
    {
        int layers = int.Log2(leaves.Length);
        _p = new Scalar[layers + 1][];
        _q = new Scalar[layers + 1][];
        (_p[layers], _q[layers]) = (numerators, leaves);
        for (int k = layers - 1; k >= 0; k--)
        {
            int n = 1 << k;
            (Scalar[] p, Scalar[] q) = (GC.AllocateUninitializedArray<Scalar>(n), GC.AllocateUninitializedArray<Scalar>(n));
            (Scalar[]? belowP, Scalar[] belowQ) = (_p[k + 1], _q[k + 1]);
            Chunks.For(
                n,
                degreeOfParallelism,
                (_, from, to) =>
                {
                    int length = to - from;
                    ReadOnlySpan<Scalar> ql = belowQ.AsSpan(from, length),
                        qr = belowQ.AsSpan(n + from, length);
                    if (belowP is not null)
                    {
                        LogUpKernels.Sums(belowP, belowQ, p, q, from, to);
                    }
                    else
                    {
                        ScalarVector.Multiply(ql, qr, q.AsSpan(from, length));
                        ScalarVector.Add(ql, qr, p.AsSpan(from, length));
                    }
                }
            );
            (_p[k], _q[k]) = (p, q);
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
internal sealed class LogUpTables((Scalar[]? P, Scalar[] Q)[] trees, int n, Scalar lambda, Scalar[] mix, int degreeOfParallelism)
    : SumcheckTables
{
    /// <summary>After the last round: p_L, p_R (1 at the leaves), q_L, q_R of tree c.</summary>
    public (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final(int c) =>
        (trees[c].P?[0] ?? Scalar.One, trees[c].P?[n] ?? Scalar.One, trees[c].Q[0], trees[c].Q[n]);

    public override (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half)
    {
        Scalar atZero = Scalar.Zero,
            leading = Scalar.Zero;
        for (int c = 0; c < trees.Length; c++)
        {
            (Scalar[]? p, Scalar[] q) = trees[c];
            var sums = new (Scalar AtZero, Scalar Leading)[Chunks.Count(half, degreeOfParallelism)];
            Chunks.For(
                half,
                degreeOfParallelism,
                (chunk, from, to) =>
                    sums[chunk] = p is null
                        ? LogUpKernels.LeafRound(eq.Span, q, n, half, lambda, from, to)
                        : LogUpKernels.Round(eq.Span, p, q, n, half, lambda, from, to)
            );
            foreach ((Scalar zero, Scalar top) in sums)
            {
                atZero += mix[c] * zero;
                leading += mix[c] * top;
            }
        }

        return (atZero, leading);
    }

    public override void Fold(in Scalar rho, int half)
    {
        Scalar challenge = rho;
        foreach ((Scalar[]? p, Scalar[] q) in trees)
        {
            Chunks.For(
                half,
                degreeOfParallelism,
                (_, from, to) =>
                {
                    foreach (Scalar[]? table in (ReadOnlySpan<Scalar[]?>)[q, p])
                    {
                        for (int side = 0; table is not null && side <= n; side += n)
                        {
                            ScalarVector.Fold(
                                table.AsSpan(side + from, to - from),
                                table.AsSpan(side + half + from, to - from),
                                challenge
                            );
                        }
                    }
                }
            );
        }
    }
}
