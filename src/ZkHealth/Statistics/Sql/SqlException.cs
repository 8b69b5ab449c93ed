namespace ZkHealth.Statistics;

/// <summary>SQL that cannot be answered: where it stands, why, and what to write in its place.</summary>
public sealed class SqlException : FormatException
{
    private readonly string _place;

    internal SqlException(int position, string problem)
        : base(problem) => (Position, _place) = (position, $"character {position}");

    private SqlException(SqlException inner, int line, int column)
        : base(inner.Problem) => (Position, _place) = (inner.Position, $"line {line}, character {column}");

    /// <summary>The place in the text, the first character being 1.</summary>
    public int Position { get; }

    /// <summary>The place, the problem and what to do.</summary>
    public override string Message => $"SQL, {_place}: {Problem}";

    /// <summary>The problem and what to do, without the place.</summary>
    internal string Problem => base.Message;

    /// <summary>Does something with a query; of a text of several lines an error names the line.</summary>
    /// <exception cref="SqlException">The query is not supported.</exception>
    internal static T Placed<T>(string sql, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (SqlException e) when (sql.AsSpan().TrimEnd().Contains('\n'))
        {
            ReadOnlySpan<char> before = sql.AsSpan(0, Math.Clamp(e.Position - 1, 0, sql.Length));
            throw new SqlException(e, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
        }
    }
}
