namespace ZkHealth.Statistics;

/// <summary>Writes expressions as text: to compare them, and as DuckDB names columns without AS.</summary>
internal static class SqlText
{
    private static readonly string[] Signs = ["+", "-", "*", "/", "//", "%", "||", "and", "or"];

    // beside each comparison its opposite, and what DuckDB writes
    private static readonly string[] Comparisons = ["=", "<>", "<", ">=", "<=", ">"],
        Written = ["=", "!=", "<", ">=", "<=", ">"];

    /// <summary>An expression as text.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="name">Writes a column.</param>
    /// <param name="isKey">Tells whether two expressions of one text are to be one: 1e0 is a double then, and 1.0 is not.</param>
    /// <param name="isHeading">Tells whether dates and truth values are written as DuckDB writes them in headings.</param>
    public static string Of(SqlNode node, Func<NameNode, string> name, bool isKey = false, bool isHeading = false)
    {
        string Part(SqlNode part) => Of(part, name, isKey, isHeading);
        string Many(IEnumerable<SqlNode> nodes, string between) => string.Join(between, nodes.Select(Part));
        string Filter(CallNode call) => call.Filter is null ? "" : $" FILTER (WHERE {Part(call.Filter)})";
        return node switch
        {
            NameNode column => name(column),
            LiteralNode { Value.Kind: SqlKind.Text } text => $"'{text.Value.Text!.Replace("'", "''", StringComparison.Ordinal)}'",
            LiteralNode { Value: { Kind: SqlKind.Number, IsReal: true } } real when isKey => $"{real.Value}e0",
            LiteralNode { Value.Kind: SqlKind.Boolean } truth when isHeading =>
                $"CAST('{(truth.Value.IsTrue ? 't' : 'f')}' AS BOOLEAN)",
            LiteralNode { Value.Kind: SqlKind.Date } date when isHeading => $"CAST('{date.Value}' AS \"DATE\")",
            LiteralNode literal => literal.Value.ToString(),
            CallNode { Name: "not", Arguments: [CallNode inner] } when Test(inner, true, Part) is string negated => negated,
            CallNode { Name: "not" } not => $"(NOT {Part(not.Arguments[0])})",
            CallNode call when Test(call, false, Part) is string test => test,
            CallNode { Star: true } call => $"{call.Name}_star(){Filter(call)}",
            CallNode { Name: "negative" } call => $"-{Part(call.Arguments[0])}",
            CallNode { Name: "coalesce" or "ifnull" } call => $"COALESCE({Many(call.Arguments, ", ")})",
            CallNode call when TypeOf(call.Name) is string type => $"CAST({Part(call.Arguments[0])} AS {type})",
            CallNode call when Signs.Contains(call.Name) => $"({Many(call.Arguments, $" {call.Name.ToUpperInvariant()} ")})",
            CallNode call => $"{call.Name}({(call.Distinct ? "DISTINCT " : "")}{Many(call.Arguments, ", ")}){Filter(call)}",
            CaseNode choice => "CASE "
                + string.Concat(choice.Branches.Select(b => $" WHEN ({Part(b.When)}) THEN ({Part(b.Then)})"))
                + $" ELSE {(choice.Else is null ? "NULL" : Part(choice.Else))} END",
            InFileNode file => $"({Part(file.Value)} IN {Quoted(file.File)}.{Quoted(file.Column)})",
            // a query is like no other, not even one of the same text: names in it have meanings of its own
            _ => $"query {node.Position}",
        };
    }

    /// <summary>A test or a comparison, or the opposite of one, as DuckDB writes it; null of others.</summary>
    private static string? Test(CallNode call, bool isNot, Func<SqlNode, string> part)
    {
        string not = isNot ? "NOT " : "";
        switch (call.Name)
        {
            case "is null":
                return $"({part(call.Arguments[0])} IS {not}NULL)";
            case "is true" or "is false":
                return $"(CAST({part(call.Arguments[0])} AS BOOLEAN) IS {(isNot ? "" : "NOT ")}DISTINCT FROM {call.Name[3..]})";
            case "is distinct":
                return $"({part(call.Arguments[0])} IS {not}DISTINCT FROM {part(call.Arguments[1])})";
            case "in":
                return $"({part(call.Arguments[0])} {not}IN ({string.Join(", ", call.Arguments.Skip(1).Select(part))}))";
            case "and" when IsBetween(call) && !isNot:
                CallNode low = (CallNode)call.Arguments[0],
                    high = (CallNode)call.Arguments[1];
                return $"({part(low.Arguments[0])} BETWEEN {part(low.Arguments[1])} AND {part(high.Arguments[1])})";
            case "like" or "ilike" when call.Arguments[2] is LiteralNode { Value.Text: "" }:
                string sign = $"{(isNot ? "!" : "")}~~{(call.Name == "ilike" ? "*" : "")}";
                return $"({part(call.Arguments[0])} {sign} {part(call.Arguments[1])})";
            case "like" or "ilike":
                return $"main.{(isNot ? "not_" : "")}{call.Name}_escape({string.Join(", ", call.Arguments.Select(part))})";
            default:
                int place = Array.IndexOf(Comparisons, call.Name);
                return place < 0
                    ? null
                    : $"({part(call.Arguments[0])} {Written[isNot ? place ^ 1 : place]} {part(call.Arguments[1])})";
        }
    }

    /// <summary>The type to which a function casts, as DuckDB writes it; null of other functions.</summary>
    private static string? TypeOf(string function) =>
        function switch
        {
            "cast integer" => "INTEGER",
            "cast bigint" => "BIGINT",
            "cast double" => "DOUBLE",
            "cast text" => "VARCHAR",
            "cast date" => "\"DATE\"",
            "cast boolean" => "BOOLEAN",
            _ => null,
        };

    /// <summary>A column in quotes, so that points and quotes in names make no two of them one.</summary>
    public static string Name(NameNode column) =>
        $"{(column.Table is null ? "" : Quoted(column.Table))}.{Quoted(column.Name)}".ToLowerInvariant();

    /// <summary>The name that a column of a derived table has.</summary>
    public static string NameOf(SqlItem item) => item.Alias ?? Of(item.Value, n => n.Name);

    /// <summary>A column as a query has it.</summary>
    public static string Shown(NameNode column) =>
        column.Table is null ? Shown(column.Name) : $"{Shown(column.Table)}.{Shown(column.Name)}";

    /// <summary>A name as a query has it, in quotes where it needs them.</summary>
    public static string Shown(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && name.Length > 0 && !char.IsAsciiDigit(name[0])
            ? name
            : Quoted(name);

    /// <summary>A name in quotes.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Determines whether a conjunction is written BETWEEN: both of its parts stand where it does.</summary>
    public static bool IsBetween(CallNode call) =>
        call.Arguments is [CallNode { Name: ">=" } low, CallNode { Name: "<=" } high]
        && low.Position == call.Position
        && high.Position == call.Position;

    /// <summary>The parts of a condition that are joined by AND.</summary>
    public static IEnumerable<SqlNode> Conjuncts(SqlNode? node) =>
        node is null ? []
        : node is CallNode { Name: "and" } and && !IsBetween(and) ? and.Arguments.SelectMany(Conjuncts)
        : [node];

    /// <summary>The tables that a query and those within it name, in the order of their places.</summary>
    public static IEnumerable<SqlSource> Tables(SqlQuery query)
    {
        foreach (SqlSource source in query.Sources)
        {
            foreach (SqlSource table in source.Query is null ? [source] : Tables(source.Query))
            {
                yield return table;
            }
        }

        foreach (SqlSource table in Queries(query).SelectMany(Tables))
        {
            yield return table;
        }
    }

    /// <summary>The queries in the expressions of a query.</summary>
    public static IEnumerable<SqlQuery> Queries(SqlQuery query) =>
        query
            .Nodes.SelectMany(Within)
            .Select(node =>
                node switch
                {
                    ExistsNode exists => exists.Query,
                    InQueryNode list => list.Query,
                    QueryNode value => value.Query,
                    _ => null,
                }
            )
            .OfType<SqlQuery>();

    /// <summary>All expressions within an expression, itself first; those within queries in it left out.</summary>
    public static IEnumerable<SqlNode> Within(SqlNode node) => Parts(node).SelectMany(Within).Prepend(node);

    /// <summary>The expressions of which an expression is made.</summary>
    public static IEnumerable<SqlNode> Parts(SqlNode node) =>
        node switch
        {
            CallNode call => call.Filter is null ? call.Arguments : [.. call.Arguments, call.Filter],
            CaseNode choice =>
            [
                .. choice.Branches.SelectMany(b => (SqlNode[])[b.When, b.Then]),
                .. choice.Else is null ? (SqlNode[])[] : [choice.Else],
            ],
            InFileNode file => [file.Value],
            InQueryNode query => [query.Value],
            _ => [],
        };
}
