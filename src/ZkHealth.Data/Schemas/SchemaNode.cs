using System.Text;
using System.Text.Json;

namespace ZkHealth.Data;

/// <summary>A value of a schema file that knows where it stands, so that every error names line and character.</summary>
internal sealed class SchemaNode
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 };

    private readonly byte[] _file;
    private readonly int _at;

    private SchemaNode(byte[] file, int at, JsonTokenType type, string? text)
    {
        (_file, _at, Type, Text) = (file, at, type, text);
    }

    /// <summary>The kind of value, by the token that begins it.</summary>
    public JsonTokenType Type { get; }

    /// <summary>The text of a string, the digits of a number.</summary>
    public string? Text { get; }

    /// <summary>The items of an array.</summary>
    public List<SchemaNode> Items { get; } = [];

    /// <summary>The members of an object, in order.</summary>
    public List<(SchemaNode Name, SchemaNode Value)> Members { get; } = [];

    /// <summary>Reads a file; comments (// and /* */) are left out.</summary>
    /// <exception cref="FormatException">It is not JSON.</exception>
    public static SchemaNode Parse(byte[] file)
    {
        ReadOnlySpan<byte> begin = file.AsSpan().TrimStart(" \t\r\n"u8);
        if (!begin.IsEmpty && begin[0] is not ((byte)'{' or (byte)'/' or (byte)'[' or (byte)'n'))
        {
            throw new FormatException("not a schema file (JSON); is it the CSV?");
        }

        var reader = new Utf8JsonReader(file, Options);
        try
        {
            reader.Read();
            SchemaNode node = Read(ref reader, file);
            reader.Read();
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // the reader's own words, without its way of counting lines
            int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            int at = e is JsonException j
                ? Offset(file, (int)(j.LineNumber ?? 0), (int)(j.BytePositionInLine ?? 0))
                : (int)reader.TokenStartIndex;
            throw new FormatException($"{Place(file, at)}: not JSON: {(end < 0 ? e.Message : e.Message[..end])}", e);
        }
    }

    /// <summary>An error at this value.</summary>
    public FormatException Error(string problem, Exception? inner = null) => new($"{Place(_file, _at)}: {problem}", inner);

    private static SchemaNode Read(ref Utf8JsonReader reader, byte[] file)
    {
        int at = (int)reader.TokenStartIndex;
        JsonTokenType type = reader.TokenType;
        string? text = type switch
        {
            JsonTokenType.String or JsonTokenType.PropertyName => reader.GetString(),
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
        var node = new SchemaNode(file, at, type, text);
        while (type == JsonTokenType.StartArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            node.Items.Add(Read(ref reader, file));
        }

        while (type == JsonTokenType.StartObject && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            SchemaNode name = Read(ref reader, file);
            reader.Read();
            node.Members.Add((name, Read(ref reader, file)));
        }

        return node;
    }

    private static int Offset(byte[] file, int line, int inLine)
    {
        int at = 0;
        for (; line > 0 && at < file.Length; at++)
        {
            line -= file[at] == (byte)'\n' ? 1 : 0;
        }

        return Math.Min(file.Length, at + inLine);
    }

    private static string Place(byte[] file, int at)
    {
        ReadOnlySpan<byte> before = file.AsSpan(0, at);
        int line = before.Count((byte)'\n') + 1,
            start = before.LastIndexOf((byte)'\n') + 1;
        return $"line {line}, character {Encoding.UTF8.GetCharCount(before[start..]) + 1}";
    }
}
