namespace ZkHealth.Statistics;

/// <summary>The use that a proof file makes of the columns of one table: owners' rules are held against it.</summary>
/// <param name="columns">The committed columns about which it says something; in place of derived ones what they are made
/// of.</param>
/// <param name="opensRow">Whether it is about one row, by its number.</param>
/// <param name="groups">The groups about which it shows numbers.</param>
internal sealed class ColumnUse(IReadOnlyList<string> columns, bool opensRow, IReadOnlyList<UsedGroup> groups)
{
    /// <summary>The committed columns about which it says something.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Tells whether it is about one row.</summary>
    public bool OpensRow { get; } = opensRow;

    /// <summary>The groups about which it shows numbers.</summary>
    public IReadOnlyList<UsedGroup> Groups { get; } = groups;
}

/// <summary>A group of rows about which a number is shown.</summary>
/// <param name="columns">The committed columns that the group is made by.</param>
/// <param name="count">Its rows; null where they are not shown beside the number.</param>
internal sealed class UsedGroup(IReadOnlyList<string> columns, long? count)
{
    /// <summary>The committed columns that the group is made by.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Its rows; null where they are not shown.</summary>
    public long? Count { get; } = count;
}
