using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>Conditions and columns as they are typed, and the cube that they ask for.</summary>
internal static class AskedColumns
{
    public static Predicate Condition(string option, string text, TableSchema schema)
    {
        try
        {
            return QueryParser.Parse(text, schema);
        }
        catch (QueryException e)
        {
            throw new UsageException($"{option}: {e.Message}\n{e.Show(text)}");
        }
    }

    /// <summary>Names of columns with commas between them; a text that is itself the name of a column is that column.</summary>
    public static string[] ColumnsOf(string option, IEnumerable<string> texts, TableSchema schema)
    {
        string[] names = [.. texts.SelectMany(t => schema.IndexOf(t) >= 0 ? [t] : t.Split(',', StringSplitOptions.TrimEntries))];
        if (names.FirstOrDefault(n => schema.IndexOf(n) < 0) is string unknown)
        {
            throw new UsageException(
                WideColumn.Find(schema, unknown) is WideColumn wide
                    ? $"{option}: the column '{unknown}' is committed as '{wide.High.Name}' and '{wide.Low.Name}': name the first, or ask for groups in SQL"
                    : $"{option}: the table has no column '{unknown}'; it has {Names(schema)}"
            );
        }

        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key is string twice)
        {
            throw new UsageException($"{option}: '{twice}' is named twice");
        }

        return names;
    }

    /// <summary>Names of columns, both of a wide one in the place of its own.</summary>
    public static string[] CommittedColumnsOf(string option, string text, TableSchema schema) =>
        ColumnsOf(
            option,
            (schema.IndexOf(text) >= 0 ? [text] : text.Split(',', StringSplitOptions.TrimEntries)).SelectMany(n =>
                Committed(schema, n)
            ),
            schema
        );

    public static IEnumerable<string> ColumnsOf(IEnumerable<RateStatistic> asked) => asked.SelectMany(s => s.Columns);

    /// <summary>The columns of the data; before them every table has one of which nobody asks by mistake.</summary>
    public static string Names(TableSchema schema) => string.Join(", ", schema.Columns.Skip(1).Select(c => c.Name));

    /// <summary>The column, or the two in which a wide one is committed.</summary>
    private static IEnumerable<string> Committed(TableSchema schema, string name) =>
        schema.IndexOf(name) < 0 && WideColumn.Find(schema, name) is WideColumn wide ? [wide.High.Name, wide.Low.Name] : [name];

    /// <summary>The cube of these columns, each of which the schema has.</summary>
    public static TableAxes Axes(TableSchema schema, IEnumerable<string> names)
    {
        uint[] columns = [.. names.SelectMany(c => Committed(schema, c)).Distinct().Select(c => (uint)schema.IndexOf(c)).Order()];
        return TableAxes.TryCreate(
            columns,
            [.. columns.Select(j => schema.Columns[(int)j].Domain)],
            out TableAxes? axes,
            out string? reason
        )
            ? axes
            : throw new UsageException(
                columns.Length is 0 or > TableAxes.MaxAxes
                    ? reason
                    : $"the cube of the columns asked for would have {Sizes(schema, columns)} cells, and at most {TableAxes.MaxCells:N0} can be proven: "
                        + "ask for fewer columns at once, or group the values of one in the schema (bands)"
            );
    }

    /// <summary>The columns of a cube with their domains ("no value" is one more than the values), and the product.</summary>
    public static string Sizes(TableSchema schema, IReadOnlyList<uint> columns)
    {
        ColumnSchema[] list = [.. columns.Select(j => schema.Columns[(int)j])];
        Int128 cells = list.Aggregate((Int128)1, (n, c) => n * c.Domain);
        return $"{string.Join(" × ", list.Select(c => $"{c.Domain:N0} ({c.Name})"))} = {cells:N0}";
    }

    /// <summary>Says, before the work begins and in the report, that verifiers will need a larger limit, where a cube is above
    /// the default one.</summary>
    public static void WarnOfLimit(TableAxes axes, Report report)
    {
        bool above = axes.CellCount > VerificationLimits.DefaultCells;
        string notice =
            $"a cube of {axes.CellCount} cells is above the default limit of verifiers, {VerificationLimits.DefaultCells}: they need --max-cells {axes.CellCount}";
        report.Add("needsMaxCells", above ? axes.CellCount : null, above ? notice : null);
        if (above)
        {
            report.Notice(notice);
        }
    }
}
