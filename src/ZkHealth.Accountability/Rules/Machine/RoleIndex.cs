using System.Collections.Immutable;

namespace ZkHealth.Accountability;

/// <summary>The subjects of the members with each role: an index of the records of kind member, which is made when a role is
/// first asked for and goes on from there. Every fee that is booked asks for the operators: nobody goes through all members for
/// each of them.</summary>
internal sealed class RoleIndex
{
    private static readonly ImmutableSortedSet<string> None = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, ImmutableSortedSet<string>> _subjects;

    private RoleIndex(ImmutableDictionary<string, ImmutableSortedSet<string>> subjects) => _subjects = subjects;

    /// <summary>The index without members.</summary>
    public static RoleIndex Empty { get; } = new(ImmutableDictionary.Create<string, ImmutableSortedSet<string>>());

    /// <summary>The subjects with a role, ascending.</summary>
    public ImmutableSortedSet<string> this[string role] => _subjects.GetValueOrDefault(role, None);

    /// <summary>The index in which a member has other roles than before.</summary>
    public RoleIndex With(string subject, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        ImmutableDictionary<string, ImmutableSortedSet<string>> subjects = _subjects;
        foreach (string role in before.Except(after))
        {
            subjects = subjects.SetItem(role, subjects[role].Remove(subject));
        }

        foreach (string role in after.Except(before))
        {
            subjects = subjects.SetItem(role, subjects.GetValueOrDefault(role, None).Add(subject));
        }

        return subjects == _subjects ? this : new(subjects);
    }
}
