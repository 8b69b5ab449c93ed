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
        MostLines = 5;

    /// <summary>The name of a node in both languages; that of a member or file is its own.</summary>
    public static Phrase Label(TraceNode node) =>
        node.Kind is "member" or "file" ? Phrase.Same(node.Label) : RegionWords.Of(node.Label);

    /// <summary>Draws a graph.</summary>
    /// <param name="nodes">The nodes, from the top.</param>
    /// <param name="edges">The steps between them.</param>
    /// <param name="description">What the graph shows, for those who do not see it.</param>
    public static string Draw(IReadOnlyList<TraceNode> nodes, IReadOnlyList<TraceEdge> edges, string description)
    {
        var place = nodes.Take(MaxNodes).Index().ToDictionary(n => n.Item.Id, n => n.Index, StringComparer.Ordinal);
        Phrase[] names = [.. nodes.Take(MaxNodes).Select(Label)];
        (string[] English, string[] Chinese)[] labels = [.. names.Select(n => (Lines(n.English), Lines(n.Chinese)))];
        int[] y = new int[labels.Length];
        int height = 8;
        for (int i = 0; i < labels.Length; i++)
        {
            y[i] = height + 8;
            height += RowHeight + ((Math.Max(labels[i].English.Length, labels[i].Chinese.Length) - 1) * LineHeight);
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
            bool same = names[i].English == names[i].Chinese;
            Write(svg, labels[i].English, y[i], title, same ? "" : " class=\"en\" lang=\"en\"");
            Write(svg, same ? [] : labels[i].Chinese, y[i], title, " class=\"zh\" lang=\"zh\"");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Write(StringBuilder svg, string[] lines, int y, string title, string language)
    {
        foreach ((int k, string line) in lines.Index())
        {
            int at = y + 4 + (k * LineHeight);
            svg.Append(
                Invariant($"<text x=\"{Left + 12}\" y=\"{at}\"{language}>{Phrase.Escape(line)}<title>{title}</title></text>\n")
            );
        }
    }

    /// <summary>A label in lines that a phone shows whole; a word that is longer than a line goes on in the next.</summary>
    private static string[] Lines(string label)
    {
        var lines = new List<string> { "" };
        foreach (string word in label.Split(' '))
        {
            string space = lines[^1].Length > 0 ? " " : "";
            if (space.Length > 0 && Width($"{lines[^1]} {word}") > LabelColumns)
            {
                lines.Add("");
                space = "";
            }

            lines[^1] += space;
            foreach (Rune letter in word.EnumerateRunes())
            {
                // no line begins with what ends a clause
                if (
                    Width(lines[^1]) + Width($"{letter}") > LabelColumns
                    && !"，。；：、）".Contains($"{letter}", StringComparison.Ordinal)
                )
                {
                    lines.Add("");
                }

                lines[^1] += letter;
            }
        }

        return lines.Count <= MostLines ? [.. lines] : [.. lines.Take(MostLines - 1), lines[MostLines - 1] + "…"];
    }

    /// <summary>The width of a text in digits, as wide as the usual fonts have letters.</summary>
    private static double Width(string text) =>
        text.EnumerateRunes()
            .Sum(r =>
                r.Value switch
                {
                    >= 0x2E80 => 2,
                    'm' or 'w' or 'M' or 'W' or '@' => 1.7,
                    >= 'A' and <= 'Z' or '_' => 1.25,
                    _ => 1.1,
                }
            );

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
