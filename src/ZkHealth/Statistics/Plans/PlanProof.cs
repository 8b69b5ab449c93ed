using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>A table of a plan as it was committed, and with the columns that the plan derives; both are one where it derives
/// none.</summary>
internal sealed record PlanTableParts(TableCommitment Base, TableCommitment Own);

/// <summary>The relations and cubes of one table: their points and their proof.</summary>
internal sealed record PlanCubesProof(IReadOnlyList<CompressedPoint> Points, ReadOnlyMemory<byte> Proof);

/// <summary>The points of the hidden sums of a link, none where a column holds the totals, and its proof.</summary>
internal sealed record PlanLinkProof(ReadOnlyMemory<byte> HiddenSums, ReadOnlyMemory<byte> Proof);

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
/// one for the numbers of each question.
/// </summary>
public sealed partial class PlanProof : ProofFile
{
    internal PlanProof(
        StatisticContext context,
        Plan plan,
        IReadOnlyDictionary<string, PlanTableParts> tables,
        IReadOnlyDictionary<string, PlanCubesProof> cubes,
        IReadOnlyList<PlanLinkProof> links,
        IReadOnlyList<PlanAnswer> answers
    )
        : base(context) => (Plan, Parts, Cubes, Links, Answers) = (plan, tables, cubes, links, answers);

    /// <summary>The committed tables, a registrar's among them, in the order of the names of their roles.</summary>
    private protected override IReadOnlyList<TableCommitment> GetTables() => [.. Roles(Plan).Select(role => Parts[role].Base)];

    /// <inheritdoc/>
    internal override ColumnUse UseOf(DataSetVersion version) =>
        new PlanUse(Plan).Of(Convert.ToHexStringLower(version.Root.Span), Answers);

    /// <summary>The question.</summary>
    public Plan Plan { get; }

    /// <summary>For each question of the plan, in the order in which they were asked, a number for each row of weights; those of
    /// groups that are withheld are left out.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Numbers => [.. Answers.Select(a => a.Values)];

    /// <summary>The tables by role.</summary>
    internal IReadOnlyDictionary<string, PlanTableParts> Parts { get; }

    /// <summary>By role, where a table has relations or cubes.</summary>
    internal IReadOnlyDictionary<string, PlanCubesProof> Cubes { get; }

    /// <summary>In the order of the steps.</summary>
    internal IReadOnlyList<PlanLinkProof> Links { get; }

    /// <summary>In the order of the questions.</summary>
    internal IReadOnlyList<PlanAnswer> Answers { get; }

    /// <summary>Verifies the rules of plans and all proofs.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        if (PlanRules.Broken(Plan) is string broken)
        {
            return VerificationResult.Rejected(broken, VerdictReason.RuleBroken);
        }

        // of a part of a data set nothing is said that one could not pick by the cut
        if (Plan.Segment is { Count: not 1 })
        {
            return VerificationResult.Rejected(
                "rule 6: one segment of a data set is no answer without the others",
                VerdictReason.RuleBroken
            );
        }

        // to make a plan of SQL costs more than its maker paid for a file whose proofs do not hold
        VerificationResult proven = VerifyProofs(context.Limits);
        return proven.IsAccepted ? VerifySql(context.Limits) : proven;
    }

    /// <summary>Verifies all but the rules, without which a proof says nothing: for tests, and for sums that have checked
    /// them.</summary>
    internal VerificationResult VerifyProofs(VerificationLimits? limits = null)
    {
        var batch = new VerificationBatch();
        VerificationResult collected = CollectProofs(limits ?? VerificationLimits.Default, batch);
        return collected.IsAccepted ? batch.Verify() : collected;
    }

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
        ArgumentNullException.ThrowIfNull(plan);
        return Prove(plan, null, tables, context, guard ?? DisclosureGuard.Default, degreeOfParallelism);
    }

    /// <summary>Proves a plan, and where it is that of a query, the answer to it.</summary>
    internal static PlanProof Prove(
        Plan plan,
        SqlQuestion? question,
        IReadOnlyDictionary<string, TableOpening> tables,
        StatisticContext context,
        DisclosureGuard guard,
        int degreeOfParallelism
    )
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(context);
        if (PlanRules.Broken(plan) is string broken)
        {
            throw new ArgumentException(broken, nameof(plan));
        }

        if (
            plan
                .Tables.Select(t =>
                    tables.TryGetValue(t.Key, out TableOpening? own)
                        ? PlanTables.Mismatch(t.Value, own.Commitment)
                        : "a table is missing"
                )
                .FirstOrDefault(m => m is not null)
            is string mismatch
        )
        {
            throw new ArgumentException(mismatch, nameof(tables));
        }

        var evaluator = new PlanEvaluator(plan, tables);
        try
        {
            evaluator.Run();
            if (
                PlanDisclosure.Refusal(guard, plan, tables, evaluator, question?.Parts.Select(p => p.Names).ToArray())
                is string refusal
            )
            {
                throw new DisclosureException($"not released: {refusal}");
            }

            return Prove(plan, tables, evaluator, context, false, degreeOfParallelism, question?.Statement);
        }
        finally
        {
            evaluator.Clear();
        }
    }

    /// <summary>Proves what the evaluator derived; <paramref name="forged"/>: whether it holds or not, with these groups of the
    /// first question withheld.</summary>
    internal static PlanProof Prove(
        Plan plan,
        IReadOnlyDictionary<string, TableOpening> tables,
        PlanEvaluator evaluator,
        StatisticContext context,
        bool forged,
        int degreeOfParallelism = 1,
        SqlStatement? sql = null,
        IReadOnlyList<int>? withheld = null
    )
    {
        var own = new Dictionary<string, TableOpening>(StringComparer.Ordinal);
        var proven = new Dictionary<string, ProvenCells>(StringComparer.Ordinal);
        try
        {
            foreach ((string role, PlanTable table) in plan.Tables)
            {
                own[role] =
                    table.Derived.Count == 0
                        ? tables[role]
                        : tables[role]
                            .Derive(PlanJson.DerivedSchema(table), evaluator.Derived(role), plan.Digest(), degreeOfParallelism);
                if (!PlanTables.TryCells(plan, role, out ICubeCells[]? cells, out string? reason))
                {
                    throw new ArgumentException(reason, nameof(plan));
                }

                if (cells.Length > 0)
                {
                    proven[role] = ContingencyTableProof.ProveCells(
                        new Transcript(ContingencyTableProof.Label),
                        own[role],
                        cells,
                        forged ? new ContingencyTableForgery() : null,
                        degreeOfParallelism
                    );
                }
            }

            return new PlanProof(
                context,
                plan,
                plan.Tables.Keys.ToDictionary(
                    role => role,
                    role => new PlanTableParts(tables[role].Commitment, own[role].Commitment),
                    StringComparer.Ordinal
                ),
                proven.ToDictionary(p => p.Key, p => new PlanCubesProof(p.Value.Points, p.Value.Proof), StringComparer.Ordinal),
                [.. plan.Steps.OfType<LinkStep>().Select(step => ProveLink(step, own, forged, degreeOfParallelism))],
                [
                    .. plan.Asked.Select(
                        (question, i) =>
                        {
                            (string role, int at) = Place(plan, question.Cube);
                            Transcript transcript = context.Start(Statement(plan, sql, i));
                            return ProveAnswer(
                                transcript,
                                question,
                                own[role].Commitment,
                                proven[role],
                                at,
                                i == 0 ? withheld : null
                            );
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
            foreach (ProvenCells cells in proven.Values)
            {
                cells.Clear();
            }

            foreach ((string role, TableOpening table) in own.Where(t => t.Value != tables[t.Key]))
            {
                table.Dispose();
            }
        }
    }

    private static PlanLinkProof ProveLink(
        LinkStep step,
        Dictionary<string, TableOpening> tables,
        bool forged,
        int degreeOfParallelism
    )
    {
        if (!PlanTables.TryLink(step, out Link? link, out string? reason))
        {
            throw new ArgumentException(reason, nameof(step));
        }

        (byte[] sums, byte[] proof) = LinkProof.Prove(
            new Transcript(ContingencyTableProof.Label),
            tables[step.Events],
            tables[step.Entities],
            link,
            degreeOfParallelism,
            forged ? new LinkForgery() : null
        );
        return new PlanLinkProof(sums, proof);
    }
}
