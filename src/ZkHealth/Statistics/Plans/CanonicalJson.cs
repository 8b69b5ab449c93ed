using System.Text;
using System.Text.Json.Nodes;

namespace ZkHealth.Statistics;

/// <summary>JSON in canonical form (RFC 8785), for objects, arrays, texts and whole numbers of at most 53 bits.</summary>
internal static class CanonicalJson
{
    /// <summary>The largest magnitude of a number: above, readers of JSON take two numbers for one.</summary>
    public const long MaxNumber = (1L << 53) - 1;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">A text has half of a pair of surrogates.</exception>
    public static byte[] Encode(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return Strict.GetBytes(text.ToString());
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject fields:
                WriteList(
                    fields.OrderBy(f => f.Key, StringComparer.Ordinal),
                    '{',
                    '}',
                    text,
                    field =>
                    {
                        WriteText(field.Key, text);
                        text.Append(':');
                        Write(field.Value, text);
                    }
                );
                break;
            case JsonArray items:
                WriteList(items, '[', ']', text, item => Write(item, text));
                break;
            case JsonValue value when value.TryGetValue(out string? s):
                WriteText(s, text);
                break;
            case JsonValue value:
                text.Append(value.ToJsonString()); // a whole number, written as it is in canonical form
                break;
        }
    }

    private static void WriteList<T>(IEnumerable<T> items, char open, char close, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        int start = text.Length;
        foreach (T item in items)
        {
            if (text.Length > start)
            {
                text.Append(',');
            }

            write(item);
        }

        text.Append(close);
    }

    /// <summary>Section 3.2.2.2: the shortest escapes, everything else as it is.</summary>
    private static void WriteText(string s, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in s)
        {
            text.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\b' => "\\b",
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\f' => "\\f",
                    '\r' => "\\r",
                    < ' ' => $"\\u{(int)c:x4}",
                    _ => null,
                }
            );
            if (c >= ' ' && c is not ('"' or '\\'))
            {
                text.Append(c);
            }
        }

        text.Append('"');
    }
}
