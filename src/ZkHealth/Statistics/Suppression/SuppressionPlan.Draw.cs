namespace ZkHealth.Statistics;

/// <summary>The choice of withheld entries.</summary>
/// <remarks>
/// Who knows the rule by which entries are chosen learns from the choice: a rule without chance gives small cells away
/// (docs/disclosure.md). So it is drawn. At first everything but zeros is withheld. One entry after the other, in an order by
/// chance, is shown if what stays withheld is sufficient; some are not tried, each with the same chance. Every sufficient set W
/// can come of that, whatever the order: when exactly W is not tried. As W is sufficient for every table with which the file
/// agrees, each of them can give the same file, and in these tables a small cell has every value of its range.
/// </remarks>
internal sealed partial class SuppressionPlan
{
    /// <summary>Withholds a sufficient set of entries. Nothing is withheld where no cell is small.</summary>
    /// <param name="order">All entries in the order in which they are tried.</param>
    /// <param name="kept">Of each entry, whether it is withheld without a try.</param>
    public void Draw(IReadOnlyList<int> order, IReadOnlyList<bool> kept)
    {
        if (!States.Contains(EntryState.Small))
        {
            return;
        }

        // a total of small cells and zeros alone is never shown, so that small totals are not the only ones that are sure to be
        // withheld
        bool[] open =
        [
            .. _values.Select(
                (v, e) =>
                    v != 0 && States[e] == EntryState.Shown && (e < _cells || CellsUnder(e).Any(c => _values[c] >= _threshold))
            ),
        ];
        for (int e = 0; e < _values.Length; e++)
        {
            States[e] = _values[e] != 0 && States[e] == EntryState.Shown ? EntryState.Withheld : States[e];
        }

        var ranges = new Ranges(this);
        foreach (int e in order)
        {
            if (open[e] && !kept[e])
            {
                ranges.TryShow(e);
            }
        }
    }

    private IEnumerable<int> CellsUnder(int total)
    {
        int row = total - _cells,
            column = row - _rows;
        return Enumerable
            .Range(0, _cells)
            .Where(c => _rows == 1 || total == _values.Length - 1 || (column < 0 ? c / _columns == row : c % _columns == column));
    }

    /// <summary>
    /// For either end of the range of every small cell a table that has it, as the entries that differ from the true one: only
    /// those in which a newly shown entry differs must be found again.
    /// </summary>
    private sealed class Ranges
    {
        private readonly SuppressionPlan _plan;
        private readonly long[] _flow;
        private readonly List<(int Cell, bool Up, long Amount)> _ends = [];
        private readonly List<int[]> _changed = [];
        private readonly HashSet<int>[] _users;

        public Ranges(SuppressionPlan plan)
        {
            _plan = plan;
            _flow = new long[plan._arcs.Length];
            _users = [.. _flow.Select(_ => new HashSet<int>())];
            (long low, long high) = plan.SmallRange;
            for (int c = 0; c < plan._cells; c++)
            {
                if (plan.States[c] == EntryState.Small)
                {
                    Add(c, true, high - plan._values[c]);
                    Add(c, false, plan._values[c] - low);
                }
            }
        }

        public void TryShow(int entry)
        {
            _plan.States[entry] = EntryState.Shown;
            var found = new List<(int End, int[] Changed)>();
            foreach (int end in _users[entry])
            {
                if (Find(_ends[end]) is not int[] changed)
                {
                    _plan.States[entry] = EntryState.Withheld;
                    return;
                }

                found.Add((end, changed));
            }

            foreach ((int end, int[] changed) in found)
            {
                Array.ForEach(_changed[end], e => _users[e].Remove(end));
                Array.ForEach(changed, e => _users[e].Add(end));
                _changed[end] = changed;
            }
        }

        private void Add(int cell, bool up, long amount)
        {
            int[] changed =
                Find((cell, up, amount)) ?? throw new InvalidOperationException("with everything withheld, every range is whole");
            Array.ForEach(changed, e => _users[e].Add(_ends.Count));
            _ends.Add((cell, up, amount));
            _changed.Add(changed);
        }

        private int[]? Find((int Cell, bool Up, long Amount) end)
        {
            Array.Clear(_flow);
            return _plan.Push(end.Cell, end.Up, end.Amount, _flow) < end.Amount
                ? null
                : [.. Enumerable.Range(0, _flow.Length).Where(e => _flow[e] != 0)];
        }
    }
}
