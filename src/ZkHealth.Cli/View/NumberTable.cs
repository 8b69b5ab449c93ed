using System.Text;

namespace ZkHealth.Cli.View;

/// <summary>A table of numbers; on a phone every row is a block, whose cells name their column.</summary>
internal static class NumberTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="columns">The columns; on a phone they are named in both languages, since a style cannot choose.</param>
    /// <param name="rows">The cells of each row as HTML, at most as many as there are columns.</param>
    public static string Write(IReadOnlyList<Phrase> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (Phrase column in columns)
        {
            html.Append("<th scope=\"col\">").Append(column.Html).Append("</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Append("<tr>");
            for (int k = 0; k < row.Count; k++)
            {
                string both = columns[k].English == columns[k].Chinese ? "" : $" · {columns[k].Chinese}";
                string name = k == 0 ? "" : $" data-name=\"{Phrase.Escape(columns[k].English + both)}\"";
                html.Append("<td").Append(name).Append('>').Append(row[k]).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table>\n").ToString();
    }
}
