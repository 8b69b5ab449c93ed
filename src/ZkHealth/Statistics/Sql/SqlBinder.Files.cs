using System.Globalization;
using System.Text.RegularExpressions;

namespace ZkHealth.Statistics;

/// <summary>Comparisons with the values of lists in files, which are of the kinds that DuckDB makes of them.</summary>
internal sealed partial class SqlBinder
{
    /// <summary>Values of a file are numbers beside numbers: 3.00 in the file is 3. A blank one is NULL, and makes NULL of what
    /// is none of the others.</summary>
    private SqlExpression InFile(InFileNode list)
    {
        HashSet<string> values = [.. file(list)];
        if (values.Count == 0)
        {
            throw new SqlException(list.Position, $"the file '{list.File}' has no values in that column: IN needs one or more");
        }

        SqlValue otherwise = values.Remove("") ? SqlValue.Null : SqlValue.False;
        var truths = new Lazy<HashSet<bool>>(() => [.. values.Select(v => TruthOf(list, v))]);
        var days = new Lazy<HashSet<DateOnly>>(() => [.. values.Select(v => DayOf(list, v))]);
        var numbers = new Lazy<HashSet<decimal>>(() => [.. values.Select(v => NumberOf(list, v))]);
        var reals = new Lazy<HashSet<double>>(() =>
            [.. values.Select(v => double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))]
        );
        var kind = new Lazy<string?>(() => KindOf(values));
        var isReal = new Lazy<bool>(() => numbers.Value.Any(n => n.Scale > 0));
        return Strict(list, "in file", SqlKind.Boolean, [list.Value], x => Has(x[0]) ? SqlValue.True : otherwise);

        bool Has(SqlValue x) =>
            x.Kind switch
            {
                SqlKind.Boolean => truths.Value.Contains(x.IsTrue),
                SqlKind.Number => HasNumber(x),
                SqlKind.Date => days.Value.Contains(x.Day),
                _ => HasText(x.Text!),
            };

        bool HasText(string text)
        {
            if (kind.Value is not string others)
            {
                return values.Contains(text);
            }

            return KindOf([text]) == others && others != Times
                ? Has(others == Numerals ? SqlValue.Of(NumberOf(list, text)) : SqlValue.Of(TruthOf(list, text)))
                : throw new SqlException(
                    list.Position,
                    $"the file '{list.File}' has {others} alone, and '{text}' is none: DuckDB compares texts with texts, so write them in the query, IN ('…', …)"
                );
        }

        // a column of a file is one of doubles where one of its numbers has a point
        bool HasNumber(SqlValue x) =>
            isReal.Value || x.IsReal || !x.IsExact ? reals.Value.Contains(x.Real) : numbers.Value.Contains(x.Exact);
    }

    /// <summary>Finds what DuckDB makes of values of a file that are all of one kind, in words; null for texts.</summary>
    private static string? KindOf(HashSet<string> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        if (values.All(v => Time().IsMatch(v)))
        {
            return Times;
        }

        return values.All(v => Numeral().IsMatch(v)) ? Numerals
            : values.All(v => Truths().IsMatch(v)) ? "truth values"
            : null;
    }

    private const string Numerals = "numbers",
        Times = "dates or times";

    [GeneratedRegex(@"^(-?(0|[1-9]\d*|(?=\.\d))(\.\d*)?([eE][-+]?\d+)?|0[xX][0-9a-fA-F]+)$")]
    private static partial Regex Numeral();

    [GeneratedRegex("^(true|false|t|f|yes|no|1|0)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Truths();

    [GeneratedRegex(@"^\d+([-/]\d+[-/]\d+([ T].*)?|:\d+(:.*)?)$")]
    private static partial Regex Time();

    // what is written otherwise makes texts of a column of DuckDB, which it does not compare with others
    private static bool TruthOf(InFileNode list, string text) =>
        text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "1" => true,
            "false" or "f" or "no" or "0" => false,
            _ => throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no truth value, true or false, and truth values are compared with it"
            ),
        };

    private static decimal NumberOf(InFileNode list, string text) =>
        text[0] != '+'
        && !(text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]))
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no number such as 2, without + and zeros before it, and numbers are compared with it"
            );

    private static DateOnly DayOf(InFileNode list, string text) =>
        SqlFunctions.TryDay(text, out DateOnly day)
            ? day
            : throw new SqlException(
                list.Position,
                $"'{text}' in the file '{list.File}' is no date such as 2026-05-01, and dates are compared with it"
            );
}
