using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The columns of one cube with their domains. Cells are in index order, the first column most significant.
/// </summary>
public sealed class TableAxes : ICubeCells
{
    /// <summary>The largest number of columns of a cube.</summary>
    public const int MaxAxes = 16;

    /// <summary>The largest number of cells: of one cube, and of all cubes of a proof together, padded.</summary>
    public const int MaxCells = 1 << 20;

    private TableAxes(IReadOnlyList<uint> columns, IReadOnlyList<uint> domains, int cells, int allCells)
    {
        Columns = columns;
        Domains = domains;
        CellCount = cells;
        AllCells = allCells;
    }

    /// <summary>The axes of a cube.</summary>
    /// <param name="columns">1 to 16 distinct columns of the table.</param>
    /// <param name="domains">For each its domain: codes lie in 0..domain−1.</param>
    /// <exception cref="ArgumentException">Not as described, or more than 2^20 cells.</exception>
    public static TableAxes Create(ReadOnlySpan<uint> columns, ReadOnlySpan<uint> domains) =>
        TryCreate(columns, domains, out TableAxes? axes, out string? reason)
            ? axes
            : throw new ArgumentException(reason, nameof(columns));

    /// <summary>Axes along columns of a schema, with their domains.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="columns">The names of 1 to 16 distinct columns; "row" is the public column of declared rows.</param>
    /// <exception cref="ArgumentException">The schema has no such column, or the cube would have more than 2^20
    /// cells.</exception>
    public static TableAxes Of(TableSchema schema, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(columns);
        int[] which =
        [
            .. columns.Select(c =>
                schema.IndexOf(c) is int j and >= 0
                    ? j
                    : throw new ArgumentException($"the schema has no column '{c}'", nameof(columns))
            ),
        ];
        return Create([.. which.Select(j => (uint)j)], [.. which.Select(j => schema.Columns[j].Domain)]);
    }

    /// <summary>Makes the axes, or says why there are none.</summary>
    internal static bool TryCreate(
        ReadOnlySpan<uint> columns,
        ReadOnlySpan<uint> domains,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TableAxes? axes,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason
    )
    {
        (axes, reason) = (null, null);
        if (columns.Length is < 1 or > MaxAxes || columns.Length != domains.Length)
        {
            reason = "a cube needs 1 to 16 columns and one domain for each";
            return false;
        }

        long cells = 1;
        for (int j = 0; j < columns.Length; j++)
        {
            if (columns[..j].Contains(columns[j]))
            {
                reason = "the columns of a cube are distinct";
                return false;
            }

            cells *= domains[j];
            if (cells is < 1 or > MaxCells)
            {
                reason = "a domain is out of range, or a cube has more than 2^20 cells";
                return false;
            }
        }

        axes = new TableAxes(columns.ToArray(), domains.ToArray(), (int)cells, (int)cells);
        return true;
    }

    /// <summary>The columns, by their position in the table.</summary>
    public IReadOnlyList<uint> Columns { get; }

    /// <summary>The domain of each.</summary>
    public IReadOnlyList<uint> Domains { get; }

    /// <summary>The number of cells: the product of the domains.</summary>
    public int CellCount { get; }

    /// <summary>The cells by which limits go, also where only the first is looked at.</summary>
    internal int AllCells { get; }

    /// <summary>
    /// The first cell alone, to ask whether something fits these columns without allocating anything as large as a cube: a file
    /// of some kilobytes may be about
    /// 2^20 cells.
    /// </summary>
    internal TableAxes FirstCell() => new(Columns, Domains, 1, AllCells);

    /// <summary>Writes the codes of a cell.</summary>
    public void Cell(int index, Span<uint> codes)
    {
        for (int j = Domains.Count - 1; j >= 0; j--)
        {
            codes[j] = (uint)index % Domains[j];
            index = (int)((uint)index / Domains[j]);
        }
    }

    void ICubeCells.Leaves(ReadOnlySpan<Scalar> join, in Scalar alpha, Span<Scalar> leaves)
    {
        // built up from the least significant axis
        leaves[0] = alpha;
        for (int j = Columns.Count - 1, filled = 1; j >= 0; filled *= (int)Domains[j--])
        {
            for (int i = filled; i < filled * (int)Domains[j]; i++)
            {
                leaves[i] = leaves[i - filled] - join[j];
            }
        }
    }

    bool ICubeCells.TryCells(TableOpening table, int start, Span<int> cells) => TryCells(table.Codes, start, cells);

    /// <summary>The cells of the rows from start on, padding in the first; false where one lies outside the domains, which counts
    /// as one in the last code.</summary>
    internal bool TryCells(ColumnCodes column, int start, Span<int> cells)
    {
        cells.Clear();
        uint outside = 0;
        for (int j = 0; j < Columns.Count; j++)
        {
            ReadOnlySpan<uint> codes = column((int)Columns[j]);
            codes = codes[Math.Min(start, codes.Length)..Math.Min(start + cells.Length, codes.Length)];
            uint domain = Domains[j];
            for (int i = 0; i < codes.Length; i++)
            {
                uint code = codes[i];
                outside |= code >= domain ? 1u : 0;
                cells[i] = (int)((uint)cells[i] * domain + Math.Min(code, domain - 1));
            }
        }

        return outside == 0;
    }

    void ICubeCells.Absorb(Transcript t) => Absorb(t);

    internal void Absorb(Transcript t)
    {
        t.AppendUInt64("columns"u8, (ulong)Columns.Count);
        for (int j = 0; j < Columns.Count; j++)
        {
            t.AppendUInt64("column"u8, Columns[j]);
            t.AppendUInt64("domain"u8, Domains[j]);
        }
    }
}

/// <summary>Gives the codes of a column by its number.</summary>
internal delegate ReadOnlySpan<uint> ColumnCodes(int column);
