using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>Says where the decimal sign of a number stands, as far as it could stand between thousands instead.</summary>
internal enum PointForm : byte
{
    /// <summary>There is none, or the schema says of both signs what they are, or keeps three digits and more.</summary>
    Clear,

    /// <summary>Before three digits, as in 1.234: it may stand between thousands.</summary>
    Grouped,

    /// <summary>Elsewhere, as in 1.5 and 0.125.</summary>
    Decimal,
}

/// <summary>Guesses at what a person meant who wrote a number in another form than the schema says. For messages alone: nothing
/// is read so.</summary>
internal static partial class NumberHint
{
    private static readonly string[] Codes = ["9", "88", "99", "888", "999", "9999", "99999", "-1", "-9", "-99", "-999", "-9999"];

    /// <summary>The form of a text that was read as a number.</summary>
    public static PointForm Form(ReadOnlySpan<char> text, NumberFormat format, int scale)
    {
        int point = format.Thousands is null && scale < 3 ? text.IndexOf(format.Decimal) : -1;
        if (point < 0)
        {
            return PointForm.Clear;
        }

        ReadOnlySpan<char> whole = text[..point].TrimStart("+-");
        return
            whole.Length is >= 1 and <= 3
            && whole[0] != '0'
            && text.Length == point + 4
            && !text[(point + 1)..].ContainsAnyExceptInRange('0', '9')
            ? PointForm.Grouped
            : PointForm.Decimal;
    }

    /// <summary>A sentence on what to change so that a text is known that is no number of the column; empty where nothing comes
    /// to mind.</summary>
    /// <param name="text">The text.</param>
    /// <param name="format">How the schema says that numbers are written.</param>
    /// <param name="hasTopCode">Whether the column has a top code.</param>
    public static string Of(string text, NumberFormat format, bool hasTopCode)
    {
        if (Codes.Contains(text))
        {
            return $"; if {text} stands for \"no value\", add it to \"missing\"";
        }

        if (TopText().Match(text) is { Success: true } top && !hasTopCode)
        {
            return $"; a \"topCode\" such as \"{top.Groups[1].Value}{top.Groups[2].Value}+\" with \"max\": {top.Groups[1].Value}{top.Groups[2].Value} takes such texts";
        }

        if (DatesOf(text) is { Length: > 0 } dates)
        {
            return $"; this is a date: take the kind date, or \"ageAt\" for an age, with \"format\": \"{string.Join("\" or \"", dates)}\"";
        }

        return Signs(text, format);
    }

    private static string[] DatesOf(string text) =>
        [
            .. ((DateFormat[])[DateFormat.Iso, DateFormat.YearFirst, DateFormat.DayFirst, DateFormat.MonthFirst])
                .Where(f => DateText.TryConvert(text, f, out _))
                .Take(2)
                .Select(f => DateText.Names[(int)f]),
        ];

    private static string Signs(string text, NumberFormat format)
    {
        bool Reads(char point, char? thousands) =>
            (point != format.Decimal || thousands != format.Thousands)
            && NumberText.TryCut(text, new NumberFormat(point, thousands), 9, out _, out _);

        var hints = new List<string>();
        foreach (char sign in (char[])[',', '.'])
        {
            char other = sign == ',' ? '.' : ',';
            if (
                text.Contains(sign, StringComparison.Ordinal)
                && (Reads(sign, null) || Reads(sign, other))
                && format.Decimal != sign
            )
            {
                string thousands = Reads(sign, null) ? "" : $", \"thousands\": \"{other}\"";
                hints.Add($"if '{sign}' is the decimal sign, add \"decimal\": \"{sign}\"{thousands}");
            }
        }

        foreach (char sign in (char[])[',', '.', ' ', '\'', '\u2019', '\u00A0', '\u202F'])
        {
            char point = sign == '.' ? ',' : '.';
            if (
                text.Contains(sign, StringComparison.Ordinal)
                && Reads(point, sign)
                && !NumberText.TryCut(text, new NumberFormat(point, null), 9, out _, out _)
                && (!text.Contains(point, StringComparison.Ordinal) || format.Decimal == point)
            )
            {
                string decimals = point == format.Decimal ? "" : $", \"decimal\": \"{point}\"";
                hints.Add(
                    $"if '{Visible.Text([sign])}' stands between thousands, add \"thousands\": \"{Visible.Text([sign])}\"{decimals}"
                );
            }
        }

        return string.Concat(hints.Select(h => $"; {h}"));
    }

    [GeneratedRegex(@"^(?:(?:>=|≥)\s*(\d+)|(\d+)\s*\+)$", RegexOptions.CultureInvariant)]
    private static partial Regex TopText();
}
