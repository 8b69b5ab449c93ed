using System.Text.Json;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// A schema file: what the columns of a table are called in a source, and how their texts become codes. The file is JSON of
/// the form docs/table.schema.json; docs/schema.md explains it.
/// </summary>
public sealed class ImportSchema
{
    private static readonly string[] DefaultMissing = [""];

    private ImportSchema(TableSchema table, IReadOnlyList<ColumnCoder> coders) => (Table, Coders) = (table, coders);

    /// <summary>What the codes mean: the schema that is committed with the table.</summary>
    public TableSchema Table { get; }

    /// <summary>The names of the columns in the source, in the order of the schema.</summary>
    public IEnumerable<string> Sources => Coders.Select(c => c.Source);

    internal IReadOnlyList<ColumnCoder> Coders { get; }

    /// <summary>Reads a schema file.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    /// <exception cref="FormatException">It is no schema; the message says where and what was expected.</exception>
    public static ImportSchema Parse(ReadOnlySpan<byte> json)
    {
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            SchemaDocument document = JsonSerializer.Deserialize(json, SchemaJson.Default.SchemaDocument)
                ?? throw new FormatException("the schema is null");
            ColumnCoder[] coders = [.. document.Columns.Select(c => Coder(c, document.Missing ?? DefaultMissing))];
            return new ImportSchema(new TableSchema(document.Name, [.. coders.Select(c => c.Column)]), coders);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            string at = e is JsonException { LineNumber: long line } ? $"line {line + 1}: " : "";
            throw new FormatException($"{at}{e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static ColumnCoder Coder(ColumnDocument? column, IReadOnlyList<string> missing)
    {
        if (string.IsNullOrEmpty(column?.Name))
        {
            throw new FormatException("a column has no name");
        }

        try
        {
            missing = column.Missing ?? missing;
            string source = column.Source ?? column.Name;
            return column switch
            {
                CategoryDocument c => new TextCoder(
                    new CategoryColumn(column.Name, [.. c.Values.Select(v => new Category(v.Code, v.Label ?? v.Code))]), source, missing,
                    [.. c.Values.Select(v => v.Source ?? [v.Code])]),
                YesNoDocument c => new TextCoder(
                    CategoryColumn.YesNo(column.Name), source, missing, [c.No ?? ["no", "No", "0"], c.Yes ?? ["yes", "Yes", "1"]]),
                IntegerDocument c => new IntegerCoder(new NumberColumn(column.Name, c.Min, c.Max, c.Step ?? 1, c.Unit), source, missing, c.Round),
                BandsDocument c => new BandCoder(
                    new BandColumn(column.Name, [.. c.Bands.Select(b => new Band(b.Label, b.From, b.To))]), source, missing,
                    [.. c.Bands.Select(b => b.Source ?? [])]),
                _ => throw new FormatException("unknown kind"),
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new FormatException($"column '{column.Name}': {e.Message}", e);
        }
    }
}
