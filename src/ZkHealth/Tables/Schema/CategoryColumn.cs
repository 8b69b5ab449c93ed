namespace ZkHealth.Tables;

/// <summary>One value of a category.</summary>
/// <param name="code">The value as predicates write it, such as a code of a terminology.</param>
/// <param name="label">What it means, in words.</param>
public sealed class Category(string code, string label)
{
    /// <summary>The value as predicates write it.</summary>
    public string Code { get; } = code;

    /// <summary>The meaning of the value, in words.</summary>
    public string Label { get; } = label;
}

/// <summary>A column of named values: code i + 1 is category i.</summary>
internal sealed record CategoryColumn : ColumnSchema
{
    private readonly Dictionary<string, uint> _codes = new(StringComparer.Ordinal);

    /// <summary>A column of named values.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="categories">The values, 1 to <see cref="ColumnSchema.MaxValues"/>, in the order of their codes.</param>
    /// <param name="isOrdered">Whether that order has a meaning, as that of stages has.</param>
    /// <exception cref="ArgumentException">
    /// No categories, too many, or a text that would mean two of them: codes and labels are distinct, and no label is the code of
    /// another.
    /// </exception>
    public CategoryColumn(string name, IReadOnlyList<Category> categories, bool isOrdered = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (categories.Count is 0 or > MaxValues)
        {
            throw new ArgumentException($"expected 1 to {MaxValues} categories, got {categories.Count}", nameof(categories));
        }

        _codes.EnsureCapacity(categories.Count);
        (Categories, IsOrdered) = ([.. categories], isOrdered);
        for (int i = 0; i < Categories.Count; i++)
        {
            if (!_codes.TryAdd(Categories[i].Code, (uint)i + 1))
            {
                throw new ArgumentException(
                    $"expected categories with distinct codes, got '{Categories[i].Code}' twice",
                    nameof(categories)
                );
            }
        }

        for (int i = 0; i < Categories.Count; i++)
        {
            if (!_codes.TryAdd(Categories[i].Label, (uint)i + 1) && _codes[Categories[i].Label] != i + 1)
            {
                string other = Categories[(int)_codes[Categories[i].Label] - 1].Code;
                throw new ArgumentException(
                    $"the label '{Categories[i].Label}' of the category '{Categories[i].Code}' also stands for the category '{other}'",
                    nameof(categories)
                );
            }
        }
    }

    /// <summary>The values in the order of their codes.</summary>
    public IReadOnlyList<Category> Categories { get; }

    /// <summary>Tells whether the order of the values has a meaning.</summary>
    public bool IsOrdered { get; }

    public override uint Domain => (uint)Categories.Count + 1;

    internal override bool HasOrder => IsOrdered;

    /// <summary>Compares name, values and their order.</summary>
    public bool Equals(CategoryColumn? other) =>
        base.Equals(other)
        && IsOrdered == other.IsOrdered
        && Categories.Select(c => (c.Code, c.Label)).SequenceEqual(other.Categories.Select(c => (c.Code, c.Label)));

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), IsOrdered, Categories.Count, Categories[0].Code);

    private protected override string KnownLabel(uint index) => Categories[(int)index].Label;

    private protected override uint KnownCode(string value) => _codes.GetValueOrDefault(value);
}
