namespace ZkHealth.Statistics;

/// <summary>An expression as it is written.</summary>
/// <param name="Position">The place of its first character, from 1.</param>
internal abstract record SqlNode(int Position);

internal sealed record LiteralNode(int Position, SqlValue Value) : SqlNode(Position);

/// <summary>A column, perhaps of a table that is named.</summary>
internal sealed record NameNode(int Position, string? Table, string Name) : SqlNode(Position);

/// <summary>A function, an aggregate or an operator, under its name in small letters.</summary>
internal sealed record CallNode(int Position, string Name, IReadOnlyList<SqlNode> Arguments) : SqlNode(Position)
{
    public bool Distinct { get; init; }

    /// <summary>count(*).</summary>
    public bool Star { get; init; }

    /// <summary>FILTER (WHERE …).</summary>
    public SqlNode? Filter { get; init; }
}

/// <summary>CASE; with an operand, the conditions are comparisons with it.</summary>
internal sealed record CaseNode(int Position, IReadOnlyList<(SqlNode When, SqlNode Then)> Branches, SqlNode? Else)
    : SqlNode(Position);

/// <summary>value IN (SELECT column FROM 'file').</summary>
internal sealed record InFileNode(int Position, SqlNode Value, string Column, string File) : SqlNode(Position);

/// <summary>EXISTS (SELECT …).</summary>
internal sealed record ExistsNode(int Position, SqlQuery Query) : SqlNode(Position);

/// <summary>value IN (SELECT …).</summary>
internal sealed record InQueryNode(int Position, SqlNode Value, SqlQuery Query) : SqlNode(Position);

/// <summary>(SELECT …) as a value.</summary>
internal sealed record QueryNode(int Position, SqlQuery Query) : SqlNode(Position);

/// <summary>Describes what is selected, and the name that AS gives it.</summary>
/// <param name="Value">The expression.</param>
/// <param name="Alias">The name; null where none is given.</param>
/// <param name="Text">The expression as it is written.</param>
internal sealed record SqlItem(SqlNode Value, string? Alias, string Text);

/// <summary>A table, or a query in parentheses, in FROM.</summary>
internal sealed record SqlSource(int Position, string? Table, SqlQuery? Query, string Alias)
{
    /// <summary>Tells whether the table is written as a file, in single quotes.</summary>
    public bool IsFile { get; init; }
}

/// <summary>A further source; LEFT JOIN keeps rows that name nothing there.</summary>
internal sealed record SqlJoin(bool IsLeft, SqlSource Source, SqlNode? On, IReadOnlyList<SqlWord> Using);

/// <summary>A term of ORDER BY.</summary>
internal sealed record SqlOrder(SqlNode Value, bool Descending, bool NullsFirst);

/// <summary>A query.</summary>
internal sealed record SqlQuery(int Position, IReadOnlyList<SqlItem> Items, SqlSource From, IReadOnlyList<SqlJoin> Joins)
{
    public SqlNode? Where { get; init; }

    public IReadOnlyList<SqlNode> GroupBy { get; init; } = [];

    /// <summary>GROUP BY ALL: by everything selected that is no aggregate.</summary>
    public bool GroupByAll { get; init; }

    public SqlNode? Having { get; init; }

    public IReadOnlyList<SqlOrder> OrderBy { get; init; } = [];
}
