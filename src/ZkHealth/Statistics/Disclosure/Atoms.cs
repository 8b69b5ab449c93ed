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
    private readonly Dictionary<string, (int[] Starts, int[] Atoms)> _inCells = [];
    private int[]? _sorted,
        _starts;

    /// <summary>Puts rows into atoms.</summary>
    public Atoms(GuardedWeights rows, IEnumerable<ReleasedForms> released)
    {
        (_rows, _atomOfRow) = (rows, new int[rows.Count]);
        Count = 1;
        foreach (IGrouping<string, ReleasedForms> cube in released.GroupBy(r => NameOf(r.Axes)))
        {
            TableAxes axes = cube.First().Axes;
            var classes = new Partition(axes.CellCount);
            foreach (ReleasedForm form in cube.SelectMany(r => r.Forms))
            {
                classes.Split(form.Cells);
            }

            int[] cells = Cells(rows, axes);
            Count = Refine(_atomOfRow, Count, i => classes.ClassOf[cells[i]], classes.Count);
        }

        (_representative, Rows) = (new int[Count], new long[Count]);
        for (int i = rows.Count - 1; i >= 0; i--)
        {
            _representative[_atomOfRow[i]] = i;
            Rows[_atomOfRow[i]] += rows.Multiplicity(i);
        }
    }

    public int Count { get; }

    public long[] Rows { get; }

    /// <summary>The atoms whose rows each form of a question counts.</summary>
    public AtomSet[] GroupsOf(ReleasedForms released)
    {
        (int[] starts, int[] atoms) = InCells(released.Axes);
        return
        [
            .. released.Forms.Select(form =>
                AtomSet.Of([.. form.Cells.SelectMany(cell => atoms[starts[cell]..starts[cell + 1]])])
            ),
        ];
    }

    /// <summary>The atoms by the cell of one of their rows: where a form counts that one, it counts all of them.</summary>
    private (int[] Starts, int[] Atoms) InCells(TableAxes axes)
    {
        if (_inCells.TryGetValue(NameOf(axes), out (int[] Starts, int[] Atoms) found))
        {
            return found;
        }

        int[] cells = [.. _representative.Select(i => Cell(axes, i))];
        return _inCells[NameOf(axes)] = Sorted(cells, axes.CellCount);
    }

    private static string NameOf(TableAxes axes) => string.Join(',', axes.Columns);

    /// <summary>The elements sorted by numbers, and where those of each number begin.</summary>
    private static (int[] Starts, int[] Elements) Sorted(int[] numbers, int count)
    {
        var starts = new int[count + 1];
        foreach (int n in numbers)
        {
            starts[n + 1]++;
        }

        for (int n = 0; n < count; n++)
        {
            starts[n + 1] += starts[n];
        }

        var sorted = new int[numbers.Length];
        int[] next = [.. starts];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[next[numbers[i]]++] = i;
        }

        return (starts, sorted);
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

        if (_sorted is null)
        {
            (_starts, _sorted) = Sorted(_atomOfRow, Count);
        }

        var people = new HashSet<uint>();
        foreach (int a in group.Members)
        {
            for (int i = _starts![a]; i < _starts[a + 1] && people.Count < limit; i++)
            {
                people.Add(_rows.Person(_sorted[i]));
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
}
