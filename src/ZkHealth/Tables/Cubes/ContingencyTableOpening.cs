using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>
/// Cubes of one table with their proof, as the owner holds them: the public part that verifiers see, and the counts and
/// blindings from which every later statistic over these columns is proven.
/// </summary>
public sealed partial class ContingencyTableOpening : IDisposable
{
    private readonly ulong[][] _counts;
    private readonly Scalar[] _blindings;
    private readonly byte[] _suppressionKey;

    internal ContingencyTableOpening(
        TableCommitment table,
        TableAxes[] axes,
        CompressedPoint[] points,
        byte[] proof,
        ulong[][] counts,
        Scalar[] blindings,
        byte[] suppressionKey
    )
    {
        Table = table;
        Axes = axes;
        Points = points;
        Proof = proof;
        _counts = counts;
        _blindings = blindings;
        _suppressionKey = suppressionKey;
    }

    /// <summary>The table that the cubes count.</summary>
    public TableCommitment Table { get; }

    /// <summary>The axes of each cube.</summary>
    public IReadOnlyList<TableAxes> Axes { get; }

    /// <summary>The commitment to each cube.</summary>
    public IReadOnlyList<CompressedPoint> Points { get; }

    /// <summary>The proof of all of them.</summary>
    public ReadOnlyMemory<byte> Proof { get; }

    /// <summary>The secret counts of a cube, in cell order; padding rows are in cell 0.</summary>
    public ReadOnlySpan<ulong> Counts(int cube) => _counts[cube];

    /// <summary>The secret blinding of a cube's commitment.</summary>
    internal Scalar Blinding(int cube) => _blindings[cube];

    /// <summary>The table's key of the patterns of suppressed tables (<see cref="TableOpening.SuppressionKey"/>).</summary>
    internal ReadOnlySpan<byte> SuppressionKey => _suppressionKey;

    /// <summary>Clears the counts, the blindings and the key.</summary>
    public void Dispose()
    {
        foreach (ulong[] n in _counts)
        {
            Array.Clear(n);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_blindings.AsSpan()));
        CryptographicOperations.ZeroMemory(_suppressionKey);
    }

    /// <summary>Says what it is and none of its values.</summary>
    public override string ToString() => $"{Axes.Count} proven cubes";
}
