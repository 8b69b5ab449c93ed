using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The committed columns that a plan uses: a derived column is made of those of the columns that its step reads, through maps,
/// joins and totals, and of the key along which it came.
/// </summary>
internal sealed class PlanUse
{
    private readonly Plan _plan;
    private readonly Dictionary<(string Role, int Column), HashSet<(string Role, int Column)>> _made = [];

    /// <summary>Follows the steps of a plan that breaks no rule: what a step reads is there before it.</summary>
    public PlanUse(Plan plan)
    {
        _plan = plan;
        foreach (PlanStep step in plan.Steps)
        {
            switch (step)
            {
                case MapStep map:
                    Make((map.Table, map.Target), map.Sources.Select(s => (map.Table, s)));
                    break;
                case JoinStep join:
                    foreach ((int target, int source) in join.Pairs)
                    {
                        Make((join.Events, target), [(join.Events, join.Key), (join.Entities, source)]);
                    }

                    break;
                case TotalStep total:
                    Make(
                        (total.Entities, total.Total),
                        total.Weight is int w ? [(total.Events, total.Key), (total.Events, w)] : [(total.Events, total.Key)]
                    );
                    break;
            }
        }
    }

    /// <summary>Tells whether all numbers are of those who have one and the same code, not 0, in a column that was made of a
    /// registrar's, such as of consents: nobody else is counted, and nobody apart from them.</summary>
    public bool DemandsConsent => _plan.Asked.All(IsOfOneCode);

    private bool IsOfOneCode(PlanQuestion question)
    {
        PlanCube cube = _plan.Cubes[question.Cube];
        long[] cells =
        [
            .. Enumerable
                .Range(0, question.Weights.Select(row => row.Count).DefaultIfEmpty(0).Max())
                .Where(i => question.Weights.Any(row => row[i] != 0))
                .Select(i => (long)i),
        ];
        for (int j = cube.Columns.Count - 1; j >= 0; j--)
        {
            long domain = _plan.Tables[cube.Table].All[cube.Columns[j]].Domain;
            bool isRegistrars = MadeOf((cube.Table, cube.Columns[j])).Any(c => _plan.Tables[c.Role].For is not null);
            if (isRegistrars && cells.All(cell => cell % domain != 0) && cells.DistinctBy(cell => cell % domain).Count() == 1)
            {
                return true;
            }

            cells = [.. cells.Select(cell => cell / domain)];
        }

        return false;
    }

    /// <summary>The use of a table, with the numbers of an answer.</summary>
    /// <param name="root">The root of the table, in hexadecimal.</param>
    /// <param name="answers">The answers; empty before there are any.</param>
    public ColumnUse Of(string root, IReadOnlyList<PlanAnswer> answers)
    {
        IEnumerable<(string, int)> used = _plan.Tables.Keys.SelectMany(role =>
            PlanTables.Used(_plan, role).Select(column => (role, column))
        );
        return new ColumnUse(
            Names(root, used),
            opensRow: false,
            [.. answers.Zip(_plan.Asked).SelectMany(a => Groups(root, a.First, a.Second))]
        );
    }

    /// <summary>The use of each data set, with the numbers that an answer would have; nothing is proven.</summary>
    /// <param name="segments">For each segment the table of each role.</param>
    /// <exception cref="ArgumentException">A table is missing, the tables are no segments, or a value lies outside the domain of
    /// its column.</exception>
    public IReadOnlyList<(DataSetVersion Version, ColumnUse Use)> Of(
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments
    )
    {
        PlanEvaluator[] evaluators =
        [
            .. PlanProof.PlansOf(_plan, segments).Zip(segments, (own, tables) => new PlanEvaluator(own, tables)),
        ];
        try
        {
            foreach (PlanEvaluator evaluator in evaluators)
            {
                evaluator.Run();
            }

            PlanAnswer[] answers = [.. _plan.Asked.Select(q => Answer(q, evaluators))];
            return
            [
                .. _plan
                    .Tables.DistinctBy(t => t.Value.Root)
                    .Select(t => (new DataSetVersion([.. segments.Select(s => s[t.Key].Commitment)]), Of(t.Value.Root, answers))),
            ];
        }
        finally
        {
            foreach (PlanEvaluator evaluator in evaluators)
            {
                evaluator.Dispose();
            }
        }
    }

    private PlanAnswer Answer(PlanQuestion question, PlanEvaluator[] segments)
    {
        PlanCube cube = _plan.Cubes[question.Cube];
        uint[] columns = [.. cube.Columns.Select(j => (uint)j)];
        TableAxes axes = TableAxes.Create(columns, [.. cube.Columns.Select(j => (uint)_plan.Tables[cube.Table].All[j].Domain)]);
        using var cells = new SecretArray<ulong>(axes.CellCount);
        foreach (PlanEvaluator segment in segments)
        {
            int rows = (int)segment.Tables[cube.Table].Commitment.Rows;
            ContingencyTableCounter.Add(axes, column => segment.Codes(cube.Table, column), rows, cells.Span);
        }

        long[] values = [.. question.Weights.Select(row => PlanProof.Sum(row, cells.Span))];
        int[] withheld = [.. PlanProof.Small(question, values)];
        return new PlanAnswer([.. PlanProof.Shown(question, withheld, values)], default) { Withheld = withheld };
    }

    private IEnumerable<UsedGroup> Groups(string root, PlanAnswer answer, PlanQuestion question)
    {
        PlanCube cube = _plan.Cubes[question.Cube];
        string[] columns = Names(root, cube.Columns.Select(c => (cube.Table, c)));
        if (columns.Length == 0)
        {
            yield break;
        }

        IReadOnlyList<long>[] rows = [.. PlanProof.Shown(question, answer.Withheld, question.Weights)];
        for (int i = 0; i < Math.Min(rows.Length, answer.Values.Count); i++)
        {
            if (IsCount(rows[i]))
            {
                yield return new UsedGroup(columns, answer.Values[i]);
            }
            else if (question.Groups is null && !rows.Any(r => IsCount(r) && HasSupport(r, rows[i])))
            {
                // a sum over rows whose number is not said
                yield return new UsedGroup(columns, null);
            }
        }
    }

    private static bool IsCount(IReadOnlyList<long> weights) => weights.All(w => w is 0 or 1);

    private static bool HasSupport(IReadOnlyList<long> count, IReadOnlyList<long> sum)
    {
        for (int i = 0; i < count.Count; i++)
        {
            if (count[i] != 0 != (sum[i] != 0))
            {
                return false;
            }
        }

        return true;
    }

    private string[] Names(string root, IEnumerable<(string Role, int Column)> columns) =>
        [
            .. columns
                .SelectMany(MadeOf)
                .Where(c => _plan.Tables[c.Role].Root == root)
                .Select(c => _plan.Tables[c.Role].Columns[c.Column].Name)
                .Where(name => name != PlanBuilder.RowColumn)
                .Distinct(),
        ];

    private void Make((string, int) target, IEnumerable<(string, int)> sources) =>
        _made[target] = [.. sources.SelectMany(MadeOf)];

    private IEnumerable<(string Role, int Column)> MadeOf((string Role, int Column) column) =>
        _made.TryGetValue(column, out HashSet<(string, int)>? bases) ? bases
        : column.Column < _plan.Tables[column.Role].Columns.Count ? [column]
        : [];
}
