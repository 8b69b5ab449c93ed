using System.Globalization;
using System.Text;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>
/// A graph as one line of text for each node and an arc on the left for each step, so that letters keep their size on a phone and
/// on paper. Arcs that run down bend to the left of the dots, those that run up too, with a mark at their end.
/// </summary>
internal static class ArcDiagram
{
    /// <summary>More nodes than these are left to the table.</summary>
    public const int MaxNodes = 120;

    private const int RowHeight = 26,
        Left = 84,
        Widest = 76,
        LineHeight = 15,
        LabelColumns = 22,
        MostLines = 3;

    /// <summary>Draws a graph.</summary>
    /// <param name="nodes">The nodes, from the top.</param>
    /// <param name="edges">The steps between them.</param>
    /// <param name="description">What the graph shows, for those who do not see it.</param>
    public static string Draw(IReadOnlyList<TraceNode> nodes, IReadOnlyList<TraceEdge> edges, string description)
    {
        var place = nodes.Take(MaxNodes).Index().ToDictionary(n => n.Item.Id, n => n.Index, StringComparer.Ordinal);
        string[][] labels = [.. nodes.Take(MaxNodes).Select(n => Lines(n.Label))];
        int[] y = new int[labels.Length];
        int height = 8;
        for (int i = 0; i < labels.Length; i++)
        {
            y[i] = height + 8;
            height += RowHeight + ((labels[i].Length - 1) * LineHeight);
        }

        var svg = new StringBuilder(
            Invariant($"<svg width=\"100%\" height=\"{height}\" role=\"img\" aria-label=\"{Phrase.Escape(description)}\">\n")
        );
        foreach (TraceEdge edge in edges.Where(e => place.ContainsKey(e.From) && place.ContainsKey(e.To)))
        {
            (int from, int to) = (place[edge.From], place[edge.To]);
            double width = Math.Min(Widest, 14 * Math.Sqrt(Math.Abs(to - from)) + 6);
            string title = Phrase.Escape($"{nodes[from].Label} — {edge.Label} → {nodes[to].Label}");
            svg.Append(
                Invariant(
                    $"<path class=\"arc\" d=\"M {Left} {y[from]} C {Left - width:0} {y[from]}, {Left - width:0} {y[to]}, {Left - 5} {y[to]}\"><title>{title}</title></path>\n"
                )
            );
            svg.Append(
                Invariant(
                    $"<path class=\"node\" d=\"M {Left - 11} {y[to] - 3} L {Left - 4} {y[to]} L {Left - 11} {y[to] + 3} Z\"/>\n"
                )
            );
        }

        foreach ((int i, TraceNode node) in nodes.Take(MaxNodes).Index())
        {
            svg.Append(Invariant($"<circle class=\"node\" cx=\"{Left}\" cy=\"{y[i]}\" r=\"4\"/>"));
            string title = Phrase.Escape($"{node.Kind} {node.Id}");
            foreach ((int k, string line) in labels[i].Index())
            {
                int at = y[i] + 4 + (k * LineHeight);
                svg.Append(Invariant($"<text x=\"{Left + 12}\" y=\"{at}\">{Phrase.Escape(line)}<title>{title}</title></text>\n"));
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A label in lines that a phone shows whole.</summary>
    private static string[] Lines(string label)
    {
        var lines = new List<string> { "" };
        foreach (string word in label.Split(' '))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + word.Length >= LabelColumns)
            {
                lines.Add("");
            }

            lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
        }

        return [.. lines.Take(MostLines).Select((l, i) => Shorten(l, i == MostLines - 1 && lines.Count > MostLines))];
    }

    private static string Shorten(string line, bool goesOn) =>
        line.Length > LabelColumns ? line[..LabelColumns] + "…"
        : goesOn ? line + "…"
        : line;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
