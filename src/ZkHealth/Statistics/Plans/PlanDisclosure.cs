using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The disclosure guard over plans: for each table that is asked, its rows with all derived columns, what the plan shows of them
/// and what was released before.
/// </summary>
internal static class PlanDisclosure
{
    /// <summary>Explains why the guard would refuse the answer to a plan, or null.</summary>
    /// <param name="guard">The guard.</param>
    /// <param name="segments">The plan and the tables of each segment, with the columns that are derived.</param>
    /// <param name="names">The names of the groups of each question; null where there are none.</param>
    public static string? Refusal(
        DisclosureGuard guard,
        IReadOnlyList<PlanEvaluator> segments,
        IReadOnlyList<IReadOnlyList<string>>? names
    )
    {
        Plan plan = segments[0].Plan;
        return guard.Threshold < 2
            ? null
            : plan
                .Asked.Select(a => plan.Cubes[a.Cube].Table)
                .Distinct()
                .Select(role => Refusal(guard, role, segments, names))
                .FirstOrDefault(refusal => refusal is not null);
    }

    private static string? Refusal(
        DisclosureGuard guard,
        string role,
        IReadOnlyList<PlanEvaluator> segments,
        IReadOnlyList<IReadOnlyList<string>>? names
    )
    {
        TableOpening[] tables = [.. segments.Select(s => s.Tables[role])];
        if (!TableSchema.TryDecode(tables[0].Commitment.Schema, out TableSchema? schema, out string? reason))
        {
            return reason;
        }

        using var columns = new GuardedColumns(tables);
        string Name(int question, int group) => names is null ? $"number {group + 1}" : names[question][group];
        ReleasedForms[] asked = [.. columns.Add(role, segments, null, Name)];
        ReadOnlyMemory<byte> root = new DataSetVersion([.. tables.Select(t => t.Commitment)]).Root;
        var earlier = new List<ReleasedForms>(guard.Earlier.Where(e => e.IsAbout(root.Span)).SelectMany(e => e.Forms));
        var atHand = segments[0]
            .Plan.Tables.Keys.Select(r => (IReadOnlyList<TableOpening>)[.. segments.Select(s => s.Tables[r])]);
        if (EarlierAnswers.Add(guard, root.Span, atHand, columns, earlier) is string fault)
        {
            return fault;
        }

        return guard.Refusal(columns.Weights(PersonsOf(guard, role, schema, tables)), schema, earlier, asked);
    }

    /// <summary>Names whose rows they are: as the owner has recorded it, or else whom the first key of the table names. Segments
    /// are cut by person, so nobody is in two of them.</summary>
    private static ReadOnlyMemory<uint> PersonsOf(DisclosureGuard guard, string role, TableSchema schema, TableOpening[] tables)
    {
        if (guard.PersonsByTable.TryGetValue(role, out ReadOnlyMemory<uint> known) && !known.IsEmpty)
        {
            return known;
        }

        int key = schema.Columns.Index().FirstOrDefault(c => c.Item is KeyColumn).Index;
        if (schema.Columns[key] is not KeyColumn)
        {
            return default;
        }

        return PersonNumbers.Join(tables.Length, i => tables[i].Codes(key));
    }
}

/// <summary>The columns of a table, and those that plans derive, each plan's after those before.</summary>
internal sealed class GuardedColumns : IDisposable
{
    private readonly Dictionary<uint, ReadOnlyMemory<uint>> _codes = [];
    private readonly List<SecretArray<uint>> _owned = [];
    private readonly int _rows;
    private uint _next;

    /// <summary>The committed columns of all segments.</summary>
    public GuardedColumns(IReadOnlyList<TableOpening> segments)
    {
        _rows = segments.Sum(s => (int)s.Commitment.Rows);
        for (int j = 0; j < segments[0].Commitment.Columns.Count; j++)
        {
            Hold(segments.Count, i => segments[i].Codes(j));
        }
    }

    /// <summary>The rows with all columns that were added.</summary>
    public GuardedWeights Weights(ReadOnlyMemory<uint> persons) => new(_rows, _codes, persons);

    /// <summary>Adds the columns that a plan derives, and gives what is shown of the table.</summary>
    /// <param name="role">The table in it.</param>
    /// <param name="segments">Have derived them.</param>
    /// <param name="proof">The answer, which tells what is withheld; null to find that out.</param>
    /// <param name="name">The name of a group.</param>
    public IEnumerable<ReleasedForms> Add(
        string role,
        IReadOnlyList<PlanEvaluator> segments,
        PlanProof? proof,
        Func<int, int, string> name
    )
    {
        Plan plan = segments[0].Plan;
        int known = plan.Tables[role].Columns.Count;
        uint first = _next;
        for (int j = 0; j < plan.Tables[role].Derived.Count; j++)
        {
            Hold(segments.Count, i => segments[i].Codes(role, known + j));
        }

        var forms = new List<ReleasedForms>();
        foreach ((int i, PlanQuestion question) in plan.Asked.Index().Where(a => plan.Cubes[a.Item.Cube].Table == role))
        {
            int[] which = [.. plan.Cubes[question.Cube].Columns];
            TableAxes axes = TableAxes.Create(
                [.. which.Select(j => j < known ? (uint)j : first + (uint)(j - known))],
                [.. which.Select(j => (uint)plan.Tables[role].All[j].Domain)]
            );
            IReadOnlyList<int> withheld = proof?.Answers[i].Withheld ?? Small(question, axes);
            forms.AddRange(FormsOf(question, axes, withheld, group => name(i, group)));
        }

        return forms;
    }

    private int[] Small(PlanQuestion question, TableAxes axes)
    {
        using var counts = new SecretArray<ulong>(axes.CellCount);
        ContingencyTableCounter.Add(axes, column => _codes[(uint)column].Span, _rows, counts.Span);
        return [.. PlanProof.Small(question, [.. question.Weights.Select(row => PlanProof.Sum(row, counts.Span))])];
    }

    private static IEnumerable<ReleasedForms> FormsOf(
        PlanQuestion question,
        TableAxes axes,
        IReadOnlyList<int> withheld,
        Func<int, string> name
    )
    {
        int width = question.Groups?.Width ?? 1;
        for (int group = 0; group * width < question.Weights.Count; group++)
        {
            long[][] rows = [.. question.Weights.Skip(group * width).Take(width).Select(row => row.ToArray())];
            var forms = new ReleasedForms(name(group), axes);
            if (!withheld.Contains(group))
            {
                forms.Sums(rows);
            }
            else
            {
                forms.Within(forms.Hidden(rows[0]), 0, question.Groups!.Value.Least - 1);
            }

            yield return forms;
        }
    }

    /// <summary>Clears the codes.</summary>
    public void Dispose() => _owned.ForEach(codes => codes.Dispose());

    private void Hold(int segments, ColumnCodes segment)
    {
        var codes = new SecretArray<uint>(_rows);
        for (int i = 0, at = 0; i < segments; i++)
        {
            segment(i).CopyTo(codes.Span[at..]);
            at += segment(i).Length;
        }

        _owned.Add(codes);
        _codes[_next++] = codes.Values;
    }
}
