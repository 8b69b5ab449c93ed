using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>A list of values in a file of its own beside the schema: CSV with the columns code and label, such as a code list of a terminology.</summary>
internal static class ValuesFile
{
    /// <exception cref="FormatException">No name of a file beside the schema, or there is none.</exception>
    /// <exception cref="ImportException">The file is no such CSV.</exception>
    public static IReadOnlyList<ValueOfFile> Read(string name, string? folder)
    {
        if (folder is null || name.Length == 0 || Path.GetFileName(name) != name)
        {
            throw new FormatException($"expected the name of a file that lies beside the schema file, got '{name}'");
        }

        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new FormatException($"there is no file {path}");
        }

        var code = new Collector(new SourceColumn("code", "code", []));
        var label = new Collector(new SourceColumn("label", "label", []));
        using FileStream stream = File.OpenRead(path);
        CsvImporter.Import(stream, path, ImportSchema.Of(
            new TableSchema("values", [new NumberColumn("code", 0, 0), new NumberColumn("label", 0, 0)]), _ => [code, label]));
        return [.. code.Texts.Zip(label.Texts, (c, l) => new ValueOfFile(c, l))];
    }

    /// <summary>Keeps every text of a column.</summary>
    private sealed class Collector(SourceColumn source) : ColumnCoder(source, 2)
    {
        public List<string> Texts { get; } = [];

        public override string Expected => $"a {Name} in every line";

        public override bool SameTextSameCode => false;

        protected override Coded? Decide(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty)
            {
                return null;
            }

            Texts.Add(text.ToString());
            return new Coded(1);
        }
    }
}
