using System.Globalization;

namespace ZkHealth.Tables;

/// <summary>
/// A column that names rows of another table: code k ≥ 1 is its row k − 1, 0 is nobody. Keys are distinct by themselves, and no
/// identifier is committed.
/// </summary>
public sealed record KeyColumn : ColumnSchema
{
    /// <summary>A key column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="of">
    /// The root of the table whose rows it counts, in hexadecimal, without which the answer could be picked by sorting that table
    /// anew; or owner/data set of a registrar, whose rows are only appended.
    /// </param>
    public KeyColumn(string name, string of)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(of);
        Of = of;
    }

    /// <summary>The table whose rows are counted.</summary>
    public string Of { get; }

    /// <inheritdoc/>
    public override uint Domain => 1u << TableLayout.MaxLogRows;

    /// <inheritdoc/>
    public override bool HasOrder => false;

    private protected override string KnownLabel(uint index) => string.Create(CultureInfo.InvariantCulture, $"row {index + 1}");

    private protected override uint KnownCode(string value) => 0;
}
