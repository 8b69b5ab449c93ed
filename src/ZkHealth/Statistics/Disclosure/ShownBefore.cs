namespace ZkHealth.Statistics;

/// <summary>
/// The groups that need no more guarding: those that earlier releases show by themselves, and sums of suppressed cells that their
/// own table shows, which protects them (docs/disclosure.md). Made only when a group is asked for.
/// </summary>
internal sealed class ShownBefore
{
    private readonly Atoms _atoms;
    private readonly Lazy<Dictionary<AtomSet, List<ShownGroup>>> _earlier;
    private readonly Lazy<(int Below, AtomSet Suppressed, Dictionary<AtomSet, List<ShownGroup>> Groups)[]> _tables;

    /// <summary>Describes what was shown before, and by tables with suppressed cells.</summary>
    public ShownBefore(
        Atoms atoms,
        IReadOnlyList<ReleasedForms> earlier,
        IEnumerable<ReleasedForms> all,
        long threshold,
        long mostRows
    )
    {
        Dictionary<AtomSet, List<ShownGroup>> Show(IEnumerable<ReleasedForms> released) =>
            ShownGroups
                .Find(new Knowledge(atoms, released), atoms, threshold, mostRows)
                .GroupBy(g => g.Group)
                .ToDictionary(g => g.Key, g => g.ToList());
        _atoms = atoms;
        _earlier = new(() => earlier.Count == 0 ? [] : Show(earlier));
        _tables = new(() =>
            [
                .. all.Where(r => r.SuppressedBelow is not null)
                    .Select(table => (table.SuppressedBelow!.Value, SuppressedIn(table), Show([table]))),
            ]
        );
    }

    /// <summary>
    /// Determines whether a group was shown before, as narrowly. Of a table with suppressed cells only what lies below its own
    /// threshold and among its suppressed cells is its own matter: what it shows must be as many people as anywhere, and so must
    /// the rows that it leaves out.
    /// </summary>
    public bool Contains(ShownGroup shown) =>
        Holds(_earlier.Value, shown)
        || _tables.Value.Any(t =>
            _atoms.RowsOf(shown.Group) < t.Below && shown.Group.Members.All(t.Suppressed.Contains) && Holds(t.Groups, shown)
        );

    /// <summary>The rows of all suppressed cells of a table.</summary>
    private AtomSet SuppressedIn(ReleasedForms table)
    {
        AtomSet[] cells = [.. _atoms.GroupsOf(table).Where((_, k) => table.Forms[k].Suppressed is not null)];
        return AtomSet.Where(_atoms.Count, a => cells.Any(c => c.Contains(a)));
    }

    private static bool Holds(Dictionary<AtomSet, List<ShownGroup>> groups, ShownGroup shown) =>
        groups.TryGetValue(shown.Group, out List<ShownGroup>? found)
        && found.Any(f => f.Low >= shown.Low && f.High <= shown.High);
}
