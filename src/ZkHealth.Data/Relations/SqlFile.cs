namespace ZkHealth.Data;

/// <summary>Reads a column of a CSV file, for IN (SELECT code FROM 'codes.csv').</summary>
internal static class SqlFile
{
    /// <summary>The values of a list, and an empty text where one of them is blank: it is NULL in SQL.</summary>
    /// <exception cref="FormatException">It is no CSV, or has no such column: the compiler says where the query names
    /// it.</exception>
    public static IReadOnlyList<string> ReadList(string path, string column, ImportOptions? options = null)
    {
        try
        {
            IReadOnlyList<string> texts = Texts(path, column, options);
            if (texts.FirstOrDefault(t => t.Trim() != t) is string padded)
            {
                throw new FormatException(
                    $"'{padded}' in the column '{column}' of '{Path.GetFileName(path)}' has white space at an end, which is part of a text in DuckDB: take it out"
                );
            }

            return texts;
        }
        catch (ImportException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The values of a column, blank ones left out.</summary>
    /// <param name="path">The CSV.</param>
    /// <param name="column">The column.</param>
    /// <param name="options">How the file is read.</param>
    /// <exception cref="ImportException">The file cannot be read, has no such column, or a record at fault: its value would be
    /// missing from the list.</exception>
    public static IReadOnlyList<string> Read(string path, string column, ImportOptions? options = null) =>
        Read(path, column, options, t => t.Trim(), out _);

    /// <summary>The values of a column as a function gives them, blank ones left out, and how many records there are.</summary>
    public static IReadOnlyList<string> Read(
        string path,
        string column,
        ImportOptions? options,
        Func<string, string> read,
        out long records
    )
    {
        List<string> texts = Texts(path, column, options);
        records = texts.Count;
        return [.. texts.Where(t => !string.IsNullOrWhiteSpace(t)).Select(read)];
    }

    /// <summary>The text of a column in each record, as it stands there.</summary>
    private static List<string> Texts(string path, string column, ImportOptions? options)
    {
        var values = new List<string>();
        var schema = ImportSchema.Of(
            new Tables.TableSchema("list", [new Tables.NumberColumn("nothing", 0, 0)]),
            header =>
                [
                    new ListCoder(
                        new SourceColumn(
                            column,
                            header.FirstOrDefault(h => h.Equals(column, StringComparison.OrdinalIgnoreCase)) ?? column,
                            []
                        ),
                        values
                    ),
                ]
        );
        using FileStream source = File.OpenRead(path);
        ImportReport report = CsvImporter.Check(source, Path.GetFileName(path), schema, options);
        return report.FaultCount == 0
            ? values
            : throw new ImportException(Path.GetFileName(path), report.Faults[0].Line, report.Faults[0].Problem);
    }

    private sealed class ListCoder(SourceColumn source, List<string> values) : ColumnCoder(source, 2)
    {
        public override string Expected => "anything";

        public override bool IsOfSchema => false;

        public override bool SameTextSameCode => false;

        public override Coded? Code(ReadOnlySpan<char> text)
        {
            values.Add(text.ToString());
            return new Coded(1);
        }

        protected override Coded? Decide(ReadOnlySpan<char> text) => new Coded(1);
    }
}
