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
    /// <param name="plan">The plan.</param>
    /// <param name="tables">The table of each role.</param>
    /// <param name="evaluator">Has derived the columns.</param>
    /// <param name="names">The names of the groups of each question; null where there are none.</param>
    public static string? Refusal(
        DisclosureGuard guard,
        Plan plan,
        IReadOnlyDictionary<string, TableOpening> tables,
        PlanEvaluator evaluator,
        IReadOnlyList<IReadOnlyList<string>>? names
    ) =>
        guard.Threshold < 2
            ? null
            : plan
                .Asked.Select(a => plan.Cubes[a.Cube].Table)
                .Distinct()
                .Select(role => Refusal(guard, plan, role, tables, evaluator, names))
                .FirstOrDefault(refusal => refusal is not null);

    private static string? Refusal(
        DisclosureGuard guard,
        Plan plan,
        string role,
        IReadOnlyDictionary<string, TableOpening> tables,
        PlanEvaluator evaluator,
        IReadOnlyList<IReadOnlyList<string>>? names
    )
    {
        TableOpening table = tables[role];
        if (!TableSchema.TryDecode(table.Commitment.Schema, out TableSchema? schema, out string? reason))
        {
            return reason;
        }

        var columns = new GuardedColumns(table);
        string Name(int question, int group) => names is null ? $"number {group + 1}" : names[question][group];
        ReleasedForms[] asked = [.. columns.Add(plan, role, evaluator, null, Name)];
        ReadOnlyMemory<byte> root = table.Commitment.Root;
        var earlier = new List<ReleasedForms>(guard.Earlier.Where(e => e.IsAbout(root.Span)).SelectMany(e => e.Forms));
        if (EarlierAnswers.Add(guard, table, tables.Values, columns, earlier) is string fault)
        {
            return fault;
        }

        return guard.Refusal(columns.Weights(PersonsOf(guard, role, schema, table)), schema, earlier, asked);
    }

    /// <summary>Names whose rows they are: as the owner has recorded it, or else whom the first key of the table names.</summary>
    private static ReadOnlyMemory<uint> PersonsOf(DisclosureGuard guard, string role, TableSchema schema, TableOpening table)
    {
        if (guard.PersonsByTable.TryGetValue(role, out ReadOnlyMemory<uint> known) && !known.IsEmpty)
        {
            return known;
        }

        int key = schema.Columns.Index().FirstOrDefault(c => c.Item is KeyColumn).Index;
        return schema.Columns[key] is KeyColumn ? table.Codes(key).ToArray() : default;
    }
}

/// <summary>The columns of a table, and those that plans derive, each plan's after those before.</summary>
internal sealed class GuardedColumns(TableOpening table)
{
    private readonly Dictionary<uint, ReadOnlyMemory<uint>> _codes = [];
    private uint _next = (uint)table.Commitment.Columns.Count;

    /// <summary>The rows with all columns that were added.</summary>
    public GuardedWeights Weights(ReadOnlyMemory<uint> persons)
    {
        for (int j = 0; j < table.Commitment.Columns.Count; j++)
        {
            _codes[(uint)j] = table.Codes(j).ToArray();
        }

        return new GuardedWeights((int)table.Commitment.Rows, _codes, persons);
    }

    /// <summary>Adds the columns that a plan derives, and gives what is shown of the table.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="role">The table in it.</param>
    /// <param name="evaluator">Has derived them.</param>
    /// <param name="proof">The answer, which tells what is withheld; null to find that out.</param>
    /// <param name="name">The name of a group.</param>
    public IEnumerable<ReleasedForms> Add(
        Plan plan,
        string role,
        PlanEvaluator evaluator,
        PlanProof? proof,
        Func<int, int, string> name
    )
    {
        int known = plan.Tables[role].Columns.Count;
        uint first = _next;
        foreach (ReadOnlyMemory<uint> codes in evaluator.Derived(role))
        {
            _codes[_next++] = codes;
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
        ulong[] counts = Counts(axes);
        return [.. PlanProof.Small(question, [.. question.Weights.Select(row => PlanProof.Sum(row, counts))])];
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

    private ulong[] Counts(TableAxes axes)
    {
        var cells = new int[table.Commitment.Rows];
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            int column = (int)axes.Columns[j];
            ReadOnlySpan<uint> codes = column < table.Commitment.Columns.Count ? table.Codes(column) : _codes[(uint)column].Span;
            int domain = (int)axes.Domains[j];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] =
                    codes[i] < domain
                        ? (cells[i] * domain) + (int)codes[i]
                        : throw new ArgumentException(
                            "a value lies outside the domain of its column: a total is larger than its bound"
                        );
            }
        }

        var counts = new ulong[axes.CellCount];
        foreach (int cell in cells)
        {
            counts[cell]++;
        }

        return counts;
    }
}
