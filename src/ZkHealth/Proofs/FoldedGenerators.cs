using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// Generators of an argument that halves its vectors, while they are folded: G_j = left·G_j + right·G_{n/2 + j} in every round.
/// Instead of new points the factors are kept: G_j is a sum over blocks b of factor_b·P_{b·n + j} of points with tables, and a
/// sum over the generators is one over the points. After three rounds the points are folded at once and get small tables of their
/// own.
/// </summary>
/// <remarks>Variable time in scalars, as <see cref="PointTables"/> is.</remarks>
internal sealed class FoldedGenerators
{
    /// <summary>Blocks at which points are folded, and the least number of points for which that pays.</summary>
    private const int Blocks = 8,
        LeastPoints = 128;

    /// <summary>The most points that are given tables on the way.</summary>
    private const int MostPoints = 512;

    private PointTables _tables;
    private int[] _indices;
    private Scalar[] _factors = [Scalar.One];

    private FoldedGenerators(PointTables tables, int[] indices) => (_tables, _indices) = (tables, indices);

    /// <summary>The generators of a basis, where their families have tables of all of them.</summary>
    public static FoldedGenerators? TryCreate(GeneratorBasis basis)
    {
        var indices = new int[basis.Count];
        int at = 0;
        foreach (GeneratorBasis.Segment s in basis.Segments)
        {
            if (!s.Family.TryTables(s.Start, indices.AsSpan(at, s.Count)))
            {
                return null;
            }

            at += s.Count;
        }

        return new FoldedGenerators(Commitments.GeneratorFamily.Tables, indices);
    }

    /// <summary>The first n points of vectors that were folded point by point, where there are few enough of them to be given
    /// tables.</summary>
    public static FoldedGenerators[]? TryCreate(ReadOnlySpan<RistrettoPoint[]> vectors, int n)
    {
        if (!PointTables.Exist || n * vectors.Length > MostPoints)
        {
            return null;
        }

        var points = new RistrettoPoint[vectors.Length * n];
        var folded = new FoldedGenerators[vectors.Length];
        for (int v = 0; v < folded.Length; v++)
        {
            vectors[v].AsSpan(0, n).CopyTo(points.AsSpan(v * n));
        }

        PointTables tables = PointTables.Of(points);
        for (int v = 0; v < folded.Length; v++)
        {
            folded[v] = new FoldedGenerators(tables, [.. Enumerable.Range(v * n, n)]);
        }

        return folded;
    }

    /// <summary>The number of generators that are left.</summary>
    public int Count => _indices.Length / _factors.Length;

    /// <summary>The number of points in a sum over half of them.</summary>
    public int Terms => _indices.Length / 2;

    /// <summary>The terms of ⟨a, G⟩ over the left or right half of the generators.</summary>
    public void Expand(ReadOnlySpan<Scalar> a, bool right, Span<Scalar> scalars, Span<int> indices)
    {
        int half = a.Length,
            from = right ? half : 0;
        for (int b = 0; b < _factors.Length; b++)
        {
            ScalarVector.Scale(a, _factors[b], scalars.Slice(b * half, half));
            _indices.AsSpan(2 * b * half + from, half).CopyTo(indices[(b * half)..]);
        }
    }

    /// <summary>Both sums at once; all generators must share their tables.</summary>
    public (RistrettoPoint First, RistrettoPoint Second) VarTimeSums(
        ReadOnlySpan<Scalar> scalars,
        ReadOnlySpan<int> indices,
        int split
    ) => _tables.VarTimeSums(scalars, indices, split);

    /// <summary>One sum over terms of <see cref="Expand"/>.</summary>
    public RistrettoPoint VarTimeSum(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<int> indices) =>
        _tables.VarTimeSum(scalars, indices);

    /// <summary>⟨a, G⟩ over all of them.</summary>
    public RistrettoPoint VarTimeSum(ReadOnlySpan<Scalar> a)
    {
        var scalars = new Scalar[_indices.Length];
        for (int b = 0; b < _factors.Length; b++)
        {
            ScalarVector.Scale(a, _factors[b], scalars.AsSpan(b * a.Length, a.Length));
        }

        return _tables.VarTimeSum(scalars, _indices);
    }

    /// <summary>Multiplies all of them.</summary>
    public void Scale(in Scalar k) => ScalarVector.Scale(_factors, k, _factors);

    /// <summary>A round: G_j = left·G_j + right·G_{n/2 + j}.</summary>
    public void Fold(in Scalar left, in Scalar right)
    {
        var factors = new Scalar[2 * _factors.Length];
        for (int b = 0; b < _factors.Length; b++)
        {
            (factors[2 * b], factors[2 * b + 1]) = (_factors[b] * left, _factors[b] * right);
        }

        _factors = factors;
    }

    /// <summary>Gives vectors of the same length, and of many blocks, points and tables of their own, shared by all, where that
    /// pays.</summary>
    public static void Renew(params ReadOnlySpan<FoldedGenerators> vectors)
    {
        int n = vectors[0].Count;
        if (vectors[0]._factors.Length < Blocks || vectors.Length * vectors[0]._indices.Length < LeastPoints)
        {
            return;
        }

        var points = new RistrettoPoint[vectors.Length * n];
        for (int v = 0; v < vectors.Length; v++)
        {
            vectors[v]._tables.VarTimeFold(vectors[v]._factors, vectors[v]._indices, points.AsSpan(v * n, n));
        }

        PointTables tables = PointTables.Of(points);
        for (int v = 0; v < vectors.Length; v++)
        {
            (vectors[v]._tables, vectors[v]._indices, vectors[v]._factors) = (
                tables,
                [.. Enumerable.Range(v * n, n)],
                [Scalar.One]
            );
        }
    }
}
