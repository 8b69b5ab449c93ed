using System.Globalization;
using System.Text;

namespace ZkHealth.Statistics;

/// <summary>Casts, and functions of texts.</summary>
internal static partial class SqlFunctions
{
    private static SqlValue Cast(string name, SqlValue x)
    {
        switch (name)
        {
            case "cast text":
                return SqlValue.Of(x.ToString());
            case "cast date":
                return SqlValue.Of(Day(x));
            case "cast boolean":
                return x.Kind == SqlKind.Boolean ? x
                    : x.Kind == SqlKind.Number ? SqlValue.Of(x.Real != 0)
                    : Text(x).ToLowerInvariant() switch
                    {
                        "true" or "t" or "1" or "yes" or "y" => SqlValue.True,
                        "false" or "f" or "0" or "no" or "n" => SqlValue.False,
                        _ => throw new FormatException($"the text '{x.Text}' is no truth value"),
                    };
        }

        SqlValue number =
            x.Kind != SqlKind.Text ? Number(x)
            : decimal.TryParse(x.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? SqlValue.Of(value)
            : throw new FormatException($"the text '{x.Text}' is no number");
        return name == "cast double"
            ? number with
            {
                IsReal = true,
            }
            : SqlValue.Of(
                number.IsReal || !number.IsExact
                    ? (decimal)Math.Round(number.Real, MidpointRounding.ToEven)
                    : Math.Round(number.Exact, MidpointRounding.AwayFromZero)
            );
    }

    private static SqlValue OfText(string name, ReadOnlySpan<SqlValue> x)
    {
        string text = Text(x[0]);
        switch (name)
        {
            case "lower":
                return SqlValue.Of(text.ToLowerInvariant());
            case "upper":
                return SqlValue.Of(text.ToUpperInvariant());
            case "trim":
                return SqlValue.Of(WithoutSpaces(text));
            case "length":
                return SqlValue.Of((decimal)text.EnumerateRunes().Count());
            case "starts_with" or "prefix":
                return SqlValue.Of(text.StartsWith(Text(x[1]), StringComparison.Ordinal));
            case "ends_with" or "suffix":
                return SqlValue.Of(text.EndsWith(Text(x[1]), StringComparison.Ordinal));
            case "contains":
                return SqlValue.Of(text.Contains(Text(x[1]), StringComparison.Ordinal));
            case "left" or "right":
                return SqlValue.Of(End(text, Whole(x[1]), name == "left"));
            default:
                return SqlValue.Of(Part(text, Whole(x[1]), x.Length > 2 ? Whole(x[2]) : null));
        }
    }

    /// <summary>So many characters of an end of a text; of a negative number all but so many of the other end.</summary>
    private static string End(string text, int count, bool isLeft)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        int length = count < 0 ? Math.Max(0, runes.Length + count) : Math.Min(count, runes.Length);
        return string.Concat(isLeft ? runes[..length] : runes[^length..]);
    }

    /// <summary>Characters from a place on, the first being 1; of a negative place from the end, of a negative length those
    /// before.</summary>
    private static string Part(string text, int place, int? length)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        long from = place < 0 ? (long)runes.Length + place : (long)place - 1,
            to = length is int count ? from + count : runes.Length;
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        (int first, int end) = ((int)Math.Clamp(from, 0, runes.Length), (int)Math.Clamp(to, 0, runes.Length));
        return string.Concat(runes[first..end]);
    }

    /// <summary>A text without the spaces at its ends: those of Unicode, and no tabs.</summary>
    private static string WithoutSpaces(string text)
    {
        static bool IsSpace(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator;
        int from = 0,
            to = text.Length;
        while (from < to && IsSpace(text[from]))
        {
            from++;
        }

        while (to > from && IsSpace(text[to - 1]))
        {
            to--;
        }

        return text[from..to];
    }
}
