using System.Numerics;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The counts that a question is about, each the number of rows in some cells of one cube, and everything its answer says of
/// them: exact numbers, and rules that bound counts by constants or by each other. What the disclosure guard looks at.
/// </summary>
/// <param name="name">The question in words.</param>
/// <param name="axes">The cube.</param>
internal sealed class ReleasedForms(string name, TableAxes axes)
{
    private readonly List<ReleasedForm> _forms = [];
    private readonly List<Action<KnownCounts>> _rules = [];
    private readonly bool[] _isCounted = new bool[axes.CellCount];

    /// <summary>The question in words.</summary>
    public string Name => name;

    /// <summary>The cube.</summary>
    public TableAxes Axes => axes;

    /// <summary>The counts.</summary>
    public IReadOnlyList<ReleasedForm> Forms => _forms;

    /// <summary>The rules between counts; each narrows intervals, and is asked again while any changes.</summary>
    public IReadOnlyList<Action<KnownCounts>> Rules => _rules;

    /// <summary>The threshold of a table with suppressed cells, which protects its own cells from its own numbers; null
    /// elsewhere.</summary>
    public int? SuppressedBelow { get; init; }

    /// <summary>Adds a count that is released.</summary>
    /// <returns>Its number, for rules.</returns>
    public int Exact(long[] weights, string what = "") => Exact(Cells(weights), what);

    /// <summary>Does the same for a count of the rows in some cells, in order.</summary>
    public int Exact(int[] cells, string what = "") => Add(cells, what, isExact: true);

    /// <summary>Adds a count that is not shown, of which rules may say something.</summary>
    public int Hidden(long[] weights, string what = "") => Add(Cells(weights), what, isExact: false);

    /// <summary>
    /// Adds released sums: those of weights 0 and 1 are counts. Where weights are other numbers, the counts of cells with equal
    /// weights that follow from the sums of this question: n, Σv and Σv² of a column of up to three values give all of them.
    /// </summary>
    public void Sums(long[][] rows)
    {
        foreach (long[] row in rows.Where(IsCount))
        {
            Exact(row);
        }

        if (!rows.All(IsCount))
        {
            foreach (int[] cells in Determined(rows))
            {
                Add(cells, "a count", isExact: true);
            }
        }
    }

    /// <summary>The count lies between both.</summary>
    public void Within(int form, BigInteger low, BigInteger? high) => _rules.Add(known => known.Narrow(form, low, high));

    /// <summary>a·x + b·y is at least c.</summary>
    public void AtLeast(int x, BigInteger a, int y, BigInteger b, BigInteger c) =>
        _rules.Add(known =>
        {
            Narrow(known, x, a, c - Most(known, y, b));
            Narrow(known, y, b, c - Most(known, x, a));
        });

    /// <summary>The count of a whole is that of its two parts.</summary>
    public void Sum(int whole, int part, int other) =>
        _rules.Add(known =>
        {
            (BigInteger low, BigInteger high) = (known.Low(whole), known.High(whole));
            known.Narrow(whole, (BigInteger)known.Low(part) + known.Low(other), (BigInteger)known.High(part) + known.High(other));
            foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(part, other), (other, part)])
            {
                known.Narrow(x, low - known.High(y), high - known.Low(y));
            }
        });

    /// <summary>A rule of another kind.</summary>
    public void Rule(Action<KnownCounts> rule) => _rules.Add(rule);

    /// <summary>Marks the rows that a bounded statistic is about: nothing is said about few people.</summary>
    public void Subject(int form) => _forms[form] = _forms[form] with { IsSubject = true };

    /// <summary>Marks a cell that is suppressed: that it lies in this range is public, and nothing narrower may be.</summary>
    public void Suppressed(int form, long low, long high)
    {
        Within(form, low, high);
        _forms[form] = _forms[form] with { Suppressed = (low, high) };
    }

    /// <summary>The cells of one that are not in the other.</summary>
    public static long[] Less(long[] whole, long[] part) => [.. whole.Zip(part, (w, p) => w != 0 && p == 0 ? 1L : 0L)];

    private int Add(int[] cells, string what, bool isExact)
    {
        _forms.Add(new ReleasedForm(what.Length == 0 ? name : $"{what} of {name}", cells, LooksAt(cells), isExact));
        return _forms.Count - 1;
    }

    private static int[] Cells(long[] weights) => [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] != 0)];

    private static bool IsCount(long[] row) => row.All(w => w is 0 or 1);

    private static BigInteger Most(KnownCounts known, int form, BigInteger factor) =>
        factor * (factor.Sign > 0 ? known.High(form) : known.Low(form));

    /// <summary>factor·x ≥ least.</summary>
    private static void Narrow(KnownCounts known, int x, BigInteger factor, BigInteger least)
    {
        if (factor.Sign > 0)
        {
            known.Narrow(x, -Floor(-least, factor), null);
        }
        else if (factor.Sign < 0)
        {
            known.Narrow(x, 0, Floor(-least, -factor));
        }
    }

    private static BigInteger Floor(BigInteger a, BigInteger b)
    {
        (BigInteger quotient, BigInteger remainder) = BigInteger.DivRem(a, b);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>The columns on which it depends whether a cell is counted: not on one where with each cell the next along it is
    /// counted too, the first after the last.</summary>
    private HashSet<uint> LooksAt(int[] cells)
    {
        foreach (int cell in cells)
        {
            _isCounted[cell] = true;
        }

        var columns = new HashSet<uint>();
        int stride = 1;
        for (int j = axes.Columns.Count - 1; j >= 0; j--)
        {
            int block = stride * (int)axes.Domains[j];
            foreach (int cell in cells)
            {
                int next = cell % block + stride < block ? cell + stride : cell + stride - block;
                if (!_isCounted[next])
                {
                    columns.Add(axes.Columns[j]);
                    break;
                }
            }

            stride = block;
        }

        foreach (int cell in cells)
        {
            _isCounted[cell] = false;
        }

        return columns;
    }

    /// <summary>The classes of cells with equal weights whose indicator is a rational combination of the rows.</summary>
    private static int[][] Determined(long[][] rows)
    {
        var classOf = new int[rows[0].Length];
        int count = 1;
        foreach (long[] row in rows)
        {
            var numbers = new Dictionary<(int, long), int>();
            for (int i = 0; i < classOf.Length; i++)
            {
                (int, long) key = (classOf[i], row[i]);
                if (!numbers.TryGetValue(key, out classOf[i]))
                {
                    classOf[i] = numbers[key] = numbers.Count;
                }
            }

            count = numbers.Count;
        }

        int[] member = [.. Enumerable.Range(0, count).Select(c => Array.IndexOf(classOf, c))];
        var span = RationalSpan.Of(rows.Length, count, (c, r) => rows[r][member[c]]);
        return Enumerable
            .Range(0, count)
            .Where(c => span.Contains([c]))
            .Select(c => Enumerable.Range(0, classOf.Length).Where(i => classOf[i] == c).ToArray())
            .ToArray();
    }
}

/// <summary>A count of rows.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Cells">The cells whose rows are counted, in order.</param>
/// <param name="LooksAt">The columns on which that depends.</param>
/// <param name="IsExact">Whether the count is released.</param>
internal sealed record ReleasedForm(string Name, int[] Cells, IReadOnlySet<uint> LooksAt, bool IsExact)
{
    /// <summary>Tells whether a statement about hidden numbers is about these rows.</summary>
    public bool IsSubject { get; init; }

    /// <summary>The public range of a suppressed cell; null elsewhere.</summary>
    public (long Low, long High)? Suppressed { get; init; }
}
