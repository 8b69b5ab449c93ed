namespace ZkHealth.Data;

/// <summary>What happens to a value that the schema does not know.</summary>
public enum UnknownValues
{
    /// <summary>It ends the import with an error that names it.</summary>
    Refuse,

    /// <summary>It becomes "no value" and is counted.</summary>
    Missing,
}

/// <summary>How a source is read.</summary>
public sealed record ImportOptions
{
    /// <summary>What happens to values that the schema does not know.</summary>
    public UnknownValues Unknown { get; init; }

    /// <summary>The character between fields; null where the header shows it.</summary>
    public char? Delimiter { get; init; }
}
