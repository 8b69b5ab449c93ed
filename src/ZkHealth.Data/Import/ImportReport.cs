namespace ZkHealth.Data;

/// <summary>What was read from a source, and how its values became codes. Records = Rows + Refused: none is lost.</summary>
public sealed record ImportReport
{
    /// <summary>The encoding in which the source was read.</summary>
    public required string Encoding { get; init; }

    /// <summary>The character between its fields.</summary>
    public required char Delimiter { get; init; }

    /// <summary>The records after the header.</summary>
    public required long Records { get; init; }

    /// <summary>The records that can be rows of a table.</summary>
    public long Rows => Records - Refused;

    /// <summary>The records that cannot: of another number of fields, or with a value that the schema does not know.</summary>
    public required long Refused { get; init; }

    /// <summary>The rows in which no column of the schema has a value.</summary>
    public required long Empty { get; init; }

    /// <summary>The blank lines, which are no records where the header names more than one column.</summary>
    public required long BlankLines { get; init; }

    /// <summary>The values, column by column, in the order of the schema.</summary>
    public required IReadOnlyList<ImportedColumn> Columns { get; init; }

    /// <summary>The faults of lines and records in the order of the file (values that are not known stand with their columns); the first 100.</summary>
    public required IReadOnlyList<ImportFault> Faults { get; init; }

    /// <summary>The number of faults of lines and records.</summary>
    public required long FaultCount { get; init; }

    /// <summary>What looks wrong: numbers whose decimal sign may stand between thousands, what may be the cause of values that are not known.</summary>
    public required IReadOnlyList<string> Hints { get; init; }
}

/// <summary>The values of a column that did not become codes as they stood.</summary>
/// <param name="Name">The column.</param>
/// <param name="Source">Its name in the source.</param>
/// <param name="Expected">What a value of the column looks like, in words.</param>
public sealed record ImportedColumn(string Name, string Source, string Expected)
{
    /// <summary>The rows where the source says that there is no value.</summary>
    public long Missing { get; init; }

    /// <summary>The rows whose number was rounded to the column's grid.</summary>
    public long Rounded { get; init; }

    /// <summary>The rows whose number lay beyond an end that takes in all beyond it.</summary>
    public long Clamped { get; init; }

    /// <summary>The rows whose value the schema does not know.</summary>
    public long Unknown { get; init; }

    /// <summary>The most frequent of the values that the schema does not know, at most 10 of the first 1,000 that differ.</summary>
    public IReadOnlyList<UnknownValue> Examples { get; init; } = [];
}

/// <summary>A text that the schema does not know.</summary>
/// <param name="Text">The text with invisible characters written out, cut after 80 characters.</param>
/// <param name="Rows">The number of rows that have it.</param>
/// <param name="Line">The line on which it is met first.</param>
public sealed record UnknownValue(string Text, long Rows, long Line);

/// <summary>A fault of a line or record.</summary>
/// <param name="Line">The line on which the record begins, or the quote opens that is at fault.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record ImportFault(long Line, string Problem);
