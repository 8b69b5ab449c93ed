using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// A schema file: what the columns of a table are called in a source, and how their texts become codes. The file is JSON, in
/// which comments may stand, of the form docs/table.schema.json; docs/schema.md explains it.
/// </summary>
public sealed class ImportSchema
{
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> _coders;

    private ImportSchema(
        TableSchema table,
        string? person,
        string? identifier,
        Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> coders
    ) => (Table, PersonColumn, IdentifierColumn, _coders) = (table, person, identifier, coders);

    /// <summary>
    /// The meaning of the codes: the schema that is committed with the table. Its keys name tables as the file does;
    /// committed is what <see cref="RelatedImport"/> puts in their place.
    /// </summary>
    public TableSchema Table { get; }

    /// <summary>The column of the source that names the person of a row, read for the disclosure guard alone; null where there is
    /// none.</summary>
    internal string? PersonColumn { get; }

    /// <summary>The column of the source by which keys of other tables name its rows, which is not committed; null where there is
    /// none.</summary>
    internal string? IdentifierColumn { get; }

    /// <summary>The keys: columns that name rows of other tables.</summary>
    internal IEnumerable<KeyColumn> Keys => Table.Columns.OfType<KeyColumn>();

    /// <summary>The names of the columns in the source, in the order of the schema, those that are not committed last.</summary>
    internal IEnumerable<string> Sources =>
        CodersOf([]).SelectMany(c => c.SecondSource is string second ? (string[])[c.Source, second] : [c.Source]);

    /// <summary>A schema of columns that are coded in another way than a schema file can say.</summary>
    internal static ImportSchema Of(TableSchema table, Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> coders) =>
        new(table, null, null, coders);

    /// <summary>Reads a schema file.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <param name="folder">Where files of values lie that the schema names; null where it may name none.</param>
    /// <exception cref="FormatException">It is no schema; the message says where and what was expected.</exception>
    /// <exception cref="ImportException">A file of values cannot be read.</exception>
    public static ImportSchema Parse(ReadOnlySpan<byte> json, string? folder = null)
    {
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        var reader = new SchemaReader(path => ValuesFile.Read(path, folder));
        SchemaNode root = SchemaNode.Parse(json.ToArray());
        string name = reader.Read(root);
        try
        {
            // persons are numbered anew in every source, and stays are those of one
            return new ImportSchema(
                new TableSchema(name, reader.Columns),
                reader.Person?.Header,
                reader.Identifier?.Header,
                _ => [.. reader.Coders.Select(c => c is PreviousDaysCoder stays ? stays.Anew() : c), .. reader.Uncommitted()]
            );
        }
        catch (ArgumentException e)
        {
            int end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw root.Error(end < 0 ? e.Message : e.Message[..end], e);
        }
    }

    /// <summary>The schema with a column by which keys of other tables name the rows; a column that committed its values is left
    /// out.</summary>
    /// <param name="source">The column's name in the source; each of its rows has another identifier.</param>
    /// <exception cref="ArgumentException">Another column identifies the rows, or no column would be left.</exception>
    public ImportSchema WithIdentifier(string source) => WithIdentifier(source, null);

    /// <summary>The schema with a column of identifiers that are compared as a function gives them.</summary>
    internal ImportSchema WithIdentifier(string source, Func<string, string>? read)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (IdentifierColumn == source)
        {
            return this;
        }

        if (IdentifierColumn is not null)
        {
            throw new ArgumentException($"the column '{IdentifierColumn}' identifies the rows already", nameof(source));
        }

        return With(source, null, header => new IdentifierCoder(header with { Missing = [] }), read);
    }

    /// <summary>The schema with a key: a column that names rows of another table, in the place of one that committed its
    /// values.</summary>
    /// <param name="source">The column's name in the source, and in the table.</param>
    /// <param name="of">The name of the other table, as its schema has it.</param>
    /// <param name="atMost">How many rows name one row of that table at most.</param>
    /// <exception cref="ArgumentException">A name is empty, the bound is out of range, or the table has another column of the
    /// name.</exception>
    public ImportSchema WithKey(string source, string of, uint atMost = KeyColumn.DefaultAtMost) =>
        WithKey(source, of, atMost, null);

    /// <summary>The schema with a key whose identifiers are compared as a function gives them.</summary>
    internal ImportSchema WithKey(string source, string of, uint atMost, Func<string, string>? read)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        return With(source, new KeyColumn(source, of, atMost), header => new KeyCoder(header, of, rows: null), read);
    }

    /// <summary>The schema whose keys name rows that are known; those of other tables stay as they are.</summary>
    internal ImportSchema Bind(IReadOnlyDictionary<string, NamedRows> tables)
    {
        ColumnSchema[] columns =
        [
            .. Table
                .Columns.Skip(1)
                .Select(c =>
                    c is KeyColumn key && tables.TryGetValue(key.Of, out NamedRows? rows)
                        ? new KeyColumn(key.Name, rows.Of, key.AtMost) with
                        {
                            GuardMissing = key.GuardMissing,
                        }
                        : c
                ),
        ];
        return new ImportSchema(
            new TableSchema(Table.Name, columns),
            PersonColumn,
            IdentifierColumn,
            header =>
                [
                    .. CodersOf(header)
                        .Select(c => c is KeyCoder key && tables.TryGetValue(key.Of, out NamedRows? rows) ? key.Bind(rows) : c),
                ]
        );
    }

    /// <summary>A column more, in the place of those that commit the values of its source.</summary>
    private ImportSchema With(string source, KeyColumn? key, Func<SourceColumn, ColumnCoder> coder, Func<string, string>? read)
    {
        ColumnCoder[] committed = [.. CodersOf([]).Where(c => c.IsCommitted)];
        bool[] stays =
        [
            .. committed.Select(c => c.Source != source || c.SecondSource is not null || c is KeyCoder || !c.IsOfSchema),
        ];
        IEnumerable<ColumnSchema> columns = Table.Columns.Skip(1).Where((_, j) => stays[j]);
        var column = new SourceColumn(source, source, [""]) { Read = read };
        return new ImportSchema(
            new TableSchema(Table.Name, [.. columns, .. key is null ? (KeyColumn[])[] : [key]]),
            PersonColumn,
            key is null ? source : IdentifierColumn,
            header =>
            {
                IReadOnlyList<ColumnCoder> coders = CodersOf(header);
                return [.. coders.Take(stays.Length).Where((_, j) => stays[j]), coder(column), .. coders.Skip(stays.Length)];
            }
        );
    }

    /// <summary>
    /// The coding of the texts of one source: the committed columns in the order of the schema, then those of
    /// persons and identifiers, whose numbers are of one source only.
    /// </summary>
    internal IReadOnlyList<ColumnCoder> CodersOf(IReadOnlyList<string> header) => _coders(header);
}
