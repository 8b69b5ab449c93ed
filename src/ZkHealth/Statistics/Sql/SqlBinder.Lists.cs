namespace ZkHealth.Statistics;

/// <summary>Comparisons with the members of lists, and choices among them.</summary>
internal sealed partial class SqlBinder
{
    private SqlExpression In(CallNode call)
    {
        SqlExpression[] parts = [.. call.Arguments.Select(Bind)];
        foreach (
            (SqlNode node, SqlExpression one) in call
                .Arguments.Zip(parts)
                .Skip(1)
                .Where(p => p.Second is { IsConstant: true, Kind: not SqlKind.Null })
        )
        {
            Told(
                new CallNode(call.Position, "in", [call.Arguments[0], node]),
                SqlExpression.Strict(SqlKind.Boolean, [parts[0]], x => Equal(call.Position, x[0], one.Evaluate([])))
            );
        }

        if (parts[0].Wide is SqlWide wide && parts.Skip(1).All(p => p.IsConstant))
        {
            SqlExpression unknown = SqlExpression.Constant(SqlValue.Null);
            return Logic(
                [
                    .. parts
                        .Skip(1)
                        .Select(p => p.Kind == SqlKind.Null ? unknown : Compared(call.Position, wide, "=", p.Evaluate([]))),
                ],
                SqlValue.True,
                SqlValue.False
            );
        }

        return SqlExpression.Strict(
            SqlKind.Boolean,
            [parts[0]],
            x =>
            {
                if (x[0].IsNull)
                {
                    return SqlValue.Null;
                }

                bool unknown = false;
                foreach (SqlExpression part in parts.Skip(1))
                {
                    if (!part.IsConstant)
                    {
                        throw new SqlException(call.Position, "IN takes a list of values");
                    }

                    SqlValue equal = Equal(call.Position, x[0], part.Evaluate([]));
                    if (equal.IsTrue)
                    {
                        return SqlValue.True;
                    }

                    unknown |= equal.IsNull;
                }

                return unknown ? SqlValue.Null : SqlValue.False;
            }
        );
    }

    private SqlExpression Distinct(CallNode call)
    {
        SqlExpression left = Bind(call.Arguments[0]),
            right = Bind(call.Arguments[1]);
        return SqlExpression.Of(
            SqlKind.Boolean,
            [left, right],
            v =>
            {
                SqlValue a = left.Evaluate(v),
                    b = right.Evaluate(v);
                return SqlValue.Of(a.IsNull || b.IsNull ? a.IsNull != b.IsNull : Equal(call.Position, a, b).IsFalse);
            }
        );
    }

    /// <summary>A count or sum of a derived table is 0 where it has no row: coalesce(n, 0) is the total as it is.</summary>
    private SqlExpression Coalesce(CallNode call)
    {
        SqlExpression[] parts = [.. call.Arguments.Select(Bind)];
        if (
            parts is [{ IsZeroUnderGuard: true }, { IsConstant: true }]
            && parts[1].Evaluate([]) is { IsWhole: true, Exact: 0 } zero
        )
        {
            // the total is never NULL; 0.0 makes a decimal of it, and 0e0 a double
            SqlExpression total = parts[0].Inner!;
            return zero.Type == SqlNumberType.Whole
                ? total
                : SqlExpression.Choice(SqlKind.Number, [], [total, parts[1]], total.Evaluate);
        }

        return SqlExpression.Choice(
            OneKind(call.Position, parts),
            [],
            parts,
            v => parts.Select(p => p.Evaluate(v)).FirstOrDefault(x => !x.IsNull)
        );
    }

    /// <summary>A comparison of a wide column with a value; null for others.</summary>
    private SqlExpression? OfWide(CallNode call)
    {
        if (call.Name is not ("=" or "<>" or "<" or "<=" or ">" or ">=") || !call.Arguments.Any(a => a is NameNode))
        {
            return null;
        }

        return Bind(call.Arguments[0]) is { Wide: SqlWide left } && Bind(call.Arguments[1]) is { IsConstant: true } right
                ? Compared(call.Position, left, call.Name, right.Evaluate([]))
            : Bind(call.Arguments[1]) is { Wide: SqlWide other } && Bind(call.Arguments[0]) is { IsConstant: true } limit
                ? Compared(call.Position, other, Turned(call.Name), limit.Evaluate([]))
            : null;
    }

    /// <summary>Whole years between two columns of dates, or a comparison of both; null for others.</summary>
    private SqlExpression? OfDates(CallNode call)
    {
        if (call.Name is "=" or "<>" or "<" or "<=" or ">" or ">=")
        {
            return OrderOfDates(call);
        }

        if (SqlMovedDate.Difference(call) is var (earlier, later))
        {
            return dates?.Invoke("days", earlier, later);
        }

        (string Function, NameNode From, NameNode To)? asked = call switch
        {
            { Name: "date_sub" or "datesub", Arguments: [LiteralNode part, NameNode a, NameNode b] } when IsYear(part) => (
                "date_sub",
                a,
                b
            ),
            { Name: "date_diff" or "datediff", Arguments: [LiteralNode part, NameNode a, NameNode b] } when IsYear(part) => (
                "date_diff",
                a,
                b
            ),
            { Name: "date_part", Arguments: [LiteralNode part, CallNode { Name: "age", Arguments: [NameNode b, NameNode a] }] }
                when IsYear(part) => ("age", a, b),
            { Name: "year", Arguments: [CallNode { Name: "age", Arguments: [NameNode b, NameNode a] }] } => ("age", a, b),
            _ => null,
        };
        return asked is var (function, from, to) ? dates?.Invoke(function, new(from), new(to)) : null;
    }

    /// <summary>A comparison of two columns of dates, perhaps moved: of the days between them with a number, or of their
    /// order.</summary>
    private SqlExpression? OrderOfDates(CallNode call)
    {
        if (
            dates is null
            || SqlMovedDate.Of(call.Arguments[0]) is not SqlMovedDate left
            || SqlMovedDate.Of(call.Arguments[1]) is not SqlMovedDate right
        )
        {
            return null;
        }

        // left > right + 7 is left - right > 7
        int days = right.Days - left.Days;
        if (dates("days", right with { Days = 0 }, left with { Days = 0 }) is SqlExpression between)
        {
            return Ordered(between, days);
        }

        return dates("compare", left, right) is SqlExpression order ? Ordered(order, 0) : null;

        SqlExpression Ordered(SqlExpression value, int limit) =>
            SqlExpression.Strict(
                SqlKind.Boolean,
                [value],
                x => x[0].IsNull ? SqlValue.Null : SqlFunctions.Apply(call.Name, [x[0], SqlValue.Of((decimal)limit)])
            );
    }

    /// <summary>Days between two dates and a whole number that is added or taken off: they are summed by digits as days
    /// are.</summary>
    private SqlExpression? OfDays(CallNode call)
    {
        if (
            call.Name is not ("+" or "-")
            || SqlMovedDate.Difference(call.Arguments[0]) is null
            || SqlMovedDate.WholeOf(call.Arguments[1]) is not int more
            || Bind(call.Arguments[0]) is not { Digits: (SqlExpression high, SqlExpression low) } days
        )
        {
            return null;
        }

        SqlValue Moved(SqlValue x) => SqlFunctions.Apply(call.Name, [x, SqlValue.Of((decimal)more)]);
        return SqlExpression.SumOf(
            SqlExpression.Strict(SqlKind.Number, [high], x => Moved(x[0])),
            low,
            v => Moved(days.Evaluate(v))
        );
    }

    private static bool IsYear(LiteralNode part) => part.Value.Kind == SqlKind.Text && SqlDates.IsYear(part.Value.Text!);

    /// <summary>The comparison with both sides exchanged.</summary>
    private static string Turned(string comparison) =>
        comparison switch
        {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            _ => comparison,
        };

    private static SqlExpression Compared(int position, SqlWide wide, string comparison, SqlValue limit)
    {
        try
        {
            return limit.IsNull ? SqlExpression.Constant(SqlValue.Null) : wide.Compare(comparison, limit);
        }
        catch (FormatException e)
        {
            throw new SqlException(position, e.Message);
        }
    }

    private static SqlValue Equal(int position, SqlValue a, SqlValue b)
    {
        try
        {
            return SqlFunctions.Apply("=", [a, b]);
        }
        catch (FormatException e)
        {
            throw new SqlException(position, e.Message);
        }
    }
}
