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
    private readonly LogUpLayer?[] _layers;

    /// <summary>Builds the tree; takes over the arrays of leaves and of their numerators (null: all 1).</summary>
    public LogUpTree(Scalar[] leaves, int degreeOfParallelism = 1, Scalar[]? numerators = null)
    {
        int mu = int.Log2(leaves.Length);
        _layers = new LogUpLayer[mu + 1];
        _layers[mu] = new StoredLayer(numerators, leaves, leaves.Length / 2);
        Root = Build(mu - 1, degreeOfParallelism, out _);
    }

    /// <summary>Builds the tree over at least 8 leaves that are looked up; takes over what they are looked up by.</summary>
    public LogUpTree(LogUpCells cells, int degreeOfParallelism = 1)
    {
        int mu = int.Log2(cells.Rows);
        _layers = new LogUpLayer[mu + 1];
        LookedUpLayer[] low = [new(cells, true), .. cells.HasPairs ? [new LookedUpLayer(cells, false)] : (LookedUpLayer[])[]];
        for (int i = 0; i < low.Length; i++)
        {
            _layers[mu - i] = low[i];
        }

        Root = Build(mu - low.Length, degreeOfParallelism, out Memory<Scalar> lowest);
        foreach (LookedUpLayer layer in low)
        {
            layer.Room = lowest;
        }
    }

    public (Scalar P, Scalar Q) Root { get; }

    /// <summary>Layer k, given away: the sumcheck folds it in place.</summary>
    public LogUpLayer Take(int k)
    {
        LogUpLayer layer = _layers[k]!;
        _layers[k] = null;
        return layer;
    }

    /// <summary>Adds fractions up from layer top on to the root.</summary>
    /// <param name="top">The lowest layer that is stored.</param>
    /// <param name="degreeOfParallelism">The number of threads.</param>
    /// <param name="lowest">The memory of that layer.</param>
    private (Scalar P, Scalar Q) Build(int top, int degreeOfParallelism, out Memory<Scalar> lowest)
    {
        lowest = default;
        Memory<Scalar> own = default;
        for (int k = top; k >= 0; k--)
        {
            int n = 1 << k;
            LogUpLayer below = _layers[k + 1]!;
            own = GC.AllocateUninitializedArray<Scalar>(2 * n);
            (Memory<Scalar> p, Memory<Scalar> q) = (own[n..], own[..n]);
            Chunks.For(n, degreeOfParallelism, (_, from, to) => below.AddHalves(p.Span, q.Span, from, to));
            _layers[k] = new StoredLayer(p, q, n / 2);
            lowest = k == top ? own : lowest;
        }

        return (own.Span[1], own.Span[0]);
    }
}

/// <summary>
/// The tables of one layer of all trees: F = sum over trees c of kappa^c·(lambda·(p_L·q_R + p_R·q_L) + q_L·q_R).
/// </summary>
internal sealed class LogUpTables(LogUpLayer[] trees, Scalar lambda, Scalar[] mix, int degreeOfParallelism) : SumcheckTables
{
    /// <summary>After the last round: p_L, p_R (1 at the leaves), q_L, q_R of tree c.</summary>
    public (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final(int c) => trees[c].Final;

    public override (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half)
    {
        Scalar atZero = Scalar.Zero,
            leading = Scalar.Zero;
        for (int c = 0; c < trees.Length; c++)
        {
            LogUpLayer layer = trees[c];
            var sums = new (Scalar AtZero, Scalar Leading)[Chunks.Count(half, degreeOfParallelism)];
            Chunks.For(
                half,
                degreeOfParallelism,
                (chunk, from, to) => sums[chunk] = layer.Round(eq.Span, half, lambda, from, to)
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
        foreach (LogUpLayer layer in trees)
        {
            layer.Fold(rho, half, degreeOfParallelism);
        }
    }
}
