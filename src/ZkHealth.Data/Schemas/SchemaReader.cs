using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Makes columns and coders of the objects of a schema file, kind by kind.</summary>
/// <param name="valuesFile">Reads a file that lies beside the schema.</param>
internal sealed partial class SchemaReader(Func<string, IReadOnlyList<ValueOfFile>> valuesFile)
{
    private static readonly string[] Kinds =
    [
        "category",
        "yes-no",
        "number",
        "integer",
        "bands",
        "date",
        "person",
        "identifier",
        "key",
    ];
    private static readonly string[] Roundings = ["down", "nearest"],
        Units = ["day", "month", "year"];

    private IReadOnlyList<string> _missing = [""];
    private NumberFormat _format = NumberFormat.Invariant;

    /// <summary>The columns that are committed.</summary>
    public List<ColumnSchema> Columns { get; } = [];

    /// <summary>Their coders, in the same order.</summary>
    public List<ColumnCoder> Coders { get; } = [];

    /// <summary>The person column, or null.</summary>
    public SourceColumn? Person { get; private set; }

    /// <summary>The column that identifies rows, or null.</summary>
    public SourceColumn? Identifier { get; private set; }

    /// <summary>New coders of the columns that are not committed.</summary>
    public IEnumerable<ColumnCoder> Uncommitted()
    {
        if (Person is not null)
        {
            yield return new PersonCoder(Person);
        }

        if (Identifier is not null)
        {
            yield return new IdentifierCoder(Identifier);
        }
    }

    /// <summary>Reads the whole; the table's name.</summary>
    public string Read(SchemaNode root)
    {
        var file = new SchemaObject(root, "the schema");
        file.OptionalText("$schema");
        string name = file.Text("name");
        if (name.Length == 0)
        {
            throw file.ErrorAt("name", "the table has no name");
        }

        _missing = file.Texts("missing") ?? _missing;
        _format = Format(file);
        IReadOnlyList<SchemaObject> columns = file.Objects("columns", "a column");
        file.Done();
        foreach (SchemaObject column in columns)
        {
            Column(column);
        }

        if (Columns.Count == 0)
        {
            throw file.ErrorAt(
                "columns",
                "no column is committed, as those of the kinds person and identifier are read alone; name one more"
            );
        }

        if (Columns.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw file.ErrorAt(
                "columns",
                $"two columns have the name '{twice.Key}'; give one another name, and the file's name for it as \"source\""
            );
        }

        string[] persons = [.. Coders.OfType<KeyCoder>().Select(c => c.Name), .. Person is null ? (string[])[] : [Person.Name]];
        if (Coders.OfType<PreviousDaysCoder>().FirstOrDefault(c => !persons.Contains(c.Person)) is PreviousDaysCoder previous)
        {
            throw file.Error(
                $"column '{previous.Name}': \"of\" is the name of a column of the kind person or key, got '{previous.Person}'"
            );
        }

        return name;
    }

    private void Column(SchemaObject column)
    {
        string name = column.Text("name");
        if (name.Length == 0)
        {
            throw column.ErrorAt("name", "a column has no name");
        }

        int kind =
            column.Choice("kind", Kinds)
            ?? throw column.Error($"column '{name}' needs the member \"kind\": one of {string.Join(", ", Kinds)}");
        string header = column.OptionalText("source") ?? name;
        var source = new SourceColumn(name, header, column.Texts("missing") ?? _missing);
        try
        {
            if (Kinds[kind] == "person")
            {
                Person = ReadOnce(column, source, Person, "person");
                return;
            }

            if (Kinds[kind] == "identifier")
            {
                Identifier = ReadOnce(column, source, Identifier, "identifier");
                return;
            }

            bool guardMissing = column.Flag("guardMissing");
            (ColumnSchema schema, ColumnCoder coder) = Kinds[kind] switch
            {
                "category" => Category(column, source),
                "yes-no" => (CategoryColumn.YesNo(name), TextCoder.YesNo(source, column.Texts("no"), column.Texts("yes"))),
                "number" => Number(column, source, column.OptionalWhole("scale")),
                "integer" => Number(column, source, 0),
                "bands" => Bands(column, source),
                "key" => Key(column, source),
                _ => Date(column, source),
            };
            column.Done();
            Add(guardMissing ? schema with { GuardMissing = true } : schema, coder);
        }
        catch (ArgumentException e)
        {
            // what a caller passed by which name says nothing to whoever wrote the file
            int end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw column.Error($"column '{name}': {(end < 0 ? e.Message : e.Message[..end])}", e);
        }
        catch (FormatException e) when (!e.Message.StartsWith("line ", StringComparison.Ordinal))
        {
            throw column.Error($"column '{name}': {e.Message}", e);
        }
    }

    /// <summary>A column more; one of many values as its two digits.</summary>
    private void Add(ColumnSchema schema, ColumnCoder coder)
    {
        if (coder is PreviousDaysCoder && WideColumn.Split(schema) is not null)
        {
            throw new FormatException(
                "days since the previous stay have at most 4,096 values: state a smaller \"max\" with a \"topCode\""
            );
        }

        foreach ((ColumnSchema column, ColumnCoder own) in DigitCoder.Split(schema, coder))
        {
            Columns.Add(column);
            Coders.Add(own);
        }
    }

    /// <summary>A column of identifiers, of which a table has one; none is missing unless the column says how.</summary>
    private static SourceColumn ReadOnce(SchemaObject column, SourceColumn source, SourceColumn? earlier, string kind)
    {
        source = source with { Missing = column.Texts("missing") ?? [] };
        column.Done();
        return earlier is null
            ? source
            : throw column.Error($"column '{source.Name}': a table has one {kind} column, and '{earlier.Name}' is one");
    }

    private static (ColumnSchema Schema, ColumnCoder Coder) Key(SchemaObject column, SourceColumn source)
    {
        string of = column.Text("of");
        int atMost = column.OptionalWhole("atMost") ?? (int)KeyColumn.DefaultAtMost;
        if (of.Length == 0)
        {
            throw column.ErrorAt("of", $"column '{source.Name}': 'of' is the name of the table whose rows it names");
        }

        if (atMost is < 1 or >= TableAxes.MaxCells)
        {
            throw column.ErrorAt(
                "atMost",
                $"column '{source.Name}': 'atMost' says how many rows name one row of '{of}' at most: a whole number from 1 to {TableAxes.MaxCells - 1}"
            );
        }

        return (new KeyColumn(source.Name, of, (uint)atMost), new KeyCoder(source, of, rows: null));
    }

    private (ColumnSchema Schema, ColumnCoder Coder) Category(SchemaObject column, SourceColumn source)
    {
        bool ordered = column.Flag("ordered");
        if (column.OptionalText("valuesFile") is string path)
        {
            IReadOnlyList<ValueOfFile> listed = valuesFile(path);
            return (
                new CategoryColumn(source.Name, [.. listed.Select(v => new Category(v.Code, v.Label))], ordered),
                new TextCoder(source, [.. listed.Select(v => (string[])[v.Code])])
            );
        }

        var values = new List<Category>();
        var texts = new List<IReadOnlyList<string>>();
        foreach (SchemaObject value in column.Objects("values", $"a value of column '{source.Name}'"))
        {
            string code = value.Text("code");
            values.Add(new Category(code, value.OptionalText("label") ?? code));
            texts.Add(value.Texts("source") ?? [code]);
            value.Done();
        }

        return (new CategoryColumn(source.Name, values, ordered), new TextCoder(source, texts));
    }
}

/// <summary>The two columns of dates between which days are counted; with a column of persons, those of stays, from the end of
/// the person's previous one.</summary>
internal sealed record DaysOf(string First, string Second, DateFormat Format, string? Person = null);

/// <summary>One line of a file of values.</summary>
internal sealed record ValueOfFile(string Code, string Label);
