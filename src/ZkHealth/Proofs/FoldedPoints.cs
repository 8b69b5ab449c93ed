using System.Runtime.InteropServices;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// Generators without tables of an argument that halves its vectors: G_j = G_j + u·G_{n/2 + j} in every round. Of long vectors
/// three rounds are folded at once, which costs less than half; in between a generator is a sum of two or four points.
/// </summary>
internal sealed class FoldedPoints(RistrettoPoint[] points)
{
    /// <summary>Up to so many points a round is folded at once, so that they can be given tables.</summary>
    private const int LeastPending = 512;

    /// <summary>The most points that a generator is a sum of, before they are folded.</summary>
    private const int MostBlocks = 8;

    /// <summary>G_j = sum over blocks b of factors_b·points[b·count + j], for the count of generators that are left.</summary>
    private Scalar[] _factors = [Scalar.One];
    private int _length = points.Length;

    /// <summary>The first points, where each generator is one; else none.</summary>
    public RistrettoPoint[]? Points => _factors.Length == 1 ? points : null;

    /// <summary>⟨a, G⟩ over the left or right half, and more terms.</summary>
    public RistrettoPoint VarTimeSum(
        ReadOnlySpan<Scalar> a,
        bool right,
        ReadOnlySpan<Scalar> moreScalars,
        ReadOnlySpan<RistrettoPoint> morePoints
    )
    {
        int half = a.Length,
            blocks = _factors.Length;
        using var own = new SecretArray<Scalar>(blocks * half + moreScalars.Length);
        Scalar[] scalars = own.Values;
        var terms = new RistrettoPoint[scalars.Length];
        a.CopyTo(scalars);
        for (int b = 0; b < blocks; b++)
        {
            if (b > 0)
            {
                ScalarVector.Scale(a, _factors[b], scalars.AsSpan(b * half, half));
            }

            points.AsSpan(2 * b * half + (right ? half : 0), half).CopyTo(terms.AsSpan(b * half));
        }

        moreScalars.CopyTo(scalars.AsSpan(blocks * half));
        morePoints.CopyTo(terms.AsSpan(blocks * half));
        return MultiScalar.VarTime(scalars, terms);
    }

    /// <summary>Sums for a vector that is kept as small numbers and a rest.</summary>
    public RistrettoPoint VarTimeSum(
        FoldedCounts a,
        bool right,
        ReadOnlySpan<Scalar> moreScalars,
        ReadOnlySpan<RistrettoPoint> morePoints
    )
    {
        using var scalars = new SecretList<Scalar>();
        List<RistrettoPoint> terms = [.. morePoints];
        scalars.Add(moreScalars);
        a.Terms(points, _factors, right, scalars, terms);
        return MultiScalar.VarTime(scalars.Span, CollectionsMarshal.AsSpan(terms));
    }

    /// <summary>A round; tells whether the points were folded, or wait.</summary>
    public bool Fold(in Scalar u, int degreeOfParallelism)
    {
        var factors = new Scalar[2 * _factors.Length];
        for (int b = 0; b < _factors.Length; b++)
        {
            (factors[2 * b], factors[2 * b + 1]) = (_factors[b], u * _factors[b]);
        }

        int left = _length / factors.Length;
        if (factors.Length < MostBlocks && left > LeastPending)
        {
            _factors = factors;
            return false;
        }

        PointFolds.VarTime(points, left, factors.AsSpan(1), degreeOfParallelism);
        _length = left;
        _factors = [Scalar.One];
        return true;
    }
}
