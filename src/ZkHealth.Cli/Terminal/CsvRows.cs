using ZkHealth.Data;

namespace ZkHealth.Cli.Terminal;

/// <summary>A CSV file as texts: its columns and its rows.</summary>
internal sealed class CsvRows
{
    private CsvRows(IReadOnlyList<string> columns, IReadOnlyList<string[]> rows) => (Columns, Rows) = (columns, rows);

    /// <summary>The columns of the header.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The values of each row, without the white space around them.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Reads a file with a header line.</summary>
    /// <exception cref="UsageException">It is no such file.</exception>
    public static CsvRows Read(string path)
    {
        string header = Inputs.Text(path).Split('\n', 2)[0].TrimEnd('\r');
        string[] columns = CsvGrammar.Split(header, ',');
        if (columns.Any(c => c.Length == 0) || columns.Distinct().Count() != columns.Length)
        {
            throw new UsageException($"{path}, line 1: expected a header of different names with commas between them");
        }

        using FileStream stream = File.OpenRead(path);
        return new CsvRows(
            columns,
            CsvTexts.Read(stream, path, [.. columns.Select(c => new TextColumn(c, "a text", _ => true))])
        );
    }
}
