using System.Text;

namespace ZkHealth.Data;

/// <summary>
/// The encodings of sources. UTF-8 and UTF-16 are told from a byte order mark or from their bytes, of which no text in another
/// encoding has many; every other one must be named: a text in Windows-1252 decodes as GB18030 without an error.
/// </summary>
internal sealed class SourceEncoding
{
    public static readonly SourceEncoding Utf8 = new(
        "utf-8",
        "UTF-8",
        [0xEF, 0xBB, 0xBF],
        f => Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, f)
    );
    public static readonly SourceEncoding Utf16Little = new(
        "utf-16le",
        "UTF-16",
        [0xFF, 0xFE],
        f => Encoding.GetEncoding("utf-16", EncoderFallback.ExceptionFallback, f)
    );
    public static readonly SourceEncoding Utf16Big = new(
        "utf-16be",
        "UTF-16",
        [0xFE, 0xFF],
        f => Encoding.GetEncoding("utf-16BE", EncoderFallback.ExceptionFallback, f)
    );
    public static readonly SourceEncoding Gb18030 = new("gb18030", "GB18030", [0x84, 0x31, 0x95, 0x33], f => CodePage(54936, f));
    public static readonly SourceEncoding Windows1252 = new("windows-1252", "Windows-1252", [], f => CodePage(1252, f));

    /// <summary>The encodings that can be named.</summary>
    public static readonly IReadOnlyList<SourceEncoding> All = [Utf8, Utf16Little, Utf16Big, Gb18030, Windows1252];

    private readonly Func<DecoderFallback, Encoding> _create;

    private SourceEncoding(string name, string title, byte[] mark, Func<DecoderFallback, Encoding> create) =>
        (Name, Title, Mark, _create) = (name, title, mark, create);

    /// <summary>The name by which it is asked for.</summary>
    public string Name { get; }

    /// <summary>The name in messages.</summary>
    public string Title { get; }

    /// <summary>Its byte order mark; empty where it has none.</summary>
    public ReadOnlyMemory<byte> Mark { get; }

    /// <summary>Returns the encoding of a name, or null.</summary>
    public static SourceEncoding? Find(string name) =>
        All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells UTF-8 from UTF-16 by what a source begins with: a byte order mark, or zero bytes at every other place
    /// only.</summary>
    public static SourceEncoding Detect(ReadOnlySpan<byte> head)
    {
        foreach (SourceEncoding encoding in (SourceEncoding[])[Utf8, Utf16Little, Utf16Big])
        {
            if (head.StartsWith(encoding.Mark.Span))
            {
                return encoding;
            }
        }

        // the digits, delimiters and line ends of a table are ASCII: one byte of each is zero in UTF-16
        Span<int> zeros = [0, 0];
        for (int i = 0; i < head.Length; i++)
        {
            zeros[i & 1] += head[i] == 0 ? 1 : 0;
        }

        return (zeros[0], zeros[1]) switch
        {
            (0, > 0) when zeros[1] > head.Length / 16 => Utf16Little,
            (> 0, 0) when zeros[0] > head.Length / 16 => Utf16Big,
            _ => Utf8,
        };
    }

    /// <summary>A decoder that puts a sign where bytes are invalid, and tells of them.</summary>
    public Decoder Decoder(DecodingFault fault) => _create(fault).GetDecoder();

    /// <summary>The text of some bytes, or null where they are no text in this encoding.</summary>
    public string? TextOf(ReadOnlySpan<byte> bytes)
    {
        var fault = new DecodingFault();
        string text = _create(fault).GetString(bytes);
        return fault.Bytes is null && !text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')) ? text : null;
    }

    private static Encoding CodePage(int number, DecoderFallback fallback) =>
        CodePagesEncodingProvider.Instance.GetEncoding(number, EncoderFallback.ExceptionFallback, fallback)!;
}

/// <summary>Writes a sign in place of invalid bytes and keeps the first of them.</summary>
internal sealed class DecodingFault : DecoderFallback
{
    /// <summary>A noncharacter, which no text has.</summary>
    public const char Sign = '\uFFFF';

    public override int MaxCharCount => 1;

    /// <summary>The first bytes that were invalid, or null.</summary>
    public byte[]? Bytes { get; private set; }

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(this);

    private sealed class Buffer(DecodingFault fault) : DecoderFallbackBuffer
    {
        private int _remaining;

        public override int Remaining => _remaining;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            fault.Bytes ??= bytesUnknown;
            _remaining = 1;
            return true;
        }

        public override char GetNextChar() => _remaining-- > 0 ? Sign : Clear();

        public override bool MovePrevious() => false;

        public override void Reset() => _remaining = 0;

        private char Clear()
        {
            _remaining = 0;
            return '\0';
        }
    }
}
