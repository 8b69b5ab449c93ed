using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>
/// The counts of one cube of a data set as its owner has them, be the cube proven or not: from them statistics are filled in, and
/// the guard refuses, before the work of a proof begins.
/// </summary>
internal sealed class CubeCounts : IDisposable
{
    private readonly SecretArray<ulong> _counts;
    private readonly SecretArray<byte> _suppressionKey;

    /// <exception cref="ArgumentException">The tables have no schema.</exception>
    public CubeCounts(DataSetVersion version, TableAxes axes, SecretArray<ulong> counts, SecretArray<byte> suppressionKey)
    {
        Schema = TableSchema.TryDecode(version.Segments[0].Schema, out TableSchema? schema, out _)
            ? schema
            : throw new ArgumentException("expected a table with a schema", nameof(version));
        (Version, Axes, _counts, _suppressionKey) = (version, axes, counts, suppressionKey);
    }

    /// <summary>The version of a data set whose rows are counted.</summary>
    public DataSetVersion Version { get; }

    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema { get; }

    /// <summary>The columns of the cube.</summary>
    public TableAxes Axes { get; }

    /// <summary>The secret counts, in cell order; padding rows are in cell 0.</summary>
    public ReadOnlySpan<ulong> Counts => _counts.Span;

    /// <summary>The key of the patterns of suppressed tables.</summary>
    public ReadOnlySpan<byte> SuppressionKey => _suppressionKey.Span;

    /// <summary>The rows of all tables with their padding, all of which is in cell 0.</summary>
    public long PaddedRows => Version.Segments.Sum(t => (long)t.Layout.PaddedRows);

    /// <summary>Counts the rows of a table, or of all segments of a data set.</summary>
    /// <exception cref="ArgumentException">A row lies outside the domains, or the tables are no version of one data
    /// set.</exception>
    public static CubeCounts Of(IReadOnlyList<TableOpening> tables, TableAxes axes, int degreeOfParallelism)
    {
        var version = new DataSetVersion([.. tables.Select(t => t.Commitment)]);
        using var keys = new SecretList<byte>();
        SecretArray<ulong> sum = ContingencyTableCounter.Count(tables[0], axes, degreeOfParallelism: degreeOfParallelism);
        SecretArray<byte>? joined = null;
        try
        {
            foreach (TableOpening table in tables)
            {
                using var key = new SecretArray<byte>(table.SuppressionKey());
                keys.Add(key.Span);
            }

            foreach (TableOpening table in tables.Skip(1))
            {
                using SecretArray<ulong> more = ContingencyTableCounter.Count(
                    table,
                    axes,
                    degreeOfParallelism: degreeOfParallelism
                );
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += more[i];
                }
            }

            joined = new SecretArray<byte>(JoinKeys(keys));
            return new CubeCounts(version, axes, sum, joined);
        }
        catch
        {
            sum.Dispose();
            joined?.Dispose();
            throw;
        }
    }

    /// <summary>The key of a data set from those of its tables, one behind the other.</summary>
    public static byte[] JoinKeys(SecretList<byte> keys) =>
        keys.Count == HMACSHA256.HashSizeInBytes ? keys.Span.ToArray() : SHA256.HashData(keys.Span);

    /// <summary>Clears the counts and the key; those of a proven cube, which lends them, are its own to clear.</summary>
    public void Dispose()
    {
        _counts.Dispose();
        _suppressionKey.Dispose();
    }
}
