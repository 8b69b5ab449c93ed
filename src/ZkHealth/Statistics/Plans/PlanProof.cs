using System.Numerics;
using System.Security.Cryptography;
using ZkHealth.Fields;
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

/// <summary>The numbers that answer a question of the plan, and their proof.</summary>
internal sealed record PlanAnswer(IReadOnlyList<long> Values, ReadOnlyMemory<byte> Proof);

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

    /// <summary>The question.</summary>
    public Plan Plan { get; }

    /// <summary>For each question of the plan, in the order in which they were asked, a number for each row of weights.</summary>
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
        return Plan.Segment is { Count: not 1 }
            ? VerificationResult.Rejected("one segment of a data set is no answer without the others")
            : VerifyProofs(context.Limits);
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
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The plan breaks a rule, a table is not that of the plan, or a value lies outside the
    /// domain of its column.</exception>
    public static PlanProof Prove(
        Plan plan,
        IReadOnlyDictionary<string, TableOpening> tables,
        StatisticContext context,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
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
            return Prove(plan, tables, evaluator, context, false, degreeOfParallelism);
        }
        finally
        {
            evaluator.Clear();
        }
    }

    /// <summary>Proves what the evaluator derived; <paramref name="forged"/>: whether it holds or not.</summary>
    internal static PlanProof Prove(
        Plan plan,
        IReadOnlyDictionary<string, TableOpening> tables,
        PlanEvaluator evaluator,
        StatisticContext context,
        bool forged,
        int degreeOfParallelism = 1
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
                [.. plan.Asked.Select((question, i) => Answer(plan, i, question, own, proven, context))]
            );
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

    /// <summary>The label of the numbers of a question: the context and the digest of the plan.</summary>
    private static byte[] Statement(Plan plan, int question) =>
        StatisticContext.Statement(
            "zkhealth plan v1",
            2,
            w =>
            {
                w.WriteByteString(plan.Digest());
                w.WriteInt32(question);
            }
        );

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

    private static PlanAnswer Answer(
        Plan plan,
        int number,
        PlanQuestion question,
        Dictionary<string, TableOpening> tables,
        Dictionary<string, ProvenCells> proven,
        StatisticContext context
    )
    {
        (string role, int at) = Place(plan, question.Cube);
        ProvenCells cells = proven[role];
        ulong[] counts = cells.Counts[at];
        long[] values = [.. question.Weights.Select(row => Sum(row, counts))];
        Scalar[][] weights = [.. question.Weights.Select(row => row.Select(Scalar.FromInt64).ToArray())];
        var subject = new ContingencyTableSubject([tables[role].Commitment.Root], (TableAxes)cells.Cells[at]);
        (_, byte[] proof) = LinearStatistics.Prove(
            context.Start(Statement(plan, number)),
            subject,
            counts,
            cells.Blindings[at],
            weights,
            new Scalar[weights.Length]
        );
        return new PlanAnswer(values, proof);
    }

    private static long Sum(IReadOnlyList<long> weights, ulong[] counts)
    {
        Int128 sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += (Int128)weights[i] * counts[i];
        }

        return sum >= long.MinValue && sum <= long.MaxValue
            ? (long)sum
            : throw new ArgumentException("a number of the answer does not fit 64 bits", nameof(weights));
    }

    /// <summary>The table of a cube, and its place among what is counted of it.</summary>
    private static (string Role, int At) Place(Plan plan, int cube)
    {
        string role = plan.Cubes[cube].Table;
        return (
            role,
            plan.Steps.OfType<MapStep>().Count(s => s.Table == role) + plan.Cubes.Take(cube).Count(c => c.Table == role)
        );
    }
}
