using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>What happens to a value that the schema does not know.</summary>
public enum UnknownValues
{
    /// <summary>It ends the import with an error that names it.</summary>
    Refuse,

    /// <summary>It becomes "no value" and is counted.</summary>
    Missing,
}

/// <summary>How far an import is.</summary>
/// <param name="Rows">The records read.</param>
/// <param name="Fraction">The part of the file read, 0 to 1; null where its length is not known.</param>
public readonly record struct ImportProgress(long Rows, double? Fraction);

/// <summary>What was imported.</summary>
/// <param name="Table">The coded table.</param>
/// <param name="Columns">For each column how many rows have no value.</param>
public sealed record ImportResult(CodedTable Table, IReadOnlyList<ImportedColumn> Columns);

/// <summary>The values of a column that did not become codes other than 0.</summary>
/// <param name="Name">The column.</param>
/// <param name="Missing">The rows where the source says that there is no value.</param>
/// <param name="Unknown">The rows whose value the schema does not know and that became "no value".</param>
/// <param name="Example">One of the unknown values, or null.</param>
public sealed record ImportedColumn(string Name, long Missing, long Unknown, string? Example);
