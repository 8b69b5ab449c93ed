using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Totals of events for each entity: EXISTS, queries as values, derived tables.</summary>
internal sealed partial class SqlCompiler
{
    /// <summary>Advice on sums of quotients and of what is rounded, which are doubles.</summary>
    public const string OfQuotients =
        "a quotient is none, even rounded, so sum its parts, sum(cost) / sum(days), or whole numbers, "
        + "sum(CAST(100 * cost / days AS INTEGER)) / 100";

    private readonly Dictionary<string, SqlTotal> _totals = new(StringComparer.Ordinal);

    /// <summary>Binds the columns of a derived table; TRUE where the entity has a row in it.</summary>
    private SqlExpression BindDerived(SqlScope outer, SqlSourceInScope source)
    {
        SqlQuery query = source.Query!;
        SqlScope inner = ScopeOf(query);
        var key = (NameNode)KeyOf(inner, query);
        Identity mine = IdentityOf(inner, key)!;
        List<SqlNode> conditions = [.. SqlText.Conjuncts(query.Where), .. inner.Conditions];
        AddPresence(inner, mine);
        SqlExpression rows = Total(outer, source.Path, inner, mine, conditions, null, query.Position);
        SqlExpression none = SqlExpression.Of(SqlKind.Boolean, [rows], v => SqlValue.Of(rows.Evaluate(v).Exact == 0));
        SqlBinder binder = new(
            name =>
                throw new SqlException(
                    name.Position,
                    $"'{name.Name}' stands outside of an aggregate and is not the key of GROUP BY"
                ),
            node => SqlAggregates.Of(node) is SqlAggregate a ? OfEvents(outer, source.Path, inner, mine, conditions, a) : null,
            FileOf
        );
        SqlExpression there = SqlExpression.Of(SqlKind.Boolean, [rows], v => SqlValue.Of(rows.Evaluate(v).Exact > 0));
        if (query.Having is SqlNode having)
        {
            SqlExpression kept = binder.Truth(
                SqlAliases.Replace(having, query, n => n.Name.Equals(key.Name, StringComparison.OrdinalIgnoreCase))
            );
            SqlExpression before = there;
            there = SqlExpression.Of(
                SqlKind.Boolean,
                [before, kept],
                v => SqlValue.Of(before.Evaluate(v).IsTrue && kept.Evaluate(v).IsTrue)
            );
            SqlExpression held = there;
            none = SqlExpression.Of(SqlKind.Boolean, [held], v => SqlValue.Of(!held.Evaluate(v).IsTrue));
        }

        foreach (SqlItem item in query.Items.Where(i => !IsSame(inner, i.Value, key)))
        {
            SqlExpression value = binder.Bind(item.Value);
            bool isTotal =
                value.Columns.Count == 1 && SqlAggregates.Of(item.Value) is { Function: "count" } && query.Having is null;
            source.Outputs[SqlText.NameOf(item)] = value.Guard is SqlExpression guard
                ? SqlExpression.Guarded(
                    SqlExpression.Of(
                        SqlKind.Boolean,
                        [guard, none],
                        v => SqlValue.Of(guard.Evaluate(v).IsTrue || none.Evaluate(v).IsTrue)
                    ),
                    value.Inner!,
                    value.IsZeroUnderGuard && query.Having is null
                )
                : SqlExpression.Guarded(none, value, isTotal);
        }

        return there;
    }

    /// <summary>The value of an aggregate over the events of each entity.</summary>
    private SqlExpression OfEvents(
        SqlScope outer,
        IReadOnlyList<SqlLink> path,
        SqlScope inner,
        Identity mine,
        IReadOnlyList<SqlNode> conditions,
        SqlAggregate aggregate
    )
    {
        if (aggregate.IsDistinct)
        {
            throw new SqlException(
                aggregate.Position,
                "count(DISTINCT …) of one person's events is not supported: count(*) and EXISTS are"
            );
        }

        List<SqlNode> all = [.. conditions, .. aggregate.Filter is null ? (SqlNode[])[] : [aggregate.Filter]];
        SqlExpression Count(params SqlNode[] more) =>
            Total(outer, path, inner, mine, [.. all, .. more], null, aggregate.Position);
        if (aggregate.Argument is not SqlNode argument)
        {
            return Count();
        }

        SqlExpression known = Count(
            new CallNode(aggregate.Position, "not", [new CallNode(aggregate.Position, "is null", [argument])])
        );
        SqlExpression unknown = SqlExpression.Of(SqlKind.Boolean, [known], v => SqlValue.Of(known.Evaluate(v).Exact == 0));
        switch (aggregate.Function)
        {
            case "count":
                return known;
            case "bool_or":
                SqlExpression yes = Count(argument);
                return SqlExpression.Guarded(
                    unknown,
                    SqlExpression.Of(SqlKind.Boolean, [yes], v => SqlValue.Of(yes.Evaluate(v).Exact > 0))
                );
            case "sum":
                return SqlExpression.Guarded(
                    unknown,
                    Total(outer, path, inner, mine, all, argument, aggregate.Position),
                    isZero: true
                );
            case "avg":
                RefuseTruth(inner, aggregate);
                SqlExpression sum = Total(outer, path, inner, mine, all, argument, aggregate.Position);
                return SqlExpression.Guarded(
                    unknown,
                    SqlExpression
                        .Of(SqlKind.Number, [sum, known], v => SqlFunctions.Apply("/", [sum.Evaluate(v), known.Evaluate(v)]))
                        .As(SqlNumberType.Real, false)
                );
            default:
                throw new SqlException(
                    aggregate.Position,
                    $"{aggregate.Function} of one person's events is not supported: count, sum and avg are"
                );
        }
    }

    /// <summary>Refuses a mean of truth values, which DuckDB does not take.</summary>
    private void RefuseTruth(SqlScope scope, SqlAggregate aggregate)
    {
        if (
            aggregate is { Function: "avg", Argument: SqlNode argument }
            && BinderOf(scope).Bind(argument).Kind == SqlKind.Boolean
        )
        {
            throw new SqlException(aggregate.Position, SqlAggregates.OfTruth(aggregate.Function));
        }
    }

    /// <summary>The total of the events that a condition selects, for each entity: their number, or the sum of an
    /// amount.</summary>
    private SqlExpression Total(
        SqlScope outer,
        IReadOnlyList<SqlLink> path,
        SqlScope inner,
        Identity mine,
        IReadOnlyList<SqlNode> conditions,
        SqlNode? amount,
        int position
    )
    {
        SqlLink link =
            mine.Path.Count == 1 && mine.Path[0].Events == inner.Root.Name
                ? mine.Path[0]
                : throw new SqlException(position, "a total counts events by their own key");
        string Text(SqlNode node) => SqlText.Of(node, SqlText.Name, isKey: true);

        // two names are one only where their tables are reached by the same keys and joins
        string id = string.Join(
            "\n",
            (string[])
                [
                    link.ToString(),
                    .. inner.Sources.Select(s => s.Text),
                    .. inner.Present.Select(path => string.Join(", ", path)),
                    "",
                    .. conditions.Select(Text),
                    "",
                    amount is null ? "" : Text(amount),
                ]
        );
        if (!_totals.TryGetValue(id, out SqlTotal? total))
        {
            total = AddTotal(inner, link, conditions, amount, position);
            _totals[id] = total;
        }

        return outer.Total(link.Entities, total, path);
    }

    private SqlTotal AddTotal(SqlScope inner, SqlLink link, IReadOnlyList<SqlNode> conditions, SqlNode? amount, int position)
    {
        Use(link.Events);
        Use(link.Entities);
        SqlBinder binder = BinderOf(inner);
        SqlExpression[] all =
        [
            .. conditions.Select(binder.Truth),
            .. inner.Present.Select(inner.IsPresent),
            .. inner.Joined.Select(s => BindDerived(inner, s)),
        ];
        SqlExpression? weighed = amount is null ? null : binder.Bind(amount);
        decimal unit = 1;
        uint atMost = ((KeyColumn)TableOf(link.Events).Find(link.Key)!).AtMost;
        string name = Fresh(link.Entities, $"total of {link.Events}");
        if (all.Length == 0 && weighed is null)
        {
            _builder.Total(link.Entities, name, atMost, link.Events, link.Key);
            return new SqlTotal(name, atMost, unit, false, true);
        }

        SqlExpression[] parts = weighed is null ? all : [.. all, weighed];
        var weight = SqlExpression.Of(
            SqlKind.Number,
            parts,
            v =>
            {
                if (!all.All(c => c.Evaluate(v).IsTrue))
                {
                    return SqlValue.Of(0m);
                }

                if (weighed is null)
                {
                    return SqlValue.Of(1m);
                }

                return weighed.Evaluate(v) is { IsNull: false } x ? Amount(x, position) : SqlValue.Of(0m);
            }
        );
        SqlAxes axes = Axes(inner, [weight], position);
        SqlValue[] weights = [.. axes.Cells().Select(weight.Evaluate)];
        decimal[] values = [.. weights.Select(w => w.Exact)];
        while (unit > 0.000000001m && values.Any(v => v % unit != 0))
        {
            unit /= 10;
        }

        decimal most = Math.Max(1, values.Max() / unit);
        decimal bound = atMost * most;
        if (bound >= TableAxes.MaxCells / 2)
        {
            throw new SqlException(
                position,
                $"sums up to {bound * unit} in steps of {unit} are too many to tell apart: round the amount, or state a smaller largest number of events of a person (\"atMost\" in the schema, --at-most of try)"
            );
        }

        if (values.Any(v => v < 0))
        {
            throw new SqlException(
                position,
                "sums of negative amounts for each person are not supported: add a constant to each, sum(cost + 5), and take it off the answer"
            );
        }

        string column = Fresh(link.Events, "weight");
        _builder.MapToNumber(
            link.Events,
            column,
            (uint)most,
            axes.NamesWithRow(values[0] != 0),
            codes => axes.IsRow(codes, values[0] != 0) ? (uint)(values[axes.CellOf(codes)] / unit) : 0
        );
        _builder.Total(link.Entities, name, (uint)bound, link.Events, link.Key, column);
        return new SqlTotal(
            name,
            (uint)bound,
            unit,
            weighed is { Type: SqlNumberType.Real },
            weighed is null or { Type: SqlNumberType.Whole }
        );
    }

    private static SqlValue Amount(SqlValue value, int position)
    {
        if (value.Kind == SqlKind.Boolean)
        {
            return SqlValue.Of(value.Exact);
        }

        if (value.Kind != SqlKind.Number || !value.IsExact || Math.Round(value.Exact, 9) != value.Exact)
        {
            throw new SqlException(position, $"sums are of exact numbers of at most 9 digits after the point: {OfQuotients}");
        }

        return value;
    }
}
