namespace ZkHealth.Data;

/// <summary>Something to count about how a text became a code.</summary>
internal enum CodeNote : byte
{
    /// <summary>The code says exactly what the text says.</summary>
    None,

    /// <summary>The text is one of those that mean "no value".</summary>
    Missing,

    /// <summary>The number was rounded to the column's grid.</summary>
    Rounded,

    /// <summary>The number lay beyond an end that takes in all beyond it (a top code).</summary>
    Clamped,

    /// <summary>The identifier is that of no row of the table that is referred to.</summary>
    Nobody,
}

/// <summary>A text's code, and what there is to count about it.</summary>
internal readonly record struct Coded(uint Code, CodeNote Note = CodeNote.None, PointForm Form = PointForm.Clear);

/// <summary>Turns the texts of a source column into codes. Texts are compared without the white space around them, case and
/// all.</summary>
internal abstract class ColumnCoder
{
    /// <summary>The sign between the two texts of a column that is made of two: a sign that no date has.</summary>
    public const char Separator = '\u001F';

    private readonly Dictionary<string, Coded> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Coded>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Func<string, string>? _read;

    protected ColumnCoder(SourceColumn source, uint domain)
    {
        (Name, Source, Domain, _read) = (source.Name, source.Header, domain, source.Read);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in source.Missing)
        {
            _known[Read(text)] = new Coded(0, CodeNote.Missing);
        }
    }

    /// <summary>The column's name in the table.</summary>
    public string Name { get; }

    /// <summary>Its name in the header of the source.</summary>
    public string Source { get; }

    /// <summary>The header of the second text that its values are made of; null where they are made of one.</summary>
    public virtual string? SecondSource => null;

    /// <summary>Tells whether a schema names it, and no query.</summary>
    public virtual bool IsOfSchema => true;

    /// <summary>Tells whether its codes are committed.</summary>
    public virtual bool IsCommitted => true;

    /// <summary>Tells whether a text that is not known ends the import, whatever the options say.</summary>
    public virtual bool MustBeKnown => false;

    /// <summary>Codes are below it.</summary>
    public uint Domain { get; }

    /// <summary>The form of known texts, for error messages.</summary>
    public abstract string Expected { get; }

    /// <summary>Tells whether a text that comes again has the code that it had; not where every one is to be seen, to be counted
    /// or kept.</summary>
    public virtual bool SameTextSameCode => true;

    /// <summary>The code of a text, 0 where it says that there is no value, null where it is not known.</summary>
    public virtual Coded? Code(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = _read is null ? text.Trim() : _read(text.ToString());
        return _lookup.TryGetValue(trimmed, out Coded known) ? known : Decide(trimmed);
    }

    /// <summary>The memory, about, that it holds of what it has met.</summary>
    public virtual long HeldBytes => 0;

    /// <summary>A text as messages show it between single quotes.</summary>
    public virtual string Shown(string text) => text;

    /// <summary>A sentence on how the schema could be changed so that it knows a text that it does not know; empty where nothing
    /// comes to mind.</summary>
    public virtual string Hint(string text) => "";

    /// <summary>A sentence on what looks wrong with the texts met so far; empty where nothing does.</summary>
    public virtual string Remark => "";

    /// <summary>The code of a text that is not one of the fixed ones; null where it is not known.</summary>
    protected abstract Coded? Decide(ReadOnlySpan<char> text);

    /// <summary>Gives fixed texts a code.</summary>
    /// <exception cref="FormatException">A text has a code already, or means "no value".</exception>
    protected void Fix(uint code, IReadOnlyList<string> texts)
    {
        foreach (string text in texts)
        {
            if (!_known.TryAdd(Read(text), new Coded(code)))
            {
                throw new FormatException($"the text '{text}' has two meanings");
            }
        }
    }

    private string Read(string text) => _read is null ? text.Trim() : _read(text);

    /// <summary>Gives fixed texts their codes: the texts of item i have code i + 1.</summary>
    protected void Fix(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            Fix((uint)i + 1, texts[i]);
        }
    }

    /// <summary>The first of some texts, in quotes.</summary>
    protected static string Quote(IReadOnlyList<string> texts) =>
        string.Join(", ", texts.Take(12).Select(t => $"'{t}'")) + (texts.Count > 12 ? ", …" : "");
}

/// <summary>A column of a source.</summary>
/// <param name="Name">The column's name in the table.</param>
/// <param name="Header">Its name in the header of the source.</param>
/// <param name="Missing">The texts that mean "no value".</param>
internal sealed record SourceColumn(string Name, string Header, IReadOnlyList<string> Missing)
{
    /// <summary>The text that is compared in the place of one of the source; null where white space around it is left
    /// out.</summary>
    public Func<string, string>? Read { get; init; }
}
