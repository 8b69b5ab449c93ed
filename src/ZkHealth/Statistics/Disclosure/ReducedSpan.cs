namespace ZkHealth.Statistics;

/// <summary>
/// The rational span of all exact counts, with those of one atom taken out first: such an atom is known, and the other counts are
/// looked at without it, so that tables of many cells cost little.
/// </summary>
internal sealed class ReducedSpan
{
    /// <summary>Above so many atoms in all counts together nothing is taken for known.</summary>
    private const long MaxMembers = 1L << 26;

    private readonly bool[] _known;
    private readonly RationalSpan _others;

    private ReducedSpan(bool[] known, RationalSpan others) => (_known, _others) = (known, others);

    /// <summary>The span of what is known.</summary>
    public static ReducedSpan Of(Knowledge known, Atoms atoms)
    {
        AtomSet[] groups = [.. known.Forms.Where(f => f.IsExact).Select(f => f.Group)];
        if (groups.Sum(g => (long)g.Count) > MaxMembers)
        {
            groups = [];
        }

        bool[] single = SingleAtoms(groups, atoms.Count, out List<int[]> others);
        return new ReducedSpan(single, RationalSpan.Of(atoms.Count, WithoutParts(others, atoms.Count)));
    }

    /// <summary>Determines whether the count of some atoms is a rational combination of the exact counts.</summary>
    public bool Contains(IEnumerable<int> group) => _others.Contains([.. group.Where(a => !_known[a])]);

    /// <summary>
    /// Sets with the same span, of fewer members: each gives up the largest that it holds. Counts up to one value after another
    /// become those between.
    /// </summary>
    private static IEnumerable<int[]> WithoutParts(List<int[]> sets, int atoms)
    {
        var holders = new int[atoms];
        (AtomSet Set, int Count)[] groups = [.. sets.Select(AtomSet.Of).Distinct().Select(g => (g, g.Count))];
        foreach (int a in groups.SelectMany(g => g.Set.Members))
        {
            holders[a]++;
        }

        // every set at the one of its atoms that the fewest hold, which whatever holds the set holds too
        ILookup<int, (AtomSet Set, int Count)> byAtom = groups.ToLookup(g => g.Set.Members.MinBy(a => holders[a]));
        foreach ((AtomSet set, int count) in groups)
        {
            AtomSet? rest = set
                .Members.SelectMany(a => byAtom[a])
                .Where(part => part.Count < count)
                .OrderByDescending(part => part.Count)
                .Select(part => AtomSet.Difference(set, part.Set))
                .FirstOrDefault(less => less is not null);
            yield return [.. (rest ?? set).Members];
        }
    }

    /// <summary>The atoms whose count is known, taken out of the other counts one after the other.</summary>
    private static bool[] SingleAtoms(AtomSet[] groups, int atoms, out List<int[]> others)
    {
        var (single, left, within) = (new bool[atoms], new int[groups.Length], new List<int>?[atoms]);
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

        others = [.. groups.Where((_, f) => left[f] > 0).Select(g => g.Members.Where(a => !single[a]).ToArray())];
        return single;
    }
}
