namespace ZkHealth.Statistics;

/// <summary>Refuses what a query asks of columns of dates whose times of day were left out, where answers need them.</summary>
internal static class SqlTimes
{
    // functions that the day alone decides
    private static readonly string[] OfDays =
    [
        "cast date",
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "dayofweek",
        "isodow",
        "dayofyear",
        "monthname",
        "dayname",
        "date_part",
        "date_trunc",
        "is null",
        "count",
    ];

    /// <summary>Refuses a column with times unless the day alone decides, as it does of what is before a day.</summary>
    /// <param name="sql">The query, which has been compiled.</param>
    /// <param name="isTimed">Tells whether a column of a table had times of day.</param>
    /// <exception cref="SqlException">The time of day would decide.</exception>
    public static void Refuse(string sql, Func<string, string, bool> isTimed) =>
        SqlException.Placed(sql, () => Refuse(SqlParser.Parse(sql), [], isTimed));

    private static bool Refuse(SqlQuery query, IReadOnlyList<SqlSource> outer, Func<string, string, bool> isTimed)
    {
        SqlSource[] known = [.. query.Sources, .. outer];
        NameNode? timed = query
            .Nodes.Where(n => !IsOfSelect(n, query))
            .SelectMany(Whole)
            .FirstOrDefault(n => SqlJoins.Meanings(n, known).Any(m => isTimed(m.Table, m.Column)));
        if (timed is not null)
        {
            string name = SqlText.Shown(timed);
            throw new SqlException(
                timed.Position,
                $"'{name}' has times of day, which are left out: write {name}::DATE for the day, or compare it by >= and < with a day"
            );
        }

        return SqlText.Queries(query).All(q => Refuse(q, known, isTimed))
            && query.Sources.Select(s => s.Query).OfType<SqlQuery>().All(q => Refuse(q, [], isTimed));
    }

    /// <summary>Determines whether a term of ORDER BY is a name that SELECT gives.</summary>
    private static bool IsOfSelect(SqlNode node, SqlQuery query) =>
        node is NameNode { Table: null } name
        && query.OrderBy.Any(o => ReferenceEquals(o.Value, node))
        && query.Items.Any(i => name.Name.Equals(i.Alias, StringComparison.OrdinalIgnoreCase));

    /// <summary>The columns within an expression of which not the day alone is asked.</summary>
    private static IEnumerable<NameNode> Whole(SqlNode node)
    {
        if (node is NameNode name)
        {
            return [name];
        }

        SqlNode[] decided = node is CallNode call ? [.. Decided(call)] : [];
        return SqlText.Parts(node).Where(p => p is not NameNode || !decided.Contains(p)).SelectMany(Whole);
    }

    /// <summary>The arguments of a call of which the day alone is asked.</summary>
    private static IEnumerable<SqlNode> Decided(CallNode call) =>
        call switch
        {
            { Distinct: true } => [],
            { Name: ">=" or "<", Arguments: [SqlNode time, SqlNode day] } when IsFixed(day) => [time],
            { Name: "<=" or ">", Arguments: [SqlNode day, SqlNode time] } when IsFixed(day) => [time],
            _ => OfDays.Contains(call.Name) ? call.Arguments : [],
        };

    private static bool IsFixed(SqlNode node) => !SqlText.Within(node).Any(n => n is NameNode or QueryNode);
}
