using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Having no value is not guarded by default: a group is allowed where it is everybody without a value in one column among people
/// whom conditions on other columns define, and these are not few.
/// </summary>
/// <remarks>
/// For a column c whose schema does not guard it: every row of the group lacks a value in c; and the group holds every row
/// without one of its surroundings, which are the rows that no form that does not look at c tells apart from one of the group. So
/// the rows without a diagnosis among women are allowed where women are counted, and those of them who have a rare disease, which
/// is counted only together with the diagnosis, are not.
/// </remarks>
internal sealed class MissingValues(Knowledge known, Atoms atoms, TableSchema schema, long threshold)
{
    private readonly Dictionary<uint, (byte[] Lacking, IReadOnlyList<int> Surroundings, ILookup<int, int> Atoms)> _columns = [];
    private readonly uint[] _unguarded =
    [
        .. known
            .Forms.SelectMany(f => f.LooksAt!)
            .Distinct()
            .Where(c => c < schema.Columns.Count && !schema.Columns[(int)c].GuardMissing),
    ];

    /// <summary>Determines whether a group is allowed, though small.</summary>
    public bool Allows(AtomSet group) => _unguarded.Any(c => Allows(group, c));

    private bool Allows(AtomSet group, uint column)
    {
        if (!_columns.TryGetValue(column, out var found))
        {
            IReadOnlyList<int> classes = Surroundings(column);
            _columns[column] = found = (
                atoms.Lacking(column),
                classes,
                Enumerable.Range(0, atoms.Count).ToLookup(a => classes[a])
            );
        }

        if (group.Members.Any(a => found.Lacking[a] != 2))
        {
            return false;
        }

        AtomSet surroundings = AtomSet.Of([
            .. group.Members.Select(a => found.Surroundings[a]).Distinct().SelectMany(n => found.Atoms[n]),
        ]);
        return surroundings.Members.All(a => group.Contains(a) || found.Lacking[a] == 0)
            && atoms.PeopleOf(surroundings, threshold) >= threshold;
    }

    /// <summary>Numbers the atoms by the forms that do not look at the column.</summary>
    private IReadOnlyList<int> Surroundings(uint column)
    {
        var classes = new Partition(atoms.Count);
        foreach (KnownForm form in known.Forms.Where(f => !f.LooksAt!.Contains(column)))
        {
            classes.Split(form.Group.Members);
        }

        return classes.ClassOf;
    }
}
