using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>A column of a small CSV file whose texts are taken as they are.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Expected">What its texts look like, for error messages.</param>
/// <param name="Accepts">Whether a text, without the white space around it, is one of them.</param>
internal sealed record TextColumn(string Name, string Expected, Predicate<string> Accepts);

/// <summary>Reads the texts of a small CSV file that is no table of patients, such as a list of codes or a profile, under the
/// rules of every source.</summary>
internal static class CsvTexts
{
    private const int MaxRecords = 1 << 20;

    /// <summary>Reads some columns.</summary>
    /// <returns>The texts of each record, in the order of <paramref name="columns"/>.</returns>
    /// <exception cref="ImportException">The file is no such CSV, has no records or too many, or a text that its column does not
    /// accept.</exception>
    public static IReadOnlyList<string[]> Read(Stream source, string file, IReadOnlyList<TextColumn> columns)
    {
        Collector[] collectors = [.. columns.Select(c => new Collector(c, file))];
        var schema = new TableSchema("texts", [.. columns.Select((_, i) => new NumberColumn($"{i}", 0, 0))]);
        ImportResult imported = CsvImporter.Import(source, file, ImportSchema.Of(schema, _ => collectors));
        return [.. Enumerable.Range(0, imported.Table.Rows).Select(i => collectors.Select(c => c.Texts[i]).ToArray())];
    }

    private sealed class Collector(TextColumn column, string file)
        : ColumnCoder(new SourceColumn(column.Name, column.Name, []), 2)
    {
        public List<string> Texts { get; } = [];

        public override string Expected => column.Expected;

        public override bool SameTextSameCode => false;

        protected override Coded? Decide(ReadOnlySpan<char> text)
        {
            if (Texts.Count == MaxRecords)
            {
                throw new ImportException(file, $"expected at most {MaxRecords} records");
            }

            string kept = text.ToString();
            if (!column.Accepts(kept))
            {
                return null;
            }

            Texts.Add(kept);
            return new Coded(1);
        }
    }
}
