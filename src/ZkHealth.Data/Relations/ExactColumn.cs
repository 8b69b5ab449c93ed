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

        if (seen.Dates.FirstOrDefault(d => d.Format == DateFormat.Iso) is { Others.Count: 0 } days)
        {
            var dates = new DateColumn(seen.Source, days.First, days.Last);
            return (dates, new DateCoder(dates, source, DateFormat.Iso));
        }

        NumberSketch numbers = seen.Point;
        if (numbers is { All: true, Any: true, IsFiner: false } && !seen.HasLeadingZeros && seen.TopTexts.Count == 0)
        {
            decimal step = new(1, 0, 0, false, (byte)numbers.Decimals);
            if ((numbers.Max - numbers.Min) / step < ColumnSchema.MaxValues - 2)
            {
                var column = new NumberColumn(seen.Source, numbers.Min, numbers.Max, step, null, numbers.Decimals);
                var text = new NumberSource(source, NumberFormat.Invariant, numbers.Decimals, null, DateFormat.Iso);
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
}
