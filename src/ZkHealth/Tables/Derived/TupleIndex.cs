using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>Finds the tuples of rows in a sorted list: by a table over the columns that tell tuples apart where it is small, else
/// by halving.</summary>
/// <remarks>Tables are addressed by code (docs/security.md).</remarks>
internal sealed class TupleIndex
{
    private const long LargestTable = 1 << 22;

    private readonly uint[] _tuples;
    private readonly uint[] _domains;
    private readonly int _telling;
    private readonly int[] _table = [];

    /// <param name="tuples">The tuples, ascending, one after the other.</param>
    /// <param name="domains">For each column a number above its codes.</param>
    /// <param name="telling">The number of first columns of which no two tuples have the same codes.</param>
    public TupleIndex(uint[] tuples, uint[] domains, int telling)
    {
        (_tuples, _domains, _telling) = (tuples, domains, telling);
        long size = 1;
        for (int j = 0; j < telling && size <= LargestTable; j++)
        {
            size *= domains[j];
        }

        if (size > LargestTable)
        {
            return;
        }

        _table = new int[size];
        Array.Fill(_table, -1);
        for (int i = 0; i < tuples.Length / domains.Length; i++)
        {
            long key = 0;
            for (int j = 0; j < telling; j++)
            {
                key = key * domains[j] + tuples[i * domains.Length + j];
            }

            _table[key] = i;
        }
    }

    /// <summary>The tuples of rows from start on, padding in the first; false where a row has none.</summary>
    public bool TryFind(TableOpening table, IReadOnlyList<uint> columns, int start, Span<int> cells) =>
        _table.Length > 0 ? FindInTable(table, columns, start, cells) : FindByHalving(table, columns, start, cells);

    private bool FindInTable(TableOpening table, IReadOnlyList<uint> columns, int start, Span<int> cells)
    {
        cells.Clear();
        uint outside = 0;
        for (int j = 0; j < _telling; j++)
        {
            ReadOnlySpan<uint> codes = Block(table, columns[j], start, cells.Length);
            uint domain = _domains[j];
            for (int i = 0; i < codes.Length; i++)
            {
                uint code = codes[i];
                outside |= code >= domain ? 1u : 0;
                cells[i] = (int)((uint)cells[i] * domain + Math.Min(code, domain - 1));
            }
        }

        for (int i = 0; i < cells.Length; i++)
        {
            int cell = _table[cells[i]];
            outside |= (uint)cell >> 31;
            cells[i] = Math.Max(cell, 0);
        }

        for (int j = _telling; j < _domains.Length; j++)
        {
            ReadOnlySpan<uint> codes = Block(table, columns[j], start, cells.Length);
            for (int i = 0; i < codes.Length; i++)
            {
                outside |= codes[i] ^ _tuples[cells[i] * _domains.Length + j];
            }
        }

        return outside == 0;
    }

    private bool FindByHalving(TableOpening table, IReadOnlyList<uint> columns, int start, Span<int> cells)
    {
        int width = _domains.Length;
        using var room = new SecretSpan<uint>(stackalloc uint[TableAxes.MaxAxes]);
        Span<uint> row = room.Span[..width];
        bool found = true;
        cells.Clear();
        for (int i = 0; i < cells.Length && start + i < table.Codes((int)columns[0]).Length; i++)
        {
            for (int j = 0; j < width; j++)
            {
                row[j] = table.Codes((int)columns[j])[start + i];
            }

            int low = 0,
                high = _tuples.Length / width - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                (low, high) =
                    row.SequenceCompareTo(_tuples.AsSpan(middle * width, width)) < 0 ? (low, middle - 1) : (middle, high);
            }

            cells[i] = low;
            found &= row.SequenceEqual(_tuples.AsSpan(low * width, width));
        }

        return found;
    }

    private static ReadOnlySpan<uint> Block(TableOpening table, uint column, int start, int length)
    {
        ReadOnlySpan<uint> codes = table.Codes((int)column);
        return codes[Math.Min(start, codes.Length)..Math.Min(start + length, codes.Length)];
    }
}
