using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>A CSV file of a trial.</summary>
internal sealed class TrialFile
{
    private readonly Lazy<List<ColumnSketch>> _sketches;
    private readonly ImportOptions _options;

    public TrialFile(string name, string path, ImportOptions options)
    {
        (Name, Path, _options) = (name, path, options);
        _sketches = new Lazy<List<ColumnSketch>>(Sketch);
    }

    /// <summary>The name without folder and ending.</summary>
    public string Name { get; }

    public string Path { get; }

    /// <summary>The names of its columns.</summary>
    public IReadOnlyList<string> Header => [.. _sketches.Value.Select(s => s.Source)];

    /// <summary>Counts its rows.</summary>
    public long Rows => _sketches.Value.Select(s => s.Rows).FirstOrDefault();

    /// <summary>Determines whether it has a column, from its first line alone.</summary>
    /// <exception cref="ImportException">It does not begin with a header line.</exception>
    public bool Has(string column)
    {
        using FileStream source = File.OpenRead(Path);
        return CsvImporter.Header(source, System.IO.Path.GetFileName(Path), _options).Contains(column);
    }

    /// <summary>The column of a name, compared without regard to case where none has just that; null where there is
    /// none.</summary>
    public string? Find(string column) =>
        Header.FirstOrDefault(h => h == column)
        ?? Header.FirstOrDefault(h => h.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>The values of a column as identifiers, blank ones left out.</summary>
    public HashSet<string> Values(string column) => [.. SqlFile.Read(Path, column, _options, ReadingOf(column), out _)];

    /// <summary>The text that is compared in the place of a text of a column of identifiers, as DuckDB compares them.</summary>
    public Func<string, string> ReadingOf(string column) => ExactColumn.ReadingOf(Seen(column));

    private ColumnSketch Seen(string column) => _sketches.Value.First(s => s.Source == column);

    /// <summary>Explains why a column that is joined does not identify rows; null where one of its kind need not.</summary>
    public string? NoIdentifier(string column)
    {
        ColumnSketch seen = Seen(column);
        (string text, long rows) = seen.Texts.Where(t => t.Value > 1).OrderByDescending(t => t.Value).FirstOrDefault();
        long without = seen.Empty + seen.AbsentRows;
        return rows > 1 ? $"{Name}.{column} names no single rows: '{Visible.Text(text)}' stands in {rows} rows"
            : without > 0 ? $"{Name}.{column} names no single rows: {without} rows have no value"
            : null;
    }

    /// <summary>Determines whether a column has a value in each row, and each value once.</summary>
    public bool IsIdentifier(string column)
    {
        ColumnSketch seen = Seen(column);
        return seen.Empty == 0
            && seen.AbsentTexts.Count == 0
            && seen.Rows > 1
            && (seen.IsMany || seen.Texts.Count == seen.Rows)
            && Values(column).Count == seen.Rows;
    }

    /// <summary>Determines whether a column that is drafted is one of days whose times of day are left out.</summary>
    public bool HasTimes(string column) =>
        _sketches.Value.Any(s => s.Source.Equals(column, StringComparison.OrdinalIgnoreCase) && ExactColumn.HasTimes(s));

    /// <summary>The schema of NAME.schema.json; null where there is none.</summary>
    public ImportSchema? Declared()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", Name + ".schema.json");
        return File.Exists(path) ? ImportSchema.Parse(File.ReadAllBytes(path), System.IO.Path.GetDirectoryName(path)) : null;
    }

    /// <summary>A schema that keeps every value.</summary>
    /// <param name="taken">Columns that identify rows, of this table or another.</param>
    /// <param name="notes">Told what is left out.</param>
    public ImportSchema Draft(IReadOnlySet<string> taken, List<string> notes)
    {
        var schemas = new List<ColumnSchema>();
        var coders = new List<ColumnCoder>();
        foreach (ColumnSketch seen in _sketches.Value)
        {
            if (taken.Contains(seen.Source))
            {
                notes.AddRange(ExactColumn.Remarks(seen, isKey: true).Select(remark => $"{Name}.{seen.Source} {remark}"));
            }
            else if (seen.Source == "row")
            {
                notes.Add($"{Name}.row is left out: the name is that of the public column of rows; give the column another one");
            }
            else if (ExactColumn.Of(seen, out string? reason) is (ColumnSchema column, ColumnCoder coder))
            {
                foreach ((ColumnSchema own, ColumnCoder of) in DigitCoder.Split(column, coder))
                {
                    schemas.Add(own);
                    coders.Add(of);
                }

                notes.AddRange(ExactColumn.Remarks(seen).Select(remark => $"{Name}.{seen.Source} {remark}"));
            }
            else
            {
                notes.Add($"{Name}.{seen.Source} is left out: {reason}");
            }
        }

        if (schemas.Count == 0)
        {
            // a list of identifiers alone: that they are there is all it says
            schemas.Add(new NumberColumn("is listed", 1, 1));
            coders.Add(new ConstantCoder(new SourceColumn("is listed", Header[0], [])));
        }

        return ImportSchema.Of(new TableSchema(Name, schemas), _ => coders);
    }

    private List<ColumnSketch> Sketch()
    {
        List<ColumnSketch> columns = [];
        var room = new TextRoom();
        var schema = ImportSchema.Of(
            new TableSchema(Name, [new NumberColumn("nothing", 0, 0)]),
            header => columns.Count > 0 ? columns : columns = [.. header.Select(h => new ColumnSketch(h, room, keepsSpace: true))]
        );
        using FileStream source = File.OpenRead(Path);
        CsvImporter.Check(source, System.IO.Path.GetFileName(Path), schema, _options);
        return columns;
    }

    private sealed class ConstantCoder(SourceColumn source) : ColumnCoder(source, 2)
    {
        public override string Expected => "anything";

        public override bool IsOfSchema => false;

        protected override Coded? Decide(ReadOnlySpan<char> text) => new Coded(1);
    }
}
