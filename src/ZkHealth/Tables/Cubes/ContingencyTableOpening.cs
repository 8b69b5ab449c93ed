using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>
/// Cubes of one table with their proof, as the owner holds them: the public part that verifiers see, and the counts and
/// blindings from which every later statistic over these columns is proven.
/// </summary>
public sealed partial class ContingencyTableOpening : IDisposable
{
    private readonly CellSecrets _secrets;
    private readonly SecretArray<byte> _suppressionKey;

    internal ContingencyTableOpening(
        TableCommitment table,
        TableAxes[] axes,
        CompressedPoint[] points,
        byte[] proof,
        CellSecrets secrets,
        byte[] suppressionKey
    )
    {
        Table = table;
        Axes = axes;
        Points = points;
        Proof = proof;
        _secrets = secrets;
        _suppressionKey = new SecretArray<byte>(suppressionKey);
    }

    /// <summary>
    /// Adds up the cubes of the segments of a data set, cell by cell, for statistics over all of them. No secret is shared with
    /// them: they may be disposed of.
    /// </summary>
    /// <param name="segments">Cubes along the same axes, one of each segment in the order of its version.</param>
    /// <exception cref="ArgumentException">The axes differ, or the tables are no version of one data set.</exception>
    public static ContingencyTableOpening Sum(params IReadOnlyList<ContingencyTableOpening> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        _ = new DataSetVersion([.. segments.Select(s => s.Table)]);
        TableAxes[] axes = [.. segments[0].Axes];
        if (
            segments.Any(s =>
                s.Parts.Count != 1
                || s.Axes.Count != axes.Length
                || s.Axes.Zip(axes).Any(a => !a.First.Columns.SequenceEqual(a.Second.Columns))
            )
        )
        {
            throw new ArgumentException("expected cubes of single tables along the same axes", nameof(segments));
        }

        CompressedPoint[] points =
        [
            .. axes.Select((_, c) => Add(segments.Select(s => s.Points[c])) ?? throw new ArgumentException("no point")),
        ];
        using var keys = new SecretList<byte>();
        foreach (ContingencyTableOpening segment in segments)
        {
            keys.Add(segment._suppressionKey.Span);
        }

        CellSecrets sum = CellSecrets.Sum([.. segments.Select(s => s._secrets)]);
        return new ContingencyTableOpening(segments[0].Table, axes, points, [], sum, CubeCounts.JoinKeys(keys))
        {
            Parts = [.. segments],
        };
    }

    /// <summary>The sum of points; null where one is none.</summary>
    internal static CompressedPoint? Add(IEnumerable<CompressedPoint> points)
    {
        RistrettoPoint sum = RistrettoPoint.Identity;
        foreach (CompressedPoint encoded in points)
        {
            if (!encoded.TryDecompress(out RistrettoPoint point))
            {
                return null;
            }

            sum += point;
        }

        return sum.Compress();
    }

    /// <summary>The table that the cubes count; of a sum the first.</summary>
    public TableCommitment Table { get; }

    /// <summary>The cubes of single tables that were added up; of those of one table they themselves.</summary>
    internal IReadOnlyList<ContingencyTableOpening> Parts
    {
        get => field ?? [this];
        private init;
    }

    /// <summary>The version of a data set whose rows are counted.</summary>
    internal DataSetVersion Version => new([.. Parts.Select(p => p.Table)]);

    /// <summary>The axes of each cube.</summary>
    public IReadOnlyList<TableAxes> Axes { get; }

    /// <summary>The commitment to each cube.</summary>
    public IReadOnlyList<CompressedPoint> Points { get; }

    /// <summary>The proof of all of them.</summary>
    public ReadOnlyMemory<byte> Proof { get; }

    /// <summary>The secret counts of a cube, in cell order; padding rows are in cell 0.</summary>
    public ReadOnlySpan<ulong> Counts(int cube) => _secrets.Counts[cube].Span;

    /// <summary>The secret blinding of a cube's commitment.</summary>
    internal Scalar Blinding(int cube) => _secrets.Blindings[cube];

    /// <summary>The counts of its only cube, which it lends.</summary>
    /// <exception cref="ArgumentException">There are several cubes, or the table has no schema.</exception>
    internal CubeCounts Counted() =>
        Axes.Count == 1
            ? new CubeCounts(Version, Axes[0], _secrets.Counts[0], _suppressionKey)
            : throw new ArgumentException($"expected one cube, got {Axes.Count}");

    /// <summary>Clears the counts, the blindings and the key.</summary>
    public void Dispose()
    {
        _secrets.Dispose();
        _suppressionKey.Dispose();
    }

    /// <summary>The name of the type; the values stay secret.</summary>
    public override string ToString() => $"{Axes.Count} proven cubes";
}
