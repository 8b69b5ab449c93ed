namespace ZkHealth.Statistics;

/// <summary>Writes expressions as text: to compare them, and as DuckDB names columns without AS.</summary>
internal static class SqlText
{
    private static readonly string[] Signs = ["+", "-", "*", "/", "//", "%", "||", "=", "<>", "<", "<=", ">", ">=", "and", "or"];

    /// <summary>An expression as text.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="name">Writes a column.</param>
    /// <param name="isKey">Tells whether two expressions of one text are to be one: 1e0 is a double then, and 1.0 is not.</param>
    public static string Of(SqlNode node, Func<NameNode, string> name, bool isKey = false)
    {
        string Part(SqlNode part) => Of(part, name, isKey);
        string Many(IEnumerable<SqlNode> nodes, string between) => string.Join(between, nodes.Select(Part));
        string Filter(CallNode call) => call.Filter is null ? "" : $" FILTER (WHERE {Part(call.Filter)})";
        return node switch
        {
            NameNode column => name(column),
            LiteralNode { Value.Kind: SqlKind.Text } text => $"'{text.Value.Text!.Replace("'", "''", StringComparison.Ordinal)}'",
            LiteralNode { Value: { Kind: SqlKind.Number, IsReal: true } } real when isKey => $"{real.Value}e0",
            LiteralNode literal => literal.Value.ToString(),
            CallNode { Star: true } call => $"{call.Name}_star(){Filter(call)}",
            CallNode { Name: "negative" } call => $"-{Part(call.Arguments[0])}",
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
