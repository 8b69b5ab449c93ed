using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Bands: fixed texts, else the band that holds a number or a day.</summary>
internal sealed class BandCoder : ColumnCoder
{
    private readonly BandColumn _column;
    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;
    private readonly NumberSource _numbers;
    private readonly (Int128 From, Int128 To, uint Code)[] _limits;

    public BandCoder(BandColumn column, SourceColumn source, IReadOnlyList<IReadOnlyList<string>> texts, NumberSource numbers)
        : base(source, column.Domain)
    {
        (_column, _texts, _numbers) = (column, texts, numbers);
        _limits =
        [
            .. column
                .Bands.Select(
                    (b, i) =>
                        (
                            Limited: b is not { From: null, To: null },
                            From: b.From is decimal from ? NumberText.Units(from, column.Scale) : Int128.MinValue,
                            To: b.To is decimal to ? NumberText.Units(to, column.Scale) : Int128.MaxValue,
                            Code: (uint)i + 1
                        )
                )
                .Where(b => b.Limited)
                .Select(b => (b.From, b.To, b.Code))
                .OrderBy(b => b.From),
        ];
        Fix(texts);
    }

    public override string Expected
    {
        get
        {
            string[] ranges = [.. _column.Bands.Where(b => b.From is not null || b.To is not null).Select(b => b.Label)];
            string[] texts = [.. _texts.SelectMany(t => t)];
            string what = _column.HoldsDates ? DateText.Describe(_numbers.Dates) : "a number";
            string bands = $"{what} in one of the bands {string.Join(", ", ranges.Take(12))}{(ranges.Length > 12 ? ", …" : "")}";
            return string.Join(
                " or ",
                (
                    (string[])
                        [
                            ranges.Length == 0 ? ""
                            : _column.HoldsDates ? bands
                            : _numbers.Describe(bands),
                            texts.Length > 0 ? "one of " + Quote(texts) : "",
                        ]
                ).Where(s => s.Length > 0)
            );
        }
    }

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (_column.HoldsDates)
        {
            return DateText.TryConvert(text, _numbers.Dates, out DateOnly day) ? Find(day.DayNumber) : null;
        }

        return _numbers.IsMissing(text) ? new Coded(0, CodeNote.Missing)
            : _numbers.TryCut(text, out Int128 units, out _) ? Find(units, _numbers.Form(text))
            : null;
    }

    public override string Hint(string text) => _column.HoldsDates ? "" : _numbers.Hint(text.Trim());

    /// <summary>The last band that does not begin after the number, if it does not end before it.</summary>
    private Coded? Find(Int128 number, PointForm form = PointForm.Clear)
    {
        (int low, int high) = (0, _limits.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _limits[middle].From <= number ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && number <= _limits[low - 1].To ? new Coded(_limits[low - 1].Code, Form: form) : null;
    }
}
