namespace ZkHealth.Statistics;

/// <summary>The rows of a table counted, and their aggregates.</summary>
internal sealed partial class SqlCompiler
{
    /// <summary>The rows of a table are counted, each where it passes WHERE.</summary>
    private IReadOnlyList<SqlCells> CellsOfRows(SqlScope scope, IReadOnlyList<SqlNode> conditions, SqlOutput output)
    {
        SqlBinder binder = BinderOf(scope);
        SqlExpression[] there =
        [
            .. scope.Joined.Select(s => BindDerived(scope, s)),
            .. scope.Present.Select(scope.IsPresent),
            .. conditions.Select(binder.Truth),
        ];
        SqlExpression[] groups = [.. output.Groups.Select(binder.Bind)];
        var aggregates = output
            .Aggregates.Select(a => SqlAggregates.Of(a)!)
            .Select(a =>
                (
                    Aggregate: a,
                    Filter: a.Filter is null ? null : binder.Truth(a.Filter),
                    Value: a.Argument is null ? null
                    : a.Function == "count" ? Known(binder.Bind(a.Argument))
                    : binder.Bind(a.Argument)
                )
            )
            .ToArray();
        bool Passes(SqlValue[] cell) => there.All(t => t.Evaluate(cell).IsTrue);
        SqlExpression[] common = [.. there, .. groups];
        SqlExpression[] With(SqlExpression? filter, SqlExpression? value) =>
            [.. ((SqlExpression?[])[filter, value]).OfType<SqlExpression>()];

        // a sum over many values is that of their digits, each asked of a cube of its own where one of both would be large
        List<int> slots = [.. Enumerable.Range(0, aggregates.Length)];
        for (int i = 0; i < slots.Count; i++)
        {
            var a = aggregates[i];
            if (
                a is { Aggregate.Function: "sum" or "avg", Value: not null }
                && (
                    a.Value.Digits is not null
                    || !common.Concat(With(a.Filter, null)).Any(e => e.Columns.Overlaps(a.Value.Columns))
                )
                && CellCount(scope, [.. common, .. With(a.Filter, a.Value)]) is > LargeCube and long cells
                && SqlDigits.Of(scope, a.Value, cells) is (SqlExpression high, SqlExpression low)
            )
            {
                // a mean is divided once, of the exact sum of both: the sum of two quotients is rounded twice
                _digits.Add((i, output.Aggregates.Count + _digits.Count, a.Aggregate.Function == "avg"));
                a.Aggregate = a.Aggregate with { Function = "sum" };
                aggregates[i] = a with { Value = high };
                aggregates = [.. aggregates, a with { Value = low }];
            }
        }

        slots.AddRange(_digits.Select(d => d.Low));
        SqlExpression[][] own = [.. aggregates.Select(a => With(a.Filter, a.Value))];
        return
        [
            .. Batches(scope, common, own)
                .Select(batch =>
                {
                    SqlAxes axes = Axes(scope, [.. common, .. batch.SelectMany(i => own[i])], output.Position);
                    SqlSums[] sums =
                    [
                        .. batch
                            .Select(i => aggregates[i])
                            .Select(a => new SqlSums(
                                a.Aggregate.Function,
                                cell =>
                                    a.Filter is not null && !a.Filter.Evaluate(cell).IsTrue ? (SqlValue.Null, 0)
                                    : a.Value is null ? (SqlValue.True, 1)
                                    : (a.Value.Evaluate(cell), 1),
                                axes.Cells().Where(Passes),
                                a.Aggregate.Position
                            )
                            {
                                ValueType = a.Value?.Type ?? SqlNumberType.Whole,
                            }),
                    ];
                    return Cells(scope.Root.Name, [.. batch.Select(i => slots[i])], axes, groups, Passes, _ => 1, sums);
                }),
        ];
    }

    /// <summary>TRUE where there is a value, and NULL where there is none: which one it is tells nothing to count(x).</summary>
    private static SqlExpression Known(SqlExpression value) =>
        value.Wide?.Known()
        ?? SqlExpression.Of(SqlKind.Boolean, [value], v => value.Evaluate(v).IsNull ? SqlValue.Null : SqlValue.True);

    /// <summary>Names which aggregates one cube answers: all of them, or each one of its own where all would tell too many values
    /// apart.</summary>
    private static IEnumerable<int[]> Batches(SqlScope scope, IReadOnlyList<SqlExpression> common, SqlExpression[][] own) =>
        own.Length < 2 || CellCount(scope, [.. common, .. own.SelectMany(x => x)]) <= LargeCube
            ?
            [
                [.. Enumerable.Range(0, own.Length)],
            ]
            : own.Select((_, i) => (int[])[i]);
}
