namespace ZkHealth.Tables;

/// <summary>
/// The layout of a table of n rows: padded with zeros to 2^mu and cut into matrix rows, four to eight times as wide
/// as high. Row i goes to (i div Width, i mod Width); each matrix row is one vector commitment.
/// </summary>
internal readonly record struct TableLayout
{
    /// <summary>log2 of the largest number of rows.</summary>
    public const int MaxLogRows = 30;

    /// <summary>The largest number of rows.</summary>
    public const long MaxRows = 1L << MaxLogRows;

    /// <summary>The layout of a table.</summary>
    /// <param name="rows">Its rows, 1 to 2^30.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is out of range.</exception>
    public TableLayout(long rows)
    {
        if (!IsInRange(rows))
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows, "expected 1 to 2^30 rows");
        }

        LogRows = Math.Max(1, 64 - (int)long.LeadingZeroCount(rows - 1));
        LogHeight = Math.Max(0, LogRows / 2 - 1);
        FilledRows = (int)((rows + Width - 1) / Width);
        LastFilled = (int)(rows % Width);
    }

    /// <summary>Determines whether a table may have so many rows.</summary>
    public static bool IsInRange(long rows) => rows is >= 1 and <= MaxRows;

    /// <summary>mu: log2 of the padded number of rows, at least 1.</summary>
    public int LogRows { get; }

    /// <summary>log2 of the number of matrix rows, which is the number of points of a column.</summary>
    public int LogHeight { get; }

    /// <summary>The padded number of rows.</summary>
    public int PaddedRows => 1 << LogRows;

    /// <summary>The matrix rows: points of a column commitment.</summary>
    public int Height => 1 << LogHeight;

    /// <summary>The entries of a matrix row.</summary>
    public int Width => 1 << (LogRows - LogHeight);

    /// <summary>The matrix rows that hold rows of the table; the others are padding, and their points the identity.</summary>
    internal int FilledRows { get; }

    /// <summary>The entries of the last of these that hold rows of the table; 0 where all do.</summary>
    internal int LastFilled { get; }
}
