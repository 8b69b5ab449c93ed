using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ZkHealth.Data;

/// <summary>The words about bytes that are no text in an encoding, with what their line would be in others.</summary>
internal static class InvalidBytes
{
    /// <summary>Names the bytes, and says that they are not of the encoding.</summary>
    public static string Problem(byte[] fault, SourceEncoding encoding, bool endsInside)
    {
        string bytes = string.Join(' ', fault.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        return endsInside
            ? $"the file ends inside a character ({bytes}): it is cut off, or not {encoding.Title}"
            : $"the bytes {bytes} are not {encoding.Title}";
    }

    /// <summary>Advises another encoding by the header, or where that is ASCII by the line at fault.</summary>
    public static string Advice(byte[] fault, byte[] header, ReadOnlySpan<byte> input)
    {
        bool byHeader = !Ascii.IsValid(header);
        byte[] line = byHeader ? header : LineOf(fault, input) ?? header;
        string[] readings =
        [
            .. ((SourceEncoding[])[SourceEncoding.Gb18030, SourceEncoding.Windows1252])
                .Select(e => (e, Text: e.TextOf(line)))
                .Where(r => r.Text is not null)
                .Select(r => $"'{Visible.Text(r.Text)}' as {r.e.Title} (--encoding {r.e.Name})"),
        ];
        return readings.Length == 0
            ? "save it as UTF-8"
            : $"the {(byHeader ? "header" : "line")} is {string.Join(" and ", readings)}: add the option under which it reads right, or save it as UTF-8";
    }

    public static byte[] FirstLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return bytes[..(end < 0 ? bytes.Length : end)].ToArray();
    }

    /// <summary>The line of the fault. The decoder has read on to the end of its input or of its room; the bytes at fault are the
    /// first of this line that are not UTF-8.</summary>
    private static byte[]? LineOf(byte[] fault, ReadOnlySpan<byte> input)
    {
        for (int at = input.IndexOf(fault), next; at >= 0; at = next < 0 ? -1 : at + 1 + next)
        {
            byte[] line = FirstLine(input[(input[..at].LastIndexOf((byte)'\n') + 1)..]);
            if (!Utf8.IsValid(line))
            {
                return line;
            }

            next = input[(at + 1)..].IndexOf(fault);
        }

        return null;
    }
}
