using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>
/// The entry by which a provider answers for a table: its root, the digest of its schema and the declared rows. The
/// provider is the signer of the entry; the root names the same key as the table's owner.
/// </summary>
public sealed class TableEntry
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = BoardKinds.TablePublished;

    private readonly byte[] _root;
    private readonly TablePublication _said;

    /// <summary>Describes what is said of a table.</summary>
    /// <param name="root">The table root, 32 bytes.</param>
    /// <param name="schemaDigest">SHA-256 of the encoded schema, 32 bytes.</param>
    /// <param name="rows">The declared rows, 1 to 2^30.</param>
    /// <param name="dataSet">The owner's name of the data set, the same for every version of a table; empty for the owner's data
    /// without a name.</param>
    /// <exception cref="ArgumentException">A part has another length or is out of range.</exception>
    public TableEntry(ReadOnlySpan<byte> root, ReadOnlySpan<byte> schemaDigest, long rows, string dataSet = "")
        : this(root, new TablePublication(schemaDigest, rows, dataSet)) { }

    private TableEntry(ReadOnlySpan<byte> root, TablePublication said)
    {
        if (root.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("expected 32 bytes", nameof(root));
        }

        (_root, _said) = (root.ToArray(), said);
    }

    /// <summary>The table root.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>SHA-256 of the encoded schema.</summary>
    public ReadOnlyMemory<byte> SchemaDigest => _said.SchemaDigest;

    /// <summary>The rows, by the provider's word.</summary>
    public long Rows => _said.Rows;

    /// <summary>The data set of which it is a version, by the owner's name for it.</summary>
    public string DataSet => _said.DataSet;

    /// <summary>Describes what is said of a committed table.</summary>
    public static TableEntry Of(TableCommitment table, string dataSet = "") => OfVersion(new DataSetVersion(table), dataSet);

    /// <summary>Describes what is said of a version of a data set: the schema is that of the first segment, the rows those of
    /// all.</summary>
    public static TableEntry OfVersion(DataSetVersion version, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new TableEntry(version.Root.Span, SHA256.HashData(version.Schema.Span), version.Rows, dataSet);
    }

    /// <summary>The body of its entry.</summary>
    public EntryBody ToBody() => new(Kind, _root, _said.Encode());

    /// <summary>Reads the body of such an entry; false for any other.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out TableEntry? published)
    {
        ArgumentNullException.ThrowIfNull(body);
        published =
            body.Kind == Kind
            && body.Subject.Length == SHA256.HashSizeInBytes
            && TablePublication.TryDecode(body.Payload, out TablePublication? said, out _)
                ? new TableEntry(body.Subject.Span, said)
                : null;
        return published is not null;
    }
}
