using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Columns that keep every value of a source as it is, for trials: no bands, no top codes, no years in place of
/// days.</summary>
internal static class ExactColumn
{
    /// <summary>The one value of a column that has none: a domain is never empty.</summary>
    private const string AnyText = "any text";

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
            if ((numbers.Max - numbers.Min) / step < ColumnSchema.MaxValues - 2)
            {
                var column = new NumberColumn(seen.Source, numbers.Min, numbers.Max, step, null, numbers.Decimals);
                var text = new NumberSource(source, numbers.Format, numbers.Decimals, null, DateFormat.Iso);
                return (column, new NumberCoder(column, source, text, null, []));
            }

            reason =
                "its numbers lie further apart than 2^20 steps: it needs a schema with bands (zkhealth schema draft proposes one)";
            return null;
        }

        if (seen.IsMany)
        {
            reason =
                "it has more than 4,096 texts that differ: it needs a schema, as a date in its format or a code list (zkhealth schema draft proposes one), or it is a key";
            return null;
        }

        string[] texts = [.. seen.Texts.Keys.Concat(seen.TopTexts).Distinct().Order(StringComparer.Ordinal)];
        return (
            new CategoryColumn(seen.Source, [.. texts.Select(t => new Category(t, t))]),
            new TextCoder(source, [.. texts.Select(t => (string[])[t])])
        );
    }

    /// <summary>The way in which texts of a column are taken, where that is not to be seen at once.</summary>
    public static IEnumerable<string> Remarks(ColumnSketch seen)
    {
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

        OtherTexts others = seen.Point.Others;
        return others is { Count: > 0, AreFew: true }
            ? $"is a column of texts, as {others.Count} of them {(others.Count == 1 ? "is no number" : "are no numbers")}, such as '{Visible.Text(others.First)}'"
            : null;
    }

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
}
