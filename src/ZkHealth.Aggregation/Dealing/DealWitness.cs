using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>The secrets of a dealing: the entries and the blinding of each chunk's constant term, made when they are asked
/// for.</summary>
internal sealed class DealWitness : IDisposable
{
    private readonly List<(int Length, int Chunks, Action<int, Span<Scalar>> Values, SecretArray<Scalar> Blindings)> _segments =
    [];

    /// <summary>The counts of a cube.</summary>
    public static DealWitness OfCube(ContingencyTableOpening cubes)
    {
        var witness = new DealWitness();
        Scalar[] counts = ContingencyTableWitness.ToScalars(cubes.Counts(0).ToArray(), cubes.Counts(0).Length);
        witness.AddKept(counts, cubes.Blinding(0));
        return witness;
    }

    /// <summary>The matrix rows of the one column of a committed table beside the public one.</summary>
    public static DealWitness OfColumn(TableOpening table)
    {
        var witness = new DealWitness();
        int width = table.Commitment.Layout.Width;
        witness._segments.Add(
            (
                width,
                table.Commitment.Layout.Height,
                (chunk, values) =>
                {
                    ReadOnlySpan<uint> codes = table.Codes(1);
                    for (int j = 0; j < width; j++)
                    {
                        int at = chunk * width + j;
                        values[j] = Scalar.FromUInt64(at < codes.Length ? codes[at] : 0);
                    }
                },
                new SecretArray<Scalar>(table.Blindings(1).ToArray())
            )
        );
        return witness;
    }

    /// <summary>Adds a chunk of values that the witness owns from here.</summary>
    public void AddKept(Scalar[] values, in Scalar blinding)
    {
        Kept.Add(new SecretArray<Scalar>(values));
        _segments.Add((values.Length, 1, (_, to) => values.CopyTo(to), new SecretArray<Scalar>([blinding])));
    }

    private List<SecretArray<Scalar>> Kept { get; } = [];

    /// <summary>The entries of a chunk of a segment.</summary>
    public void Values(int segment, int chunk, Span<Scalar> values) => _segments[segment].Values(chunk, values);

    public Scalar Blinding(int segment, int chunk) => _segments[segment].Blindings[chunk];

    public void Dispose()
    {
        foreach (SecretArray<Scalar> values in Kept.Concat(_segments.Select(s => s.Blindings)))
        {
            values.Dispose();
        }
    }
}
