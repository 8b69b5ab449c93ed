namespace ZkHealth.Statistics;

/// <summary>Gives the names in an expression their meaning, and the operators theirs.</summary>
/// <param name="name">The meaning of a column.</param>
/// <param name="special">The meaning of what is no function of values: aggregates, groups, queries; null for the others.</param>
/// <param name="file">The values of a file.</param>
/// <param name="compared">Told each comparison; null to tell none.</param>
/// <param name="dates">Functions of two columns of dates that are derived; null for none.</param>
internal sealed partial class SqlBinder(
    Func<NameNode, SqlExpression> name,
    Func<SqlNode, SqlExpression?> special,
    Func<InFileNode, IReadOnlySet<string>> file,
    Action<CallNode, SqlExpression>? compared = null,
    Func<string, SqlMovedDate, SqlMovedDate, SqlExpression?>? dates = null
)
{
    private static readonly string[] Comparisons =
    [
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "like",
        "ilike",
        "starts_with",
        "prefix",
        "suffix",
        "ends_with",
        "contains",
    ];

    private static readonly string[] NotStrict =
    [
        "and",
        "or",
        "not",
        "in",
        "is null",
        "is true",
        "is false",
        "is distinct",
        "coalesce",
        "ifnull",
        "if",
        "nullif",
        "greatest",
        "least",
    ];

    /// <summary>Refuses a function that is not known, naming those that are.</summary>
    public static SqlException? Unknown(SqlNode node) =>
        node is CallNode call
        && SqlAggregates.Of(call) is null
        && !SqlFunctions.IsKnown(call.Name)
        && !NotStrict.Contains(call.Name)
            ? new SqlException(
                call.Position,
                $"{call.Name} is not supported; functions are {string.Join(", ", SqlFunctions.Names)}, coalesce, nullif, if, greatest, least"
            )
            : null;

    public SqlExpression Bind(SqlNode node)
    {
        SqlWork.Spend(1);
        if (special(node) is SqlExpression own)
        {
            return own;
        }

        switch (node)
        {
            case LiteralNode literal:
                return SqlExpression.Constant(literal.Value);
            case NameNode column:
                return name(column);
            case CaseNode choice:
                return Case(choice);
            case InFileNode list:
                return Told(new CallNode(list.Position, "in file", [list]), InFile(list));
            case CallNode call:
                return Call(call);
            default:
                throw new SqlException(node.Position, "a query is not supported here: ask it on its own");
        }
    }

    private SqlExpression Case(CaseNode node)
    {
        var branches = node.Branches.Select(b => (When: Truth(b.When), Then: Bind(b.Then))).ToArray();
        SqlExpression otherwise = node.Else is null ? SqlExpression.Constant(SqlValue.Null) : Bind(node.Else);
        SqlExpression[] results = [.. branches.Select(b => b.Then), otherwise];
        return SqlExpression.Choice(
            OneKind(node.Position, results),
            [.. branches.Select(b => b.When)],
            results,
            values =>
            {
                foreach ((SqlExpression when, SqlExpression then) in branches)
                {
                    if (when.Evaluate(values).IsTrue)
                    {
                        return then.Evaluate(values);
                    }
                }

                return otherwise.Evaluate(values);
            }
        );
    }

    private SqlExpression Call(CallNode call)
    {
        if (
            call.Name is "sum" or "avg" or "count" or "count_if" or "mean" or "bool_or"
            || SqlAggregates.Refusal(call.Name) is not null
        )
        {
            throw new SqlException(
                call.Position,
                SqlAggregates.Refusal(call.Name)
                    ?? $"{call.Name} stands in SELECT, HAVING or ORDER BY, and not within another aggregate"
            );
        }

        switch (call.Name)
        {
            case "and":
                SqlExpression all = Logic([.. call.Arguments.Select(Truth)], SqlValue.False, SqlValue.True);
                return SqlText.IsBetween(call) ? Told(call, all) : all;
            case "or":
                return Logic([.. call.Arguments.Select(Truth)], SqlValue.True, SqlValue.False);
            case "not":
                return Strict(call, "not", SqlKind.Boolean, call.Arguments, x => SqlValue.Of(!x[0].IsTrue), Truth);
            case "is null":
                SqlExpression tested = Bind(call.Arguments[0]);
                if (tested.Wide is SqlWide wide)
                {
                    return wide.IsNull();
                }

                return tested.Guard is SqlExpression guard
                    ? SqlExpression.Of(
                        SqlKind.Boolean,
                        [guard, tested.Inner!],
                        v => SqlValue.Of(guard.Evaluate(v).IsTrue || tested.Inner!.Evaluate(v).IsNull)
                    )
                    : SqlExpression.Of(SqlKind.Boolean, [tested], v => SqlValue.Of(tested.Evaluate(v).IsNull));
            case "is true" or "is false":
                SqlExpression truth = Truth(call.Arguments[0]);
                bool wanted = call.Name == "is true";
                return SqlExpression.Of(
                    SqlKind.Boolean,
                    [truth],
                    v => SqlValue.Of(wanted ? truth.Evaluate(v).IsTrue : truth.Evaluate(v).IsFalse)
                );
            case "is distinct":
                return Distinct(call);
            case "in":
                return In(call);
            case "coalesce" or "ifnull":
                return Coalesce(call);
            case "if" when call.Arguments.Count == 3:
                return Case(new CaseNode(call.Position, [(call.Arguments[0], call.Arguments[1])], call.Arguments[2]));
            case "nullif" when call.Arguments.Count == 2:
                return Case(
                    new CaseNode(
                        call.Position,
                        [(new CallNode(call.Position, "=", call.Arguments), new LiteralNode(call.Position, SqlValue.Null))],
                        call.Arguments[0]
                    )
                );
            case "greatest" or "least":
                int sign = call.Name == "greatest" ? 1 : -1;
                SqlExpression[] among = [.. call.Arguments.Select(Bind)];
                return SqlExpression.Choice(
                    OneKind(call.Position, among),
                    [],
                    among,
                    v =>
                        among
                            .Select(x => x.Evaluate(v))
                            .Where(x => !x.IsNull)
                            .Aggregate(SqlValue.Null, (a, b) => a.IsNull || sign * SqlValue.Compare(b, a) > 0 ? b : a)
                );
        }

        if (!SqlFunctions.IsStrict(call.Name, call.Arguments.Count) || call.Star || call.Distinct || call.Filter is not null)
        {
            throw Unknown(call)
                ?? new SqlException(
                    call.Position,
                    $"{call.Name} is not supported in this form, with {call.Arguments.Count} arguments"
                );
        }

        if ((OfWide(call) ?? OfDates(call) ?? OfDays(call)) is SqlExpression derived)
        {
            return derived;
        }

        SqlExpression value = Strict(call, call.Name, null, call.Arguments, x => SqlFunctions.Apply(call.Name, x));
        return Comparisons.Contains(call.Name) ? Told(call, value) : value;
    }

    private SqlExpression Told(CallNode node, SqlExpression condition)
    {
        compared?.Invoke(node, condition);
        return condition;
    }

    private SqlExpression Strict(
        SqlNode node,
        string function,
        SqlKind? kind,
        IReadOnlyList<SqlNode> arguments,
        Func<SqlValue[], SqlValue> apply,
        Func<SqlNode, SqlExpression>? bind = null
    )
    {
        SqlExpression[] parts = [.. arguments.Select(bind ?? Bind)];
        RefuseTypes(node, function, arguments, parts);
        bool isTime = function == "date_trunc" || (function is "+" or "-" && parts.Any(p => p.Kind == SqlKind.Interval));
        SqlExpression strict = SqlExpression.Strict(
            kind ?? SqlFunctions.KindOf(function, [.. parts.Select(p => p.Kind)]),
            parts,
            x =>
            {
                try
                {
                    return Array.Exists(x, v => v.IsNull) ? SqlValue.Null : apply(x);
                }
                catch (Exception e) when (e is FormatException and not SqlException or OverflowException)
                {
                    throw new SqlException(node.Position, e.Message);
                }
            },
            isTime,
            SqlFunctions.TypeOf(function)
        );
        return strict.IsConstant ? SqlExpression.Constant(strict.Evaluate([])) : strict;
    }

    /// <summary>A condition.</summary>
    public SqlExpression Truth(SqlNode node)
    {
        SqlExpression condition = Bind(node);
        return condition.Kind is SqlKind.Boolean or SqlKind.Null
            ? condition
            : throw new SqlException(node.Position, "expected a condition, such as age >= 65");
    }

    /// <summary>AND and OR: <paramref name="decisive"/> decides, NULL is left where nothing does.</summary>
    private static SqlExpression Logic(SqlExpression[] parts, SqlValue decisive, SqlValue otherwise) =>
        SqlExpression.Of(
            SqlKind.Boolean,
            parts,
            values =>
            {
                bool unknown = false;
                foreach (SqlExpression part in parts)
                {
                    SqlValue value = part.Evaluate(values);
                    if (value == decisive)
                    {
                        return decisive;
                    }

                    unknown |= value.IsNull;
                }

                return unknown ? SqlValue.Null : otherwise;
            }
        );

    private static SqlKind OneKind(int position, IEnumerable<SqlExpression> results)
    {
        SqlKind[] kinds = [.. results.Select(r => r.Kind).Where(k => k != SqlKind.Null).Distinct()];
        return kinds.Length switch
        {
            0 => SqlKind.Null,
            1 => kinds[0],
            _ => throw new SqlException(position, $"expected results of one kind, got {string.Join(" and ", kinds)}"),
        };
    }
}
