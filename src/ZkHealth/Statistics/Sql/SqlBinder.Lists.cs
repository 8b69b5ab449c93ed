using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>Comparisons with the members of lists, and choices among them.</summary>
internal sealed partial class SqlBinder
{
    /// <summary>Values of a file are numbers beside numbers: 3.00 in the file is 3.</summary>
    private SqlExpression InFile(InFileNode list)
    {
        IReadOnlySet<string> values = file(list);
        var numbers = new Lazy<HashSet<decimal>>(() => [.. values.Select(v => NumberOf(list, v))]);
        var reals = new Lazy<HashSet<double>>(() =>
            [.. values.Select(v => double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))]
        );
        var isReal = new Lazy<bool>(() => numbers.Value.Any(n => n.Scale > 0));
        return Strict(
            list,
            "in file",
            SqlKind.Boolean,
            [list.Value],
            x => SqlValue.Of(x[0].Kind == SqlKind.Number ? Has(x[0]) : values.Contains(x[0].ToString()))
        );

        // a column of a file is one of doubles where one of its numbers has a point
        bool Has(SqlValue x) =>
            isReal.Value || x.IsReal || !x.IsExact ? reals.Value.Contains(x.Real) : numbers.Value.Contains(x.Exact);
    }

    private static decimal NumberOf(InFileNode list, string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no number, and numbers are compared with it"
            );

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
                    SqlValue equal = Equal(
                        call.Position,
                        x[0],
                        part.IsConstant ? part.Evaluate([]) : throw new SqlException(call.Position, "IN takes a list of values")
                    );
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
            return zero is { IsReal: false, Exact.Scale: 0 } ? parts[0].Inner! : parts[0].Inner!.Mixed();
        }

        return SqlExpression.Choice(
            OneKind(call.Position, parts),
            [],
            parts,
            v => parts.Select(p => p.Evaluate(v)).FirstOrDefault(x => !x.IsNull)
        );
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
