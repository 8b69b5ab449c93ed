namespace ZkHealth.Data;

/// <summary>The treatment of a value that the schema does not know.</summary>
public enum UnknownValues
{
    /// <summary>It ends the import with an error that names it.</summary>
    Refuse,

    /// <summary>It becomes "no value" and is counted.</summary>
    Missing,
}

/// <summary>Options for reading a source.</summary>
public sealed class ImportOptions
{
    private readonly char? _delimiter;
    private readonly SourceEncoding? _encoding;

    /// <summary>The names of the encodings that can be asked for.</summary>
    public static IReadOnlyList<string> Encodings { get; } = [.. SourceEncoding.All.Select(e => e.Name)];

    /// <summary>The treatment of values that the schema does not know.</summary>
    public UnknownValues Unknown { get; init; }

    /// <summary>The character between fields: tab, or printable ASCII but letters, digits and the quote. Null where the header is
    /// to show it.</summary>
    /// <exception cref="ArgumentException">Another character.</exception>
    public char? Delimiter
    {
        get => _delimiter;
        init =>
            _delimiter =
                value is null || CanDelimit(value.Value)
                    ? value
                    : throw new ArgumentException(
                        "expected a tab, or printable ASCII but letters, digits and the quote",
                        nameof(value)
                    );
    }

    /// <summary>The encoding, one of <see cref="Encodings"/>. Null for UTF-8 or UTF-16, which the bytes show; every other one
    /// must be named.</summary>
    /// <exception cref="ArgumentException">Another name.</exception>
    public string? Encoding
    {
        get => _encoding?.Name;
        init
        {
            _encoding = value is null ? null : SourceEncoding.Find(value);
            if (value is not null && _encoding is null)
            {
                throw new ArgumentException($"expected one of {string.Join(", ", Encodings)}", nameof(value));
            }
        }
    }

    internal SourceEncoding? Asked => _encoding;

    /// <summary>The characters that the parser asks for at first; small ones in tests only.</summary>
    internal int BufferLength { get; init; } = 1 << 15;

    /// <summary>The bytes that the codes of all columns may need.</summary>
    internal long MaxMemory { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    internal static bool CanDelimit(char character) =>
        character == '\t' || (character is >= ' ' and <= '~' && character != '"' && !char.IsAsciiLetterOrDigit(character));
}
