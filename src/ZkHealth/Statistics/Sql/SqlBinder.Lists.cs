using System.Globalization;
using System.Text.RegularExpressions;

namespace ZkHealth.Statistics;

/// <summary>Comparisons with the members of lists, and choices among them.</summary>
internal sealed partial class SqlBinder
{
    /// <summary>Values of a file are numbers beside numbers: 3.00 in the file is 3. A blank one is NULL, and makes NULL of what
    /// is none of the others.</summary>
    private SqlExpression InFile(InFileNode list)
    {
        HashSet<string> values = [.. file(list)];
        if (values.Count == 0)
        {
            throw new SqlException(list.Position, $"the file '{list.File}' has no values in that column: IN needs one or more");
        }

        SqlValue otherwise = values.Remove("") ? SqlValue.Null : SqlValue.False;
        var truths = new Lazy<HashSet<bool>>(() => [.. values.Select(v => TruthOf(list, v))]);
        var days = new Lazy<HashSet<DateOnly>>(() => [.. values.Select(v => DayOf(list, v))]);
        var numbers = new Lazy<HashSet<decimal>>(() => [.. values.Select(v => NumberOf(list, v))]);
        var reals = new Lazy<HashSet<double>>(() =>
            [.. values.Select(v => double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))]
        );
        var kind = new Lazy<string?>(() => KindOf(values));
        var isReal = new Lazy<bool>(() => numbers.Value.Any(n => n.Scale > 0));
        return Strict(list, "in file", SqlKind.Boolean, [list.Value], x => Has(x[0]) ? SqlValue.True : otherwise);

        bool Has(SqlValue x) =>
            x.Kind switch
            {
                SqlKind.Boolean => truths.Value.Contains(x.IsTrue),
                SqlKind.Number => HasNumber(x),
                SqlKind.Date => days.Value.Contains(x.Day),
                _ => HasText(x.Text!),
            };

        bool HasText(string text)
        {
            if (kind.Value is not string others)
            {
                return values.Contains(text);
            }

            return KindOf([text]) == others && others != Times
                ? Has(others == Numerals ? SqlValue.Of(NumberOf(list, text)) : SqlValue.Of(TruthOf(list, text)))
                : throw new SqlException(
                    list.Position,
                    $"the file '{list.File}' has {others} alone, and '{text}' is none: DuckDB compares texts with texts, so write them in the query, IN ('…', …)"
                );
        }

        // a column of a file is one of doubles where one of its numbers has a point
        bool HasNumber(SqlValue x) =>
            isReal.Value || x.IsReal || !x.IsExact ? reals.Value.Contains(x.Real) : numbers.Value.Contains(x.Exact);
    }

    /// <summary>Finds what DuckDB makes of values of a file that are all of one kind, in words; null for texts.</summary>
    private static string? KindOf(IReadOnlyCollection<string> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        if (values.All(v => Time().IsMatch(v)))
        {
            return Times;
        }

        return values.All(v => Numeral().IsMatch(v)) ? Numerals
            : values.All(v => Truths().IsMatch(v)) ? "truth values"
            : null;
    }

    private const string Numerals = "numbers",
        Times = "dates or times";

    [GeneratedRegex(@"^(-?(0|[1-9]\d*|(?=\.\d))(\.\d*)?([eE][-+]?\d+)?|0[xX][0-9a-fA-F]+)$")]
    private static partial Regex Numeral();

    [GeneratedRegex("^(true|false|t|f|yes|no|1|0)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Truths();

    [GeneratedRegex(@"^\d+([-/]\d+[-/]\d+([ T].*)?|:\d+(:.*)?)$")]
    private static partial Regex Time();

    // what is written otherwise makes texts of a column of DuckDB, which it does not compare with others
    private static bool TruthOf(InFileNode list, string text) =>
        text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "1" => true,
            "false" or "f" or "no" or "0" => false,
            _ => throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no truth value, true or false, and truth values are compared with it"
            ),
        };

    private static decimal NumberOf(InFileNode list, string text) =>
        text[0] != '+'
        && !(text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]))
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no number such as 2, without + and zeros before it, and numbers are compared with it"
            );

    private static DateOnly DayOf(InFileNode list, string text) =>
        SqlFunctions.TryDay(text, out DateOnly day)
            ? day
            : throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no date such as 2026-05-01, and dates are compared with it"
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
