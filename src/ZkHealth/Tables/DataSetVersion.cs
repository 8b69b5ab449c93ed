using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// A version of a data set: its tables, called segments, in their order; most have one. Its root binds all of them, so that who
/// proves something about the version cannot leave one out. A segment is appended or replaced by publishing a version that names
/// the others again: they stay committed as they are.
/// </summary>
public sealed class DataSetVersion
{
    /// <summary>The most segments of a version.</summary>
    internal const int MaxSegments = 1 << 12;

    private byte[]? _root;

    /// <summary>A version of segments.</summary>
    /// <param name="segments">Distinct tables of one owner and one schema (but for the tables that keys refer to), together at
    /// most 2^30 rows.</param>
    /// <exception cref="ArgumentException">There are none or too many, or they do not belong together.</exception>
    public DataSetVersion(params IReadOnlyList<TableCommitment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (segments.Count is < 1 or > MaxSegments)
        {
            throw new ArgumentException($"expected 1 to {MaxSegments} segments", nameof(segments));
        }

        if (segments.Any(s => !s.Owner.Span.SequenceEqual(segments[0].Owner.Span)))
        {
            throw new ArgumentException("expected segments of one owner", nameof(segments));
        }

        if (segments.Count > 1 && segments.Select(ContentOf).Distinct(StringComparer.Ordinal).Count() != segments.Count)
        {
            throw new ArgumentException("expected distinct segments: one of them stands there twice", nameof(segments));
        }

        if (segments.Count > 1 && segments.Select(ShapeOf).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new ArgumentException("expected segments of one schema", nameof(segments));
        }

        Rows = segments.Sum(s => s.Rows);
        if (!TableLayout.IsInRange(Rows))
        {
            throw new ArgumentException("expected at most 2^30 rows in all segments together", nameof(segments));
        }

        Segments = [.. segments];
    }

    /// <summary>The tables.</summary>
    public IReadOnlyList<TableCommitment> Segments { get; }

    /// <summary>The owner, who answers for the data; 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Owner => Segments[0].Owner;

    /// <summary>The encoded schema of the first segment.</summary>
    internal ReadOnlyMemory<byte> Schema => Segments[0].Schema;

    /// <summary>The declared rows of all segments.</summary>
    internal long Rows { get; }

    /// <summary>The root that goes on the ledger, 32 bytes: that of the only table, else SHA-256 over those of all
    /// segments.</summary>
    public ReadOnlyMemory<byte> Root => _root ??= Segments.Count == 1 ? Segments[0].Root.ToArray() : ComputeRoot();

    private byte[] ComputeRoot()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> count = stackalloc byte[sizeof(int)];
        hash.AppendData(Labels.Segments);
        BinaryPrimitives.WriteInt32LittleEndian(count, Segments.Count);
        hash.AppendData(count);
        foreach (TableCommitment segment in Segments)
        {
            hash.AppendData(segment.Root.Span);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The schema without the tables that keys refer to: each segment's keys refer to a segment of its own.</summary>
    /// <summary>A name for all that the root binds but the column of rows, which follows from their number: a root takes that
    /// column's points, up to 2^14 of them, and strangers' files come here before any limit.</summary>
    private static string ContentOf(TableCommitment table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, table.Rows);
        hash.AppendData(number);
        foreach (ColumnCommitment column in table.Columns.Skip(1))
        {
            hash.AppendData(column.Digest.Span);
        }

        hash.AppendData(table.Schema.Span);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string ShapeOf(TableCommitment table)
    {
        if (!TableSchema.TryDecode(table.Schema, out TableSchema? schema, out string? reason))
        {
            throw new ArgumentException($"a segment has no schema: {reason}", nameof(table));
        }

        var shape = new TableSchema(
            schema.Name,
            [
                .. schema
                    .Columns.Skip(1)
                    .Select(c =>
                        c is KeyColumn key
                            ? new KeyColumn(key.Name, "segment", key.AtMost) with
                            {
                                GuardMissing = key.GuardMissing,
                            }
                            : c
                    ),
            ]
        );
        return Convert.ToHexString(shape.Encode());
    }
}
