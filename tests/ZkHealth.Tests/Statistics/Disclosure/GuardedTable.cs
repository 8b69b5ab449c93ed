using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>A table whose statistics are shown to the guard alone, without proofs.</summary>
internal sealed class GuardedTable(TableSchema schema, uint[][] codes, uint[]? persons = null)
{
    /// <summary>The codes of a column, by its name.</summary>
    private readonly CodedTable _table = new(schema, codes);

    public TableSchema Schema => schema;

    public string? Refusal(ulong threshold, params Statistic[] asked) => After(threshold, [], asked);

    public string? After(ulong threshold, Statistic[] earlier, params Statistic[] asked) =>
        new DisclosureGuard(threshold).Refusal(
            new GuardedWeights(_table, persons ?? []),
            schema,
            [.. earlier.Select(s => FormsOf(s, "earlier.zkp"))],
            [.. asked.Select(s => FormsOf(s))]
        );

    /// <summary>The same from the counts of one cube, whose cells stand for rows.</summary>
    public string? FromCube(ulong threshold, params Statistic[] asked)
    {
        TableAxes axes = Axes([.. asked.SelectMany(s => s.Columns)]);
        ulong[] counts = Counts(axes);
        return new DisclosureGuard(threshold).Refusal(
            new GuardedWeights(axes, counts, 0),
            schema,
            [],
            [.. asked.Select(s => s.Resolve(schema, axes, counts, new byte[32]).Forms(schema, axes))]
        );
    }

    private ReleasedForms FormsOf(Statistic statistic, string? file = null)
    {
        TableAxes axes = Axes([.. statistic.Columns]);
        return statistic.Resolve(schema, axes, Counts(axes), new byte[32]).Forms(schema, axes, file);
    }

    private TableAxes Axes(string[] names)
    {
        uint[] columns = [.. names.Distinct().Select(n => (uint)schema.IndexOf(n)).Order()];
        return TableAxes.Create(columns, [.. columns.Select(c => schema.Columns[(int)c].Domain)]);
    }

    private ulong[] Counts(TableAxes axes)
    {
        var counts = new ulong[axes.CellCount];
        for (int i = 0; i < _table.Rows; i++)
        {
            int cell = 0;
            for (int j = 0; j < axes.Columns.Count; j++)
            {
                cell = cell * (int)axes.Domains[j] + (int)_table.Codes((int)axes.Columns[j]).Span[i];
            }

            counts[cell]++;
        }

        return counts;
    }
}
