using System.Globalization;

namespace ZkHealth.Tables;

/// <summary>What the codes of a column mean. Code 0 is "no value" in every column.</summary>
public abstract record ColumnSchema
{
    private protected ColumnSchema(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The column's name, by which predicates refer to it.</summary>
    public string Name { get; }

    /// <summary>The number of codes, "no value" included: codes are 0..Domain−1.</summary>
    public abstract uint Domain { get; }

    /// <summary>What a code means, in words.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code lies outside the domain.</exception>
    public string Label(uint code) => code >= Domain
        ? throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code below {Domain}")
        : code == 0 ? "no value" : KnownLabel(code - 1);

    /// <summary>The code of a value written as its label, as the code of a category, or as a number; 0 where there is none.</summary>
    public uint CodeOf(string value)
    {
        for (uint code = 1; code < Domain; code++)
        {
            if (Label(code) == value || (this is CategoryColumn category && category.Categories[(int)code - 1].Code == value)
                || (this is IntegerColumn integer && integer.Value(code).ToString(CultureInfo.InvariantCulture) == value))
            {
                return code;
            }
        }

        return 0;
    }

    private protected abstract string KnownLabel(uint index);
}

/// <summary>One value of a category.</summary>
/// <param name="Code">The value as predicates write it, such as a code of a terminology.</param>
/// <param name="Label">What it means, in words.</param>
public sealed record Category(string Code, string Label);

/// <summary>A column of named values: code i + 1 is category i.</summary>
public sealed record CategoryColumn : ColumnSchema
{
    /// <summary>A column of named values.</summary>
    /// <exception cref="ArgumentException">No categories, or a code twice.</exception>
    public CategoryColumn(string name, IReadOnlyList<Category> categories)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (categories.Count == 0 || categories.Select(c => c.Code).Distinct(StringComparer.Ordinal).Count() != categories.Count)
        {
            throw new ArgumentException("expected one or more categories with distinct codes", nameof(categories));
        }

        Categories = [.. categories];
    }

    /// <summary>The values in the order of their codes.</summary>
    public IReadOnlyList<Category> Categories { get; }

    /// <inheritdoc/>
    public override uint Domain => (uint)Categories.Count + 1;

    /// <summary>A column of "no" (code 1) and "yes" (code 2).</summary>
    public static CategoryColumn YesNo(string name) => new(name, [new Category("no", "no"), new Category("yes", "yes")]);

    private protected override string KnownLabel(uint index) => Categories[(int)index].Label;
}

/// <summary>A column of whole numbers Min, Min + Step, … up to Max: code 1 + (v − Min)/Step.</summary>
public sealed record IntegerColumn : ColumnSchema
{
    /// <summary>A column of whole numbers.</summary>
    /// <exception cref="ArgumentException">Max below Min, a step below 1, or more than 2^20 values.</exception>
    public IntegerColumn(string name, long min, long max, long step = 1, string? unit = null)
        : base(name)
    {
        if (step < 1 || max < min || (UInt128)((Int128)max - min) / (UInt128)step >= CubeAxes.MaxCells)
        {
            throw new ArgumentException("expected min ≤ max, a step of at least 1 and at most 2^20 values", nameof(max));
        }

        (Min, Max, Step, Unit) = (min, max, step, unit);
    }

    /// <summary>The smallest value.</summary>
    public long Min { get; }

    /// <summary>No value is larger.</summary>
    public long Max { get; }

    /// <summary>The distance between values.</summary>
    public long Step { get; }

    /// <summary>The unit, for readers.</summary>
    public string? Unit { get; }

    /// <inheritdoc/>
    public override uint Domain => (uint)((UInt128)((Int128)Max - Min) / (UInt128)Step) + 2;

    /// <summary>The number that a code other than 0 stands for.</summary>
    public long Value(uint code) => checked(Min + (long)(code - 1) * Step);

    private protected override string KnownLabel(uint index) =>
        Value(index + 1).ToString(CultureInfo.InvariantCulture) + (Unit is null ? "" : " " + Unit);
}

/// <summary>One band.</summary>
/// <param name="Label">Its name.</param>
/// <param name="From">Its smallest whole number; null where it has none.</param>
/// <param name="To">Its largest whole number, included; null where it has none.</param>
public sealed record Band(string Label, long? From, long? To);

/// <summary>A column of bands, over numbers or over text: code i + 1 is band i.</summary>
public sealed record BandColumn : ColumnSchema
{
    /// <summary>A column of bands.</summary>
    /// <exception cref="ArgumentException">No bands, a label twice, a band that ends before it begins, or bands that overlap.</exception>
    public BandColumn(string name, IReadOnlyList<Band> bands)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(bands);
        if (bands.Count == 0 || bands.Select(b => b.Label).Distinct(StringComparer.Ordinal).Count() != bands.Count
            || bands.Any(b => b.From > b.To))
        {
            throw new ArgumentException("expected one or more bands with distinct labels, none ending before it begins", nameof(bands));
        }

        Band[] numeric = [.. bands.Where(b => b.From is not null || b.To is not null).OrderBy(b => b.From ?? long.MinValue)];
        for (int i = 1; i < numeric.Length; i++)
        {
            if ((numeric[i - 1].To ?? long.MaxValue) >= (numeric[i].From ?? long.MinValue))
            {
                throw new ArgumentException($"the bands '{numeric[i - 1].Label}' and '{numeric[i].Label}' overlap", nameof(bands));
            }
        }

        Bands = [.. bands];
    }

    /// <summary>The bands in the order of their codes.</summary>
    public IReadOnlyList<Band> Bands { get; }

    /// <inheritdoc/>
    public override uint Domain => (uint)Bands.Count + 1;

    private protected override string KnownLabel(uint index) => Bands[(int)index].Label;
}
