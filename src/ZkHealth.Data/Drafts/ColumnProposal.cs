using System.Globalization;
using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>
/// Proposes a column of a schema file for what a reading showed: lines of JSON, and a comment where somebody who knows the data
/// has to decide. What cannot be told is left out, with the reason.
/// </summary>
internal static partial class ColumnProposal
{
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

    /// <summary>The members of the column, without braces and commas; null where it is left out.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="persons">Whether a person column was proposed before.</param>
    /// <param name="notes">Told what somebody has to decide.</param>
    public static List<string>? Propose(ColumnSketch seen, bool persons, Action<string> notes)
    {
        if (seen.Rows == 0)
        {
            notes(
                "no row has a value: left out; where other files have some, state its kind, such as "
                    + $"{{ \"name\": {SchemaDraft.Quote(seen.Source)}, \"kind\": \"yes-no\" }}"
            );
            return null;
        }

        if (PrivateName().IsMatch(seen.Source))
        {
            notes("its values may name people, and values of a category are public: left out; write it by hand if they do not");
            return null;
        }

        if (!persons && PersonName().IsMatch(seen.Source) && (seen.IsMany || seen.Texts.Count > 20))
        {
            notes(
                "taken for the person whom a row is about: read for the disclosure guard alone, never committed; "
                    + "\"kind\": \"identifier\" where this file lists the persons, \"kind\": \"key\", \"of\": \"patients\" where another does"
            );
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
            if (DateOf(seen) is DateSketch dates)
            {
                return Dates(seen, dates, notes);
            }

            notes(
                $"dates that could be {string.Join(" or ", seen.DateFormats.Select(f => DateText.Names[(int)f]))}: left out; add a column of kind date with the right \"format\""
            );
            return null;
        }

        if (SexName().IsMatch(seen.Source) && seen is { IsMany: false, Texts.Count: <= 5 })
        {
            return Sex(seen, notes);
        }

        NumberSketch? numbers = seen.HasLeadingZeros
            ? null
            : Array.Find<NumberSketch>([seen.Point, seen.Comma], n => n is { All: true, Any: true });
        return numbers is null ? Categories(seen, notes) : Numbers(seen, numbers, notes);
    }

    private static bool IsYesNo(ColumnSketch seen) =>
        !seen.IsMany
        && (
            seen.Texts.Count > 1
                ? seen.Texts.Keys.All(t => YesNo.Contains(t, StringComparer.OrdinalIgnoreCase))
                : YesNoWords.Contains(seen.Texts.Keys.Single(), StringComparer.OrdinalIgnoreCase)
        );

    /// <summary>The texts as dates of the one format that they can be in, all or but for a few; null where there are none, or two
    /// formats.</summary>
    public static DateSketch? DateOf(ColumnSketch seen)
    {
        long fewest = seen.Dates.Count == 0 ? 0 : seen.Dates.Min(d => d.Others.Count);
        DateSketch[] best = [.. seen.Dates.Where(d => d.Others.Count == fewest)];
        return best.Length == 1 || (best.Length > 1 && best[0].Format == DateFormat.Iso) ? best[0] : null;
    }

    private static List<string> Dates(ColumnSketch seen, DateSketch dates, Action<string> notes)
    {
        (DateOnly first, DateOnly last) = (dates.First, dates.Last);
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
            .. dates.Format == DateFormat.Iso ? [] : (string[])[$"\"format\": \"{DateText.Names[(int)dates.Format]}\""],
            .. Missing(seen, []),
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

    private static List<string>? Categories(
        ColumnSketch seen,
        Action<string> notes,
        List<string>? codes = null,
        bool isExact = false
    )
    {
        if (BandTexts.Propose(seen, codes => Missing(seen, codes), notes) is List<string> bands)
        {
            return bands;
        }

        bool isLeftOut =
            seen.IsMany || seen.Texts.Count > MostCategories || (seen.Texts.Count > 20 && seen.Texts.Count > seen.Rows / 2);
        if (!isExact && seen.Texts.Count > 20 && IsNearly(seen, isLeftOut, notes, out List<string>? nearly))
        {
            return nearly;
        }

        if (isLeftOut)
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

    /// <summary>The texts that mean "no value", where they are not the empty one alone.</summary>
    private static List<string> Missing(ColumnSketch seen, List<string> codes) =>
        codes.Count + seen.AbsentTexts.Count == 0
            ? []
            : [$"\"missing\": {SchemaDraft.Texts(["", .. seen.AbsentTexts, .. codes])}"];

    private static string Kind(string kind) => $"\"kind\": \"{kind}\"";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^((first|last|full|given|family|patient|person|sur)?[ _.-]?name|vorname|nachname|名字)$|姓名|address|street|anschrift|phone|telefon|e-?mail|地址|住址|电话|手机|邮箱|身份证",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex PrivateName();

    [GeneratedRegex("patient|person|subject|participant|mrn|^pat[ _.-]?(id|nr|no)|^pid$|病案号|患者", RegexOptions.IgnoreCase)]
    private static partial Regex PersonName();

    [GeneratedRegex(@"(^|_|\b)(id|nr|nbr|number|uuid|key)($|_|\b)|编号|Id$", RegexOptions.None)]
    private static partial Regex IdentifierName();

    [GeneratedRegex(
        "date|datum|admi|aufnahme|discharge|entlass|birth|born|dob|geburt|日期|入院|出院|出生",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex DateName();

    [GeneratedRegex("^(sex|gender|geschlecht|性别)$", RegexOptions.IgnoreCase)]
    private static partial Regex SexName();

    [GeneratedRegex("birth|born|dob|geburt|出生", RegexOptions.IgnoreCase)]
    private static partial Regex BirthName();
}
