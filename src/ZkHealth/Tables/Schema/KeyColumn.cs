using System.Globalization;

namespace ZkHealth.Tables;

/// <summary>
/// A column that names rows of another table: code k ≥ 1 is its row k − 1, 0 is nobody. Keys are distinct by themselves, and no
/// identifier is committed.
/// </summary>
internal sealed record KeyColumn : ColumnSchema
{
    /// <summary>The default of <see cref="AtMost"/>.</summary>
    public const uint DefaultAtMost = 64;

    /// <summary>A key column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="of">
    /// The root of the table whose rows it counts, in hexadecimal, without which the answer could be picked by sorting that table
    /// anew; or owner/data set of a registrar, whose rows are only appended.
    /// </param>
    /// <param name="atMost">How many rows name one row of that table at most, 1 to 2^20 − 1.</param>
    /// <exception cref="ArgumentException">No table, or a bound out of range.</exception>
    public KeyColumn(string name, string of, uint atMost = DefaultAtMost)
        : base(name)
    {
        ArgumentException.ThrowIfNullOrEmpty(of);
        ArgumentOutOfRangeException.ThrowIfZero(atMost);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(atMost, (uint)TableAxes.MaxCells);
        (Of, AtMost) = (of, atMost);
    }

    /// <summary>The table whose rows are counted.</summary>
    public string Of { get; }

    /// <summary>
    /// The bound of a total along this key: how many rows name one row of that table at most. It is stated before the data are
    /// looked at, as the largest number that occurs would disclose itself.
    /// </summary>
    public uint AtMost { get; }

    public override uint Domain => 1u << TableLayout.MaxLogRows;

    internal override bool HasOrder => false;

    private protected override string KnownLabel(uint index) => string.Create(CultureInfo.InvariantCulture, $"row {index + 1}");

    private protected override uint KnownCode(string value) => 0;
}
