namespace ZkHealth.Data;

/// <summary>A source that cannot be imported: the message names file, line, column and value, as far as they are known.</summary>
public sealed class ImportException : Exception
{
    /// <summary>Says that a source has a header line alone.</summary>
    internal const string NoRows = "the file has a header and no rows; a table has at least one, so there is nothing to commit";

    /// <summary>An error of a whole file.</summary>
    internal ImportException(string file, string problem, Exception? inner = null)
        : base($"{file}: {problem}", inner) => (File, Problem) = (file, problem);

    /// <summary>An error of one record.</summary>
    internal ImportException(string file, long line, string problem)
        : base($"{file}, line {line}: {problem}") => (File, Line, Problem) = (file, line, problem);

    /// <summary>An error of one value.</summary>
    internal ImportException(string file, long line, string column, string value, string problem, string hint = "")
        : base($"{file}, line {line}, column '{Visible.Text(column)}': {problem}, got '{Visible.Text(value)}'{hint}") =>
        (File, Line, Column, Value, Problem) = (file, line, column, value, problem);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line on which the record, the field or the quote at fault begins, from 1; null where the error is of the
    /// whole file.</summary>
    public long? Line { get; }

    /// <summary>The source's name of the column, or null.</summary>
    public string? Column { get; }

    /// <summary>The value, or null.</summary>
    public string? Value { get; }

    /// <summary>The problem alone.</summary>
    public string Problem { get; }
}
