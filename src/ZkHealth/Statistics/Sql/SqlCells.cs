namespace ZkHealth.Statistics;

/// <summary>The cells of the cube that answers a query.</summary>
/// <param name="Table">Whose rows are counted.</param>
/// <param name="Aggregates">The numbers of the aggregates that it answers.</param>
/// <param name="Axes">Its columns.</param>
/// <param name="Terms">The terms of GROUP BY.</param>
/// <param name="Group">The values of GROUP BY in a cell; null where its rows are none of the query's.</param>
/// <param name="Width">How many numbers are asked of each group: of rows, and then for each aggregate.</param>
/// <param name="Weights">The weights of a cell, one for each of these numbers.</param>
/// <param name="Read">Reads the value of an aggregate from the numbers of a group.</param>
/// <param name="Counted">Reads how many values an aggregate counts.</param>
/// <param name="Type">The type of the numbers that an aggregate gives.</param>
internal sealed record SqlCells(
    string Table,
    IReadOnlyList<int> Aggregates,
    SqlAxes Axes,
    IReadOnlyList<SqlExpression> Terms,
    Func<SqlValue[], SqlValue[]?> Group,
    int Width,
    Func<SqlValue[], long[]> Weights,
    Func<int, ReadOnlyMemory<long>, SqlValue> Read,
    Func<int, ReadOnlyMemory<long>, long> Counted,
    Func<int, SqlNumberType> Type
);

/// <summary>A question of the plan: some aggregates of some groups.</summary>
/// <param name="Groups">The values of GROUP BY of each.</param>
/// <param name="Width">How many numbers are asked of each group: of rows, and then for each aggregate.</param>
/// <param name="Aggregates">The numbers of the aggregates.</param>
/// <param name="Value">Reads the value of one of them, by its place among these, from the numbers of a group.</param>
/// <param name="Counted">Reads how many values it counts.</param>
internal sealed record SqlPart(
    IReadOnlyList<SqlValue[]> Groups,
    int Width,
    IReadOnlyList<int> Aggregates,
    Func<int, ReadOnlyMemory<long>, SqlValue> Value,
    Func<int, ReadOnlyMemory<long>, long> Counted
)
{
    /// <summary>A text that two groups have in common where they are one.</summary>
    public static string KeyOf(SqlValue[] group) => SqlValue.KeyOf(group);

    /// <summary>The groups in words.</summary>
    public IReadOnlyList<string> Names =>
        [.. Groups.Select(g => g.Length == 0 ? "all rows" : $"the group {string.Join(", ", g.Select(v => v.ToString()))}")];
}

/// <summary>An aggregate, and how it follows from sums over cells.</summary>
internal sealed class SqlSums
{
    private readonly string _function;
    private readonly Func<SqlValue[], (SqlValue Value, long Times)> _value;
    private readonly decimal _unit = 1;
    private readonly bool _isReal;
    private readonly int _position;

    /// <param name="function">The aggregate.</param>
    /// <param name="value">The value in a cell, NULL where it does not count, and how often it counts; of count any
    /// value.</param>
    /// <param name="cells">All cells.</param>
    /// <param name="position">Where it stands.</param>
    public SqlSums(string function, Func<SqlValue[], (SqlValue, long)> value, IEnumerable<SqlValue[]> cells, int position)
    {
        (_function, _value, _position) = (function, value, position);
        if (function == "count")
        {
            return;
        }

        foreach (SqlValue[] cell in cells)
        {
            SqlValue x = value(cell).Item1;
            if (x.IsNull)
            {
                continue;
            }

            if (function == "bool_or" && x.Kind != SqlKind.Boolean)
            {
                throw new SqlException(position, "bool_or takes conditions, such as age >= 65");
            }

            if (x.Kind == SqlKind.Boolean && function is not ("sum" or "bool_or"))
            {
                throw new SqlException(position, SqlAggregates.OfTruth(function));
            }

            if (x.Kind is not (SqlKind.Number or SqlKind.Boolean))
            {
                throw new SqlException(
                    position,
                    $"{function} takes numbers; of a column of bands, dates or categories, count the rows of each value, or let CASE make numbers"
                );
            }

            if (x.Kind == SqlKind.Number && (!x.IsExact || Math.Round(x.Exact, 9) != x.Exact))
            {
                throw new SqlException(
                    position,
                    $"{function} takes exact numbers of at most 9 digits after the point: {SqlCompiler.OfQuotients}"
                );
            }

            _isReal |= x.IsReal;
            while (x.Exact % _unit != 0)
            {
                _unit /= 10;
            }
        }
    }

    /// <summary>Counts the values of a cell where their sum is one value already; null where it is how often they
    /// count.</summary>
    public Func<SqlValue[], long>? Counted { get; init; }

    /// <summary>The type of its values.</summary>
    public SqlNumberType ValueType { get; init; }

    /// <summary>The type of what it gives.</summary>
    public SqlNumberType Type =>
        _function switch
        {
            "count" or "bool_or" => SqlNumberType.Whole,
            "sum" => ValueType,
            _ => SqlNumberType.Real,
        };

    public int Width =>
        _function switch
        {
            "count" => 1,
            "sum" or "avg" or "bool_or" => 2,
            _ => 3,
        };

    /// <summary>The weights of a cell: how many values count, their sum in units, the sum of their squares.</summary>
    public void Weigh(SqlValue[] cell, Span<long> weights)
    {
        (SqlValue x, long times) = _value(cell);
        if (x.IsNull)
        {
            return;
        }

        weights[0] = Counted?.Invoke(cell) ?? times;
        if (weights.Length > 1)
        {
            try
            {
                decimal units = x.Exact / _unit;
                weights[1] = (long)(units * times);
                if (weights.Length > 2)
                {
                    weights[2] = (long)(units * units * times);
                }
            }
            catch (OverflowException)
            {
                throw new SqlException(_position, "its numbers are too large");
            }
        }
    }

    public SqlValue Read(ReadOnlySpan<long> numbers)
    {
        long count = numbers[0];
        if (_function == "count")
        {
            return SqlValue.Of((decimal)count);
        }

        if (count == 0)
        {
            return SqlValue.Null;
        }

        if (_function == "bool_or")
        {
            return SqlValue.Of(numbers[1] > 0);
        }

        decimal sum = numbers[1] * _unit;
        if (_function == "sum")
        {
            return new SqlValue(SqlKind.Number, sum, (double)sum, true, _isReal);
        }

        if (_function == "avg")
        {
            return SqlValue.Of((double)sum / count);
        }

        bool sample = _function is "var_samp" or "variance" or "stddev" or "stddev_samp";
        if (sample && count == 1)
        {
            return SqlValue.Null;
        }

        double variance =
            (double)((Int128)numbers[2] * count - (Int128)numbers[1] * numbers[1])
            * (double)(_unit * _unit)
            / count
            / (sample ? count - 1 : count);
        return SqlValue.Of(_function.StartsWith("std", StringComparison.Ordinal) ? Math.Sqrt(variance) : variance);
    }
}
