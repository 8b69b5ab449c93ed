using ZkHealth.Commitments;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>Chunks of one kind: each a vector of <paramref name="Length"/> entries over a family, with its blinding.</summary>
internal readonly record struct DealSegment(GeneratorFamily Family, int Chunks, int Length);

/// <summary>
/// The values that a dealing shares out, as follows from the terms: one cube, or the matrix rows of a column; then the noise; or
/// the scalar of the beacon. The shares of a member are, chunk after chunk, the entries and then the blinding.
/// </summary>
internal sealed class DealLayout
{
    private DealLayout(params DealSegment[] segments)
    {
        Segments = segments;
        Chunks = segments.Sum(s => s.Chunks);
        Scalars = segments.Sum(s => (long)s.Chunks * (s.Length + 1));
        MaxLength = segments.Max(s => s.Length);
    }

    public DealSegment[] Segments { get; }

    public int Chunks { get; }

    /// <summary>The scalars of a member's shares.</summary>
    public long Scalars { get; }

    /// <summary>The entries of the longest chunk.</summary>
    public int MaxLength { get; }

    /// <summary>The bytes of a member's shares.</summary>
    public long ShareSize => Scalar.Size * Scalars;

    public static DealLayout Of(AggregationTerms terms, DealRole role)
    {
        if (role == DealRole.Beacon)
        {
            return new DealLayout(new DealSegment(GeneratorFamily.Cube, 1, 1));
        }

        if (terms.IsWholeVector)
        {
            var layout = new Tables.TableLayout(terms.Rows);
            return new DealLayout(new DealSegment(GeneratorFamily.Column, layout.Height, layout.Width));
        }

        var cube = new DealSegment(GeneratorFamily.Cube, 1, terms.Axes.CellCount);
        return terms.Noise is null
            ? new DealLayout(cube)
            : new DealLayout(cube, new DealSegment(GeneratorFamily.Noise, 1, terms.NoiseBits * terms.WeightRows().Length));
    }
}
