using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>A CSV file of a trial.</summary>
internal sealed class TrialFile
{
    private readonly string _path;
    private readonly Lazy<List<ColumnSketch>> _sketches;

    public TrialFile(string name, string path)
    {
        (Name, _path) = (name, path);
        _sketches = new Lazy<List<ColumnSketch>>(Sketch);
    }

    /// <summary>The name without folder and ending.</summary>
    public string Name { get; }

    /// <summary>The names of its columns.</summary>
    public IReadOnlyList<string> Header => [.. _sketches.Value.Select(s => s.Source)];

    /// <summary>Determines whether a column has a value in each row, and each value once.</summary>
    public bool IsIdentifier(string column)
    {
        ColumnSketch seen = _sketches.Value.First(s => s.Source == column);
        return seen.Empty == 0
            && seen.AbsentTexts.Count == 0
            && (seen.IsMany ? IsDistinct(column) : seen.Texts.Count == seen.Rows && seen.Rows > 1);
    }

    /// <summary>The row numbers, from 1, of the identifiers of a column.</summary>
    public Dictionary<string, uint> Identifiers(string column)
    {
        var rows = new Dictionary<string, uint>(StringComparer.Ordinal);
        Import(
            new TableSchema(Name, [new KeyColumn(column, Name)]),
            [new RowNumberCoder(new SourceColumn(column, column, []), rows, true)]
        );
        return rows;
    }

    /// <summary>Reads the rows.</summary>
    /// <param name="keys">Columns of identifiers of others: their names, the roots of those tables, the row numbers
    /// there.</param>
    /// <param name="identifiers">Columns by which others name the rows, which are forgotten.</param>
    /// <param name="notes">Told what is left out.</param>
    public CodedTable Read(
        IReadOnlyList<(string Column, string Root, Dictionary<string, uint> Rows)> keys,
        IReadOnlySet<string> identifiers,
        List<string> notes
    )
    {
        var schemas = new List<ColumnSchema>();
        var coders = new List<ColumnCoder>();
        bool IsFree(string source) => !identifiers.Contains(source) && keys.All(k => k.Column != source);
        if (SchemaFile() is string path)
        {
            ImportSchema schema = ImportSchema.Parse(File.ReadAllBytes(path), Path.GetDirectoryName(path));
            foreach ((ColumnSchema column, ColumnCoder coder) in schema.Table.Columns.Skip(1).Zip(schema.CodersOf([])))
            {
                if (IsFree(coder.Source))
                {
                    schemas.Add(column);
                    coders.Add(coder);
                }
            }
        }
        else
        {
            foreach (ColumnSketch seen in _sketches.Value.Where(s => IsFree(s.Source)))
            {
                if (seen.Source == "row")
                {
                    notes.Add(
                        $"{Name}.row is left out: the name is that of the public column of rows; give the column another one"
                    );
                }
                else if (ExactColumn.Of(seen, out string? reason) is (ColumnSchema column, ColumnCoder coder))
                {
                    schemas.Add(column);
                    coders.Add(coder);
                }
                else
                {
                    notes.Add($"{Name}.{seen.Source} is left out: {reason}");
                }
            }
        }

        RowNumberCoder[] named =
        [
            .. keys.Select(k => new RowNumberCoder(new SourceColumn(k.Column, k.Column, []), k.Rows, false)),
        ];
        if (schemas.Count + keys.Count == 0)
        {
            // a list of identifiers alone: that they are there is all it says
            var there = new NumberColumn("is listed", 1, 1);
            schemas.Add(there);
            coders.Add(new ConstantCoder(new SourceColumn("is listed", Header[0], [])));
        }

        CodedTable table = Import(
            new TableSchema(Name, [.. schemas, .. keys.Select(k => new KeyColumn(k.Column, k.Root))]),
            [.. coders, .. named]
        );
        foreach (RowNumberCoder key in named.Where(k => k.Strangers > 0))
        {
            notes.Add($"{Name}.{key.Name}: {key.Strangers} rows name nobody, as their identifier is that of no row there");
        }

        return table;
    }

    private bool IsDistinct(string column)
    {
        try
        {
            Identifiers(column);
            return true;
        }
        catch (ImportException)
        {
            return false;
        }
    }

    private string? SchemaFile()
    {
        string path = Path.Combine(Path.GetDirectoryName(_path) ?? "", Name + ".schema.json");
        return File.Exists(path) ? path : null;
    }

    private CodedTable Import(TableSchema schema, IReadOnlyList<ColumnCoder> coders)
    {
        using FileStream source = File.OpenRead(_path);
        return CsvImporter.Import(source, Path.GetFileName(_path), ImportSchema.Of(schema, _ => coders)).Table;
    }

    private List<ColumnSketch> Sketch()
    {
        List<ColumnSketch> columns = [];
        var room = new TextRoom();
        var schema = ImportSchema.Of(
            new TableSchema(Name, [new NumberColumn("nothing", 0, 0)]),
            header => columns.Count > 0 ? columns : columns = [.. header.Select(h => new ColumnSketch(h, room))]
        );
        using FileStream source = File.OpenRead(_path);
        CsvImporter.Check(source, Path.GetFileName(_path), schema);
        return columns;
    }

    private sealed class ConstantCoder(SourceColumn source) : ColumnCoder(source, 2)
    {
        public override string Expected => "anything";

        protected override Coded? Decide(ReadOnlySpan<char> text) => new Coded(1);
    }
}
