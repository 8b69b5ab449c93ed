namespace ZkHealth.Statistics;

/// <summary>Options of a query beyond its tables.</summary>
public sealed class SqlOptions
{
    /// <summary>Groups of fewer rows than this are withheld, as HAVING count(*) >= so many would; 0 for none.</summary>
    public long MinCount { internal get; init; }

    /// <summary>Reads the values of a column of a file, for IN (SELECT code FROM 'codes.csv'); null where there are no
    /// files.</summary>
    public Func<string, string, IReadOnlyList<string>>? ReadFile { internal get; init; }
}
