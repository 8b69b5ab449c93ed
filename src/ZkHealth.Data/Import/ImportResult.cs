using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>The progress of an import.</summary>
public readonly struct ImportProgress
{
    internal ImportProgress(long rows, double? fraction) => (Rows, Fraction) = (rows, fraction);

    /// <summary>The records read.</summary>
    public long Rows { get; }

    /// <summary>The part of the file read, 0 to 1; null where its length is not known.</summary>
    public double? Fraction { get; }
}

/// <summary>The outcome of an import.</summary>
public sealed class ImportResult
{
    internal ImportResult(CodedTable table, ImportReport report) => (Table, Report) = (table, report);

    /// <summary>The coded table.</summary>
    public CodedTable Table { get; }

    /// <summary>The counts of what was read, and how its values became codes.</summary>
    public ImportReport Report { get; }

    /// <summary>For each row the number of its person, as <see cref="TableOpeningFile.Persons"/>; empty where the schema has no
    /// person column and no key.</summary>
    public ReadOnlyMemory<uint> Persons { get; internal init; }

    /// <summary>The identifiers of the rows; null where the schema names no column of them.</summary>
    internal Identifiers? Identifiers { get; init; }

    /// <summary>For each row the number of its identifier, 0 where it has none.</summary>
    internal uint[] Identified { get; init; } = [];
}
