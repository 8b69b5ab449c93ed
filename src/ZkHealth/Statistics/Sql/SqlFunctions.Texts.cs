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
                return SqlValue.Of(TextOf(x));
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

        SqlValue number = x.Kind == SqlKind.Text ? OfDigits(x.Text) : Number(x);
        if (name == "cast double")
        {
            return number with { IsReal = true };
        }

        // as doubles, the largest whole number of 64 bits is the first that has none
        double largest = name == "cast integer" ? int.MaxValue : long.MaxValue;
        if (!(Math.Abs(Math.Round(number.Real)) <= largest) || number.Real >= long.MaxValue)
        {
            throw new FormatException($"the number {number} is too large for {(name == "cast integer" ? "INTEGER" : "BIGINT")}");
        }

        return SqlValue.Of(
            number.IsReal || !number.IsExact
                ? (long)Math.Round(number.Real, MidpointRounding.ToEven)
                : Math.Round(number.Exact, MidpointRounding.AwayFromZero)
        );
    }

    private static SqlValue OfDigits(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? SqlValue.Of(value)
            : throw new FormatException($"the text '{text}' is no number");

    /// <summary>The text of a value; date_trunc gives a time there, that of midnight.</summary>
    private static string TextOf(SqlValue x)
    {
        if (x is { Kind: SqlKind.Date, IsReal: true })
        {
            return $"{x} 00:00:00";
        }

        if (x.Kind == SqlKind.Number && double.IsNaN(x.Real))
        {
            throw new FormatException("what is no number, as 0 / 0, has no text: nullif(…, 0) makes a quotient by 0 NULL");
        }

        return x.ToString();
    }

    private static SqlValue OfText(string name, ReadOnlySpan<SqlValue> x)
    {
        string text = Text(x[0]);
        switch (name)
        {
            case "lower":
                return SqlValue.Of(Lower(text));
            case "upper":
                return SqlValue.Of(Upper(text));
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

    /// <summary>Small letters, as DuckDB has them: those that .NET leaves as they are, too.</summary>
    private static string Lower(string text) => text.ToLowerInvariant().Replace('İ', 'i');

    private static string Upper(string text) => text.ToUpperInvariant().Replace('ß', 'ẞ').Replace('ı', 'I').Replace('ſ', 'S');

    private static bool Matches(string text, string pattern, string escape, bool ignoreCase) =>
        ignoreCase ? SqlPattern.Matches(Lower(text), Lower(pattern), escape) : SqlPattern.Matches(text, pattern, escape);

    /// <summary>So many characters of an end of a text; of a negative number all but so many of the other end.</summary>
    private static string End(string text, int count, bool isLeft)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        int length = count < 0 ? Math.Max(0, runes.Length + count) : Math.Min(count, runes.Length);
        return string.Concat(isLeft ? runes[..length] : runes[^length..]);
    }

    /// <summary>Characters from a place on, the first being 1; of a negative place from the end, of a negative length those
    /// before.</summary>
    /// <exception cref="FormatException">The place is beyond an end: DuckDB has two answers, one of columns that are
    /// ASCII.</exception>
    private static string Part(string text, int place, int? length)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        long from = place < 0 ? (long)runes.Length + place : (long)place - 1,
            to = length is int count ? from + count : runes.Length;
        long nearest = Math.Clamp(from, 0, runes.Length);
        string part = Between(runes, from, to);
        return length is not int size || place == 0 || part == Between(runes, nearest, nearest + size)
            ? part
            : throw new FormatException($"substr begins beyond an end of the text '{text}': left and right take what there is");
    }

    private static string Between(Rune[] runes, long from, long to)
    {
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
