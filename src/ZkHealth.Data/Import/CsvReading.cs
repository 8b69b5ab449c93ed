using nietras.SeparatedValues;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>One reading of a source: its records become codes. A fault ends it, or is counted and left out (collect).</summary>
internal sealed class CsvReading(
    SourceText text,
    SourceForm form,
    string file,
    Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> codersOf,
    ImportOptions options,
    bool collect
)
{
    private const int ReportEvery = 1 << 14;
    private const int MaxFaults = 100;

    private readonly List<ImportFault> _faults = [];
    private char[] _buffer = new char[256];
    private char[] _both = new char[64];
    private string[] _header = [];
    private long _faultCount;
    private long _records;
    private long _refused;
    private long _empty;
    private long _blank = form.Blank;

    /// <summary>The columns of the schema, once the header is read.</summary>
    public ColumnImport[] Columns { get; private set; } = [];

    /// <summary>Reads all records.</summary>
    public void Run(Action<long> progress, CancellationToken cancellationToken)
    {
        SepReaderOptions how = Sep.New(form.Delimiter)
            .Reader(o => o with { HasHeader = false, DisableColCountCheck = true, InitialBufferLength = options.BufferLength });
        using SepReader records = how.From(text);
        if (!records.MoveNext())
        {
            throw new ImportException(file, "the file is empty; expected a header line");
        }

        Header(records.Current);
        while (records.MoveNext())
        {
            text.RecordEnds();
            if (text.InvalidLine < records.Current.LineNumberToExcl + form.Lines)
            {
                throw text.Invalid();
            }

            Record(records.Current);
            if ((_records + _blank) % ReportEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RefuseMemory();
                progress(_records);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (text.InvalidLine is not null)
        {
            throw text.Invalid();
        }
    }

    public ImportReport Report() =>
        new()
        {
            Encoding = text.Encoding.Title,
            Delimiter = form.Delimiter,
            Records = _records,
            Refused = _refused,
            Empty = _empty,
            BlankLines = _blank,
            Columns = [.. Columns.Select(c => c.Report())],
            Faults = _faults,
            FaultCount = _faultCount,
            Hints = [.. Columns.SelectMany(c => c.Hints())],
        };

    private void Header(SepReader.Row row)
    {
        // a header at fault cannot be gone around: without its columns there are no others
        long line = form.Lines + 1;
        if (QuoteFault(row, line) is (long at, string problem))
        {
            throw new ImportException(file, at, problem);
        }

        _header = new string[row.ColCount];
        for (int i = 0; i < _header.Length; i++)
        {
            _header[i] = CsvGrammar.Value(row[i].Span, ref _buffer).Trim().ToString();
        }

        Columns =
        [
            .. codersOf(_header)
                .Select(c => new ColumnImport(
                    c,
                    HeaderSearch.Find(_header, c.Source, file, line, text, c.IsOfSchema),
                    c.SecondSource is string second ? HeaderSearch.Find(_header, second, file, line, text) : -1,
                    keeps: !collect
                )),
        ];
    }

    /// <summary>Stops before the codes of a source that does not end, or of too many rows, take all memory.</summary>
    private void RefuseMemory()
    {
        long bytes = Columns.Sum(c => c.Bytes);
        if (bytes > options.MaxMemory)
        {
            throw new ImportException(
                file,
                $"after {_records} records the codes need {bytes >> 20} MiB of memory, and there are {options.MaxMemory >> 20}; split the file, or name fewer columns in the schema"
            );
        }
    }

    /// <summary>Takes in one record, or counts a blank line that is none.</summary>
    private void Record(SepReader.Row row)
    {
        if (row.ColCount != _header.Length && row.ColCount == 1 && row.Span.IsWhiteSpace() && !text.Cut)
        {
            _blank++;
            return;
        }

        if (++_records > TableLayout.MaxRows && !collect)
        {
            throw new ImportException(file, $"expected at most {TableLayout.MaxRows} rows; split the file");
        }

        long line = row.LineNumberFrom + form.Lines;
        if ((row.Span.Contains('"') || text.Cut) && QuoteFault(row, line) is (long at, string problem))
        {
            Refuse(at, text.Cut ? $"{problem}; what follows was not read" : problem);
            return;
        }

        if (text.Cut)
        {
            string zeros = row.Span.Trim('\0').IsEmpty
                ? ", all of them zero bytes, as programs and broken disks fill files up"
                : "";
            Refuse(line, $"the record is longer than {CsvImporter.MaxRecord} characters{zeros}; what follows was not read");
            return;
        }

        if (row.ColCount != _header.Length)
        {
            Refuse(line, RaggedRecord.Problem(row.Span, row.ColCount, _header.Length, form.Delimiter));
            return;
        }

        bool known = true,
            empty = true;
        foreach (ColumnImport column in Columns)
        {
            ReadOnlySpan<char> value = column.Second < 0 ? CsvGrammar.Value(row[column.At].Span, ref _buffer) : Both(row, column);
            CodeNote? note = column.Add(value);
            empty &= note == CodeNote.Missing;
            if (note is null)
            {
                Unknown(row, column, value, line);
                known &= options.Unknown != UnknownValues.Refuse && !column.Coder.MustBeKnown;
            }
        }

        _empty += empty ? 1 : 0;
        _refused += known ? 0 : 1;
    }

    /// <summary>The two texts of a column that is made of two, joined.</summary>
    private ReadOnlySpan<char> Both(SepReader.Row row, ColumnImport column)
    {
        int length = Append(0, CsvGrammar.Value(row[column.At].Span, ref _buffer));
        length = Append(length, [ColumnCoder.Separator]);
        return _both.AsSpan(0, Append(length, CsvGrammar.Value(row[column.Second].Span, ref _buffer)));
    }

    private int Append(int at, ReadOnlySpan<char> value)
    {
        if (_both.Length < at + value.Length)
        {
            Array.Resize(ref _both, 2 * (at + value.Length));
        }

        value.CopyTo(_both.AsSpan(at));
        return at + value.Length;
    }

    private void Unknown(SepReader.Row row, ColumnImport column, ReadOnlySpan<char> value, long line)
    {
        line += SourceText.LineEnds(row.Span[..Offset(row, column.At)]);
        if ((options.Unknown == UnknownValues.Refuse || column.Coder.MustBeKnown) && !collect)
        {
            throw new ImportException(
                file,
                line,
                column.Coder.Source,
                column.Coder.Shown(value.ToString()),
                $"expected {column.Coder.Expected}",
                Hint(column, value.ToString())
            );
        }

        column.CountUnknown(value, line, found => Hint(column, found));
    }

    private string Hint(ColumnImport column, string value) =>
        EncodingHint.Of(value, text, reading => column.Coder.Code(reading) is not null) is { Length: > 0 } encoding
            ? encoding
            : column.Coder.Hint(value);

    private void Refuse(long line, string problem)
    {
        if (!collect)
        {
            throw new ImportException(file, line, problem);
        }

        _refused++;
        _faultCount++;
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new ImportFault(line, problem));
        }
    }

    private static (long Line, string Problem)? QuoteFault(SepReader.Row row, long line)
    {
        for (int i = 0; i < row.ColCount; i++)
        {
            CsvGrammar.Fault fault = CsvGrammar.Check(row[i].Span);
            if (fault.Problem is not null)
            {
                return (line + SourceText.LineEnds(row.Span[..(Offset(row, i) + fault.At)]), fault.Problem);
            }
        }

        return null;
    }

    /// <summary>The place of a field in its record.</summary>
    private static int Offset(SepReader.Row row, int field)
    {
        int offset = 0;
        for (int i = 0; i < field; i++)
        {
            offset += row[i].Span.Length + 1;
        }

        return offset;
    }
}
