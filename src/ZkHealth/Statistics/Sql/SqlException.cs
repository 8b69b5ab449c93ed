namespace ZkHealth.Statistics;

/// <summary>SQL that cannot be answered: where it stands, why, and what to write in its place.</summary>
public sealed class SqlException : FormatException
{
    internal SqlException(int position, string problem)
        : base(problem) => Position = position;

    /// <summary>The place in the text, the first character being 1.</summary>
    public int Position { get; }

    /// <summary>Describes the place, the problem and what to do.</summary>
    public override string Message => $"SQL, character {Position}: {base.Message}";
}
