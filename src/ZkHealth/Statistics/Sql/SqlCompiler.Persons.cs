namespace ZkHealth.Statistics;

/// <summary>Persons counted from their own side, their events by totals.</summary>
internal sealed partial class SqlCompiler
{
    /// <summary>The entities are counted from their own side: those whose events' total is not 0; the events are the sum of the
    /// totals.</summary>
    private IReadOnlyList<SqlCells> CellsOfPersons(
        SqlScope scope,
        List<SqlNode> conditions,
        SqlOutput output,
        SqlAggregate persons
    )
    {
        Identity? key = persons.Argument is NameNode name ? IdentityOf(scope, name) : null;
        if (key is null)
        {
            throw new SqlException(
                persons.Position,
                $"count(DISTINCT …) counts those whom a key names: {Keys()}; where each row is another person, count(*) counts them; of another column, GROUP BY it"
            );
        }

        if (key.Path.Count != 1)
        {
            throw new SqlException(
                persons.Position,
                key.Path.Count == 0
                    ? $"each row of '{scope.Root.Name}' is another one already: write count(*), which is the same number"
                    : "count(DISTINCT …) counts those whom a key of the events themselves names"
            );
        }

        SqlAggregate[] others = [.. output.Aggregates.Select(a => SqlAggregates.Of(a)!).Where(a => a.IsDistinct)];
        if (others.FirstOrDefault(a => a.Argument is not NameNode n || !IsOf(scope, n, key)) is SqlAggregate other)
        {
            throw new SqlException(
                other.Position,
                "count(DISTINCT …) of another key than the first one of the query: ask for each in a query of its own"
            );
        }

        SqlLink link = key.Path[0];
        RefuseOfNobody(scope, link, output, persons);
        var entities = new SqlScope(TableOf(link.Entities));
        foreach (SqlSourceInScope source in scope.Sources.Where(s => s.Path.Count > 0 && s.Path[0] == link))
        {
            // the persons' side asks whether they have a row there
            scope.Settled.Add(source);
            entities.Sources.Add(source.At([.. source.Path.Skip(1)]));
        }

        AddPresence(scope, key);
        SqlNode[] ofEvents =
        [
            .. output.Groups.Where(g =>
                SqlText.Within(g).OfType<NameNode>().Any(n => IsColumn(scope, n) && !IsColumn(entities, n))
            ),
        ];
        return
        [
            .. EventGroups(scope, ofEvents)
                .SelectMany(values =>
                    CellsOfPersons(
                        scope,
                        entities,
                        key,
                        [
                            .. conditions,
                            .. ofEvents.Zip(
                                values,
                                (term, value) =>
                                    new CallNode(
                                        term.Position,
                                        "not",
                                        [
                                            new CallNode(
                                                term.Position,
                                                "is distinct",
                                                [term, new LiteralNode(term.Position, value.Evaluate([]))]
                                            ),
                                        ]
                                    )
                            ),
                        ],
                        output,
                        ofEvents.Zip(values).ToDictionary(p => p.First, p => p.Second)
                    )
                ),
        ];
    }

    private bool IsOf(SqlScope scope, NameNode name, Identity key) =>
        IdentityOf(scope, name) is Identity identity && identity.Path.SequenceEqual(key.Path);

    /// <summary>From the side of persons nobody's events are not seen: what else is asked of events must be of those of persons
    /// alone.</summary>
    private void RefuseOfNobody(SqlScope scope, SqlLink link, SqlOutput output, SqlAggregate persons)
    {
        bool joined = scope.Sources.Any(s => s.Path.Count > 0 && s.Path[0] == link && !s.IsLeft);
        bool counted =
            output.Least > 0
            || output.Groups.Count > 0
            || output.Aggregates.Any(a => SqlAggregates.Of(a) is { IsDistinct: false });
        if (!joined && counted)
        {
            throw new SqlException(
                persons.Position,
                $"count(DISTINCT …) in groups or beside other numbers leaves out rows that name nobody: write FROM {link.Events} JOIN {link.Entities} "
                    + $"ON {link.Events}.{link.Key} = {link.Entities}.{KeysTo(TableOf(link.Entities)).First().Name}, an inner join, or ask for them in a query of their own"
            );
        }
    }

    /// <summary>The values that terms of GROUP BY over columns of the events may have together: in each the persons are counted
    /// on their own.</summary>
    private List<SqlExpression[]> EventGroups(SqlScope scope, SqlNode[] terms)
    {
        if (terms.Length == 0)
        {
            return
            [
                [],
            ];
        }

        // in a scope of its own: what is only looked at is not derived
        var own = new SqlScope(scope.Root);
        own.Sources.AddRange(scope.Sources.Select(s => s.At(s.Path)));
        SqlBinder binder = BinderOf(own);
        SqlExpression[] bound = [.. terms.Select(binder.Bind)];
        var groups = new Dictionary<string, SqlValue[]>(StringComparer.Ordinal);
        foreach (SqlValue[] cell in Cells(own, bound))
        {
            SqlValue[] values = [.. bound.Select(b => b.Evaluate(cell))];
            groups.TryAdd(SqlPart.KeyOf(values), values);
            if (groups.Count > MaxEventGroups)
            {
                throw new SqlException(
                    terms[0].Position,
                    $"count(DISTINCT …) is answered in at most {MaxEventGroups} groups of a column of the events, NULL among them, as a person may be in several: "
                        + "make fewer groups with CASE or WHERE, or ask once for each group"
                );
            }
        }

        return
        [
            .. groups.Values.Select(values =>
                bound.Zip(values.Select(SqlExpression.Constant), (term, value) => value.As(term.Type, term.IsMixed)).ToArray()
            ),
        ];
    }

    private IReadOnlyList<SqlCells> CellsOfPersons(
        SqlScope scope,
        SqlScope entities,
        Identity key,
        List<SqlNode> conditions,
        SqlOutput output,
        Dictionary<SqlNode, SqlExpression> known
    )
    {
        SqlLink link = key.Path[0];
        SqlBinder binder = BinderOf(entities);
        SqlExpression[] there = [.. entities.Joined.Select(s => BindDerived(entities, s))];
        SqlExpression rows = Total(entities, [], scope, key, conditions, null, output.Position);
        SqlExpression[] groups =
        [
            .. output.Groups.Select(g => known.TryGetValue(g, out SqlExpression? value) ? value : binder.Bind(g)),
        ];
        var aggregates = output
            .Aggregates.Select(a => SqlAggregates.Of(a)!)
            .Select(a =>
            {
                List<SqlNode> own = [.. conditions, .. a.Filter is null ? (SqlNode[])[] : [a.Filter]];
                if (a.Argument is SqlNode x && !a.IsDistinct)
                {
                    own.Add(new CallNode(a.Position, "not", [new CallNode(a.Position, "is null", [x])]));
                }

                if (a.Function is not ("count" or "sum" or "avg"))
                {
                    throw new SqlException(
                        a.Position,
                        $"{a.Function} beside count(DISTINCT …) is not supported: count, sum and avg are"
                    );
                }

                RefuseTruth(scope, a);
                return (
                    Aggregate: a,
                    Count: Total(entities, [], scope, key, own, null, a.Position),
                    Sum: a.Function == "count" ? null : Total(entities, [], scope, key, own, a.Argument, a.Position)
                );
            })
            .ToArray();
        bool onlyPersons = output.Least == 0 && output.Aggregates.All(a => a.Distinct);
        bool Passes(SqlValue[] cell) => rows.Evaluate(cell).Exact > 0 && there.All(t => t.Evaluate(cell).IsTrue);
        SqlExpression[] common = [.. there, onlyPersons ? Some(rows) : rows, .. groups];
        SqlExpression[][] own =
        [
            .. aggregates.Select(a =>
                ((SqlExpression?[])[a.Aggregate.IsDistinct ? Some(a.Count) : a.Count, a.Sum]).OfType<SqlExpression>().ToArray()
            ),
        ];
        return
        [
            .. Batches(entities, common, own)
                .Select(batch =>
                {
                    SqlAxes axes = Axes(entities, [.. common, .. batch.SelectMany(i => own[i])], output.Position);
                    SqlSums[] sums =
                    [
                        .. batch
                            .Select(i => aggregates[i])
                            .Select(a => new SqlSums(
                                a.Aggregate.Function,
                                cell =>
                                {
                                    decimal count = a.Count.Evaluate(cell).Exact;
                                    if (count == 0)
                                    {
                                        return (SqlValue.Null, 0);
                                    }

                                    long once = a.Aggregate.IsDistinct ? 1 : (long)count;
                                    return a.Aggregate.IsDistinct || a.Sum is null
                                        ? (SqlValue.True, once)
                                        : (a.Sum.Evaluate(cell), 1);
                                },
                                axes.Cells().Where(Passes),
                                a.Aggregate.Position
                            )
                            {
                                ValueType = a.Sum?.Type ?? SqlNumberType.Whole,
                                Counted = a.Sum is null ? null : cell => (long)a.Count.Evaluate(cell).Exact,
                            }),
                    ];
                    return Cells(
                        link.Entities,
                        batch,
                        axes,
                        groups,
                        Passes,
                        cell => onlyPersons ? 1 : (long)rows.Evaluate(cell).Exact,
                        sums
                    );
                }),
        ];
    }

    private static SqlExpression Some(SqlExpression total) =>
        SqlExpression.Of(SqlKind.Boolean, [total], v => SqlValue.Of(total.Evaluate(v).Exact > 0));
}
