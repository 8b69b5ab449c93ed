using Spectre.Console.Rendering;

namespace ZkHealth.Cli.Queries;

/// <summary>A condition that cannot be read: where it goes wrong, from 1, and why.</summary>
internal sealed class QueryException(int position, string problem) : Exception($"at character {position}: {problem}")
{
    /// <summary>Tells how much of a long condition is shown before and behind the place.</summary>
    private const int Around = 60;

    public int Position { get; } = position;

    /// <summary>The condition near the place as a line, and a caret under the place in the next, also behind characters of two
    /// cells.</summary>
    public string Show(string text)
    {
        int at = Math.Clamp(Position - 1, 0, text.Length),
            from = Math.Max(0, at - Around),
            to = Math.Min(text.Length, at + Around);
        string before = OneLine(text[from..at]),
            left = from > 0 ? "…" : "",
            right = to < text.Length ? "…" : "";
        return $"  {left}{before}{OneLine(text[at..to])}{right}\n  {new string(' ', left.Length + Math.Max(0, new Segment(before).CellCount()))}^";
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
