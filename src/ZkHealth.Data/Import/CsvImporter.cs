using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Imports CSV (RFC 4180, UTF-8 with or without a byte order mark, a header line) into a coded table, streaming.</summary>
public static class CsvImporter
{
    /// <summary>The longest field, in characters: a forgotten quote ends the import rather than eating the file.</summary>
    public const int MaxField = 1 << 16;

    private const int ReportEvery = 1 << 14;
    private const int MaxFaults = 100;

    /// <summary>Imports a stream to its end; the first fault ends the import.</summary>
    /// <param name="source">The bytes of the file.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the import is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImportException">
    /// The file is not such a CSV, lacks a column, has a ragged row, no rows, or a value that the schema does not know.
    /// </exception>
    public static ImportResult Import(
        Stream source, string file, ImportSchema schema, ImportOptions? options = null, IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        (ImportReport report, ColumnImport[] columns) = Run(source, file, schema, options ?? new(), false, progress, cancellationToken);
        return report.Rows switch
        {
            0 => throw new ImportException(file, "the file has a header and no rows"),
            > TableLayout.MaxRows => throw new ImportException(file, $"expected at most {TableLayout.MaxRows} rows, got {report.Rows}"),
            _ => new ImportResult(new CodedTable(schema.Table, [.. columns.Select(c => c.Codes.ToArray())]), report),
        };
    }

    /// <summary>Reads a stream to its end and counts every fault of its records and values, in one pass; makes no table.</summary>
    /// <param name="source">The bytes of the file.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the reading is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImportException">No record can be told from the next: the file has no text, or lacks a column.</exception>
    public static ImportReport Check(
        Stream source, string file, ImportSchema schema, ImportOptions? options = null, IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Run(source, file, schema, options ?? new(), true, progress, cancellationToken).Report;

    private static (ImportReport Report, ColumnImport[] Columns) Run(
        Stream source, string file, ImportSchema schema, ImportOptions options, bool collect, IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(schema);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = (options.Delimiter ?? ',').ToString(),
            BadDataFound = bad => throw new ImportException(file, bad.Context.Parser?.RawRow ?? 0, "a quote stands where none may stand"),
            CacheFields = true,
            MaxFieldSize = MaxField,
            ProcessFieldBufferSize = 1 << 12,
            BufferSize = 1 << 16,
        };
        using var text = new StreamReader(source, new UTF8Encoding(true, true), false, 1 << 16, leaveOpen: true);
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        try
        {
            return new Reading(source, file, schema, options.Unknown, collect, parser).All(progress, cancellationToken);
        }
        catch (DecoderFallbackException e)
        {
            throw new ImportException(file, parser.RawRow, "the bytes that follow are not UTF-8", e);
        }
        catch (MaxFieldSizeException e)
        {
            throw new ImportException(file, parser.RawRow, $"a field is longer than {MaxField} characters; is a quote missing?", e);
        }
        catch (CsvHelperException e) when (e.InnerException is ImportException inner)
        {
            throw inner;
        }
    }

    private sealed class Reading(Stream source, string file, ImportSchema schema, UnknownValues unknown, bool collect, CsvParser parser)
    {
        private readonly List<ImportFault> _faults = [];
        private long _faultCount;
        private long _records;
        private long _refused;
        private long _empty;

        public (ImportReport Report, ColumnImport[] Columns) All(IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
        {
            if (!parser.Read())
            {
                throw new ImportException(file, "the file is empty; expected a header line");
            }

            string[] header = [.. parser.Record!.Select(name => name.Trim())];
            ColumnImport[] columns = [.. schema.Coders.Select(c => new ColumnImport(c, Find(header, c.Source)))];
            while (parser.Read())
            {
                _refused += Record(header.Length, columns) ? 0 : 1;
                if (++_records % ReportEvery == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(new ImportProgress(_records, source.CanSeek ? (double)source.Position / Math.Max(1, source.Length) : null));
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new ImportProgress(_records, 1));
            var report = new ImportReport
            {
                Records = _records,
                Refused = _refused,
                Empty = _empty,
                BlankLines = 0,
                Columns = [.. columns.Select(c => c.Report())],
                Faults = _faults,
                FaultCount = _faultCount,
            };
            return (report, columns);
        }

        private bool Record(int fields, ColumnImport[] columns)
        {
            if (parser.Count != fields)
            {
                Fault(parser.RawRow, $"expected {fields} fields, as the header has, got {parser.Count}");
                return false;
            }

            bool known = true, empty = true;
            foreach (ColumnImport column in columns)
            {
                string text = parser[column.At];
                empty &= string.IsNullOrWhiteSpace(text);
                if (!column.Add(text, parser.RawRow) && unknown == UnknownValues.Refuse)
                {
                    known = collect
                        ? false : throw new ImportException(file, parser.RawRow, column.Coder.Source, text, $"expected {column.Coder.Expected}");
                }
            }

            _empty += empty ? 1 : 0;
            return known;
        }

        private void Fault(long line, string problem)
        {
            if (!collect)
            {
                throw new ImportException(file, line, problem);
            }

            _faultCount++;
            if (_faults.Count < MaxFaults)
            {
                _faults.Add(new ImportFault(line, problem));
            }
        }

        private int Find(string[] header, string name)
        {
            int at = Array.IndexOf(header, name);
            return at < 0
                ? throw new ImportException(file, parser.RawRow, $"there is no column '{name}'; the header has {string.Join(", ", header.Take(40).Select(h => $"'{h}'"))}")
                : Array.LastIndexOf(header, name) != at
                    ? throw new ImportException(file, parser.RawRow, $"the header has the column '{name}' twice") : at;
        }
    }
}
