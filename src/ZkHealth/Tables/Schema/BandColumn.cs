namespace ZkHealth.Tables;

/// <summary>One band.</summary>
/// <param name="label">Its name.</param>
/// <param name="from">Its smallest number; null where it has none.</param>
/// <param name="to">Its largest number, included; null where it has none.</param>
public sealed class Band(string label, decimal? from, decimal? to)
{
    /// <summary>Its name.</summary>
    public string Label { get; } = label;

    /// <summary>Its smallest number; null where it has none.</summary>
    public decimal? From { get; } = from;

    /// <summary>Its largest number, included; null where it has none.</summary>
    public decimal? To { get; } = to;

    /// <summary>A band of days, for <see cref="ColumnSchema.OfDateBands"/>: its limits are their
    /// <see cref="DateOnly.DayNumber"/>.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="from">Its first day; null where it has none.</param>
    /// <param name="to">Its last day, included; null where it has none.</param>
    public static Band OfDates(string label, DateOnly? from, DateOnly? to) => new(label, from?.DayNumber, to?.DayNumber);

    internal bool IsSame(Band other) => Label == other.Label && From == other.From && To == other.To;
}

/// <summary>A column of bands, over numbers, days or text: code i + 1 is band i.</summary>
internal sealed record BandColumn : ColumnSchema
{
    private readonly Dictionary<string, uint> _codes = new(StringComparer.Ordinal);

    /// <summary>A column of bands of numbers or texts.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="bands">The bands, 1 to <see cref="ColumnSchema.MaxValues"/>, in the order of their codes.</param>
    /// <param name="scale">
    /// The digits after the point of the limits, 0 to <see cref="NumberColumn.MaxScale"/>. A number belongs to the band that
    /// holds it cut off
    /// (towards minus infinity) after so many digits: between 24.9 and 25.0 of a scale of 1 there is nothing.
    /// </param>
    /// <exception cref="ArgumentException">
    /// No bands, a label twice, a band that ends before it begins, bands that overlap, or a limit of more digits.
    /// </exception>
    public BandColumn(string name, IReadOnlyList<Band> bands, int scale = 0)
        : this(name, bands, scale, false) { }

    private BandColumn(string name, IReadOnlyList<Band> bands, int scale, bool holdsDates)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(bands);
        if (bands.Count is 0 or > MaxValues || scale is < 0 or > NumberColumn.MaxScale)
        {
            throw new ArgumentException(
                $"expected 1 to {MaxValues} bands, of 0 to {NumberColumn.MaxScale} digits after the point",
                nameof(bands)
            );
        }

        (Bands, Scale, HoldsDates) = ([.. bands], scale, holdsDates);
        for (int i = 0; i < Bands.Count; i++)
        {
            if (!_codes.TryAdd(Bands[i].Label, (uint)i + 1) || Bands[i].From > Bands[i].To)
            {
                throw new ArgumentException(
                    $"expected bands with distinct labels, none ending before it begins, got '{Bands[i].Label}'",
                    nameof(bands)
                );
            }

            if (Misfits(Bands[i].From) || Misfits(Bands[i].To))
            {
                throw new ArgumentException(
                    $"expected limits of at most {scale} digits after the point, got the band '{Bands[i].Label}'; state a larger scale",
                    nameof(bands)
                );
            }
        }

        CheckOverlap(nameof(bands));
    }

    /// <summary>The bands in the order of their codes. Limits of days are their <see cref="DateOnly.DayNumber"/>.</summary>
    public IReadOnlyList<Band> Bands { get; }

    /// <summary>The digits after the point of the limits.</summary>
    public int Scale { get; }

    /// <summary>Tells whether the limits are days rather than numbers.</summary>
    public bool HoldsDates { get; }

    public override uint Domain => (uint)Bands.Count + 1;

    /// <summary>Tells whether all bands have limits and stand in their order.</summary>
    internal override bool HasOrder
    {
        get
        {
            for (int i = 0; i < Bands.Count; i++)
            {
                if (Bands[i] is { From: null, To: null } || (i > 0 && !(Bands[i - 1].To < Bands[i].From)))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A column of bands of days.</summary>
    /// <exception cref="ArgumentException">No bands, a label twice, a band that ends before it begins, or bands that
    /// overlap.</exception>
    public static BandColumn OfDates(string name, IReadOnlyList<Band> bands)
    {
        ArgumentNullException.ThrowIfNull(bands);
        return new BandColumn(name, bands, 0, true);
    }

    /// <summary>Compares name, bands, scale and what they hold.</summary>
    public bool Equals(BandColumn? other) =>
        base.Equals(other)
        && Scale == other.Scale
        && HoldsDates == other.HoldsDates
        && Bands.Count == other.Bands.Count
        && Bands.Zip(other.Bands).All(pair => pair.First.IsSame(pair.Second));

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Scale, Bands.Count, Bands[0].Label);

    private bool Misfits(decimal? limit) => limit is decimal value && NumberColumn.ToUnits(value, Scale) is null;

    private void CheckOverlap(string parameter)
    {
        Band[] limited = [.. Bands.Where(b => b.From is not null || b.To is not null).OrderBy(b => b.From ?? decimal.MinValue)];
        for (int i = 1; i < limited.Length; i++)
        {
            if ((limited[i - 1].To ?? decimal.MaxValue) >= (limited[i].From ?? decimal.MinValue))
            {
                throw new ArgumentException($"the bands '{limited[i - 1].Label}' and '{limited[i].Label}' overlap", parameter);
            }
        }
    }

    private protected override string KnownLabel(uint index) => Bands[(int)index].Label;

    private protected override uint KnownCode(string value) => _codes.GetValueOrDefault(value);
}
