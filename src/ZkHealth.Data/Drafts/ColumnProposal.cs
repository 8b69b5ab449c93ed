using System.Globalization;
using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>
/// Proposes a column of a schema file for what a reading showed: lines of JSON, and a comment where somebody who knows the data
/// has to decide. What cannot be told is left out, with the reason.
/// </summary>
internal static partial class ColumnProposal
{
    /// <summary>A column with more single values than this is proposed in bands.</summary>
    private const int MostNumbers = 1000;

    private const int MostCategories = 300;

    // a column of one of these alone is yes-no too; of one of the others, it could be a code
    private static readonly string[] YesNoWords = ["yes", "no", "true", "false", "是", "否"];

    private static readonly string[] YesNo =
    [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "t",
        "f",
        "1",
        "0",
        "1.0",
        "0.0",
        "是",
        "否",
    ];

    // answers that are none, as surveys and registries code them
    private static readonly int[] Codes = [9, 77, 88, 99, 777, 888, 999, 7777, 8888, 9999, 99999, -1, -9, -99, -999, -9999];

    /// <summary>The members of the column, without braces and commas; null where it is left out.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="persons">Whether a person column was proposed before.</param>
    /// <param name="notes">Told what somebody has to decide.</param>
    public static List<string>? Propose(ColumnSketch seen, bool persons, Action<string> notes)
    {
        if (seen.Rows == 0)
        {
            notes("no row has a value: left out");
            return null;
        }

        if (PrivateName().IsMatch(seen.Source))
        {
            notes("its values may name people, and values of a category are public: left out; write it by hand if they do not");
            return null;
        }

        if (!persons && PersonName().IsMatch(seen.Source) && (seen.IsMany || seen.Texts.Count > 20))
        {
            notes("taken for the person whom a row is about: read for the disclosure guard alone, never committed");
            return
            [
                Kind("person"),
                .. seen.Empty > 0 ? [$"\"missing\": {SchemaDraft.Texts(["", .. seen.AbsentTexts])}"] : (string[])[],
            ];
        }

        if (IsYesNo(seen))
        {
            return [Kind("yes-no"), .. Missing(seen, [])];
        }

        if (seen.DateFormats.Count > 0)
        {
            return Dates(seen, notes);
        }

        if (SexName().IsMatch(seen.Source) && seen is { IsMany: false, Texts.Count: <= 5 })
        {
            return Sex(seen, notes);
        }

        NumberSketch? numbers =
            seen.HasLeadingZeros ? null
            : seen.Point is { All: true, Any: true } ? seen.Point
            : seen.Comma is { All: true, Any: true } ? seen.Comma
            : null;
        return numbers is null ? Categories(seen, notes) : Numbers(seen, numbers, notes);
    }

    private static bool IsYesNo(ColumnSketch seen) =>
        !seen.IsMany
        && (
            seen.Texts.Count > 1
                ? seen.Texts.Keys.All(t => YesNo.Contains(t, StringComparer.OrdinalIgnoreCase))
                : YesNoWords.Contains(seen.Texts.Keys.Single(), StringComparer.OrdinalIgnoreCase)
        );

    private static List<string>? Dates(ColumnSketch seen, Action<string> notes)
    {
        if (seen.DateFormats.Count > 1 && !seen.DateFormats.Contains(DateFormat.Iso))
        {
            notes(
                $"dates that could be {string.Join(" or ", seen.DateFormats.Select(f => DateText.Names[(int)f]))}: left out; add a column of kind date with the right \"format\""
            );
            return null;
        }

        (DateOnly first, DateOnly last) = seen.Dates;
        int years = last.Year - first.Year;
        string unit =
            BirthName().IsMatch(seen.Source) || years > 30 ? "year"
            : years > 1 ? "month"
            : "day";
        if (BirthName().IsMatch(seen.Source))
        {
            notes(
                "ages: { \"kind\": \"number\", \"ageAt\": \""
                    + Day(new DateOnly(last.Year + 1, 1, 1))
                    + "\", \"min\": 0, \"max\": 120 } in place of the date"
            );
        }

        return
        [
            Kind("date"),
            $"\"first\": \"{first.Year:D4}-01-01\"",
            $"\"last\": \"{last.Year:D4}-12-31\"",
            $"\"unit\": \"{unit}\"",
            .. seen.DateFormats[0] == DateFormat.Iso
                ? []
                : (string[])[$"\"format\": \"{DateText.Names[(int)seen.DateFormats[0]]}\""],
            .. Missing(seen, []),
        ];
    }

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

        if (IsIdentifier(seen, numbers))
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
            return Top(seen, numbers, notes) is string[] top ? [.. top, .. format, .. missing] : Categories(seen, notes);
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

    private static string[]? Top(ColumnSketch seen, NumberSketch numbers, Action<string> notes)
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
        if (tops.Length != 1 || numbers.Decimals > 0 || numbers.Min > tops[0] || tops[0] - numbers.Min >= MostNumbers)
        {
            return null;
        }

        notes($"top-coded: {string.Join(", ", seen.TopTexts)} and all numbers from {Number(tops[0])} on are one value");
        return
        [
            Kind("number"),
            $"\"min\": {Number(numbers.Min)}",
            $"\"max\": {Number(tops[0])}",
            $"\"topCode\": \"{Number(tops[0])}+\"",
        ];
    }

    private static List<string>? Sex(ColumnSketch seen, Action<string> notes)
    {
        List<string> codes = seen.Point is { All: true, Any: true } ? MissingCodes(seen, seen.Point, out _, out _) : [];
        if (seen.Point.Any)
        {
            notes(
                $"codes: give each a \"label\"{(codes.Count == 0 ? "" : $"; {string.Join(", ", codes)} taken for \"no value\"")}"
            );
        }

        return Categories(seen, notes, codes);
    }

    private static List<string>? Categories(ColumnSketch seen, Action<string> notes, List<string>? codes = null)
    {
        if (BandTexts.Propose(seen, codes => Missing(seen, codes), notes) is List<string> bands)
        {
            return bands;
        }

        if (seen.IsMany || seen.Texts.Count > MostCategories || (seen.Texts.Count > 20 && seen.Texts.Count > seen.Rows / 2))
        {
            string many = seen.IsMany ? "thousands of" : string.Create(CultureInfo.InvariantCulture, $"{seen.Texts.Count}");
            notes(
                $"{many} texts that differ: left out; a category with \"valuesFile\" if it is a code list, kind person if they name the person whom a row is about"
            );
            return null;
        }

        IEnumerable<string> values = seen
            .Texts.Where(t => codes?.Contains(t.Key) != true)
            .OrderByDescending(t => t.Value)
            .ThenBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => $"\n      {{ \"code\": {SchemaDraft.Quote(t.Key)} }}");
        return [Kind("category"), .. Missing(seen, codes ?? []), "\"values\": [" + string.Join(",", values) + "\n    ]"];
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
                .Texts.Keys.Where(t => !seen.TopTexts.Contains(t))
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

    /// <summary>The texts that mean "no value", where they are not the empty one alone.</summary>
    private static List<string> Missing(ColumnSketch seen, List<string> codes) =>
        codes.Count + seen.AbsentTexts.Count == 0
            ? []
            : [$"\"missing\": {SchemaDraft.Texts(["", .. seen.AbsentTexts, .. codes])}"];

    private static string Kind(string kind) => $"\"kind\": \"{kind}\"";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(decimal number) =>
        (number / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^((first|last|full|given|family|patient|person|sur)?[ _.-]?name|vorname|nachname|名字)$|姓名|address|street|anschrift|phone|telefon|e-?mail|地址|住址|电话|手机|邮箱|身份证",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex PrivateName();

    [GeneratedRegex("patient|person|subject|participant|mrn|病案号|患者", RegexOptions.IgnoreCase)]
    private static partial Regex PersonName();

    [GeneratedRegex(@"(^|_|\b)(id|nr|nbr|number|uuid|key)($|_|\b)|编号|Id$", RegexOptions.None)]
    private static partial Regex IdentifierName();

    [GeneratedRegex("^(sex|gender|geschlecht|性别)$", RegexOptions.IgnoreCase)]
    private static partial Regex SexName();

    [GeneratedRegex("birth|born|dob|geburt|出生", RegexOptions.IgnoreCase)]
    private static partial Regex BirthName();
}
