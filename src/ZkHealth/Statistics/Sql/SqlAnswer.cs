namespace ZkHealth.Statistics;

/// <summary>The answer to a query: columns and rows.</summary>
public sealed class SqlAnswer
{
    internal SqlAnswer(
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<object?>> rows,
        long least,
        IReadOnlyList<string> withheld
    ) => (Columns, Rows, Least, Withheld) = (columns, rows, least, withheld);

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows in the order of ORDER BY: null, a bool, a string, a <see cref="DateOnly"/>, a decimal or a
    /// double.</summary>
    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; }

    /// <summary>Groups of fewer rows are withheld, by HAVING or the smallest count of the question; 0 where all are
    /// shown.</summary>
    public long Least { get; }

    /// <summary>The groups that are withheld, each proven to have fewer rows than <see cref="Least"/>; those without rows are
    /// among them, unless 1 is the least: they are no groups in SQL.</summary>
    public IReadOnlyList<string> Withheld { get; }
}
