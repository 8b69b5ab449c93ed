namespace ZkHealth.Data;

/// <summary>Reads a column of a CSV file, for IN (SELECT code FROM 'codes.csv').</summary>
internal static class SqlFile
{
    /// <summary>The values of a list, and an empty text where one of them is blank: it is NULL in SQL.</summary>
    /// <exception cref="ImportException">The file cannot be read, or has no such column.</exception>
    public static IReadOnlyList<string> ReadList(string path, string column, ImportOptions? options = null)
    {
        IReadOnlyList<string> values = Read(path, column, options, out ImportReport report);
        return values.Count == report.Rows ? values : [.. values, ""];
    }

    /// <summary>The values of a column, blank ones left out.</summary>
    /// <exception cref="ImportException">The file cannot be read, or has no such column.</exception>
    public static IReadOnlyList<string> Read(string path, string column, ImportOptions? options = null) =>
        Read(path, column, options, out _);

    /// <summary>The values of a column, blank ones left out.</summary>
    /// <param name="path">The CSV.</param>
    /// <param name="column">The column.</param>
    /// <param name="options">How the file is read.</param>
    /// <param name="report">Receives how many records there are, and how many of them were refused.</param>
    /// <exception cref="ImportException">The file cannot be read, or has no such column.</exception>
    public static IReadOnlyList<string> Read(string path, string column, ImportOptions? options, out ImportReport report)
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
        report = CsvImporter.Check(source, Path.GetFileName(path), schema, options);
        return values;
    }

    private sealed class ListCoder(SourceColumn source, List<string> values) : ColumnCoder(source, 2)
    {
        public override string Expected => "anything";

        public override bool SameTextSameCode => false;

        protected override Coded? Decide(ReadOnlySpan<char> text)
        {
            if (!text.IsEmpty)
            {
                values.Add(text.ToString());
            }

            return new Coded(1);
        }
    }
}
