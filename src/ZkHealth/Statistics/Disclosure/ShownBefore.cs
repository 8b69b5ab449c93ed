namespace ZkHealth.Statistics;

/// <summary>
/// The groups that need no more guarding: those that earlier releases show by themselves, and sums of suppressed cells that their
/// own table shows, which protects them (docs/disclosure.md).
/// </summary>
internal sealed class ShownBefore
{
    private readonly Atoms _atoms;
    private readonly Shown? _earlier;
    private readonly Lazy<(int Below, AtomSet Suppressed, Shown Groups)[]> _tables;

    /// <summary>Groups shown by earlier releases and by tables with suppressed cells.</summary>
    public ShownBefore(Atoms atoms, IReadOnlyList<ReleasedForms> earlier, IEnumerable<ReleasedForms> all)
    {
        _atoms = atoms;
        _earlier = earlier.Count == 0 ? null : new Shown(new Knowledge(atoms, earlier), atoms);
        _tables = new(() =>
            [
                .. all.Where(r => r.SuppressedBelow is not null)
                    .Select(table =>
                        (table.SuppressedBelow!.Value, SuppressedIn(table), new Shown(new Knowledge(atoms, [table]), atoms))
                    ),
            ]
        );
    }

    /// <summary>Determines whether earlier releases show a count as narrowly as it is known now.</summary>
    public bool Contains(KnownForm form) => _earlier?.Contains(form) == true;

    /// <summary>
    /// Determines whether a group was shown before, as narrowly. Of a table with suppressed cells only what lies below its own
    /// threshold and among its suppressed cells is its own matter: what it shows must be as many people as anywhere, and so must
    /// the rows that it leaves out.
    /// </summary>
    public bool Contains(ShownGroup shown) =>
        _earlier?.Contains(shown) == true
        || _tables.Value.Any(t =>
            _atoms.RowsOf(shown.Group) < t.Below && shown.Group.Members.All(t.Suppressed.Contains) && t.Groups.Contains(shown)
        );

    /// <summary>The rows of all suppressed cells of a table.</summary>
    private AtomSet SuppressedIn(ReleasedForms table) =>
        AtomSet.Of([
            .. _atoms
                .GroupsOf(table)
                .Where((_, k) => table.Forms[k].Suppressed is not null)
                .SelectMany(g => g.Members)
                .Distinct(),
        ]);

    /// <summary>Determines whether what is known shows a group, without making all groups that it shows.</summary>
    private sealed class Shown(Knowledge known, Atoms atoms)
    {
        private readonly KnownForm[] _forms = ShownGroups.InformativeOf(known);
        private readonly Lazy<ReducedSpan> _span = new(() => ReducedSpan.Of(known, atoms));

        public bool Contains(KnownForm form) => IsWithin(known.Find(form.Group), form.Low, form.High);

        public bool Contains(ShownGroup shown)
        {
            (AtomSet group, long low, long high) = (shown.Group, shown.Low, shown.High);
            return IsWithin(known.Find(group), low, high)
                || _span.Value.Contains(group.Members)
                || _forms.Any(a => IsPair(a, group, low, high))
                || (_forms.Length <= ShownGroups.MostForTriples && IsTriple(group, low, high));
        }

        private static bool IsWithin(KnownForm? form, long low, long high) => form?.Low >= low && form.High <= high;

        /// <summary>The group is a − b, or a + b.</summary>
        private bool IsPair(KnownForm a, AtomSet group, long low, long high) =>
            (AtomSet.Difference(a.Group, group) is AtomSet b && IsWithin(known.Find(b), a.High - high, a.Low - low))
            || (AtomSet.Difference(group, a.Group) is AtomSet c && IsWithin(known.Find(c), low - a.Low, high - a.High));

        /// <summary>The group is a + b − c, a − b − c or a + b + c.</summary>
        private bool IsTriple(AtomSet group, long low, long high)
        {
            foreach (KnownForm a in _forms)
            {
                foreach (KnownForm b in _forms)
                {
                    if (
                        a != b
                        && (
                            (
                                AtomSet.SumLess(a.Group, b.Group, group) is AtomSet c
                                && IsWithin(known.Find(c), a.High + b.High - high, a.Low + b.Low - low)
                            )
                            || (
                                AtomSet.LessBoth(a.Group, b.Group, group) is AtomSet d
                                && IsWithin(known.Find(d), a.High - b.Low - high, a.Low - b.High - low)
                            )
                            || (
                                AtomSet.LessBoth(group, a.Group, b.Group) is AtomSet e
                                && IsWithin(known.Find(e), low - a.Low - b.Low, high - a.High - b.High)
                            )
                        )
                    )
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
