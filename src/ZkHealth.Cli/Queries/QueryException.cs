namespace ZkHealth.Cli.Queries;

/// <summary>A condition that cannot be read: where it goes wrong, from 1, and why.</summary>
internal sealed class QueryException(int position, string problem) : Exception($"at character {position}: {problem}")
{
    public int Position { get; } = position;
}
