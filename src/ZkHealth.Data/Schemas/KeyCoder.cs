using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Codes identifiers of the rows of another table as the numbers of these rows, from 1 on. An identifier that no row there has
/// names nobody: code 0, and counted.
/// </summary>
internal sealed class KeyCoder : ColumnCoder
{
    // of so many identifiers without a row it is asked whether they are written otherwise there
    private const int MostLooked = 1000,
        MostZeros = 10;

    private readonly SourceColumn _column;
    private readonly NamedRows? _rows;
    private int _looked;
    private string _remark = "";

    /// <param name="source">The column.</param>
    /// <param name="of">The name of the table that is referred to.</param>
    /// <param name="rows">Its rows; null where they were not read, as in a check of one source.</param>
    public KeyCoder(SourceColumn source, string of, NamedRows? rows)
        : base(source, 1u << TableLayout.MaxLogRows) => (_column, Of, _rows) = (source, of, rows);

    public override string Expected => $"an identifier of a row of '{Of}'";

    /// <summary>The name of the table that is referred to.</summary>
    public string Of { get; }

    /// <summary>Tells whether the rows that it names are known.</summary>
    public bool IsBound => _rows is not null;

    /// <summary>A copy of the column whose rows are known.</summary>
    public KeyCoder Bind(NamedRows named) => new(_column, Of, named);

    /// <summary>Says so where an identifier would be that of a row, had it the zeros that a spreadsheet takes away.</summary>
    public override string Remark => _remark;

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (_rows is null)
        {
            return new Coded(0);
        }

        uint row = _rows.Find(text);
        if (row == 0 && _remark.Length == 0 && _looked++ < MostLooked && Otherwise(text.ToString()) is string other)
        {
            _remark =
                $"'{Visible.Text(text)}' names nobody, and '{Visible.Text(other)}' is the identifier of a row of '{Of}'; write identifiers in one way in both files";
        }

        return new Coded(row, row == 0 ? CodeNote.Nobody : CodeNote.None);
    }

    /// <summary>An identifier of a row that differs from a text by zeros before it, or by upper and lower case; null where there
    /// is none.</summary>
    private string? Otherwise(string text)
    {
        IEnumerable<string> zeros = text.All(char.IsAsciiDigit)
            ? Enumerable.Range(text.Length + 1, MostZeros).Select(n => text.PadLeft(n, '0'))
            : [];
        return zeros
            .Concat([text.TrimStart('0'), text.ToUpperInvariant(), text.ToLowerInvariant()])
            .FirstOrDefault(t => t.Length > 0 && _rows!.Find(t) != 0);
    }
}

/// <summary>The rows of a table by their identifiers, and how keys name the table in a schema.</summary>
/// <param name="identifiers">The identifiers in the order of their rows.</param>
/// <param name="codes">For each row the number of its identifier, 0 where it has none.</param>
/// <param name="of">The table as key columns hold it.</param>
internal sealed class NamedRows(Identifiers identifiers, ReadOnlySpan<uint> codes, string of)
{
    private readonly uint[]? _rows = RowsOf(codes);

    /// <summary>The number of rows.</summary>
    public int Count { get; } = codes.Length;

    /// <summary>The table as key columns hold it: the root, or owner/data set.</summary>
    public string Of { get; } = of;

    /// <summary>The number of the row with an identifier, from 1 on; 0 where none has it.</summary>
    public uint Find(ReadOnlySpan<char> text)
    {
        uint number = identifiers.Find(text);
        return _rows is null || number == 0 ? number : _rows[number - 1];
    }

    /// <summary>The row of each identifier; null where every row has one, so that their numbers are the rows'.</summary>
    private static uint[]? RowsOf(ReadOnlySpan<uint> codes)
    {
        if (!codes.Contains(0u))
        {
            return null;
        }

        var rows = new List<uint>();
        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] != 0)
            {
                rows.Add((uint)i + 1);
            }
        }

        return [.. rows];
    }
}
