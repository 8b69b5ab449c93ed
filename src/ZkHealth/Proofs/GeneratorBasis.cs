using ZkHealth.Commitments;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>The generators of a vector, as consecutive segments of the families.</summary>
/// <remarks>No generator may occur twice; the constraint system sees to that (each family attached once).</remarks>
internal sealed class GeneratorBasis
{
    private readonly List<Segment> _segments = [];

    internal readonly record struct Segment(GeneratorFamily Family, int Start, int Count);

    public GeneratorBasis() { }

    public GeneratorBasis(GeneratorFamily family, int count) => Add(family, 0, count);

    public int Count { get; private set; }

    public IReadOnlyList<Segment> Segments => _segments;

    public void Add(GeneratorFamily family, int start, int count)
    {
        if (count == 0)
        {
            return;
        }

        _segments.Add(new Segment(family, start, count));
        Count += count;
    }

    public RistrettoPoint[] ToPoints()
    {
        var points = new RistrettoPoint[Count];
        int at = 0;
        foreach (Segment s in _segments)
        {
            s.Family.First(s.Start + s.Count)[s.Start..].CopyTo(points.AsSpan(at));
            at += s.Count;
        }

        return points;
    }
}
