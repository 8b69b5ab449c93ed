using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The strata: which one a cell, or some values, belong to, and what it is called.</summary>
internal sealed partial record ConformityStatistic
{
    /// <summary>Names which stratum of some columns has these values, for the order of a profile; −1 where a column has no such
    /// value.</summary>
    /// <exception cref="ArgumentException">The schema has no such column, or there is not one value for each.</exception>
    public static int IndexOf(TableSchema schema, IReadOnlyList<string> columns, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ColumnSchema[] found = Find(schema, columns);
        if (values.Count != found.Length)
        {
            throw new ArgumentException("expected one value for each column", nameof(values));
        }

        uint[] codes = [.. found.Select((c, j) => c.CodeOf(values[j]))];
        return codes.Contains(0u)
            ? -1
            : found
                .Select((c, j) => (c, j))
                .Aggregate(0, (index, x) => checked(index * ((int)x.c.Domain - 1) + (int)codes[x.j] - 1));
    }

    /// <summary>The values of a stratum of some columns, with commas between them.</summary>
    /// <exception cref="ArgumentException">The schema has no such column.</exception>
    public static string LabelOf(TableSchema schema, IReadOnlyList<string> columns, int stratum)
    {
        var labels = new Stack<string>();
        foreach (ColumnSchema column in Find(schema, columns).AsEnumerable().Reverse())
        {
            labels.Push(column.Label((uint)(stratum % (int)(column.Domain - 1)) + 1));
            stratum /= (int)column.Domain - 1;
        }

        return string.Join(", ", labels);
    }

    private static ColumnSchema[] Find(TableSchema schema, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(columns);
        return
        [
            .. columns.Select(c =>
                schema.IndexOf(c) is int j and >= 0
                    ? schema.Columns[j]
                    : throw new ArgumentException($"the schema has no column '{c}'", nameof(columns))
            ),
        ];
    }

    /// <summary>The stratum of each cell, −1 where there is none; null where the strata do not fit the schema, the cube or the
    /// profile.</summary>
    private int[]? StratumOfCells(TableSchema schema, TableAxes axes)
    {
        var strata = new int[axes.CellCount];
        strata.AsSpan().Fill(-1);
        return StrataColumns.Count > 0 ? ByValues(schema, axes, strata) : ByConditions(schema, axes, strata);
    }

    private int[]? ByConditions(TableSchema schema, TableAxes axes, int[] strata)
    {
        for (int k = 0; k < Strata.Count; k++)
        {
            if (Weigh(schema, axes, Condition is null ? Strata[k] : Condition & Strata[k]) is not long[] weights)
            {
                return null;
            }

            for (int i = 0; i < weights.Length; i++)
            {
                if (weights[i] != 0)
                {
                    if (strata[i] >= 0)
                    {
                        return null;
                    }

                    strata[i] = k;
                }
            }
        }

        return strata;
    }

    private int[]? ByValues(TableSchema schema, TableAxes axes, int[] strata)
    {
        int[] positions = [.. StrataColumns.Select(c => axes.Columns.ToList().IndexOf((uint)schema.IndexOf(c)))];
        long count = 1;
        foreach (int position in positions)
        {
            count *= position < 0 ? 0 : axes.Domains[position] - 1;
        }

        long[]? among = Weigh(schema, axes, Condition);
        if (among is null || count != Profile.Count)
        {
            return null;
        }

        var cell = new uint[axes.Columns.Count];
        for (int i = 0; i < strata.Length; i++)
        {
            axes.Cell(i, cell);
            if (among[i] != 0 && positions.All(p => cell[p] != 0))
            {
                strata[i] = positions.Aggregate(0, (index, p) => index * ((int)axes.Domains[p] - 1) + (int)cell[p] - 1);
            }
        }

        return strata;
    }

    private string Label(TableSchema schema, int stratum) =>
        StrataColumns.Count == 0 ? Strata[stratum].Describe(schema) : LabelOf(schema, StrataColumns, stratum);
}
