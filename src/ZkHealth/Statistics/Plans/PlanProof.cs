using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The numbers that answer a question of the plan and are shown, and their proof.</summary>
internal sealed record PlanAnswer(IReadOnlyList<long> Values, ReadOnlyMemory<byte> Proof)
{
    /// <summary>The groups that are withheld, ascending, where the question has groups.</summary>
    public IReadOnlyList<int> Withheld { get; init; } = [];

    /// <summary>The proof that they are small; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Bounds { get; init; }
}

/// <summary>
/// The answer to a plan with all that proves it: its tables, one proof for each table that has maps or cubes, one for each link,
/// one for the numbers of each question. Of data sets in segments there are tables and proofs of each segment; their cubes are
/// added up, and the numbers are those of the sums.
/// </summary>
public sealed partial class PlanProof : ProofFile
{
    internal PlanProof(StatisticContext context, IReadOnlyList<PlanSegmentProof> segments, IReadOnlyList<PlanAnswer> answers)
        : base(context)
    {
        (Segments, Answers) = (segments, answers);
        VersionsByRole = Roles(Plan)
            .ToDictionary(
                role => role,
                role => new DataSetVersion([.. segments.Select(s => s.Parts[role].Base)]),
                StringComparer.Ordinal
            );
    }

    /// <summary>The committed tables, a registrar's among them, in the order of the names of their roles and of their
    /// segments.</summary>
    private protected override IReadOnlyList<TableCommitment> GetTables() => [.. Versions.SelectMany(v => v.Segments)];

    internal override IReadOnlyList<DataSetVersion> Versions => [.. Roles(Plan).Select(role => VersionsByRole[role])];

    internal override ColumnUse UseOf(DataSetVersion version) =>
        new PlanUse(Plan).Of(
            Plan.Tables[VersionsByRole.First(v => v.Value.Root.Span.SequenceEqual(version.Root.Span)).Key].Root,
            Answers
        );

    /// <summary>The tables of each role, of all segments.</summary>
    internal IReadOnlyDictionary<string, DataSetVersion> VersionsByRole { get; }

    /// <summary>The question; of data sets in segments the plan of the first, of which those of the others follow.</summary>
    public Plan Plan => Segments[0].Plan;

    /// <summary>For each question of the plan, in the order in which they were asked, a number for each row of weights; those of
    /// groups that are withheld are left out.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Numbers => [.. Answers.Select(a => a.Values)];

    /// <summary>The proofs of each segment; of data that are not cut there is one.</summary>
    internal IReadOnlyList<PlanSegmentProof> Segments { get; }

    /// <summary>In the order of the questions.</summary>
    internal IReadOnlyList<PlanAnswer> Answers { get; }

    /// <summary>Proves a plan about the owner's tables.</summary>
    /// <param name="plan">A plan that the rules allow.</param>
    /// <param name="tables">The table of each role, a registrar's among them.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The plan breaks a rule, a table is not that of the plan, or a value lies outside the
    /// domain of its column.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    public static PlanProof Prove(
        Plan plan,
        IReadOnlyDictionary<string, TableOpening> tables,
        StatisticContext context,
        DisclosureGuard? guard = null,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(tables);
        return Prove(plan, null, [tables], context, guard ?? DisclosureGuard.Default, degreeOfParallelism);
    }

    /// <summary>Proves a plan over the tables of one or more segments, and where it is that of a query, the answer to
    /// it.</summary>
    /// <param name="plan">The plan of the first segment.</param>
    /// <param name="question">The query of which it was made, or null.</param>
    /// <param name="segments">For each segment the table of each role.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts in all segments together.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">As for one segment, or the tables are no segments.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    internal static PlanProof Prove(
        Plan plan,
        SqlQuestion? question,
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments,
        StatisticContext context,
        DisclosureGuard guard,
        int degreeOfParallelism
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(context);
        if (PlanRules.Broken(plan) is string broken)
        {
            throw new ArgumentException(broken, nameof(plan));
        }

        PlanEvaluator[] evaluators = [.. PlansOf(plan, segments).Zip(segments, (own, tables) => new PlanEvaluator(own, tables))];
        try
        {
            foreach (PlanEvaluator evaluator in evaluators)
            {
                evaluator.Run();
            }

            if (PlanDisclosure.Refusal(guard, evaluators, question?.Parts.Select(p => p.Names).ToArray()) is string refusal)
            {
                throw new DisclosureException($"not released: {refusal}");
            }

            return Prove(evaluators, context, false, degreeOfParallelism, question?.Statement);
        }
        finally
        {
            foreach (PlanEvaluator evaluator in evaluators)
            {
                evaluator.Dispose();
            }
        }
    }

    /// <summary>Proves what the evaluators of all segments derived; <paramref name="forged"/>: whether it holds or not, with
    /// these groups of the first question withheld.</summary>
    internal static PlanProof Prove(
        IReadOnlyList<PlanEvaluator> evaluators,
        StatisticContext context,
        bool forged,
        int degreeOfParallelism = 1,
        SqlStatement? sql = null,
        IReadOnlyList<int>? withheld = null
    )
    {
        var proven = new List<Dictionary<string, ProvenCells>>();
        try
        {
            var segments = new List<PlanSegmentProof>();
            foreach (PlanEvaluator evaluator in evaluators)
            {
                proven.Add(new Dictionary<string, ProvenCells>(StringComparer.Ordinal));
                segments.Add(PlanSegmentProof.Prove(evaluator, forged, degreeOfParallelism, proven[^1]));
            }

            var proof = new PlanProof(context, segments, []) { Question = sql };
            return new PlanProof(
                context,
                segments,
                [
                    .. proof.Plan.Asked.Select(
                        (question, i) =>
                        {
                            (string role, int at) = Place(proof.Plan, question.Cube);
                            return proof.ProveAnswer(i, [.. proven.Select(cells => cells[role])], at, i == 0 ? withheld : null);
                        }
                    ),
                ]
            )
            {
                Question = sql,
            };
        }
        finally
        {
            foreach (ProvenCells cells in proven.SelectMany(segment => segment.Values))
            {
                cells.Dispose();
            }
        }
    }

    /// <summary>The plan of each segment.</summary>
    internal static IEnumerable<Plan> PlansOf(Plan plan, IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments)
    {
        Plan first = plan.OfFirst(segments.Count);
        foreach ((int i, IReadOnlyDictionary<string, TableOpening> tables) in segments.Index())
        {
            if (plan.Tables.Keys.Any(role => !tables.ContainsKey(role)))
            {
                throw new ArgumentException("a table is missing", nameof(segments));
            }

            Plan own =
                i == 0
                    ? first
                    : first.OfSegment(
                        i,
                        plan.Tables.Keys.ToDictionary(
                            role => role,
                            role => (Convert.ToHexStringLower(tables[role].Commitment.Root.Span), tables[role].Commitment),
                            StringComparer.Ordinal
                        )
                    );
            string? mismatch = own
                .Tables.Select(t => PlanTables.Mismatch(t.Value, tables[t.Key].Commitment))
                .FirstOrDefault(m => m is not null);
            mismatch ??= PlanRules.BrokenByKeys(own) is string broken
                ? $"segment {i + 1}: {broken}; are related tables cut the same way, their segments in one order?"
                : null;
            yield return mismatch is null ? own : throw new ArgumentException(mismatch, nameof(segments));
        }
    }
}
