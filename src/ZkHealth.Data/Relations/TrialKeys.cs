namespace ZkHealth.Data;

/// <summary>
/// Finds the keys between files that nobody named. Columns that the query joins belong together, then those of one name: of
/// those that have each value once, one identifies the rows that the others name.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="declared">The schemas that lie beside them, by the names of files.</param>
/// <param name="notes">Told of columns that are joined and cannot be keys.</param>
internal sealed class TrialKeys(
    IReadOnlyCollection<TrialFile> files,
    IReadOnlyDictionary<string, ImportSchema> declared,
    List<string> notes
)
{
    private readonly List<TrialKey> _keys = [];
    private readonly Dictionary<TrialFile, string> _identifiers = [];

    /// <summary>Counts in how many ways keys can lead between the files: where two have each value once, either may name the rows
    /// of the other.</summary>
    public int Arrangements { get; private set; } = 1;

    /// <summary>Finds the keys in one of the arrangements.</summary>
    /// <param name="joins">The columns that the query joins, as <see cref="Statistics.SqlQuestion.JoinsIn"/> has them.</param>
    /// <param name="arrangement">Which arrangement.</param>
    public IReadOnlyList<TrialKey> Find(
        IEnumerable<((string Table, string Column)[] One, (string Table, string Column)[] Other)> joins,
        int arrangement
    )
    {
        List<HashSet<Member>> joined = Joined(joins);
        foreach (HashSet<Member> columns in joined)
        {
            Arrange([.. columns], arrangement, isJoined: true);
        }

        foreach (string column in files.SelectMany(f => f.Header).Distinct(StringComparer.Ordinal))
        {
            Member[] sharing =
            [
                .. files
                    .Where(f => f.Header.Contains(column))
                    .Select(f => new Member(f, column))
                    .Where(m => !joined.Any(j => j.Contains(m))),
            ];
            Arrange(sharing, arrangement, isJoined: false);
        }

        return _keys;
    }

    /// <summary>The columns that are equal to each other in the query, as one says of two at a time.</summary>
    private List<HashSet<Member>> Joined(
        IEnumerable<((string Table, string Column)[] One, (string Table, string Column)[] Other)> joins
    )
    {
        List<HashSet<Member>> classes = [];
        foreach (((string, string)[] one, (string, string)[] other) in joins)
        {
            if (MemberOf(one) is not Member a || MemberOf(other) is not Member b || a.File == b.File)
            {
                continue;
            }

            HashSet<Member>[] same = [.. classes.Where(c => c.Contains(a) || c.Contains(b))];
            classes.RemoveAll(c => same.Contains(c));
            classes.Add([.. same.SelectMany(c => c), a, b]);
        }

        return classes;
    }

    private Member? MemberOf(IEnumerable<(string Table, string Column)> meanings) =>
        meanings
            .SelectMany(m => files.Where(f => Same(f.Name, m.Table)).Select(f => (File: f, Column: f.Find(m.Column))))
            .Where(m => m.Column is not null)
            .Select(m => new Member(m.File, m.Column!))
            .FirstOrDefault();

    /// <summary>Adds the keys of columns that belong together, to the longest of those that have each value once. Another of
    /// those may be named by it instead, so that it is joined as what a person has once.</summary>
    private void Arrange(Member[] members, int arrangement, bool isJoined)
    {
        Member[] once =
        [
            .. members
                .Where(m => members.Length > 1 && IsIdentifier(m))
                .OrderByDescending(m => declared.GetValueOrDefault(m.File.Name)?.IdentifierColumn == m.Column)
                .ThenByDescending(m => m.File.Rows)
                .ThenByDescending(m => m.File.Name, StringComparer.Ordinal),
        ];
        if (once.Length == 0)
        {
            notes.AddRange(isJoined ? members.Select(m => m.File.NoIdentifier(m.Column)).OfType<string>() : []);
            return;
        }

        Arrangements = Math.Max(Arrangements, once.Length > 1 ? 2 * once.Length : 1);
        Member entities = once[arrangement / 2 % once.Length];
        Member? named = arrangement % 2 == 1 ? once.FirstOrDefault(m => m != entities) : null;
        foreach (Member events in members.Where(m => m != entities && m != named))
        {
            Add(events, entities, isJoined);
        }

        if (named is not null)
        {
            Add(entities, named, isJoined);
        }
    }

    /// <summary>Adds a key, unless it would make a circle; one by names also where the files know each other, or have no value in
    /// common.</summary>
    private void Add(Member events, Member entities, bool isJoined)
    {
        if (
            events.File == entities.File
            || Leads(entities.File, events.File)
            || (!isJoined && (Leads(events.File, entities.File) || !events.Values.Overlaps(entities.Values)))
        )
        {
            return;
        }

        _identifiers[entities.File] = entities.Column;
        _keys.Add(new TrialKey(events.File.Name, events.Column, entities.File.Name, entities.Column));
    }

    /// <summary>Determines whether keys lead from a file to another.</summary>
    private bool Leads(TrialFile from, TrialFile to, int steps = 0)
    {
        IEnumerable<string> named = _keys
            .Where(k => Same(k.Events, from.Name))
            .Select(k => k.Entities)
            .Concat(declared.GetValueOrDefault(from.Name)?.Keys.Select(k => k.Of) ?? []);
        // declared keys may go round in a circle
        return steps < files.Count
            && named.Any(n =>
                files.FirstOrDefault(f => Same(f.Name, n)) is TrialFile next && (next == to || Leads(next, to, steps + 1))
            );
    }

    /// <summary>Determines whether a column has each value once in a file whose rows no other column identifies.</summary>
    private bool IsIdentifier(Member member) =>
        member.File.IsIdentifier(member.Column)
        && (
            _identifiers.GetValueOrDefault(member.File)
            ?? declared.GetValueOrDefault(member.File.Name)?.IdentifierColumn
            ?? member.Column
        ) == member.Column;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>A column of a file.</summary>
    private sealed record Member(TrialFile File, string Column)
    {
        public HashSet<string> Values => File.Values(Column);
    }
}
