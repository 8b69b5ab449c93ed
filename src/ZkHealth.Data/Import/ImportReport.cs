namespace ZkHealth.Data;

/// <summary>The report on an import: what was read from a source, and how its values became codes. Records = Rows + Refused: none
/// is lost.</summary>
public sealed class ImportReport
{
    internal ImportReport() { }

    /// <summary>The encoding in which the source was read.</summary>
    public string Encoding { get; internal init; } = "";

    /// <summary>The character between its fields.</summary>
    public char Delimiter { get; internal init; }

    /// <summary>The records after the header.</summary>
    public long Records { get; internal init; }

    /// <summary>The records that can be rows of a table.</summary>
    public long Rows => Records - Refused;

    /// <summary>The records that cannot: of another number of fields, or with a value that the schema does not know.</summary>
    public long Refused { get; internal init; }

    /// <summary>The rows in which no column of the schema has a value.</summary>
    public long Empty { get; internal init; }

    /// <summary>The blank lines, which are no records where the header names more than one column.</summary>
    public long BlankLines { get; internal init; }

    /// <summary>The values, column by column, in the order of the schema.</summary>
    public IReadOnlyList<ImportedColumn> Columns { get; internal init; } = [];

    /// <summary>The faults of lines and records in the order of the file (values that are not known stand with their columns);
    /// the first 100.</summary>
    public IReadOnlyList<ImportFault> Faults { get; internal init; } = [];

    /// <summary>The number of faults of lines and records.</summary>
    public long FaultCount { get; internal init; }

    /// <summary>Remarks on what looks wrong: numbers whose decimal sign may stand between thousands, what may be the cause of
    /// values that are not known.</summary>
    public IReadOnlyList<string> Hints { get; internal init; } = [];
}

/// <summary>The values of a column that did not become codes as they stood.</summary>
public sealed class ImportedColumn
{
    internal ImportedColumn(string name, string source, string expected) => (Name, Source, Expected) = (name, source, expected);

    /// <summary>The column.</summary>
    public string Name { get; }

    /// <summary>Its name in the source.</summary>
    public string Source { get; }

    /// <summary>A value of the column, in words.</summary>
    public string Expected { get; }

    /// <summary>The rows where the source says that there is no value.</summary>
    public long Missing { get; internal init; }

    /// <summary>The rows whose number was rounded to the column's grid.</summary>
    public long Rounded { get; internal init; }

    /// <summary>The rows whose number lay beyond an end that takes in all beyond it.</summary>
    public long Clamped { get; internal init; }

    /// <summary>The rows whose identifier is that of no row of the table that the column refers to: they name nobody.</summary>
    public long Nobody { get; internal init; }

    /// <summary>The rows whose value the schema does not know.</summary>
    public long Unknown { get; internal init; }

    /// <summary>The most frequent of the values that the schema does not know, at most 10 of the first 1,000 that
    /// differ.</summary>
    public IReadOnlyList<UnknownValue> Examples { get; internal init; } = [];
}

/// <summary>A text that the schema does not know.</summary>
public sealed class UnknownValue
{
    internal UnknownValue(string text, long line) => (Text, Line) = (text, line);

    /// <summary>The text with invisible characters written out, cut after 80 characters.</summary>
    public string Text { get; }

    /// <summary>The number of rows that have it.</summary>
    public long Rows { get; internal set; } = 1;

    /// <summary>The line on which it is met first.</summary>
    public long Line { get; }
}

/// <summary>A fault of a line or record.</summary>
public sealed class ImportFault
{
    internal ImportFault(long line, string problem) => (Line, Problem) = (line, problem);

    /// <summary>The line on which the record begins, or the quote opens that is at fault.</summary>
    public long Line { get; }

    /// <summary>The fault, in words.</summary>
    public string Problem { get; }
}
