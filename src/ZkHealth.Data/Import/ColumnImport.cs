namespace ZkHealth.Data;

/// <summary>One column of an import: its codes, and the counts of what there is to say about them.</summary>
internal sealed class ColumnImport(ColumnCoder coder, int at)
{
    private const int MaxExamples = 10;
    private const int MaxTexts = 1000;

    private readonly CodeMemo _memo = new(coder);
    private readonly CodeBuffer _codes = new(coder.Domain);
    private readonly Dictionary<string, UnknownValue> _unknown = new(StringComparer.Ordinal);
    private readonly long[] _notes = new long[Enum.GetValues<CodeNote>().Length];
    private long _unknownRows;

    /// <summary>How its texts become codes.</summary>
    public ColumnCoder Coder { get; } = coder;

    /// <summary>Its place among the fields of a record.</summary>
    public int At { get; } = at;

    /// <summary>Codes a value and counts what there is to say about it; null where the schema does not know it: it has no value then.</summary>
    public CodeNote? Add(ReadOnlySpan<char> text)
    {
        if (!_memo.TryCode(text, out Coded coded))
        {
            _codes.Add(0);
            return null;
        }

        _codes.Add(coded.Code);
        _notes[(int)coded.Note]++;
        return coded.Note;
    }

    /// <summary>Counts a value that the schema does not know.</summary>
    public void CountUnknown(ReadOnlySpan<char> text, long line)
    {
        _unknownRows++;
        string shown = Visible.Text(text);
        if (_unknown.TryGetValue(shown, out UnknownValue? seen))
        {
            _unknown[shown] = seen with { Rows = seen.Rows + 1 };
        }
        else if (_unknown.Count < MaxTexts)
        {
            _unknown[shown] = new UnknownValue(shown, 1, line);
        }
    }

    /// <summary>Takes the codes out.</summary>
    public uint[] Take() => _codes.Take();

    public ImportedColumn Report() => new(Coder.Name, Coder.Source, Coder.Expected)
    {
        Missing = _notes[(int)CodeNote.Missing],
        Rounded = _notes[(int)CodeNote.Rounded],
        Clamped = _notes[(int)CodeNote.Clamped],
        Unknown = _unknownRows,
        Examples = [.. _unknown.Values.OrderByDescending(u => u.Rows).ThenBy(u => u.Line).Take(MaxExamples)],
    };
}
