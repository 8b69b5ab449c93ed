namespace ZkHealth.Statistics;

/// <summary>
/// Measures a part of a query: its nesting, and the number of parts within it. What stands in two places, as the value of BETWEEN
/// does in two comparisons, counts twice. Whatever goes through a query calls itself for each part, so that both are bounded.
/// </summary>
internal readonly record struct SqlExtent(int Depth, long Size)
{
    private const int MaxDepth = 1024,
        MaxSize = 1 << 16;

    /// <summary>The extent of what is made of parts.</summary>
    /// <exception cref="SqlException">It is too deep or too large.</exception>
    public static SqlExtent Of(int position, IEnumerable<SqlExtent> parts)
    {
        (int depth, long size) = (0, 0);
        foreach (SqlExtent part in parts)
        {
            (depth, size) = (Math.Max(depth, part.Depth), size + part.Size);
        }

        if (depth >= MaxDepth)
        {
            throw new SqlException(position, $"more than {MaxDepth} terms within each other: split the question");
        }

        if (size >= MaxSize)
        {
            throw new SqlException(position, $"more than {MaxSize} terms, those that stand for several counted: split it");
        }

        return new SqlExtent(depth + 1, size + 1);
    }
}

/// <summary>An expression as it is written.</summary>
internal abstract record SqlNode
{
    protected SqlNode(int position, params IEnumerable<SqlNode?> parts)
        : this(position, parts.OfType<SqlNode>().Select(p => p.Extent)) { }

    protected SqlNode(int position, IEnumerable<SqlExtent> parts) =>
        (Position, Extent) = (position, SqlExtent.Of(position, parts));

    /// <summary>The place of its first character, from 1.</summary>
    public int Position { get; init; }

    public SqlExtent Extent { get; private protected init; }
}

internal sealed record LiteralNode(int Position, SqlValue Value) : SqlNode(Position);

/// <summary>A column, perhaps of a table that is named.</summary>
internal sealed record NameNode(int Position, string? Table, string Name) : SqlNode(Position)
{
    /// <summary>Tells whether it is written in double quotes, as texts are in other languages.</summary>
    public bool IsQuoted { get; init; }
}

/// <summary>A function, an aggregate or an operator, under its name in small letters.</summary>
internal sealed record CallNode(int Position, string Name, IReadOnlyList<SqlNode> Arguments)
    // the first argument of nullif is compared and is the value
    : SqlNode(Position, Name == "nullif" ? [.. Arguments, .. Arguments.Take(1)] : Arguments)
{
    public bool Distinct { get; init; }

    /// <summary>count(*).</summary>
    public bool Star { get; init; }

    /// <summary>FILTER (WHERE …).</summary>
    public SqlNode? Filter
    {
        get;
        init
        {
            field = value;
            Extent = value is null ? Extent : SqlExtent.Of(Position, [Extent, value.Extent]);
        }
    }
}

/// <summary>CASE; with an operand, the conditions are comparisons with it.</summary>
internal sealed record CaseNode(int Position, IReadOnlyList<(SqlNode When, SqlNode Then)> Branches, SqlNode? Else)
    : SqlNode(Position, [.. Branches.SelectMany(b => (SqlNode[])[b.When, b.Then]), Else]);

/// <summary>value IN (SELECT column FROM 'file').</summary>
internal sealed record InFileNode(int Position, SqlNode Value, string Column, string File) : SqlNode(Position, Value);

/// <summary>EXISTS (SELECT …).</summary>
internal sealed record ExistsNode(int Position, SqlQuery Query) : SqlNode(Position, [Query.Extent]);

/// <summary>value IN (SELECT …).</summary>
internal sealed record InQueryNode(int Position, SqlNode Value, SqlQuery Query) : SqlNode(Position, [Value.Extent, Query.Extent]);

/// <summary>(SELECT …) as a value.</summary>
internal sealed record QueryNode(int Position, SqlQuery Query) : SqlNode(Position, [Query.Extent]);

/// <summary>An item that is selected, and the name that AS gives it.</summary>
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

    /// <summary>All its expressions, those within queries in it left out.</summary>
    public IEnumerable<SqlNode> Nodes =>
        (
            (IEnumerable<SqlNode?>)
                [
                    .. Items.Select(i => i.Value),
                    .. Joins.Select(j => j.On),
                    Where,
                    .. GroupBy,
                    Having,
                    .. OrderBy.Select(o => o.Value),
                ]
        ).OfType<SqlNode>();

    /// <summary>All its sources.</summary>
    public IEnumerable<SqlSource> Sources => Joins.Select(j => j.Source).Prepend(From);

    /// <summary>The extent of all that it holds, measured where it is read.</summary>
    public SqlExtent Extent { get; init; }
}
