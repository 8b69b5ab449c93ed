using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Ledger;

/// <summary>
/// The entry by which a provider answers for a table: its root, the digest of its schema and the declared rows. The
/// provider is the signer of the entry; the root names the same key as the table's owner.
/// </summary>
public sealed class TablePublished
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth table published v1";

    private readonly byte[] _root;
    private readonly byte[] _schemaDigest;

    /// <summary>What is said of a table.</summary>
    /// <param name="root">The table root, 32 bytes.</param>
    /// <param name="schemaDigest">SHA-256 of the encoded schema, 32 bytes.</param>
    /// <param name="rows">The declared rows, 1 to 2^30.</param>
    /// <param name="dataSet">The owner's name of the data set, the same for every version of a table; empty for the owner's data without a name.</param>
    /// <exception cref="ArgumentException">A part has another length or is out of range.</exception>
    public TablePublished(ReadOnlySpan<byte> root, ReadOnlySpan<byte> schemaDigest, long rows, string dataSet = "")
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

        if (!NoiseQuery.NameOf(dataSet))
        {
            throw new ArgumentException("expected at most 200 printable characters", nameof(dataSet));
        }

        (_root, _schemaDigest, Rows, DataSet) = (root.ToArray(), schemaDigest.ToArray(), rows, dataSet);
    }

    /// <summary>The table root.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>SHA-256 of the encoded schema.</summary>
    public ReadOnlyMemory<byte> SchemaDigest => _schemaDigest;

    /// <summary>The rows, by the provider's word.</summary>
    public long Rows { get; }

    /// <summary>The data set of which it is a version, by the owner's name for it.</summary>
    public string DataSet { get; }

    /// <summary>What is said of a committed table.</summary>
    public static TablePublished Of(TableCommitment table, string dataSet = "")
    {
        ArgumentNullException.ThrowIfNull(table);
        return new TablePublished(table.Root.Span, SHA256.HashData(table.Schema.Span), table.Rows, dataSet);
    }

    /// <summary>The body of its entry.</summary>
    public EntryBody ToBody()
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
        return new EntryBody(Kind, _root, w.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out TablePublished? published)
    {
        ArgumentNullException.ThrowIfNull(body);
        published = null;
        if (body.Kind != Kind || body.Subject.Length != SHA256.HashSizeInBytes)
        {
            return false;
        }

        try
        {
            var r = new CborReader(body.Payload, CborConformanceMode.Canonical);
            int? items = r.ReadStartArray();
            if (items is not (2 or 3))
            {
                return false;
            }

            byte[] digest = r.ReadByteString();
            long rows = r.ReadInt64();
            string dataSet = items == 3 ? r.ReadTextString() : "";
            r.ReadEndArray();
            if ((items == 3 && dataSet.Length == 0) || !NoiseQuery.NameOf(dataSet) || r.BytesRemaining != 0 || digest.Length != SHA256.HashSizeInBytes || !TableLayout.IsInRange(rows))
            {
                return false;
            }

            published = new TablePublished(body.Subject.Span, digest, rows, dataSet);
            return true;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }
}
