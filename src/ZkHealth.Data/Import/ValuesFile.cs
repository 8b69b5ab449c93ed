namespace ZkHealth.Data;

/// <summary>A list of values in a file of its own beside the schema: CSV with the columns code and label, such as a code list of
/// a terminology.</summary>
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

        using FileStream stream = File.OpenRead(path);
        TextColumn[] columns =
        [
            .. ((string[])["code", "label"]).Select(name => new TextColumn(
                name,
                $"a {name} in every line",
                text => text.Length > 0
            )),
        ];
        return [.. CsvTexts.Read(stream, path, columns).Select(texts => new ValueOfFile(texts[0], texts[1]))];
    }
}
