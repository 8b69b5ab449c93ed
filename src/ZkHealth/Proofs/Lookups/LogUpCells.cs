using ZkHealth.Fields;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The leaves of a tree that are looked up: each row has a cell, each cell a leaf. Where cells are few, so are pairs of them, by
/// which the fractions above the leaves and the first fold of the leaves are looked up as well.
/// </summary>
/// <remarks>
/// The two lowest layers of a tree are most of it: looked up when they are reached, they take two bytes a row instead of 64, and
/// the kernel has fewer pages to clear. Memory accesses depend on the cells (docs/security.md).
/// </remarks>
internal sealed class LogUpCells : IDisposable
{
    /// <summary>Up to so many cells a leaf is looked up.</summary>
    public const int Most = 1 << 15;

    /// <summary>Tables of so many pairs stay close to the core.</summary>
    private const int MostPairs = 1 << 15;

    private readonly SecretArray<ushort> _cells;
    private readonly Scalar[] _leaves,
        _sums = [],
        _products = [];

    /// <param name="cells">The cell of each row, taken over.</param>
    /// <param name="leaves">The leaf of each cell, at most <see cref="Most"/>.</param>
    public LogUpCells(SecretArray<ushort> cells, Scalar[] leaves)
    {
        (_cells, _leaves) = (cells, leaves);
        int n = leaves.Length;
        if (n * n <= MostPairs)
        {
            (_sums, _products) = (new Scalar[n * n], new Scalar[n * n]);
            var other = new Scalar[n];
            for (int i = 0; i < n; i++)
            {
                Array.Fill(other, leaves[i]);
                ScalarVector.Add(other, leaves, _sums.AsSpan(i * n, n));
                ScalarVector.Scale(leaves, leaves[i], _products.AsSpan(i * n, n));
            }
        }
    }

    public int Rows => _cells.Length;

    /// <summary>Tells whether fractions of two leaves are looked up too.</summary>
    public bool HasPairs => _sums.Length > 0;

    /// <summary>The leaves of rows from start on.</summary>
    public void Leaves(int start, Span<Scalar> leaves)
    {
        ReadOnlySpan<ushort> cells = _cells.Span.Slice(start, leaves.Length);
        for (int i = 0; i < cells.Length; i++)
        {
            leaves[i] = _leaves[cells[i]];
        }
    }

    /// <summary>The sums 1/leaf + 1/leaf of rows start + i and start + i + half of all.</summary>
    public void Pairs(int start, Span<Scalar> numerators, Span<Scalar> denominators)
    {
        ReadOnlySpan<ushort> left = _cells.Span.Slice(start, denominators.Length),
            right = _cells.Span.Slice(Rows / 2 + start, denominators.Length);
        for (int i = 0; i < left.Length; i++)
        {
            int pair = left[i] * _leaves.Length + right[i];
            numerators[i] = _sums[pair];
            denominators[i] = _products[pair];
        }
    }

    /// <summary>For each pair of cells low + rho·(high − low) of their leaves.</summary>
    public Scalar[] FoldedPairs(in Scalar rho)
    {
        int n = _leaves.Length;
        var folded = new Scalar[n * n];
        for (int i = 0; i < n; i++)
        {
            Span<Scalar> own = folded.AsSpan(i * n, n);
            own.Fill(_leaves[i]);
            ScalarVector.Fold(own, _leaves, rho);
        }

        return folded;
    }

    /// <summary>Looks up what <see cref="FoldedPairs"/> says of rows low + i and high + i.</summary>
    public void Fold(Scalar[] pairs, int low, int high, Span<Scalar> folded)
    {
        ReadOnlySpan<ushort> lows = _cells.Span.Slice(low, folded.Length),
            highs = _cells.Span.Slice(high, folded.Length);
        for (int i = 0; i < folded.Length; i++)
        {
            folded[i] = pairs[lows[i] * _leaves.Length + highs[i]];
        }
    }

    /// <summary>Clears the cells of the rows.</summary>
    public void Dispose() => _cells.Dispose();
}
