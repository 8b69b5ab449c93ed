using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The rows that the guard looks at: those of the owner's table, or, where only the counts of a cube are known, its cells with so
/// many rows each. Padding is not among them.
/// </summary>
internal sealed class GuardedWeights
{
    private readonly CodedTable? _table;
    private readonly Dictionary<uint, ReadOnlyMemory<uint>> _codes = [];
    private readonly long[]? _multiplicity;
    private readonly ReadOnlyMemory<uint> _persons;

    /// <summary>The rows of a table, of which a column is read when it is asked for.</summary>
    /// <param name="table">The table.</param>
    /// <param name="persons">For each row the number of its person, 0 for nobody known; empty where the table names none.</param>
    public GuardedWeights(CodedTable table, ReadOnlyMemory<uint> persons) =>
        (Count, _table, _persons) = (table.Rows, table, persons);

    /// <summary>Rows with the codes of some columns.</summary>
    public GuardedWeights(int rows, Dictionary<uint, ReadOnlyMemory<uint>> codes, ReadOnlyMemory<uint> persons) =>
        (Count, _codes, _persons) = (rows, codes, persons);

    /// <summary>The cells of a cube that hold rows.</summary>
    public GuardedWeights(TableAxes axes, ReadOnlySpan<ulong> counts, long padding)
    {
        var (cells, rows) = (new List<int>(), new List<long>());
        for (int i = 0; i < counts.Length; i++)
        {
            long n = (long)counts[i] - (i == 0 ? padding : 0);
            if (n > 0)
            {
                cells.Add(i);
                rows.Add(n);
            }
        }

        (Count, _multiplicity) = (cells.Count, [.. rows]);
        var (cell, codes) = (new uint[axes.Columns.Count], axes.Columns.Select(_ => new uint[Count]).ToArray());
        for (int i = 0; i < Count; i++)
        {
            axes.Cell(cells[i], cell);
            for (int j = 0; j < cell.Length; j++)
            {
                codes[j][i] = cell[j];
            }
        }

        for (int j = 0; j < codes.Length; j++)
        {
            _codes[axes.Columns[j]] = codes[j];
        }
    }

    /// <summary>The number of rows, or of cells that stand for rows.</summary>
    public int Count { get; }

    /// <summary>Tells whether rows are known to be of persons.</summary>
    public bool HasPersons => !_persons.IsEmpty;

    /// <summary>The codes of a column.</summary>
    /// <exception cref="ArgumentException">The counts of a cube without it are all that is known.</exception>
    public ReadOnlySpan<uint> Codes(uint column)
    {
        if (column < _table?.Schema.Columns.Count)
        {
            return _table.Codes((int)column).Span;
        }

        if (!_codes.TryGetValue(column, out ReadOnlyMemory<uint> codes))
        {
            throw new ArgumentException(
                "an earlier release looks at columns that the cube does not have: give the guard the rows of the table",
                nameof(column)
            );
        }

        return codes.Span;
    }

    /// <summary>The number of rows that one of them stands for.</summary>
    public long Multiplicity(int i) => _multiplicity?[i] ?? 1;

    /// <summary>The person whose row it is, where that is known.</summary>
    public uint Person(int i) => _persons.Span[i];

    /// <summary>The most rows of one person; 1 where persons are not known.</summary>
    public long MostOfOnePerson()
    {
        if (!HasPersons)
        {
            return 1;
        }

        var rows = new Dictionary<uint, long>();
        foreach (uint person in _persons.Span)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(rows, person, out _)++;
        }

        return rows.Values.Max();
    }
}
