using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>How far an import is.</summary>
/// <param name="Rows">The records read.</param>
/// <param name="Fraction">The part of the file read, 0 to 1; null where its length is not known.</param>
public readonly record struct ImportProgress(long Rows, double? Fraction);

/// <summary>The outcome of an import.</summary>
/// <param name="Table">The coded table.</param>
/// <param name="Report">What was read, and how its values became codes.</param>
public sealed record ImportResult(CodedTable Table, ImportReport Report)
{
    /// <summary>For each row the number of its person, as <see cref="TableOpeningFile.Persons"/>; empty where the schema has no person column.</summary>
    public ReadOnlyMemory<uint> Persons { get; init; }
}
