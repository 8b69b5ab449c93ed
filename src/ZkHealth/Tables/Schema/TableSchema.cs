using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The name of a table and what the codes of its columns mean. Its encoding is bound into the table root.</summary>
public sealed class TableSchema
{
    /// <summary>The largest encoding that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 24;

    private const string Context = Labels.SchemaFile;

    /// <summary>A schema.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="columns">The columns from 1 on; column 0 is the public <see cref="RowColumn"/> of every table.</param>
    /// <exception cref="ArgumentException">No name, no columns, a column name twice, or one that is called "row".</exception>
    public TableSchema(string name, IReadOnlyList<ColumnSchema> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0 || columns.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count() != columns.Count)
        {
            throw new ArgumentException("expected one or more columns with distinct names", nameof(columns));
        }

        if (columns.FirstOrDefault(c => c.Name == RowColumn.ReservedName) is not null)
        {
            throw new ArgumentException(
                "the name 'row' is that of the public column of declared rows: give the column another name",
                nameof(columns)
            );
        }

        Name = name;
        Columns = [RowColumn.Instance, .. columns];
    }

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>The columns in the order of their commitments: the public column of declared rows, then those that were
    /// given.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; }

    /// <summary>The position of a column; −1 where there is none of that name.</summary>
    public int IndexOf(string column)
    {
        for (int j = 0; j < Columns.Count; j++)
        {
            if (Columns[j].Name == column)
            {
                return j;
            }
        }

        return -1;
    }

    /// <summary>SHA-256 of the encoding.</summary>
    public byte[] Digest() => SHA256.HashData(Encode());

    /// <summary>Canonical CBOR: [context, name, [column from 1 on…]], the columns as docs/schema.md says.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteTextString(Context);
        w.WriteTextString(Name);
        w.WriteStartArray(Columns.Count - 1);
        foreach (ColumnSchema column in Columns.Skip(1))
        {
            ColumnEncoding.Write(w, column);
        }

        w.WriteEndArray();
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a canonical encoding; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out TableSchema? schema,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "schema", Read, s => s.Encode(), out schema, out reason);

    private static TableSchema Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Context)
        {
            throw new FormatException("not of this version");
        }

        var schema = new TableSchema(r.ReadTextString(), CanonicalCbor.ReadList(r, ColumnEncoding.Read));
        r.ReadEndArray();
        return schema;
    }
}
