namespace ZkHealth.Statistics;

/// <summary>A group whose count follows from released ones.</summary>
/// <param name="Group">The atoms.</param>
/// <param name="Low">The least count.</param>
/// <param name="High">The largest.</param>
/// <param name="Why">The released counts from which it follows, in words.</param>
internal sealed record ShownGroup(AtomSet Group, long Low, long High, Func<string> Why);

/// <summary>
/// The groups whose counts follow from what is known: sums of at most three counts with coefficients 1 and −1 that are a set of
/// atoms; single atoms, and suppressed cells, that are any rational combination of exact counts. Other coefficients are not
/// looked at.
/// </summary>
/// <remarks>
/// Three loops over n counts are n³ additions of intervals; the atoms are looked at only where the interval is that of a small
/// group, and most of these end at the first word. Above <see cref="MostForTriples"/> counts there are pairs and atoms only. Of
/// two counts whose difference is a set, one holds the other: it is looked for among those that hold the atom that the fewest
/// hold. Two small counts are added only where either is of few people. <see cref="RationalSpan"/> bounds the atoms.
/// </remarks>
internal static class ShownGroups
{
    /// <summary>Above so many counts no three are combined.</summary>
    public const int MostForTriples = 300;

    private const int MostForReason = 64,
        MostNamed = 12;

    /// <summary>Groups of at least one row, and at most <paramref name="mostRows"/>, whose count is known to within less than
    /// <paramref name="threshold"/> − 1.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="atoms">The rows in atoms.</param>
    /// <param name="threshold">Groups of fewer people are small.</param>
    /// <param name="mostRows">The most rows of a small group.</param>
    /// <param name="isOld">Counts that were known as narrowly before: what follows from these alone is left out.</param>
    public static IEnumerable<ShownGroup> Find(
        Knowledge known,
        Atoms atoms,
        long threshold,
        long mostRows,
        Func<KnownForm, bool> isOld
    )
    {
        KnownForm[] forms = InformativeOf(known);
        HashSet<KnownForm> old = [.. forms.Where(isOld)];
        var narrow = new Narrow(mostRows, threshold - 2);
        bool IsFew(KnownForm f) => atoms.PeopleOf(f.Group, threshold) < threshold;
        IEnumerable<ShownGroup> found = Single(forms, old, narrow)
            .Concat(Differences(forms, old, atoms.Count, narrow))
            .Concat(Sums(forms, old, IsFew, narrow));
        return (forms.Length <= MostForTriples ? found.Concat(Triples(forms, old, narrow)) : found).Concat(
            Spanned(known, atoms, mostRows)
        );
    }

    /// <summary>The counts of which something is known.</summary>
    public static KnownForm[] InformativeOf(Knowledge known) => [.. known.Forms.Where(f => f.Low > 0 || f.High < known.All)];

    /// <summary>The intervals that may be those of small groups.</summary>
    private readonly record struct Narrow(long MostRows, long MostWidth)
    {
        public bool Holds(long low, long high) => low >= 1 && low <= MostRows && high - low <= MostWidth;
    }

    private static IEnumerable<ShownGroup> Single(KnownForm[] forms, HashSet<KnownForm> old, Narrow narrow) =>
        forms
            .Where(f => narrow.Holds(f.Low, f.High) && !old.Contains(f))
            .Select(f => new ShownGroup(f.Group, f.Low, f.High, () => f.Name));

    private static IEnumerable<ShownGroup> Differences(KnownForm[] forms, HashSet<KnownForm> old, int atoms, Narrow narrow)
    {
        // every count at the one of its atoms that the fewest counts hold
        var holders = new int[atoms];
        foreach (int a in forms.SelectMany(f => f.Group.Members))
        {
            holders[a]++;
        }

        ILookup<int, KnownForm> byAtom = forms.ToLookup(f => f.Group.Members.MinBy(a => holders[a]));
        foreach (KnownForm a in forms)
        {
            foreach (KnownForm b in a.Group.Members.SelectMany(atom => byAtom[atom]))
            {
                (long low, long high) = (a.Low - b.High, a.High - b.Low);
                if (
                    a != b
                    && narrow.Holds(low, high)
                    && !(old.Contains(a) && old.Contains(b))
                    && AtomSet.Difference(a.Group, b.Group) is AtomSet less
                )
                {
                    yield return new ShownGroup(less, low, high, () => $"{a.Name} less {b.Name}");
                }
            }
        }
    }

    private static IEnumerable<ShownGroup> Sums(
        KnownForm[] forms,
        HashSet<KnownForm> old,
        Func<KnownForm, bool> isFew,
        Narrow narrow
    )
    {
        // the sum of counts is at least as wide, and of as many people, as either
        KnownForm[] small =
        [
            .. forms.Where(f => f.Low <= narrow.MostRows && f.High - f.Low <= narrow.MostWidth && isFew(f)).OrderBy(f => f.Low),
        ];
        bool[] isNew = [.. small.Select(f => !old.Contains(f))];
        for (int i = 0; i < small.Length; i++)
        {
            for (int j = 0; isNew[i] && j < small.Length && small[i].Low + small[j].Low <= narrow.MostRows; j++)
            {
                (KnownForm a, KnownForm b) = (small[i], small[j]);
                (long low, long high) = (a.Low + b.Low, a.High + b.High);
                if ((j > i || !isNew[j]) && narrow.Holds(low, high) && AtomSet.Sum(a.Group, b.Group) is AtomSet sum)
                {
                    yield return new ShownGroup(sum, low, high, () => $"{a.Name} and {b.Name}");
                }
            }
        }
    }

    private static IEnumerable<ShownGroup> Triples(KnownForm[] forms, HashSet<KnownForm> old, Narrow narrow)
    {
        for (int i = 0; i < forms.Length; i++)
        {
            for (int j = i + 1; j < forms.Length; j++)
            {
                (KnownForm a, KnownForm b) = (forms[i], forms[j]);
                (long low, long high) = (a.Low + b.Low, a.High + b.High);
                bool isOld = old.Contains(a) && old.Contains(b);
                for (int k = 0; k < forms.Length; k++)
                {
                    KnownForm c = forms[k];
                    if (k == i || k == j || (isOld && old.Contains(c)))
                    {
                        continue;
                    }

                    if (
                        k > j
                        && narrow.Holds(low + c.Low, high + c.High)
                        && AtomSet.Sum(a.Group, b.Group, c.Group) is AtomSet sum
                    )
                    {
                        yield return new ShownGroup(sum, low + c.Low, high + c.High, () => $"{a.Name}, {b.Name} and {c.Name}");
                    }

                    if (narrow.Holds(low - c.High, high - c.Low) && AtomSet.SumLess(a.Group, b.Group, c.Group) is AtomSet joined)
                    {
                        yield return new ShownGroup(
                            joined,
                            low - c.High,
                            high - c.Low,
                            () => $"{a.Name} and {b.Name} less {c.Name}"
                        );
                    }

                    if (narrow.Holds(c.Low - high, c.High - low) && AtomSet.LessBoth(c.Group, a.Group, b.Group) is AtomSet rest)
                    {
                        yield return new ShownGroup(
                            rest,
                            c.Low - high,
                            c.High - low,
                            () => $"{c.Name} less {a.Name} and {b.Name}"
                        );
                    }
                }
            }
        }
    }

    private static IEnumerable<ShownGroup> Spanned(Knowledge known, Atoms atoms, long mostRows)
    {
        int[] small = [.. Enumerable.Range(0, atoms.Count).Where(a => atoms.Rows[a] <= mostRows)];
        AtomSet[] suppressed = [.. known.Forms.Where(f => f.Suppressed is not null && !f.IsExact).Select(f => f.Group)];
        if (small.Length == 0 && suppressed.Length == 0)
        {
            yield break;
        }

        KnownForm[] exact = [.. known.Forms.Where(f => f.IsExact)];
        var span = ReducedSpan.Of(known, atoms);
        IEnumerable<AtomSet> single = small.Where(a => span.Contains([a])).Select(a => AtomSet.Of([a]));
        foreach (AtomSet group in single.Concat(suppressed.Where(g => span.Contains(g.Members))))
        {
            long rows = atoms.RowsOf(group);
            yield return new ShownGroup(group, rows, rows, () => Reason(exact, atoms, group));
        }
    }

    /// <summary>Exact counts of which none can be spared, where they are few enough to look for them.</summary>
    private static string Reason(KnownForm[] exact, Atoms atoms, AtomSet group)
    {
        List<KnownForm> needed = [.. exact];
        for (int k = exact.Length - 1; k >= 0 && exact.Length <= MostForReason; k--)
        {
            KnownForm[] others = [.. needed.Where(f => f != exact[k])];
            if (RationalSpan.Of(atoms.Count, others.Select(f => f.Group.Members.ToArray())).Contains(group.Members))
            {
                needed = [.. others];
            }
        }

        return $"{needed.Count} counts together: {string.Join("; ", needed.Take(MostNamed).Select(f => f.Name))}{(needed.Count > MostNamed ? "; …" : "")}";
    }
}
