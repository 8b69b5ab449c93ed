using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// A schema file: what the columns of a table are called in a source, and how their texts become codes. The file is JSON, in
/// which comments may stand, of the form docs/table.schema.json; docs/schema.md explains it.
/// </summary>
public sealed class ImportSchema
{
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> _coders;

    private ImportSchema(TableSchema table, string? person, Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> coders) =>
        (Table, PersonColumn, _coders) = (table, person, coders);

    /// <summary>Describes what the codes mean: the schema that is committed with the table.</summary>
    public TableSchema Table { get; }

    /// <summary>The column of the source that names the person of a row, read for the disclosure guard alone; null where there is
    /// none.</summary>
    public string? PersonColumn { get; }

    /// <summary>The names of the columns in the source, in the order of the schema, that of persons last.</summary>
    public IEnumerable<string> Sources =>
        CodersOf([]).SelectMany(c => c.SecondSource is string second ? (string[])[c.Source, second] : [c.Source]);

    /// <summary>A schema of columns that are coded in another way than a schema file can say.</summary>
    internal static ImportSchema Of(TableSchema table, Func<IReadOnlyList<string>, IReadOnlyList<ColumnCoder>> coders) =>
        new(table, null, coders);

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
            // persons are numbered anew in every source
            return new ImportSchema(
                new TableSchema(name, reader.Columns),
                reader.Person?.Header,
                _ => reader.Person is SourceColumn person ? [.. reader.Coders, new PersonCoder(person)] : reader.Coders
            );
        }
        catch (ArgumentException e)
        {
            int end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw root.Error(end < 0 ? e.Message : e.Message[..end], e);
        }
    }

    /// <summary>
    /// Describes how the texts of one source become codes: the committed columns in the order of the schema, then that of
    /// persons, whose numbers are of one source only.
    /// </summary>
    internal IReadOnlyList<ColumnCoder> CodersOf(IReadOnlyList<string> header) => _coders(header);
}
