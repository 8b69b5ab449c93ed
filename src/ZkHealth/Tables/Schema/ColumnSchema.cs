namespace ZkHealth.Tables;

/// <summary>A column: the meaning of its codes. Code 0 is "no value" in every column.</summary>
public abstract record ColumnSchema
{
    /// <summary>The largest number of values of a column.</summary>
    public const int MaxValues = TableAxes.MaxCells;

    private protected ColumnSchema(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The column's name, by which predicates refer to it.</summary>
    public string Name { get; }

    /// <summary>The number of codes, "no value" included: codes are 0..Domain−1.</summary>
    public abstract uint Domain { get; }

    /// <summary>Tells whether the codes stand in the order of what they mean, so that a quantile has a meaning.</summary>
    internal abstract bool HasOrder { get; }

    /// <summary>Tells whether having no value is sensitive in itself: the disclosure guard then looks at it as at any
    /// value.</summary>
    public bool GuardMissing { get; init; }

    /// <summary>A column of "no" (code 1) and "yes" (code 2).</summary>
    /// <param name="name">The column's name.</param>
    public static ColumnSchema YesNo(string name) => OfCategories(name, [new Category("no", "no"), new Category("yes", "yes")]);

    /// <summary>A column of named values: code i + 1 is category i.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="categories">The values, 1 to <see cref="MaxValues"/>, in the order of their codes.</param>
    /// <param name="isOrdered">Whether that order has a meaning, as that of stages has.</param>
    /// <exception cref="ArgumentException">
    /// No categories, too many, or a text that would mean two of them: codes and labels are distinct, and no label is the code of
    /// another.
    /// </exception>
    public static ColumnSchema OfCategories(string name, IReadOnlyList<Category> categories, bool isOrdered = false) =>
        new CategoryColumn(name, categories, isOrdered);

    /// <summary>A column of numbers min, min + step, … up to max: code 1 + (value − min)/step.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">No value is larger.</param>
    /// <param name="step">The distance between values.</param>
    /// <param name="unit">The unit, for readers; null for none.</param>
    /// <param name="scale">The digits after the point, 0 to 9: min, max and step have no more.</param>
    /// <param name="topCode">The text that stands for "max or more", such as "90+"; null where the largest value means
    /// itself.</param>
    /// <exception cref="ArgumentException">
    /// Max below min, a step that is not positive, more digits than the scale, a number beyond ±2^63 units of 10^−scale, more
    /// than <see cref="MaxValues"/> values, or a top code that is itself a number or where max is not a value.
    /// </exception>
    public static ColumnSchema OfNumbers(
        string name,
        decimal min,
        decimal max,
        decimal step = 1,
        string? unit = null,
        int scale = 0,
        string? topCode = null
    ) => new NumberColumn(name, min, max, step, unit, scale, topCode);

    /// <summary>A column of bands of numbers or texts: code i + 1 is band i.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="bands">The bands, 1 to <see cref="MaxValues"/>, in the order of their codes.</param>
    /// <param name="scale">The digits after the point of the limits, 0 to 9. A number belongs to the band that holds it cut off
    /// (towards minus infinity) after so many digits.</param>
    /// <exception cref="ArgumentException">
    /// No bands, a label twice, a band that ends before it begins, bands that overlap, or a limit of more digits.
    /// </exception>
    public static ColumnSchema OfBands(string name, IReadOnlyList<Band> bands, int scale = 0) =>
        new BandColumn(name, bands, scale);

    /// <summary>A column of bands of days: code i + 1 is band i.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="bands">The bands, made by <see cref="Band.OfDates"/>.</param>
    /// <exception cref="ArgumentException">No bands, a label twice, a band that ends before it begins, or bands that
    /// overlap.</exception>
    public static ColumnSchema OfDateBands(string name, IReadOnlyList<Band> bands) => BandColumn.OfDates(name, bands);

    /// <summary>A column of days, months or years: code 1 + the number of units since the first.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="first">The first value; in a column of months or years any day of it.</param>
    /// <param name="last">The last value, included.</param>
    /// <param name="unit">How fine they are.</param>
    /// <exception cref="ArgumentException">No such unit, last before first, or more than <see cref="MaxValues"/>
    /// values.</exception>
    public static ColumnSchema OfDates(string name, DateOnly first, DateOnly last, DateUnit unit = DateUnit.Day) =>
        new DateColumn(name, first, last, unit);

    /// <summary>A column that names rows of another table: code k ≥ 1 is its row k − 1.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="of">The root of that table in hexadecimal; or owner/data set of a registrar, whose rows are only
    /// appended.</param>
    /// <param name="atMost">How many rows name one row of that table at most, 1 to 2^20 − 1.</param>
    /// <exception cref="ArgumentException">No table, or a bound out of range.</exception>
    public static ColumnSchema OfKeys(string name, string of, uint atMost = 64) => new KeyColumn(name, of, atMost);

    /// <summary>The meaning of a code, in words.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code lies outside the domain.</exception>
    public string Label(uint code)
    {
        if (code >= Domain)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code below {Domain}");
        }

        return code == 0 ? "no value" : KnownLabel(code - 1);
    }

    /// <summary>The code of a value written as its label, as the code of a category, or as a number; 0 where there is
    /// none.</summary>
    public uint CodeOf(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return KnownCode(value);
    }

    private protected abstract string KnownLabel(uint index);

    private protected abstract uint KnownCode(string value);
}
