using System.Globalization;
using System.Text.RegularExpressions;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Columns that keep every value of a source as it is, for trials: no bands, no top codes, no years in place of
/// days.</summary>
internal static partial class ExactColumn
{
    /// <summary>The one value of a column that has none: a domain is never empty.</summary>
    private const string AnyText = "any text";

    /// <summary>Whole numbers far apart, so few of which differ, are codes rather than amounts.</summary>
    private const int MostListed = 16;

    /// <summary>A column of what was seen; null with a reason where none can hold it.</summary>
    public static (ColumnSchema Schema, ColumnCoder Coder)? Of(ColumnSketch seen, out string? reason)
    {
        reason = null;
        var source = new SourceColumn(seen.Source, seen.Source, ["", .. seen.AbsentTexts]);
        if (HasNothing(seen))
        {
            // like a column of NULL alone in a database: what it would hold is not known, that it holds nothing is
            return (
                new CategoryColumn(seen.Source, [new Category(AnyText, AnyText)]),
                new TextCoder(
                    source,
                    [
                        [],
                    ]
                )
            );
        }

        reason = Unread(seen);
        if (reason is not null)
        {
            return null;
        }

        if (DatesOf(seen) is DateSketch days)
        {
            var dates = new DateColumn(seen.Source, days.First, days.Last);
            return (dates, new DateCoder(dates, source, days.Format));
        }

        if (NumbersOf(seen) is NumberSketch numbers)
        {
            decimal step = new(1, 0, 0, false, (byte)numbers.Decimals);
            decimal steps = (numbers.Max - numbers.Min) / step;
            bool isList = !seen.IsMany && numbers.Decimals == 0 && seen.Texts.Count <= MostListed && steps > WideColumn.Narrow;
            if (!isList && steps < ColumnSchema.MaxValues - 2)
            {
                var column = new NumberColumn(seen.Source, numbers.Min, numbers.Max, step, null, numbers.Decimals);
                var text = new NumberSource(source, numbers.Format, numbers.Decimals, null, DateFormat.Iso);
                return (column, new NumberCoder(column, source, text, null, []));
            }

            if (!seen.IsMany)
            {
                return ListOf(seen, source, numbers);
            }

            reason = string.Create(
                CultureInfo.InvariantCulture,
                $"it has more than 4,096 numbers that differ, and more than 2^20 steps of {step} lie between them: give the table a schema "
                    + $"in which its \"step\" is larger and it has \"round\": \"nearest\", or which has bands (zkhealth schema draft proposes one)"
            );
            return null;
        }

        if (seen.IsMany)
        {
            reason =
                "it has more than 4,096 texts that differ: it needs a schema, as a date in its format or a code list (zkhealth schema draft proposes one), or it is a key";
            return null;
        }

        if (AreTruths(seen))
        {
            return ListOf(
                source,
                [.. seen.Texts.Keys.GroupBy(SqlColumn.TruthOf).OrderBy(g => g.Key).Select(g => ($"{g.Key}", g.ToArray()))],
                false
            );
        }

        string[] texts = [.. seen.Texts.Keys.Concat(seen.AbsentTexts).Order(StringComparer.Ordinal)];
        if (AreClocks(texts) && (seen.Padded > 0 || texts.Any(t => t.Length != texts[0].Length)))
        {
            reason =
                "it has clock times in several forms, such as 10:30 and 10:30:00, or white space around them: write all in one form";
            return null;
        }

        return ListOf(
            new SourceColumn(seen.Source, seen.Source, [""]) { Read = t => t },
            [.. texts.Select(t => (t, (string[])[t]))],
            false
        );
    }

    /// <summary>The text that is compared in the place of an identifier: numbers are by their values, texts with the white space
    /// around them.</summary>
    public static Func<string, string> ReadingOf(ColumnSketch seen) =>
        NumbersOf(seen) is NumberSketch numbers
            ? t =>
                numbers.TryValue(t.Trim(), out decimal value, out _)
                    ? value.ToString("G29", CultureInfo.InvariantCulture)
                    : t.Trim()
            : t => t;

    /// <summary>Explains why a column is left out of which DuckDB makes numbers, dates or times that it is none of here; null
    /// where it makes what it is here.</summary>
    private static string? Unread(ColumnSketch seen)
    {
        TextForms forms = seen.Forms;
        string first = Visible.Text(forms.First);
        if (DatesOf(seen) is not null)
        {
            return forms.HasZones
                    ? $"it has times of another zone than UTC, such as '{first}', whose day depends on the place: write days, or times in UTC"
                : forms.IsMixed ? $"it has days with and without a time of day, such as '{first}': write all in one form"
                : null;
        }

        if (seen.Rows == 0 || NumbersOf(seen) is not null || (!forms.AreDates && !forms.AreNumbers))
        {
            return null;
        }

        if (forms.AreNumbers)
        {
            string number =
                seen.Texts.Keys.FirstOrDefault(t => !seen.Point.TryValue(t.Trim(), out _, out bool finer) || finer) ?? first;
            return $"it has numbers that are too large, have more than 9 digits behind the point, or are not written as 12.5, such as '{Visible.Text(number)}': round them, or give the table a schema";
        }

        return seen.DateFormats.Count > 1
            ? $"its days could be {string.Join(" or ", seen.DateFormats.Select(f => DateText.Names[(int)f]))}, such as '{first}': write them as 2026-05-31, or give the table a schema with the column's \"format\""
            : $"its days are not of the years {DateSketch.FirstYear} to {DateSketch.LastYear}, each in the same form, such as '{first}': write them as 2026-05-31";
    }

    private static bool HasNothing(ColumnSketch seen) => seen.Rows == 0 && seen.AbsentRows == 0;

    private static bool AreTruths(ColumnSketch seen) =>
        seen.Rows > 0 && !seen.IsMany && seen.Texts.Keys.All(t => SqlColumn.TruthOf(t) is not null);

    /// <summary>Numbers few of which differ, as codes are: each of them is one value, in their order.</summary>
    private static (ColumnSchema, ColumnCoder) ListOf(ColumnSketch seen, SourceColumn source, NumberSketch numbers)
    {
        decimal Value(string text) => numbers.TryValue(text, out decimal value, out _) ? value : 0;
        string form = "F" + numbers.Decimals.ToString(CultureInfo.InvariantCulture);
        return ListOf(
            source,
            [
                .. seen
                    .Texts.Keys.Select(t => t.Trim())
                    .Distinct()
                    .GroupBy(Value)
                    .OrderBy(g => g.Key)
                    .Select(g => (g.Key.ToString(form, CultureInfo.InvariantCulture), g.ToArray())),
            ],
            true
        );
    }

    private static (ColumnSchema, ColumnCoder) ListOf(
        SourceColumn source,
        (string Code, string[] Texts)[] values,
        bool isOrdered
    ) =>
        (
            new CategoryColumn(source.Name, [.. values.Select(v => new Category(v.Code, v.Code))], isOrdered),
            new TextCoder(source, [.. values.Select(v => v.Texts)])
        );

    /// <summary>Determines whether a column is one of days whose times of day are left out.</summary>
    public static bool HasTimes(ColumnSketch seen) => seen.Forms.HasTimes && DatesOf(seen) is not null;

    /// <summary>The way in which texts of a column are taken, where that is not to be seen at once.</summary>
    /// <param name="seen">The column.</param>
    /// <param name="isKey">Tells whether it holds identifiers, whose texts alone are compared.</param>
    public static IEnumerable<string> Remarks(ColumnSketch seen, bool isKey = false)
    {
        bool areTexts = DatesOf(seen) is null && NumbersOf(seen) is null && !AreTruths(seen);
        if (areTexts && seen.Padded > 0)
        {
            yield return $"has white space at an end of {seen.Padded} {(seen.Padded == 1 ? "value" : "values")}, which is part of the text, as in DuckDB";
        }

        if (isKey)
        {
            yield break;
        }

        if (!areTexts && seen.Padded > 0 && (seen.Point.Decimals > 0 || seen.Forms.HasTimes))
        {
            yield return $"has white space at an end of {seen.Padded} {(seen.Padded == 1 ? "value" : "values")}, which is left out; behind such values it makes a column of texts in DuckDB";
        }

        if (HasNothing(seen))
        {
            yield return "has no value in any row: it is taken for a column of texts";
            yield break;
        }

        if (FormOf(seen) is string form)
        {
            yield return form;
        }

        if (seen.AbsentRows > 0)
        {
            string texts = string.Join(", ", seen.AbsentTexts.Select(t => $"'{Visible.Text(t)}'"));
            (string rows, bool isOne) = seen.AbsentRows == 1 ? ("one row", true) : ($"{seen.AbsentRows} rows", false);
            yield return areTexts
                ? $"has {texts} in {rows}, {(isOne ? "a text" : "texts")} as in DuckDB: where that is no value, nullif({SqlText.Shown(seen.Source)}, '{Visible.Text(seen.AbsentTexts.First())}') is NULL"
                : $"has no value in {rows} with {texts}, which DuckDB takes for {(isOne ? "a value" : "values")}";
        }
    }

    private static string? FormOf(ColumnSketch seen)
    {
        if (DatesOf(seen) is DateSketch days)
        {
            return days.Format == DateFormat.Iso ? null : $"is read as dates, {DateText.Names[(int)days.Format]}";
        }

        if (NumbersOf(seen) is NumberSketch numbers)
        {
            return numbers.Format == NumberFormat.Invariant ? null : "is read as numbers with a decimal comma";
        }

        if (seen is { IsMany: false, Rows: > 0, TopTexts.Count: 0 } && AreClocks(seen.Texts.Keys))
        {
            return $"is a column of texts, those of clock times: compare it with texts such as '{seen.Texts.Keys.First()}'";
        }

        OtherTexts others = seen.Point.Others;
        return others is { Count: > 0, AreFew: true }
            ? $"is a column of texts, as {others.Count} of them {(others.Count == 1 ? "is no number" : "are no numbers")}, such as '{Visible.Text(others.First)}'"
            : null;
    }

    private static bool AreClocks(IEnumerable<string> texts) => texts.All(t => Clock().IsMatch(t.Trim()));

    /// <summary>The texts as dates of the one format in which all of them are; null where there is none, or they could be in
    /// two.</summary>
    private static DateSketch? DatesOf(ColumnSketch seen) =>
        seen.Rows > 0 && ColumnProposal.DateOf(seen) is { Others.Count: 0 } dates && dates.Format != DateFormat.Compact
            ? dates
            : null;

    /// <summary>The texts as numbers with a point, else with a comma that cannot stand between thousands; null where some are
    /// none, or codes with zeros before them, or signs +, which are texts in DuckDB.</summary>
    private static NumberSketch? NumbersOf(ColumnSketch seen) =>
        seen.HasLeadingZeros || seen.Forms.HasPlus || seen.TopTexts.Count > 0
            ? null
            : Array.Find<NumberSketch>(
                seen.LooksLikeCommaThousands ? [seen.Point] : [seen.Point, seen.Comma],
                n => n is { All: true, Any: true, IsFiner: false }
            );

    [GeneratedRegex(@"^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")]
    private static partial Regex Clock();
}
