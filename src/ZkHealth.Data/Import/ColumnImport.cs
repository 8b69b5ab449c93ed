namespace ZkHealth.Data;

/// <summary>One column of an import: its codes, and the counts of what there is to say about them.</summary>
/// <param name="coder">How its texts become codes.</param>
/// <param name="at">The place of its text among the fields of a record.</param>
/// <param name="second">The place of its second text; −1 where it has one alone.</param>
/// <param name="keeps">Whether its codes are kept; a check of values needs none.</param>
internal sealed class ColumnImport(ColumnCoder coder, int at, int second, bool keeps)
{
    private const int MaxExamples = 10;
    private const int MaxTexts = 1000;

    private readonly CodeMemo _memo = new(coder);
    private readonly CodeBuffer? _codes = keeps ? new(coder.Domain) : null;
    private readonly Dictionary<string, UnknownValue> _unknown = new(StringComparer.Ordinal);
    private readonly long[,] _notes = new long[Enum.GetValues<CodeNote>().Length, Enum.GetValues<PointForm>().Length];
    private string? _grouped;
    private long _unknownRows;
    private string _hint = "";

    /// <summary>The coder that turns its texts into codes.</summary>
    public ColumnCoder Coder { get; } = coder;

    /// <summary>The place of its text among the fields of a record.</summary>
    public int At { get; } = at;

    /// <summary>The place of its second text; −1 where it has one alone.</summary>
    public int Second { get; } = second;

    /// <summary>Codes a value and counts what there is to say about it; null where the schema does not know it: it has no value
    /// then.</summary>
    public CodeNote? Add(ReadOnlySpan<char> text)
    {
        if (!_memo.TryCode(text, out Coded coded))
        {
            _codes?.Add(0);
            return null;
        }

        _codes?.Add(coded.Code);
        _notes[(int)coded.Note, (int)coded.Form]++;
        if (coded.Form == PointForm.Grouped)
        {
            _grouped ??= text.Trim().ToString();
        }

        return coded.Note;
    }

    /// <summary>Counts a value that the schema does not know.</summary>
    /// <param name="text">The value.</param>
    /// <param name="line">Where it stands.</param>
    /// <param name="hint">What may be its cause, asked for where none is known yet.</param>
    public void CountUnknown(ReadOnlySpan<char> text, long line, Func<string, string> hint)
    {
        _unknownRows++;
        string shown = Coder.SecondSource is null ? Visible.Text(text) : Visible.Text(Coder.Shown(text.ToString()));
        if (_unknown.TryGetValue(shown, out UnknownValue? seen))
        {
            seen.Rows++;
        }
        else if (_unknown.Count < MaxTexts)
        {
            _unknown[shown] = new UnknownValue(shown, line);
            _hint =
                _hint.Length > 0 || hint(text.ToString()) is not { Length: > 0 } found
                    ? _hint
                    : $"line {line}, column '{Visible.Text(Coder.Source)}', got '{shown}'{found}";
        }
    }

    /// <summary>Takes the codes out.</summary>
    public uint[] Take() => _codes?.Take() ?? throw new InvalidOperationException("the codes were not kept");

    /// <summary>The memory that its codes need once they are taken out, and what its coder holds.</summary>
    public long Bytes => (_codes?.Bytes ?? 0) + Coder.HeldBytes;

    /// <summary>Remarks on what looks wrong.</summary>
    public IEnumerable<string> Hints()
    {
        if (_hint.Length > 0)
        {
            yield return _hint;
        }

        if (Coder.Remark.Length > 0)
        {
            yield return $"column '{Visible.Text(Coder.Source)}': {Coder.Remark}";
        }

        long grouped = Count(PointForm.Grouped);
        if (grouped > 0 && Count(PointForm.Decimal) == 0)
        {
            char point = _grouped![^4];
            yield return $"column '{Visible.Text(Coder.Source)}': the sign '{point}' stands before three digits in {grouped} numbers, such as '{_grouped}', and nowhere else; "
                + $"if it stands between thousands, add \"thousands\": \"{point}\", \"decimal\": \"{(point == '.' ? ',' : '.')}\" to the column";
        }
    }

    public ImportedColumn Report() =>
        new(Coder.Name, Coder.Source, Coder.Expected)
        {
            Missing = Count(CodeNote.Missing),
            Rounded = Count(CodeNote.Rounded),
            Clamped = Count(CodeNote.Clamped),
            Nobody = Count(CodeNote.Nobody),
            Unknown = _unknownRows,
            Examples = [.. _unknown.Values.OrderByDescending(u => u.Rows).ThenBy(u => u.Line).Take(MaxExamples)],
        };

    private long Count(CodeNote note) => Enum.GetValues<PointForm>().Sum(form => _notes[(int)note, (int)form]);

    private long Count(PointForm form) => Enum.GetValues<CodeNote>().Sum(note => _notes[(int)note, (int)form]);
}
