namespace ZkHealth.Tables;

/// <summary>Describes what the codes of a column mean. Code 0 is "no value" in every column.</summary>
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
    public abstract bool HasOrder { get; }

    /// <summary>Tells whether having no value is sensitive in itself: the disclosure guard then looks at it as at any
    /// value.</summary>
    public bool GuardMissing { get; init; }

    /// <summary>Describes what a code means, in words.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code lies outside the domain.</exception>
    public string Label(uint code) =>
        code >= Domain ? throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code below {Domain}")
        : code == 0 ? "no value"
        : KnownLabel(code - 1);

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
