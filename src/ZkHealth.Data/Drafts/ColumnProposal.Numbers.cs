using System.Globalization;

namespace ZkHealth.Data;

/// <summary>Columns of numbers, and those that are numbers or dates but for a few texts.</summary>
internal static partial class ColumnProposal
{
    /// <summary>A column with more single values than this is proposed in bands.</summary>
    private const int MostNumbers = 1000;

    // days of Excel in the years 1900 to 2100
    private const int EarliestSerial = 1000,
        LatestSerial = 73_415;

    // answers that are none, as surveys and registries code them
    private static readonly int[] Codes = [9, 77, 88, 99, 777, 888, 999, 7777, 8888, 9999, 99999, -1, -9, -99, -999, -9999];

    private static List<string>? Numbers(ColumnSketch seen, NumberSketch numbers, Action<string> notes)
    {
        List<string> codes = MissingCodes(seen, numbers, out decimal min, out decimal max);
        if (codes.Count > 0)
        {
            string rows = string.Join(
                ", ",
                codes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} in {seen.Texts[c]} rows"))
            );
            notes($"taken for \"no value\": {rows}; take it out of \"missing\" where it is a number");
        }

        if (numbers.Decimals > 0 && seen.LooksLikeThousands && numbers == seen.Point)
        {
            notes(
                "every point stands before three digits: where it stands between thousands, add \"decimal\": \",\", \"thousands\": \".\" and change min and max"
            );
        }

        if (numbers.Decimals > 0 && seen.LooksLikeCommaThousands && numbers == seen.Comma)
        {
            notes(
                "every comma stands before three digits: where it stands between thousands, put \"decimal\": \".\", \"thousands\": \",\" and change scale, min and max"
            );
        }

        if (DateName().IsMatch(seen.Source) && numbers.Decimals == 0 && min >= EarliestSerial && max <= LatestSerial)
        {
            notes(
                "days as Excel counts them? Then { \"kind\": \"date\", \"format\": \"excel-serial\", \"first\": \"2000-01-01\", \"last\": \"2026-12-31\" } in place of the number"
            );
        }
        else if (IsIdentifier(seen, numbers))
        {
            notes(
                "whole numbers that hardly repeat, as identifiers: left out; kind person if they name the person whom a row is about"
            );
            return null;
        }

        List<string> format = numbers.Format == NumberFormat.Invariant ? [] : ["\"decimal\": \",\"", "\"thousands\": \".\""];
        List<string> missing = Missing(seen, codes);
        if (seen.TopTexts.Count > 0)
        {
            return Top(seen, numbers, min, notes) is string[] top
                ? [.. top, .. format, .. missing]
                : Categories(seen, notes, isExact: true);
        }

        decimal step = new(1, 0, 0, false, (byte)numbers.Decimals);
        if (!numbers.IsFiner && (max - min) / step < MostNumbers)
        {
            return
            [
                Kind("number"),
                $"\"min\": {Number(min)}",
                $"\"max\": {Number(max)}",
                .. numbers.Decimals > 0 ? [$"\"scale\": {numbers.Decimals}"] : (string[])[],
                .. format,
                .. missing,
            ];
        }

        return [Kind("bands"), .. format, .. missing, "\"bands\": [" + string.Join(",", Bands(min, max)) + "\n    ]"];
    }

    /// <summary>About ten bands whose limits are round numbers.</summary>
    private static IEnumerable<string> Bands(decimal min, decimal max)
    {
        decimal width = 0.000000001m,
            wanted = (max - min) / 10;
        foreach (decimal factor in Enumerable.Repeat((decimal[])[2, 2.5m, 2], 30).SelectMany(f => f))
        {
            width = width < wanted ? width * factor : width;
        }

        width /= 1.000000000000000000000000000m;
        decimal unit = new(1, 0, 0, false, (byte)Math.Min(9, (int)width.Scale));
        for (decimal from = Math.Floor(min / width) * width; from <= max; from += width)
        {
            decimal to = from + width - unit;
            yield return $"\n      {{ \"label\": \"{Number(from)} to {Number(to)}\", \"from\": {Number(from)}, \"to\": {Number(to)} }}";
        }
    }

    private static string[]? Top(ColumnSketch seen, NumberSketch numbers, decimal min, Action<string> notes)
    {
        decimal[] tops =
        [
            .. seen
                .TopTexts.Select(t =>
                    decimal.Parse(t.Trim('+', '>', '=', '≥', ' '), CultureInfo.InvariantCulture)
                    + (t[0] == '>' && t[1] != '=' ? 1 : 0)
                )
                .Distinct(),
        ];
        if (tops.Length != 1 || numbers.Decimals > 0 || min > tops[0] || tops[0] - min >= MostNumbers)
        {
            return null;
        }

        notes($"top-coded: {string.Join(", ", seen.TopTexts)} and all numbers from {Number(tops[0])} on are one value");
        return [Kind("number"), $"\"min\": {Number(min)}", $"\"max\": {Number(tops[0])}", $"\"topCode\": \"{Number(tops[0])}+\""];
    }

    /// <summary>Tells whether all texts but a few are dates or numbers, as where a person mistyped one, and proposes their
    /// column.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="isLeftOut">Whether it would else be left out; if not, the few must be in hardly any row.</param>
    /// <param name="notes">Told what somebody has to decide.</param>
    /// <param name="members">The members of the column; null where it is left out.</param>
    private static bool IsNearly(ColumnSketch seen, bool isLeftOut, Action<string> notes, out List<string>? members)
    {
        bool AreMistakes(OtherTexts others, Func<string, bool> fits) =>
            others.AreFew && (isLeftOut || 200 * seen.Texts.Where(t => !fits(t.Key)).Sum(t => t.Value) <= seen.Rows);

        void Note(OtherTexts others, string what) =>
            notes(
                string.Create(CultureInfo.InvariantCulture, $"{others.Count} of its texts ")
                    + $"{(others.Count == 1 ? "is" : "are")} no {what}, such as '{Visible.Text(others.First)}': zkhealth check lists them"
            );

        if (DateOf(seen) is DateSketch dates && AreMistakes(dates.Others, t => DateText.TryConvert(t, dates.Format, out _)))
        {
            Note(dates.Others, "date");
            members = Dates(seen, dates, notes);
            return true;
        }

        NumberSketch[] numbers = seen.HasLeadingZeros ? [] : [seen.Point, seen.Comma];
        NumberSketch? found = Array.Find(
            numbers,
            n => AreMistakes(n.Others, t => seen.TopTexts.Contains(t) || n.TryValue(t, out _, out _))
        );
        if (found is not null)
        {
            Note(found.Others, found.Format == NumberFormat.Invariant ? "number" : "number with a decimal comma");
        }

        members = found is null ? null : Numbers(seen, found, notes);
        return found is not null;
    }

    /// <summary>Numbers that surveys give to answers that are none and that stand apart from all others; what is left lies from
    /// min to max.</summary>
    private static List<string> MissingCodes(ColumnSketch seen, NumberSketch numbers, out decimal min, out decimal max)
    {
        (min, max) = (numbers.Min, numbers.Max);
        var found = new List<string>();
        if (seen.IsMany)
        {
            return found;
        }

        List<(decimal Value, string Text)> sorted =
        [
            .. seen
                .Texts.Keys.Where(t => !seen.TopTexts.Contains(t) && numbers.TryValue(t, out _, out _))
                .Select(t => (numbers.TryValue(t, out decimal v, out _) ? v : 0, t))
                .Order(),
        ];
        decimal[] values = [.. sorted.Select(s => s.Value).Distinct()];
        int low = 0,
            high = values.Length - 1;
        while (high > 1 && values[0] >= 0 && Codes.Any(c => c == values[high]) && values[high - 1] < values[high] / 2)
        {
            high--;
        }

        while (
            high - low > 1
            && values[low] < 0
            && Codes.Any(c => c == values[low])
            && values[high] > 0
            && values[low + 1] > values[low] / 2
        )
        {
            low++;
        }

        (min, max) = (values[low], values[high]);
        (decimal from, decimal to) = (min, max);
        found.AddRange(sorted.Where(s => s.Value < from || s.Value > to).Select(s => s.Text));
        return found;
    }

    private static bool IsIdentifier(ColumnSketch seen, NumberSketch numbers) =>
        numbers.Decimals == 0
        && !numbers.IsFiner
        && (seen.IsMany || seen.Texts.Count > 50)
        && (
            PersonName().IsMatch(seen.Source)
            || IdentifierName().IsMatch(seen.Source)
            || (!seen.IsMany && seen.Texts.Count > seen.Rows * 9 / 10)
        );

    private static string Number(decimal number) =>
        (number / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
