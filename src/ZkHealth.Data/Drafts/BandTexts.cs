using System.Globalization;
using System.Text.RegularExpressions;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Texts that are bands of numbers, such as [70-80), 70-79, &lt;18 and 80+: a column of bands in the order of their limits, or,
/// where their limits overlap or leave it open to which one a number belongs, of ordered values.
/// </summary>
internal static partial class BandTexts
{
    private static readonly HashSet<string> Unknown = new(StringComparer.OrdinalIgnoreCase)
    {
        "unknown",
        "unk",
        "missing",
        "not known",
        "not stated",
        "none",
        "unbekannt",
        "keine angabe",
        "未知",
        "不详",
    };

    /// <summary>The members of the column; null where its texts are no bands.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="missing">Writes the member "missing" with further texts.</param>
    /// <param name="notes">Told what somebody has to decide.</param>
    public static List<string>? Propose(ColumnSketch seen, Func<List<string>, List<string>> missing, Action<string> notes)
    {
        List<string> unknown = [.. seen.Texts.Keys.Where(Unknown.Contains).Order(StringComparer.Ordinal)];
        List<TextBand> bands = [];
        foreach (string text in seen.Texts.Keys.Where(t => !Unknown.Contains(t)))
        {
            if (Parse(text) is not TextBand band)
            {
                return null;
            }

            bands.Add(band);
        }

        if (seen.IsMany || bands.Count(b => b.From != b.To) < 2)
        {
            return null;
        }

        if (unknown.Count > 0)
        {
            notes(
                $"taken for \"no value\": {string.Join(", ", unknown.Select(t => string.Create(CultureInfo.InvariantCulture, $"'{t}' in {seen.Texts[t]} rows")))}"
            );
        }

        decimal unit = new(1, 0, 0, false, (byte)bands.Max(b => b.Scale));
        bands =
        [
            .. bands
                .OrderBy(b => b.From ?? decimal.MinValue)
                .ThenBy(b => b.To ?? decimal.MaxValue)
                .ThenBy(b => b.Text, StringComparer.Ordinal),
        ];
        return Overlap(bands, unit) is string problem
            ? Ordered(bands, problem, missing(unknown), notes)
            : Limited(bands, unit, missing(unknown), notes);
    }

    private static List<string> Limited(List<TextBand> bands, decimal unit, List<string> missing, Action<string> notes)
    {
        notes("bands as the file writes them, in the order of their limits; join bands, or change labels, as you need them");
        IEnumerable<string> lines = bands.Select(b =>
            $"\n      {{ {string.Join(", ", (string[])[
            $"\"label\": {SchemaDraft.Quote(b.Text)}", .. Limit("from", b.First(unit)), .. Limit("to", b.Last(unit)), $"\"source\": {SchemaDraft.Texts([b.Text])}"])} }}"
        );
        return ["\"kind\": \"bands\"", .. missing, $"\"bands\": [{string.Join(",", lines)}\n    ]"];
    }

    private static List<string> Ordered(List<TextBand> bands, string problem, List<string> missing, Action<string> notes)
    {
        notes($"{problem}: ordered values in place of bands");
        return
        [
            "\"kind\": \"category\"",
            "\"ordered\": true",
            .. missing,
            $"\"values\": [{string.Join(",", bands.Select(b => $"\n      {{ \"code\": {SchemaDraft.Quote(b.Text)} }}"))}\n    ]",
        ];
    }

    private static string? Overlap(List<TextBand> bands, decimal unit)
    {
        if (bands.Find(b => b.IsOpenBelow) is TextBand open)
        {
            return $"'{open.Text}' leaves it open to which band a number just above its lower limit belongs";
        }

        for (int i = 1; i < bands.Count; i++)
        {
            if (!(bands[i - 1].Last(unit) < bands[i].First(unit)))
            {
                return $"'{bands[i - 1].Text}' and '{bands[i].Text}' overlap";
            }
        }

        return null;
    }

    private static string[] Limit(string name, decimal? limit) =>
        limit is decimal value ? [string.Create(CultureInfo.InvariantCulture, $"\"{name}\": {value}")] : [];

    private static TextBand? Parse(string text)
    {
        if (Interval().Match(text) is { Success: true } interval)
        {
            (string begin, string end) = (interval.Groups["begin"].Value, interval.Groups["end"].Value);
            (decimal? from, decimal? to) = (Number(interval.Groups["from"]), Number(interval.Groups["to"]));
            return begin.Length == end.Length && from is not null && to is not null && (from < to || (from == to && end != ")"))
                ? new TextBand(text, from, to, begin == "(", end == ")")
                : null;
        }

        if (Beyond().Match(text) is { Success: true } beyond && Number(beyond.Groups["number"]) is decimal limit)
        {
            string sign = beyond.Groups["sign"].Value;
            return sign is "<" or "under " ? new TextBand(text, null, limit, false, true)
                : sign is "<=" or "≤" ? new TextBand(text, null, limit, false, false)
                : new TextBand(text, limit, null, sign is ">" or "over ", false);
        }

        return
            Single().IsMatch(text) && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal one)
            ? new TextBand(text, one, one, false, false)
            : null;
    }

    private static decimal? Number(Group group) =>
        group.Length <= 18
        && decimal.TryParse(
            group.ValueSpan,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out decimal number
        )
        && number.Scale <= NumberColumn.MaxScale
            ? number
            : null;

    [GeneratedRegex(
        @"^(?<begin>[\[(]?)\s*(?<from>-?\d+(\.\d+)?)\s*(-|–|—|,|\.\.|to|bis|至)\s*(?<to>\d+(\.\d+)?)\s*(?<end>[\])]?)(\s?\p{L}{1,12})?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Interval();

    [GeneratedRegex(
        @"^((?<sign><=|<|≤|under )\s*(?<number>\d+(\.\d+)?)|(?<sign>>=|>|≥|over )\s*(?<number>\d+(\.\d+)?)|(?<number>\d+(\.\d+)?)\s*(\+|and over|or more|and older))(\s?\p{L}{1,12})?$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Beyond();

    [GeneratedRegex(@"^(0|[1-9]\d{0,8})$", RegexOptions.CultureInvariant)]
    private static partial Regex Single();

    /// <summary>A text and its limits, either of which may be excluded.</summary>
    private sealed record TextBand(string Text, decimal? From, decimal? To, bool FromExcluded, bool ToExcluded)
    {
        public int Scale => Math.Max(From?.Scale ?? 0, To?.Scale ?? 0);

        /// <summary>Tells whether the lower limit of a band with two limits is excluded: numbers are cut off downwards, so that
        /// no limit says this.</summary>
        public bool IsOpenBelow => FromExcluded && To is not null;

        public decimal? First(decimal unit) => FromExcluded ? From + unit : From;

        public decimal? Last(decimal unit) => ToExcluded ? To - unit : To;
    }
}
