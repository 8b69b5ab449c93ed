using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// Generators without tables of an argument that halves its vectors: G_j = G_j + u·G_{n/2 + j} in every round. Of long vectors
/// two rounds are folded at once, which costs less than half; in between a generator is a sum of two points.
/// </summary>
internal sealed class FoldedPoints(RistrettoPoint[] points)
{
    /// <summary>Up to so many points a round is folded at once, so that they can be given tables.</summary>
    private const int LeastPending = 512;

    private Scalar? _pending;
    private int _length = points.Length;

    /// <summary>The first points, where each generator is one; else none.</summary>
    public RistrettoPoint[]? Points => _pending is null ? points : null;

    /// <summary>⟨a, G⟩ over the left or right half, and more terms.</summary>
    public RistrettoPoint VarTimeSum(
        ReadOnlySpan<Scalar> a,
        bool right,
        ReadOnlySpan<Scalar> moreScalars,
        ReadOnlySpan<RistrettoPoint> morePoints
    )
    {
        int half = a.Length,
            count = 2 * half,
            blocks = _length / count;
        var scalars = new Scalar[blocks * half + moreScalars.Length];
        var terms = new RistrettoPoint[scalars.Length];
        a.CopyTo(scalars);
        if (_pending is Scalar u)
        {
            ScalarVector.Scale(a, u, scalars.AsSpan(half, half));
        }

        for (int b = 0; b < blocks; b++)
        {
            points.AsSpan(b * count + (right ? half : 0), half).CopyTo(terms.AsSpan(b * half));
        }

        moreScalars.CopyTo(scalars.AsSpan(blocks * half));
        morePoints.CopyTo(terms.AsSpan(blocks * half));
        return MultiScalar.VarTime(scalars, terms);
    }

    /// <summary>A round.</summary>
    public void Fold(in Scalar u, int degreeOfParallelism)
    {
        if (_pending is Scalar first)
        {
            _length /= 4;
            PointFolds.VarTimeTwice(points, _length, first, u, degreeOfParallelism);
            _pending = null;
        }
        else if (_length / 2 > LeastPending)
        {
            _pending = u;
        }
        else
        {
            _length /= 2;
            PointFolds.VarTime(points, _length, u, degreeOfParallelism);
        }
    }
}
