namespace ZkHealth.Statistics;

/// <summary>Refuses arguments of functions and operators whose types DuckDB does not take, by what is known before any value
/// is.</summary>
internal sealed partial class SqlBinder
{
    private static readonly string[] OfNumbers =
    [
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "negative",
        "abs",
        "floor",
        "ceil",
        "ceiling",
        "round",
    ];

    private static void RefuseTypes(SqlNode node, string function, IReadOnlyList<SqlNode> arguments, SqlExpression[] parts)
    {
        string name = function == "negative" ? "-" : function;
        if (OfNumbers.Contains(function) && !parts.Any(p => p.Kind == SqlKind.Date))
        {
            Refuse(
                Array.FindIndex(parts, p => p.Kind == SqlKind.Text),
                what => $"{name} takes numbers, and {what} is a text: let CASE make a number of each of its values"
            );
        }

        if (OfNumbers.Contains(function))
        {
            Refuse(
                Array.FindIndex(parts, p => p.Kind == SqlKind.Boolean),
                what => $"{name} takes numbers, and {what} is a truth value: CAST({what} AS INTEGER) is 0 or 1"
            );
        }

        Refuse(TextAt(function, parts), what => $"{name} takes texts, and {what} is none: CAST({what} AS VARCHAR)");
        Refuse(
            DateAt(function, parts),
            what => $"{name} takes a date, and {what} is a text: DATE '2026-05-01', or CAST({what} AS DATE)"
        );
        if (function is "left" or "right" or "substr" or "substring" or "make_date")
        {
            Refuse(
                Array.FindIndex(parts, p => p.Kind == SqlKind.Number && p.Type != SqlNumberType.Whole),
                what => $"{name} takes whole numbers, and {what} is another: CAST({what} AS INTEGER)"
            );
        }

        int by = ShiftAt(function, parts);
        Refuse(
            by >= 0 && parts[by].Kind == SqlKind.Number && !IsInteger(arguments[by]) ? by : -1,
            what => $"{name} takes an INTEGER here, and {what} is a BIGINT or no whole number: CAST({what} AS INTEGER)"
        );
        Refuse(
            function == "strftime" ? Array.FindIndex(parts, p => p.Kind == SqlKind.Text && !p.IsConstant) : -1,
            what => $"strftime takes a fixed format, such as '%Y-%m', and {what} is none"
        );
        if (function == "//" && parts.Any(p => p.Kind == SqlKind.Number && p.Type != SqlNumberType.Whole))
        {
            throw new SqlException(node.Position, SqlFunctions.WholeQuotients);
        }

        if (function is "cast text" or "||" && parts.Any(p => p.IsMixed))
        {
            throw new SqlException(
                node.Position,
                "the text depends on the type of what CASE chooses among or sum adds up: numbers are written with the digits of all of them, "
                    + "a date beside a time with the time of day: CAST each result of CASE to VARCHAR, and show a sum as a number"
            );
        }

        void Refuse(int argument, Func<string, string> reason)
        {
            if (argument >= 0)
            {
                throw new SqlException(node.Position, reason(SqlText.Of(arguments[argument], SqlText.Shown)));
            }
        }
    }

    /// <summary>The place of an argument that is no text where a text is asked for; -1 for none.</summary>
    private static int TextAt(string function, SqlExpression[] parts) =>
        function switch
        {
            "like" or "ilike" or "starts_with" or "prefix" or "ends_with" or "suffix" or "contains" => Array.FindIndex(
                parts,
                p => p.Kind is not (SqlKind.Text or SqlKind.Null)
            ),
            "lower"
            or "upper"
            or "trim"
            or "length"
            or "left"
            or "right"
            or "substr"
            or "substring" when parts[0].Kind is not (SqlKind.Text or SqlKind.Null) => 0,
            _ => -1,
        };

    /// <summary>The place of the argument that is a date and no text that reads like one; -1 for none.</summary>
    private static int DateAt(string function, SqlExpression[] parts)
    {
        int place = function switch
        {
            "year" or "month" or "day" or "quarter" or "week" or "dayofweek" or "isodow" or "dayofyear" => 0,
            "monthname" or "dayname" => 0,
            "date_part" or "date_trunc" => 1,
            "-" when parts[0].Kind == SqlKind.Date => 1,
            "strftime" or "age" when parts[1].Kind is not SqlKind.Date => 0,
            "date_diff" or "datediff" or "date_sub" or "datesub" when parts[2].Kind is not SqlKind.Date => 1,
            _ => -1,
        };
        bool isKept = function is "year" or "month" or "quarter" or "date_part" && parts[place].IsMonth;
        return place >= 0 && parts[place].Kind == SqlKind.Text && !isKept ? place : -1;
    }

    /// <summary>The place of the argument that is an INTEGER: the days that move a date, the digits of round; -1 for
    /// none.</summary>
    private static int ShiftAt(string function, SqlExpression[] parts) =>
        function switch
        {
            "+" when parts[1].Kind == SqlKind.Date => 0,
            "+" or "-" when parts[0].Kind == SqlKind.Date => 1,
            "round" when parts.Length == 2 => 1,
            _ => -1,
        };

    /// <summary>Determines whether a number is an INTEGER in DuckDB by how it is written: columns and most functions are of
    /// BIGINT.</summary>
    private static bool IsInteger(SqlNode node) =>
        node switch
        {
            LiteralNode
            {
                Value: { Kind: SqlKind.Number, Type: SqlNumberType.Whole, Exact: >= int.MinValue and <= int.MaxValue }
            } => true,
            LiteralNode literal => literal.Value.IsNull,
            CallNode { Name: "cast integer" } => true,
            CallNode { Name: "if", Arguments: [_, SqlNode then, SqlNode otherwise] } => IsInteger(then) && IsInteger(otherwise),
            CallNode { Name: "+" or "-" or "*" or "//" or "%" or "negative" or "abs" or "coalesce" or "ifnull" } call =>
                call.Arguments.All(IsInteger),
            CallNode { Name: "nullif" or "greatest" or "least" } call => call.Arguments.All(IsInteger),
            CaseNode choice => choice.Branches.All(b => IsInteger(b.Then)) && (choice.Else is null || IsInteger(choice.Else)),
            _ => false,
        };
}
