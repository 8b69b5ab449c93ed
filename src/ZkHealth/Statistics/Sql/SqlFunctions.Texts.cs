using System.Globalization;

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
                return SqlValue.Of(text.Trim());
            case "length":
                return SqlValue.Of((decimal)text.EnumerateRunes().Count());
            case "starts_with" or "prefix":
                return SqlValue.Of(text.StartsWith(Text(x[1]), StringComparison.Ordinal));
            case "ends_with" or "suffix":
                return SqlValue.Of(text.EndsWith(Text(x[1]), StringComparison.Ordinal));
            case "contains":
                return SqlValue.Of(text.Contains(Text(x[1]), StringComparison.Ordinal));
            case "left":
                return SqlValue.Of(text[..Math.Clamp(Whole(x[1]), 0, text.Length)]);
            case "right":
                return SqlValue.Of(text[^Math.Clamp(Whole(x[1]), 0, text.Length)..]);
            default:
                int from = Whole(x[1]) - 1,
                    to = x.Length > 2 ? from + Whole(x[2]) : text.Length;
                (from, to) = (Math.Clamp(from, 0, text.Length), Math.Clamp(to, 0, text.Length));
                return SqlValue.Of(from < to ? text[from..to] : "");
        }
    }
}
