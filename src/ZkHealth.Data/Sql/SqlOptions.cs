namespace ZkHealth.Data;

/// <summary>Describes what a query needs beyond its tables.</summary>
public sealed class SqlOptions
{
    /// <summary>The largest number of events of one entity that totals allow for, 1 to 2^16: more make the proof impossible.
    /// It is
    /// known beforehand, and not taken from the data, whose maximum would disclose itself.</summary>
    public int MaxEvents { internal get; init; } = 64;

    /// <summary>Groups of fewer rows than this are withheld, as HAVING count(*) >= so many would; 0 for none.</summary>
    public long MinCount { internal get; init; }

    /// <summary>Reads the values of a column of a file, for IN (SELECT code FROM 'codes.csv'); null where there are no
    /// files.</summary>
    public Func<string, string, IReadOnlyList<string>>? ReadFile { internal get; init; }
}
