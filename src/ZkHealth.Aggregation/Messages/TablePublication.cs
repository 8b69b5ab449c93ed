using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// The statement of an owner about a table on a board, under its root: the digest of its schema, the declared rows, and of which
/// data set it is a version. The first that an owner says of a root counts.
/// </summary>
public sealed class TablePublication
{
    private readonly byte[] _root;
    private readonly byte[] _schemaDigest;

    /// <summary>The publication of a table.</summary>
    /// <param name="root">The table root, 32 bytes.</param>
    /// <param name="schemaDigest">SHA-256 of the encoded schema, 32 bytes.</param>
    /// <param name="rows">The declared rows, 1 to 2^30.</param>
    /// <param name="dataSet">The owner's name of the data set, the same for every version of a table; empty for the owner's data
    /// without a name.</param>
    /// <exception cref="ArgumentException">A part has another length or is out of range.</exception>
    internal TablePublication(ReadOnlySpan<byte> root, ReadOnlySpan<byte> schemaDigest, long rows, string dataSet = "")
    {
        if (root.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("expected 32 bytes", nameof(root));
        }

        if (schemaDigest.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("expected 32 bytes", nameof(schemaDigest));
        }

        if (!TableLayout.IsInRange(rows))
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows, "expected 1 to 2^30 rows");
        }

        if (!DataSetName.IsValid(dataSet))
        {
            throw new ArgumentException("expected at most 200 printable characters", nameof(dataSet));
        }

        (_root, _schemaDigest, Rows, DataSet) = (root.ToArray(), schemaDigest.ToArray(), rows, dataSet);
    }

    internal ReadOnlyMemory<byte> Root => _root;

    /// <summary>SHA-256 of the encoded schema.</summary>
    internal ReadOnlyMemory<byte> SchemaDigest => _schemaDigest;

    /// <summary>The rows, asserted by the owner.</summary>
    public long Rows { get; }

    /// <summary>The data set of which the table is a version, by the owner's name for it.</summary>
    public string DataSet { get; }

    /// <summary>The publication of a committed table.</summary>
    /// <exception cref="ArgumentException">The name is longer than 200 characters, or holds one that is not
    /// printable.</exception>
    internal static TablePublication Of(TableCommitment table, string dataSet = "") =>
        OfVersion(new DataSetVersion(table), dataSet);

    /// <summary>The publication of a version of a data set: the schema is that of the first segment, the rows those of
    /// all.</summary>
    /// <exception cref="ArgumentException">As for one table.</exception>
    internal static TablePublication OfVersion(DataSetVersion version, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new TablePublication(version.Root.Span, SHA256.HashData(version.Schema.Span), version.Rows, dataSet);
    }

    /// <summary>The board's author publishes its table as a version of a data set. Returns the position of the entry.</summary>
    /// <exception cref="ArgumentException">The table names another owner, or the name is none.</exception>
    /// <exception cref="IOException">The board cannot be written.</exception>
    public static long Publish(IBulletinBoard board, TableCommitment table, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(table);
        return board.Author is PartyId author && table.Owner.Span.SequenceEqual(author.ToBytes())
            ? board.Append(BoardKinds.TablePublished, table.Root.Span, Of(table, dataSet).Encode())
            : throw new ArgumentException("expected a table of the board's author", nameof(table));
    }

    /// <summary>Canonical CBOR, beside the root: [schema digest, rows], and the data set where it has a name.</summary>
    internal byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(DataSet.Length == 0 ? 2 : 3);
        w.WriteByteString(_schemaDigest);
        w.WriteInt64(Rows);
        if (DataSet.Length > 0)
        {
            w.WriteTextString(DataSet);
        }

        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    internal static bool TryDecode(
        ReadOnlyMemory<byte> root,
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out TablePublication? publication,
        [NotNullWhen(false)] out string? reason
    ) =>
        CanonicalCbor.TryDecode(
            bytes,
            MaxSize,
            "publication of a table",
            r => Read(root.Span, r),
            p => p.Encode(),
            out publication,
            out reason
        );

    /// <summary>The fault of a table for a session: it must be published by its owner as one of the session's
    /// data set. Null where nothing is.</summary>
    internal static string? Fault(IBulletinBoard board, TableCommitment table, string dataSet, long before)
    {
        foreach (long position in board.Find(BoardKinds.TablePublished, table.Root.Span))
        {
            if (
                position < before
                && board.Read(position) is BoardEntry entry
                && table.Owner.Span.SequenceEqual(entry.Author.ToBytes())
                && TryDecode(table.Root, entry.Body, out TablePublication? said, out _)
            )
            {
                return !said.SchemaDigest.Span.SequenceEqual(SHA256.HashData(table.Schema.Span)) || said.Rows != table.Rows
                        ? "the table was published with another schema or other rows"
                    : said.DataSet != dataSet
                        ? $"the table was published as one of the data set '{said.DataSet}', the session is about '{dataSet}'"
                    : null;
            }
        }

        return "the table was not published by its owner before the dealing";
    }

    private const int MaxSize = 1024;

    private static TablePublication Read(ReadOnlySpan<byte> root, CborReader r)
    {
        int? items = r.ReadStartArray();
        byte[] digest = r.ReadByteString();
        long rows = r.ReadInt64();
        string dataSet = items == 3 ? r.ReadTextString() : "";
        r.ReadEndArray();
        return new TablePublication(root, digest, rows, dataSet);
    }
}
