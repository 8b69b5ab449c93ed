using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;

namespace ZkHealth.Tables;

/// <summary>The name of a table and what the codes of its columns mean. Its encoding is bound into the table root.</summary>
public sealed class TableSchema
{
    /// <summary>The largest encoding that is decoded.</summary>
    public const int MaxEncodedSize = 1 << 22;

    private const string Context = "zkhealth schema v1";
    private const int KindCategory = 1, KindInteger = 2, KindBand = 3;

    /// <summary>A schema.</summary>
    /// <exception cref="ArgumentException">No name, no columns, or a column name twice.</exception>
    public TableSchema(string name, IReadOnlyList<ColumnSchema> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0 || columns.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count() != columns.Count)
        {
            throw new ArgumentException("expected one or more columns with distinct names", nameof(columns));
        }

        Name = name;
        Columns = [.. columns];
    }

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>The columns, in the order of their commitments.</summary>
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

    /// <summary>
    /// Canonical CBOR: [context, name, [column…]], a column being [kind, name, …]: [1, name, [[code, label]…]],
    /// [2, name, min, max, step, unit or null], [3, name, [[label, from or null, to or null]…]].
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteTextString(Context);
        w.WriteTextString(Name);
        w.WriteStartArray(Columns.Count);
        foreach (ColumnSchema column in Columns)
        {
            Write(w, column);
        }

        w.WriteEndArray();
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a canonical encoding; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TableSchema? schema, [NotNullWhen(false)] out string? reason) =>
        CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "schema", Read, s => s.Encode(), out schema, out reason);

    private static TableSchema Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Context)
        {
            throw new InvalidOperationException("not of this version");
        }

        var schema = new TableSchema(r.ReadTextString(), CanonicalCbor.ReadList(r, ReadColumn));
        r.ReadEndArray();
        return schema;
    }

    private static void Write(CborWriter w, ColumnSchema column)
    {
        w.WriteStartArray(column is IntegerColumn ? 6 : 3);
        switch (column)
        {
            case CategoryColumn category:
                w.WriteInt32(KindCategory);
                w.WriteTextString(column.Name);
                w.WriteStartArray(category.Categories.Count);
                foreach (Category value in category.Categories)
                {
                    w.WriteStartArray(2);
                    w.WriteTextString(value.Code);
                    w.WriteTextString(value.Label);
                    w.WriteEndArray();
                }

                w.WriteEndArray();
                break;
            case IntegerColumn integer:
                w.WriteInt32(KindInteger);
                w.WriteTextString(column.Name);
                w.WriteInt64(integer.Min);
                w.WriteInt64(integer.Max);
                w.WriteInt64(integer.Step);
                if (integer.Unit is null)
                {
                    w.WriteNull();
                }
                else
                {
                    w.WriteTextString(integer.Unit);
                }

                break;
            case BandColumn bands:
                w.WriteInt32(KindBand);
                w.WriteTextString(column.Name);
                w.WriteStartArray(bands.Bands.Count);
                foreach (Band band in bands.Bands)
                {
                    w.WriteStartArray(3);
                    w.WriteTextString(band.Label);
                    WriteBound(w, band.From);
                    WriteBound(w, band.To);
                    w.WriteEndArray();
                }

                w.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException("unknown kind of column");
        }

        w.WriteEndArray();
    }

    private static void WriteBound(CborWriter w, long? bound)
    {
        if (bound is long value)
        {
            w.WriteInt64(value);
        }
        else
        {
            w.WriteNull();
        }
    }

    private static ColumnSchema ReadColumn(CborReader r)
    {
        r.ReadStartArray();
        int kind = r.ReadInt32();
        string name = r.ReadTextString();
        ColumnSchema column;
        switch (kind)
        {
            case KindCategory:
                column = new CategoryColumn(name, CanonicalCbor.ReadList(r, ReadCategory));
                break;
            case KindInteger:
                long min = r.ReadInt64(), max = r.ReadInt64(), step = r.ReadInt64();
                column = new IntegerColumn(name, min, max, step, IsNull(r) ? null : r.ReadTextString());
                break;
            case KindBand:
                column = new BandColumn(name, CanonicalCbor.ReadList(r, ReadBand));
                break;
            default:
                throw new InvalidOperationException("unknown kind of column");
        }

        r.ReadEndArray();
        return column;
    }

    private static Category ReadCategory(CborReader r)
    {
        r.ReadStartArray();
        var category = new Category(r.ReadTextString(), r.ReadTextString());
        r.ReadEndArray();
        return category;
    }

    private static Band ReadBand(CborReader r)
    {
        r.ReadStartArray();
        var band = new Band(r.ReadTextString(), IsNull(r) ? null : r.ReadInt64(), IsNull(r) ? null : r.ReadInt64());
        r.ReadEndArray();
        return band;
    }

    private static bool IsNull(CborReader r)
    {
        if (r.PeekState() != CborReaderState.Null)
        {
            return false;
        }

        r.ReadNull();
        return true;
    }
}
