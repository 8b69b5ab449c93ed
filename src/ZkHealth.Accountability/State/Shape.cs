using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text.Json.Nodes;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>A named field of a shape.</summary>
/// <param name="Name">Its name, for people and JSON; it is not encoded.</param>
/// <param name="Type">What it may hold.</param>
internal sealed record Field(string Name, FieldType Type);

/// <summary>
/// A closed schema of a record or a body: named fields in order. Its encoding is an array of the version 1 and the fields, in
/// deterministic CBOR (RFC 8949, 4.2.1); there is one encoding of a row and one row of an encoding.
/// </summary>
internal sealed class Shape
{
    private const int Version = 1;

    private readonly Field[] _fields;
    private readonly Dictionary<string, int> _index;

    /// <summary>A shape.</summary>
    /// <param name="name">The kind of record or entry.</param>
    /// <param name="fields">Its fields in order.</param>
    public Shape(string name, params Field[] fields)
    {
        (Name, _fields) = (name, fields);
        _index = fields.Index().ToDictionary(p => p.Item.Name, p => p.Index, StringComparer.Ordinal);
    }

    /// <summary>The kind of record or entry.</summary>
    public string Name { get; }

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>A row of values in the order of the fields.</summary>
    public Row Row(params object[] values)
    {
        if (values.Length != _fields.Length)
        {
            throw new ArgumentException($"expected the {_fields.Length} fields of {Name}, got {values.Length}", nameof(values));
        }

        return new Row(this, [.. values.Select(Widen)]);
    }

    /// <summary>The number of a field.</summary>
    public int IndexOf(string field) =>
        _index.TryGetValue(field, out int i) ? i : throw new ArgumentException($"{Name} has no field {field}", nameof(field));

    /// <summary>The canonical bytes of a row.</summary>
    public byte[] Encode(Row row)
    {
        using Scratch scratch = Scratch.Take();
        WriteFields(scratch.Writer, row, version: true);
        return scratch.Writer.Encode();
    }

    /// <summary>Decodes canonical bytes; false for anything else.</summary>
    public bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Row? row)
    {
        row = null;

        // most bytes that are not of this shape have another number of fields
        int length = _fields.Length + 1;
        if (bytes.IsEmpty || (length < 24 && bytes.Span[0] != (0x80 | length)))
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            Row read = ReadFields(r, version: true);

            // the reader takes the shortest forms alone, and sets in their order: there is one encoding
            row = r.BytesRemaining == 0 ? read : null;
            return row is not null;
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }
    }

    /// <summary>Decodes bytes that were encoded here.</summary>
    public Row DecodeOwn(byte[] bytes) => ReadFields(new CborReader(bytes, CborConformanceMode.Lax), version: true);

    /// <summary>The byte strings in a list of a row that was encoded here; what stands before it is passed over.</summary>
    public IReadOnlyList<byte[]> ListOfOwn(byte[] bytes, string list)
    {
        int at = Behind(bytes, 0, items: false);
        for (int i = -1; i < IndexOf(list); i++)
        {
            at = Behind(bytes, at); // the version is the first
        }

        const byte EmptyList = 0x80;
        return bytes[at] == EmptyList
            ? []
            : [.. ((IReadOnlyList<object>)_fields[IndexOf(list)].Type.Read(new CborReader(bytes.AsMemory(at)))).Cast<byte[]>()];
    }

    /// <summary>Reads a row as people write it: an object with the fields, where lists that are left out are empty.</summary>
    /// <exception cref="FormatException">A member is missing, unknown, or not of its type; the message names it.</exception>
    public Row FromJson(JsonNode? json, string path)
    {
        if (json is not JsonObject members)
        {
            throw new FormatException($"{path}: expected an object with {string.Join(", ", _fields.Select(f => f.Name))}");
        }

        if (members.Select(m => m.Key).FirstOrDefault(k => !_index.ContainsKey(k)) is string unknown)
        {
            throw new FormatException(
                $"{path}.{unknown}: there is no such member; expected {string.Join(", ", _fields.Select(f => f.Name))}"
            );
        }

        return new Row(this, [.. _fields.Select(f => f.Type.FromJson(members[f.Name], $"{path}.{f.Name}"))]);
    }

    /// <summary>Writes a row as people read it.</summary>
    public JsonObject ToJson(Row row) =>
        new(_fields.Select((f, i) => KeyValuePair.Create(f.Name, (JsonNode?)f.Type.ToJson(row[i]))));

    /// <summary>The JSON schema of a row.</summary>
    public JsonObject Schema() =>
        new()
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([.. _fields.Where(f => !f.Type.IsList).Select(f => (JsonNode)f.Name)]),
            ["properties"] = new JsonObject(_fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Type.Schema()))),
        };

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _fields.Select(f => $"{f.Name}: {f.Type}"))}]";

    internal static object Widen(object value) =>
        value switch
        {
            int number => (long)number,
            IEnumerable<string> texts => (IReadOnlyList<object>)[.. texts],
            IEnumerable<byte[]> many => (IReadOnlyList<object>)[.. many],
            IEnumerable<Row> rows => (IReadOnlyList<object>)[.. rows],
            _ => value,
        };

    /// <summary>The place behind the item at a place (RFC 8949, 3), or behind the head of a list.</summary>
    private static int Behind(ReadOnlySpan<byte> bytes, int at, bool items = true)
    {
        const int Bytes = 2,
            Text = 3,
            List = 4;
        (int type, int count) = (bytes[at] >> 5, bytes[at] & 31);
        at++;
        if (count >= 24)
        {
            int size = 1 << (count - 24);
            count = 0;
            foreach (byte digit in bytes.Slice(at, size))
            {
                count = (count << 8) | digit; // of a number that is no length, what does not fit is not used
            }

            at += size;
        }

        if (type is Bytes or Text)
        {
            return at + count;
        }

        for (int i = 0; items && type == List && i < count; i++)
        {
            at = Behind(bytes, at);
        }

        return at;
    }

    internal void WriteFields(CborWriter w, Row row, bool version)
    {
        if (row.Shape != this)
        {
            throw new ArgumentException($"expected a row of {Name}, got one of {row.Shape.Name}", nameof(row));
        }

        w.WriteStartArray(_fields.Length + (version ? 1 : 0));
        if (version)
        {
            w.WriteInt32(Version);
        }

        for (int i = 0; i < _fields.Length; i++)
        {
            _fields[i].Type.Write(w, row[i]);
        }

        w.WriteEndArray();
    }

    internal Row ReadFields(CborReader r, bool version)
    {
        if (r.ReadStartArray() != _fields.Length + (version ? 1 : 0) || (version && r.ReadInt32() != Version))
        {
            throw new CborContentException("an array of another length or version");
        }

        var values = new object[_fields.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _fields[i].Type.Read(r);
        }

        r.ReadEndArray();
        return new Row(this, values);
    }
}
