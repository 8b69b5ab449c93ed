namespace ZkHealth.Statistics;

/// <summary>
/// The rational span of all exact counts, with those of one atom taken out first: such an atom is known, and the other counts are
/// looked at without it, so that tables of many cells cost little.
/// </summary>
internal sealed class ReducedSpan
{
    private readonly bool[] _known;
    private readonly RationalSpan _others;

    private ReducedSpan(bool[] known, RationalSpan others) => (_known, _others) = (known, others);

    /// <summary>The span of what is known.</summary>
    public static ReducedSpan Of(Knowledge known, Atoms atoms)
    {
        bool[] single = SingleAtoms(known, atoms, out List<AtomSet> others);
        return new ReducedSpan(
            single,
            RationalSpan.Of(others.Count, atoms.Count, (a, f) => !single[a] && others[f].Contains(a) ? 1 : 0)
        );
    }

    /// <summary>Counts how many exact counts are left where those of one atom are taken out.</summary>
    public static int Size(Knowledge known, Atoms atoms)
    {
        _ = SingleAtoms(known, atoms, out List<AtomSet> others);
        return others.Count;
    }

    /// <summary>Determines whether the count of some atoms is a rational combination of the exact counts.</summary>
    public bool Contains(IEnumerable<int> group) => _others.Contains([.. group.Where(a => !_known[a])]);

    /// <summary>The atoms whose count is known, taken out of the other counts one after the other.</summary>
    private static bool[] SingleAtoms(Knowledge known, Atoms atoms, out List<AtomSet> others)
    {
        AtomSet[] groups = [.. known.Forms.Where(f => f.IsExact).Select(f => f.Group)];
        var (single, left, within) = (new bool[atoms.Count], new int[groups.Length], new List<int>?[atoms.Count]);
        var ready = new Queue<int>();
        for (int f = 0; f < groups.Length; f++)
        {
            foreach (int a in groups[f].Members)
            {
                (within[a] ??= []).Add(f);
                left[f]++;
            }

            if (left[f] == 1)
            {
                ready.Enqueue(f);
            }
        }

        while (ready.TryDequeue(out int f))
        {
            foreach (int a in groups[f].Members.Where(a => !single[a]))
            {
                single[a] = true;
                foreach (int other in within[a]!)
                {
                    left[other]--;
                    if (left[other] == 1)
                    {
                        ready.Enqueue(other);
                    }
                }
            }
        }

        others = [.. groups.Where((_, f) => left[f] > 0)];
        return single;
    }
}
