using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A count that is not released, saying which and why.</summary>
public sealed class DisclosureException : InvalidOperationException
{
    internal DisclosureException(string message)
        : base(message) { }
}

/// <summary>
/// Refuses to release counts of few people: those of one file, and what follows from them together and with earlier releases.
/// docs/disclosure.md says what it guarantees, and what it does not look at.
/// </summary>
public sealed class DisclosureGuard
{
    /// <summary>A guard.</summary>
    /// <param name="threshold">Groups of 1 up to but not including this are refused; 0 or 1 refuses nothing.</param>
    public DisclosureGuard(ulong threshold) => Threshold = threshold;

    /// <summary>The usual guard: groups of 1 to 9 are refused.</summary>
    public static DisclosureGuard Default { get; } = new(10);

    /// <summary>Groups of 1 up to but not including this are refused; 0 or 1 refuses nothing.</summary>
    public ulong Threshold { get; }

    /// <summary>
    /// The rows of the table, so that counts over other columns than those of one cube are combined, and people told from rows;
    /// null where the cube's counts are all that is looked at.
    /// </summary>
    public CodedTable? Rows { internal get; init; }

    /// <summary>For each row the number of its person, 0 where it is not known; empty where rows are counted. They need
    /// <see cref="Rows"/>.</summary>
    public ReadOnlyMemory<uint> Persons { internal get; init; }

    /// <summary>Holds the same for the tables of a plan, by their roles; where there are none, whom the first key of a table
    /// names.</summary>
    internal IReadOnlyDictionary<string, ReadOnlyMemory<uint>> PersonsByTable { get; init; } =
        new Dictionary<string, ReadOnlyMemory<uint>>();

    /// <summary>The segments of each table at hand, over which answers to plans that were released before are evaluated
    /// anew.</summary>
    internal IReadOnlyList<IReadOnlyList<TableOpening>> Tables { get; init; } = [];

    /// <summary>The earlier releases; those about other tables are left aside.</summary>
    public IReadOnlyList<EarlierRelease> Earlier { internal get; init; } = [];

    /// <summary>Does the same with other releases before.</summary>
    internal DisclosureGuard WithEarlier(IReadOnlyList<EarlierRelease> earlier) =>
        new(Threshold)
        {
            Rows = Rows,
            Persons = Persons,
            PersonsByTable = PersonsByTable,
            Tables = Tables,
            Earlier = [.. earlier],
        };

    /// <summary>Refuses what would show few people: the one way in for everything that is released.</summary>
    /// <exception cref="DisclosureException">A group is too small, saying from what it follows.</exception>
    /// <exception cref="ArgumentException">The rows are those of another table, or the persons are not one for each
    /// row.</exception>
    internal void Check(CubeCounts cube, IReadOnlyList<ReleasedForms> asked)
    {
        if (Refusal(cube, asked) is string refusal)
        {
            throw new DisclosureException($"not released: {refusal}");
        }
    }

    /// <summary>Explains why it would refuse, or null.</summary>
    internal string? Refusal(CubeCounts cube, IReadOnlyList<ReleasedForms> asked)
    {
        if (Threshold < 2)
        {
            return null;
        }

        ReadOnlyMemory<byte> root = cube.Version.Root;
        List<ReleasedForms> earlier = [.. Earlier.Where(e => e.IsAbout(root.Span)).SelectMany(e => e.Forms)];
        if (Earlier.FirstOrDefault(e => e.Asks(root.Span)) is not EarlierRelease answer)
        {
            return Refusal(RowsOf(cube), cube.Schema, earlier, asked);
        }

        string name = Convert.ToHexStringLower(root.Span);
        if (Tables.FirstOrDefault(t => EarlierAnswers.RootOf(t) == name) is not IReadOnlyList<TableOpening> table)
        {
            return $"what follows from it together with {answer.Name} is not known without the rows of the table";
        }

        using var columns = new GuardedColumns(table);
        return EarlierAnswers.Add(this, root.Span, [], columns, earlier)
            ?? Refusal(columns.Weights(Persons), cube.Schema, earlier, asked);
    }

    /// <summary>Explains why it would refuse, from the rows alone; or null.</summary>
    internal string? Refusal(
        GuardedWeights rows,
        TableSchema schema,
        IReadOnlyList<ReleasedForms> earlier,
        IReadOnlyList<ReleasedForms> asked
    )
    {
        ReleasedForms[] all = [.. earlier, .. asked];
        var atoms = new Atoms(rows, all);
        var known = new Knowledge(atoms, all);
        long least = (long)Math.Min(Threshold, long.MaxValue >> 2);
        long threshold = Math.Max(least, known.Forms.Max(f => f.Suppressed?.High + 1 ?? 0));
        string unit = rows.HasPersons ? "people" : "rows";
        if (asked.FirstOrDefault(q => IsAboutFew(q, atoms, least)) is ReleasedForms few)
        {
            return $"it is about 1 to {least - 1} {unit}: {few.Name}";
        }

        long mostRows = (long)Int128.Min((Int128)(threshold - 1) * rows.MostOfOnePerson(), long.MaxValue);
        var missing = new MissingValues(known, atoms, schema, least);
        var shown = new ShownBefore(atoms, earlier, all);
        ShownGroup? refused = ShownGroups
            .Find(known, atoms, threshold, mostRows, shown.Contains)
            .FirstOrDefault(g =>
                IsSmall(g, known, atoms, least, rows.HasPersons) && !shown.Contains(g) && !missing.Allows(g.Group)
            );
        if (refused is null)
        {
            return null;
        }

        return known.Find(refused.Group)?.Suppressed is not null
            ? $"a suppressed cell follows from {refused.Why()}"
            : $"a count of 1 to {least - 1} {unit} follows from {refused.Why()}";
    }

    /// <summary>Determines whether a bounded statistic is about a few people, whose number need not be known for that.</summary>
    private static bool IsAboutFew(ReleasedForms question, Atoms atoms, long threshold)
    {
        AtomSet[] groups = atoms.GroupsOf(question);
        return groups
            .Where((g, k) => question.Forms[k].IsSubject && !g.IsEmpty)
            .Any(g => atoms.PeopleOf(g, threshold) < threshold);
    }

    /// <summary>
    /// Determines whether the people of a group are known to be 1 to threshold − 1. Where persons are known, also where its rows
    /// are known as narrowly as that and its people are few. A suppressed cell may be known as narrowly as its table says.
    /// </summary>
    private static bool IsSmall(ShownGroup shown, Knowledge known, Atoms atoms, long threshold, bool hasPersons)
    {
        if (known.Find(shown.Group)?.Suppressed is (long low, long high))
        {
            if (shown.Low <= low && shown.High >= high)
            {
                return false;
            }

            threshold = Math.Max(threshold, high + 1);
        }

        return (shown.High < threshold || (hasPersons && shown.High - shown.Low <= threshold - 2))
            && atoms.PeopleOf(shown.Group, threshold) < threshold;
    }

    private GuardedWeights RowsOf(CubeCounts cube)
    {
        long declared = cube.Version.Rows;
        if (Rows is null)
        {
            return Persons.IsEmpty
                ? new GuardedWeights(cube.Axes, cube.Counts, cube.PaddedRows - declared)
                : throw new ArgumentException("persons need the rows of the table");
        }

        if (Rows.Rows != declared || (!Persons.IsEmpty && Persons.Length != Rows.Rows))
        {
            throw new ArgumentException($"expected the {declared} rows of the table, and a person for each or none");
        }

        return new GuardedWeights(Rows, Persons);
    }
}
