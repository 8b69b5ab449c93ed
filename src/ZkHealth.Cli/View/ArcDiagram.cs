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
        LabelColumns = 44;

    /// <summary>Draws a graph.</summary>
    /// <param name="nodes">The nodes, from the top.</param>
    /// <param name="edges">The steps between them.</param>
    /// <param name="description">What the graph shows, for those who do not see it.</param>
    public static string Draw(IReadOnlyList<TraceNode> nodes, IReadOnlyList<TraceEdge> edges, string description)
    {
        var place = nodes.Take(MaxNodes).Index().ToDictionary(n => n.Item.Id, n => n.Index, StringComparer.Ordinal);
        int height = (place.Count * RowHeight) + 8;
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
                    $"<path class=\"arc\" d=\"M {Left} {Y(from)} C {Left - width:0} {Y(from)}, {Left - width:0} {Y(to)}, {Left - 5} {Y(to)}\"><title>{title}</title></path>\n"
                )
            );
            svg.Append(
                Invariant(
                    $"<path class=\"node\" d=\"M {Left - 11} {Y(to) - 3} L {Left - 4} {Y(to)} L {Left - 11} {Y(to) + 3} Z\"/>\n"
                )
            );
        }

        foreach ((int i, TraceNode node) in nodes.Take(MaxNodes).Index())
        {
            svg.Append(Invariant($"<circle class=\"node\" cx=\"{Left}\" cy=\"{Y(i)}\" r=\"4\"/>"));
            svg.Append(
                Invariant(
                    $"<text x=\"{Left + 12}\" y=\"{Y(i) + 4}\">{Phrase.Escape(Shorten(node.Label))}<title>{Phrase.Escape($"{node.Kind} {node.Id}")}</title></text>\n"
                )
            );
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static int Y(int row) => (row * RowHeight) + 16;

    private static string Shorten(string label) => label.Length <= LabelColumns ? label : label[..LabelColumns] + "…";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
