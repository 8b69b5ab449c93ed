using System.Globalization;
using Superpower;

namespace ZkHealth.Statistics;

/// <summary>Numbers, dates, intervals and the names of types.</summary>
internal static partial class SqlParser
{
    private static TextParser<string> TypeName() =>
        from name in SqlWords.Name("a type")
        from size in SqlWords
            .Sign("(")
            .IgnoreThen(SqlWords.Word("a number", w => w.Kind == SqlWordKind.Number).AtLeastOnceDelimitedBy(Comma))
            .Then(numbers => SqlWords.Sign(")").Value(numbers))
            .OptionalOrDefault([])
        select name.Text.ToLowerInvariant() switch
        {
            "int" or "integer" or "int4" => "integer",
            "bigint" or "int8" or "long" => "bigint",
            "double" or "float8" => "double",
            "float" or "real" or "float4" => throw new SqlException(
                name.Position,
                $"CAST to {name.Text} keeps seven digits of a number: DOUBLE keeps all"
            ),
            "varchar" or "text" or "string" or "char" => "text",
            "date" => "date",
            "bool" or "boolean" => "boolean",
            _ => throw new SqlException(
                name.Position,
                $"CAST to {name.Text} is not supported: INTEGER, BIGINT, DOUBLE, VARCHAR, DATE and BOOLEAN are"
            ),
        };

    private static SqlValue Number(SqlWord word)
    {
        if (word.Text.Any(c => !char.IsAsciiDigit(c) && c is not ('.' or 'e' or 'E' or '+' or '-')))
        {
            throw new SqlException(word.Position, $"'{word.Text}' is no number: digits alone are, with a point or an exponent");
        }

        if (word.Text.AsSpan().IndexOfAny('e', 'E') >= 0)
        {
            bool isReal = double.TryParse(word.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real);
            return isReal && double.IsFinite(real)
                ? SqlValue.Of(real)
                : throw new SqlException(word.Position, $"'{word.Text}' is no number, or too large a one");
        }

        return
            decimal.TryParse(word.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && word.Text.Length <= 28
            ? SqlValue.Of(number)
            : throw new SqlException(word.Position, "a number of more than 28 digits");
    }

    private static SqlValue Day(SqlWord text) =>
        SqlFunctions.TryDay(text.Value, out DateOnly day)
            ? SqlValue.Of(day)
            : throw new SqlException(text.Position, $"'{text.Value}' is no date: expected one such as '2026-05-01'");

    private static bool IsUnit(string word) => UnitOf(word) is not null;

    private static (int Months, int Days)? UnitOf(string word) =>
        word.ToLowerInvariant().TrimEnd('s') switch
        {
            "year" => (12, 0),
            "quarter" => (3, 0),
            "month" => (1, 0),
            "week" => (0, 7),
            "day" => (0, 1),
            _ => null,
        };

    private static SqlValue IntervalOf(SqlWord number, string unit)
    {
        string[] words = $"{number.Value} {unit}".Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            words.Length == 2
            && int.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)
            && Math.Abs(count) < 100_000
            && UnitOf(words[1]) is (int months, int days)
            ? SqlValue.Interval(count * months, count * days)
            : throw new SqlException(number.Position, "expected an interval such as INTERVAL 30 DAY or INTERVAL '1 year'");
    }
}
