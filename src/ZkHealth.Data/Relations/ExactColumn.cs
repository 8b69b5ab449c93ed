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
        if (seen.Rows == 0)
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

        string[] texts = [.. seen.Texts.Keys.Concat(seen.TopTexts).Distinct().Order(StringComparer.Ordinal)];
        if (AreClocks(texts) && texts.Any(t => t.Length != texts[0].Length))
        {
            reason = "it has clock times in several forms, such as 10:30 and 10:30:00: write all in one form";
            return null;
        }

        bool areTruths = texts.All(t => SqlColumn.TruthOf(t) is not null);
        return ListOf(
            source,
            [
                .. texts.GroupBy(
                    t => areTruths ? SqlColumn.TruthOf(t)!.Value.ToString() : t,
                    (_, same) => (same.First(), same.ToArray())
                ),
            ],
            false
        );
    }

    /// <summary>Numbers few of which differ, as codes are: each of them is one value, in their order.</summary>
    private static (ColumnSchema, ColumnCoder) ListOf(ColumnSketch seen, SourceColumn source, NumberSketch numbers)
    {
        decimal Value(string text) => numbers.TryValue(text, out decimal value, out _) ? value : 0;
        string form = "F" + numbers.Decimals.ToString(CultureInfo.InvariantCulture);
        return ListOf(
            source,
            [
                .. seen
                    .Texts.Keys.GroupBy(Value)
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
    public static bool HasTimes(ColumnSketch seen) => seen.HasTimes && DatesOf(seen) is not null;

    /// <summary>The way in which texts of a column are taken, where that is not to be seen at once.</summary>
    /// <param name="seen">The column.</param>
    /// <param name="isKey">Tells whether it holds identifiers, whose texts alone are compared.</param>
    public static IEnumerable<string> Remarks(ColumnSketch seen, bool isKey = false)
    {
        long padded = seen.Blank + (DatesOf(seen) is null && NumbersOf(seen) is null ? seen.Padded : 0);
        if (padded > 0)
        {
            yield return $"has white space at an end of {padded} {(padded == 1 ? "value" : "values")}: it is left out, and is part of a text in DuckDB";
        }

        if (isKey)
        {
            yield break;
        }

        if (seen.Rows == 0)
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
            string rows = seen.AbsentRows == 1 ? "one row" : $"{seen.AbsentRows} rows";
            yield return $"has no value in {rows} with {texts}: where that is a value, it needs a schema";
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

        if (!seen.IsMany && seen.TopTexts.Count == 0 && AreClocks(seen.Texts.Keys))
        {
            return $"is a column of texts, those of clock times: compare it with texts such as '{seen.Texts.Keys.First()}'";
        }

        OtherTexts others = seen.Point.Others;
        return others is { Count: > 0, AreFew: true }
            ? $"is a column of texts, as {others.Count} of them {(others.Count == 1 ? "is no number" : "are no numbers")}, such as '{Visible.Text(others.First)}'"
            : null;
    }

    private static bool AreClocks(IEnumerable<string> texts) => texts.All(t => Clock().IsMatch(t));

    /// <summary>The texts as dates of the one format in which all of them are; null where there is none, or they could be in
    /// two.</summary>
    private static DateSketch? DatesOf(ColumnSketch seen) =>
        ColumnProposal.DateOf(seen) is { Others.Count: 0 } dates && dates.Format != DateFormat.Compact ? dates : null;

    /// <summary>The texts as numbers with a point, else with a comma that cannot stand between thousands; null where some are
    /// none, or codes with zeros before them.</summary>
    private static NumberSketch? NumbersOf(ColumnSketch seen) =>
        seen.HasLeadingZeros || seen.TopTexts.Count > 0
            ? null
            : Array.Find<NumberSketch>(
                seen.LooksLikeCommaThousands ? [seen.Point] : [seen.Point, seen.Comma],
                n => n is { All: true, Any: true, IsFiner: false }
            );

    [GeneratedRegex(@"^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")]
    private static partial Regex Clock();
}
