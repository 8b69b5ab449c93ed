using System.Globalization;
using System.Text;

namespace ZkHealth.Cli.View;

/// <summary>
/// Bars below their labels, as an SVG whose lengths are percentages of the page's width: bars grow and shrink with it, and
/// letters keep their size on a phone and on paper.
/// </summary>
internal static class BarChart
{
    /// <summary>More bars than these are left to the table.</summary>
    public const int MaxBars = 240;

    private const int LabelColumns = 38,
        RowHeight = 34,
        AxisHeight = 22;
    private static readonly string[] Colours = ["#1b6ca8", "#c8553d", "#4a8f3c", "#7a5195", "#b8860b", "#008b8b"];

    public static string Colour(int series) => Colours[series % Colours.Length];

    /// <summary>Draws bars; those with the same label in a row are one group.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="isShare">Whether numbers are shares, to be shown in percent.</param>
    /// <param name="description">What the chart shows, for those who do not see it.</param>
    public static string Draw(IReadOnlyList<Bar> bars, bool isShare, string description)
    {
        double low = Math.Min(0, bars.Min(b => b.Interval?.Low ?? b.Value ?? 0)),
            high = bars.Max(b => Math.Max(b.Interval?.High ?? 0, b.Value ?? 0));
        double step = Step((high > low ? high - low : 1) / 5),
            top = Math.Max(step, Math.Ceiling(high / step - 1e-9) * step),
            bottom = Math.Floor(low / step + 1e-9) * step;
        string X(double value) => Invariant($"{100 * (value - bottom) / (top - bottom):0.###}%");

        var body = new StringBuilder();
        int y = 0;
        string? group = null;
        foreach (Bar bar in bars)
        {
            bool starts = bar.Label != group;
            y += starts && group is not null ? 4 : 0;
            int line = y + 14;
            if (starts)
            {
                group = bar.Label;
                body.Append(Invariant($"<text x=\"0\" y=\"{line}\">{Phrase.Escape(Shorten(bar.Label))}</text>"));
            }

            body.Append("<g>")
                .Append(Invariant($"<title>{Phrase.Escape($"{bar.Label}: {bar.Text}")}</title>"))
                .Append(
                    Invariant($"<text x=\"100%\" y=\"{line}\" text-anchor=\"end\">{Phrase.Escape(Shorten(bar.Text))}</text>")
                );
            AppendBar(body, bar, line + 4, X, bottom, top);
            body.Append("</g>\n");
            y += starts ? RowHeight : RowHeight - 2;
        }

        var axis = new StringBuilder();
        for (int k = 0; bottom + k * step <= top + step / 2; k++)
        {
            double tick = bottom + k * step;
            string anchor =
                k == 0 ? "start"
                : tick > top - step / 2 ? "end"
                : "middle";
            string text = Number(isShare ? 100 * tick : tick) + (isShare ? " %" : "");
            axis.Append(Invariant($"<line class=\"grid\" x1=\"{X(tick)}\" x2=\"{X(tick)}\" y1=\"0\" y2=\"{y + 4}\"/>"))
                .Append(Invariant($"<text x=\"{X(tick)}\" y=\"{y + 4 + 14}\" text-anchor=\"{anchor}\">{text}</text>\n"));
        }

        return Invariant(
                $"<svg width=\"100%\" height=\"{y + AxisHeight}\" role=\"img\" aria-label=\"{Phrase.Escape(description)}\">\n"
            )
            + "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
            + "patternTransform=\"rotate(45)\"><line x1=\"0\" x2=\"0\" y1=\"0\" y2=\"6\" stroke=\"#999\" "
            + "stroke-width=\"2\"/></pattern></defs>\n"
            + $"{axis}{body}</svg>\n";
    }

    /// <summary>A number with up to six digits after the point; a smaller one with an exponent.</summary>
    public static string Number(double number) =>
        number.ToString(number != 0 && Math.Abs(number) < 1e-6 ? "0.######e0" : "#,0.######", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    private static void AppendBar(StringBuilder body, Bar bar, int y, Func<double, string> x, double bottom, double top)
    {
        if (bar.Value is not double value)
        {
            body.Append(
                Invariant($"<rect class=\"hidden\" x=\"0\" y=\"{y}\" width=\"12%\" height=\"12\" fill=\"url(#hatch)\"/>")
            );
            return;
        }

        double from = Math.Min(0, value),
            width = 100 * Math.Abs(value) / (top - bottom);
        body.Append(
            Invariant($"<rect x=\"{x(from)}\" y=\"{y}\" width=\"{width:0.###}%\" height=\"12\" fill=\"{Colour(bar.Series)}\"/>")
        );
        if (bar.Interval is not (double low, double high))
        {
            return;
        }

        body.Append(Invariant($"<line class=\"interval\" x1=\"{x(low)}\" x2=\"{x(high)}\" y1=\"{y + 6}\" y2=\"{y + 6}\"/>"));
        foreach (double end in (double[])[low, high])
        {
            body.Append(Invariant($"<line class=\"interval\" x1=\"{x(end)}\" x2=\"{x(end)}\" y1=\"{y + 2}\" y2=\"{y + 10}\"/>"));
        }
    }

    /// <summary>1, 2 or 5 times a power of ten, not below a number.</summary>
    private static double Step(double number)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(number)));
        double found = ((double[])[1, 2, 5, 10]).First(f => f == 10 || f * power >= number * (1 - 1e-9));
        return found * power;
    }

    /// <summary>A text that fits beside a number on a phone; letters of East Asia count twice.</summary>
    private static string Shorten(string text)
    {
        int columns = 0;
        for (int i = 0; i < text.Length; i++)
        {
            columns += text[i] >= '\u1100' ? 2 : 1;
            if (columns > LabelColumns)
            {
                return text[..(i > 0 && char.IsLowSurrogate(text[i]) ? i - 1 : i)] + "…";
            }
        }

        return text;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
