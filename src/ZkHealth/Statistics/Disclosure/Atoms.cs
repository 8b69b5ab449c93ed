using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The rows in groups that no released form tells apart, found in one pass over them: forms over different cubes mix.
/// </summary>
internal sealed class Atoms
{
    /// <summary>Pairs of numbers are looked up in an array up to this size, in a dictionary beyond.</summary>
    private const long LargestTable = 1 << 22;

    private readonly GuardedWeights _rows;
    private readonly int[] _atomOfRow;
    private readonly int[] _representative;
    private int[]? _sorted,
        _starts;

    /// <summary>Puts rows into atoms.</summary>
    public Atoms(GuardedWeights rows, IEnumerable<ReleasedForms> released)
    {
        (_rows, _atomOfRow) = (rows, new int[rows.Count]);
        Count = 1;
        foreach (IGrouping<string, ReleasedForms> cube in released.GroupBy(r => string.Join(',', r.Axes.Columns)))
        {
            TableAxes axes = cube.First().Axes;
            int[] classes = Classes(axes, cube.SelectMany(r => r.Forms), out int count);
            int[] cells = Cells(rows, axes);
            Count = Refine(_atomOfRow, Count, i => classes[cells[i]], count);
        }

        (_representative, Rows) = (new int[Count], new long[Count]);
        for (int i = rows.Count - 1; i >= 0; i--)
        {
            _representative[_atomOfRow[i]] = i;
            Rows[_atomOfRow[i]] += rows.Multiplicity(i);
        }
    }

    /// <summary>Counts how many atoms.</summary>
    public int Count { get; }

    /// <summary>The rows of each.</summary>
    public long[] Rows { get; }

    /// <summary>The atoms whose rows each form of a question counts.</summary>
    public AtomSet[] GroupsOf(ReleasedForms released)
    {
        int[] cells = [.. _representative.Select(i => Cell(released.Axes, i))];
        return [.. released.Forms.Select(form => AtomSet.Where(Count, a => form.Cells[cells[a]]))];
    }

    /// <summary>The rows of a group.</summary>
    public long RowsOf(AtomSet group) => group.Members.Sum(a => Rows[a]);

    /// <summary>
    /// The people of a group, those of unknown person counted as one; rows where persons are not known. Counting stops at the
    /// limit.
    /// </summary>
    public long PeopleOf(AtomSet group, long limit)
    {
        if (!_rows.HasPersons)
        {
            return RowsOf(group);
        }

        Sort();
        var people = new HashSet<uint>();
        foreach (int a in group.Members)
        {
            for (int i = _starts![a]; i < _starts[a + 1] && people.Count < limit; i++)
            {
                people.Add(_rows.Person(_sorted![i]));
            }
        }

        return people.Count;
    }

    /// <summary>For each atom how many of its rows have no value in a column: none (0), some (1) or all (2).</summary>
    public byte[] Lacking(uint column)
    {
        var (with, without) = (new bool[Count], new bool[Count]);
        ReadOnlySpan<uint> codes = _rows.Codes(column);
        for (int i = 0; i < codes.Length; i++)
        {
            (codes[i] == 0 ? without : with)[_atomOfRow[i]] = true;
        }

        return
        [
            .. with.Zip(
                without,
                (w, wo) =>
                    (byte)(
                        !wo ? 0
                        : w ? 1
                        : 2
                    )
            ),
        ];
    }

    /// <summary>Numbers the pairs of a number so far and one more, in place; returns how many there are.</summary>
    public static int Refine(int[] numbers, int count, Func<int, int> more, int moreCount)
    {
        int[]? table = (long)count * moreCount <= LargestTable ? new int[count * moreCount] : null;
        Dictionary<long, int>? dictionary = table is null ? [] : null;
        int next = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            long pair = (long)numbers[i] * moreCount + more(i);
            ref int number = ref table is not null
                ? ref table[pair]
                : ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(dictionary!, pair, out _);
            number = number == 0 ? ++next : number;
            numbers[i] = number - 1;
        }

        return Math.Max(1, next);
    }

    /// <summary>Cells in classes that no form of their cube tells apart.</summary>
    private static int[] Classes(TableAxes axes, IEnumerable<ReleasedForm> forms, out int count)
    {
        var classes = new int[axes.CellCount];
        count = 1;
        foreach (ReleasedForm form in forms)
        {
            count = Refine(classes, count, i => form.Cells[i] ? 1 : 0, 2);
        }

        return classes;
    }

    private static int[] Cells(GuardedWeights rows, TableAxes axes)
    {
        var cells = new int[rows.Count];
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            ReadOnlySpan<uint> codes = rows.Codes(axes.Columns[j]);
            int domain = (int)axes.Domains[j];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = cells[i] * domain + (int)codes[i];
            }
        }

        return cells;
    }

    private int Cell(TableAxes axes, int row)
    {
        int cell = 0;
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            cell = cell * (int)axes.Domains[j] + (int)_rows.Codes(axes.Columns[j])[row];
        }

        return cell;
    }

    /// <summary>The rows sorted by their atoms.</summary>
    private void Sort()
    {
        if (_sorted is not null)
        {
            return;
        }

        _starts = new int[Count + 1];
        foreach (int a in _atomOfRow)
        {
            _starts[a + 1]++;
        }

        for (int a = 0; a < Count; a++)
        {
            _starts[a + 1] += _starts[a];
        }

        _sorted = new int[_atomOfRow.Length];
        int[] next = [.. _starts];
        for (int i = 0; i < _sorted.Length; i++)
        {
            _sorted[next[_atomOfRow[i]]++] = i;
        }
    }
}
