using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Imports CSV (strict RFC 4180 with a header line, in UTF-8, UTF-16 or an encoding that is named, perhaps compressed with gzip)
/// into a coded table, streaming.
/// </summary>
public static class CsvImporter
{
    /// <summary>The longest record that is read for sure, in characters; at twice this at the latest, a forgotten quote ends the
    /// import.</summary>
    internal const int MaxRecord = 1 << 22;

    /// <summary>Imports a stream to its end; the first fault ends the import.</summary>
    /// <param name="source">The bytes of the file; it need not be one that can seek.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the import is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImportException">
    /// The file is not such a CSV, lacks a column, has a ragged row, no rows, or a value that the schema does not know.
    /// </exception>
    public static ImportResult Import(
        Stream source,
        string file,
        ImportSchema schema,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (schema?.CodersOf([]).OfType<KeyCoder>().FirstOrDefault(k => !k.IsBound) is KeyCoder key)
        {
            throw new ImportException(
                file,
                $"column '{Visible.Text(key.Source)}' names rows of the table '{Visible.Text(key.Of)}': import its source together with this one, and before it"
            );
        }

        CsvReading reading = Read(source, file, schema!, options ?? new(), collect: false, progress, cancellationToken);
        ImportReport report = reading.Report();
        if (report.Rows == 0)
        {
            throw new ImportException(file, ImportException.NoRows);
        }

        ColumnImport? persons = reading.Columns.FirstOrDefault(c => c.Coder is PersonCoder),
            rows = reading.Columns.FirstOrDefault(c => c.Coder is IdentifierCoder);
        Dictionary<ColumnImport, uint[]> codes = reading.Columns.ToDictionary(c => c, c => c.Take());
        foreach (ColumnImport column in reading.Columns)
        {
            if (column.Coder is PreviousDaysCoder stays)
            {
                ColumnImport of = reading.Columns.First(c => c.Coder is PersonCoder or KeyCoder && c.Coder.Name == stays.Person);
                codes[column] = stays.CodesOf(codes[column], codes[of], out long unknown);
                if (unknown > 0)
                {
                    throw Beyond(file, column.Coder.Name, unknown);
                }
            }
        }

        var table = new CodedTable(schema!.Table, [.. reading.Columns.Where(c => c.Coder.IsCommitted).Select(c => codes[c])]);
        return new ImportResult(table, report)
        {
            Persons = persons is null ? null : codes[persons],
            Identifiers = (rows?.Coder as IdentifierCoder)?.Rows,
            Identified = rows is null ? [] : codes[rows],
        };
    }

    private static ImportException Beyond(string file, string column, long rows) =>
        new(
            file,
            $"column '{column}': {rows} rows have more days since the previous stay than the column knows: state a larger \"max\", or a \"topCode\", which takes in all beyond it"
        );

    /// <summary>Reads a stream to its end and counts every fault of its records and values, in one pass; makes no
    /// table.</summary>
    /// <param name="source">The bytes of the file; it need not be one that can seek.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the reading is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ImportException">The file cannot be read as a text with these columns.</exception>
    public static ImportReport Check(
        Stream source,
        string file,
        ImportSchema schema,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Read(source, file, schema, options ?? new(), collect: true, progress, cancellationToken).Report();

    /// <summary>Reads the names of the columns, and no record.</summary>
    /// <exception cref="ImportException">The file does not begin with a header line.</exception>
    internal static IReadOnlyList<string> Header(Stream source, string file, ImportOptions options)
    {
        using SourceText text = SourceText.Open(source, file, options.Asked);
        SourceForm form = SourceForm.Read(text, file, null, []);
        return CsvGrammar.Split(text.PeekRecord().ToString(), form.Delimiter);
    }

    private static CsvReading Read(
        Stream source,
        string file,
        ImportSchema schema,
        ImportOptions options,
        bool collect,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(schema);
        (long Length, DateTime Time)? before = Stamp(source);
        using SourceText text = SourceText.Open(source, file, options.Asked);
        CsvReading reading;
        try
        {
            SourceForm form = SourceForm.Read(text, file, options.Delimiter, [.. schema.Sources]);
            reading = new CsvReading(text, form, file, schema.CodersOf, options, collect);
            reading.Run(
                rows =>
                    progress?.Report(
                        new ImportProgress(rows, source.CanSeek ? (double)source.Position / Math.Max(1, source.Length) : null)
                    ),
                cancellationToken
            );
        }
        catch (ImportException) when (text.CutGzip() is ImportException cut)
        {
            // asked for in a filter, which runs before the parser closes the text
            throw cut;
        }

        if (before != Stamp(source))
        {
            throw new ImportException(
                file,
                "the file was changed while it was read; import it again once the program that writes it has ended"
            );
        }

        progress?.Report(new ImportProgress(reading.Report().Records, 1));
        return reading;
    }

    /// <summary>Length and time of the last change of a file; null for what is none. A file that grows may end inside a
    /// value.</summary>
    private static (long Length, DateTime Time)? Stamp(Stream source) =>
        source is FileStream { CanSeek: true } file
            ? (RandomAccess.GetLength(file.SafeFileHandle), File.GetLastWriteTimeUtc(file.SafeFileHandle))
            : null;
}
