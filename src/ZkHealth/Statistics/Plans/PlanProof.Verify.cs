using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The verification of the proofs of a plan.</summary>
public sealed partial class PlanProof
{
    /// <summary>Does all but the final equations, which go to the batch. Returns what failed, or null.</summary>
    private string? Collect(VerificationBatch batch, VerificationLimits limits)
    {
        LinkStep[] steps = [.. Plan.Steps.OfType<LinkStep>()];
        if (!Tables.Keys.Order(StringComparer.Ordinal).SequenceEqual(Plan.Tables.Keys.Order(StringComparer.Ordinal)))
        {
            return "the tables are not those of the plan";
        }

        if (Plan.Tables.Select(t => TableFault(t.Value, Tables[t.Key])).FirstOrDefault(f => f is not null) is string fault)
        {
            return fault;
        }

        var cells = new Dictionary<string, ICubeCells[]>(StringComparer.Ordinal);
        foreach (string role in Plan.Tables.Keys)
        {
            if (!PlanTables.TryCells(Plan, role, out ICubeCells[]? own, out string? reason))
            {
                return reason;
            }

            if (own.Length > 0)
            {
                cells[role] = own;
            }
        }

        if (Cubes.Count != cells.Count || cells.Keys.Any(role => !Cubes.ContainsKey(role)) || Links.Count != steps.Length || Answers.Count != Plan.Asked.Count)
        {
            return "expected a proof for each table that has maps or cubes, for each link and for each question";
        }

        return Exceeded(steps, cells, limits)
            ?? First(cells, c => CollectCubes(c.Key, c.Value, batch))
            ?? First(steps.Zip(Links), l => CollectLink(l.First, l.Second, batch))
            ?? First(Answers.Index(), a => CollectAnswer(a.Index, a.Item, cells, batch));
    }

    /// <summary>Whether a table is that of the plan, and the derived one has the plan's columns on it.</summary>
    private static string? TableFault(PlanTable plan, PlanTableParts parts)
    {
        bool derived = plan.Derived.Count == 0 ? parts.Own == parts.Base
            : parts.Own.Base == parts.Base && parts.Own.Columns.Count == parts.Base.Columns.Count + plan.Derived.Count
                && parts.Own.Schema.Span.SequenceEqual(PlanJson.DerivedSchema(plan));
        return PlanTables.Mismatch(plan, parts.Base) ?? (derived ? null : "the derived columns are not those of the plan");
    }

    /// <summary>The limit that all proofs together exceed, before any work.</summary>
    private string? Exceeded(LinkStep[] steps, Dictionary<string, ICubeCells[]> cells, VerificationLimits limits)
    {
        var cost = default(VerificationCost);
        foreach ((string role, ICubeCells[] own) in cells)
        {
            if (!ContingencyTableStatement.TryCreate(Tables[role].Own, own, Cubes[role].Points, out ContingencyTableStatement? statement, out string? reason))
            {
                return reason;
            }

            cost += statement.Cost();
        }

        for (int i = 0; i < steps.Length; i++)
        {
            if (!PlanTables.TryLink(steps[i], out Link? link, out string? reason)
                || !LinkStatement.TryCreate(Tables[steps[i].Events].Own, Tables[steps[i].Entities].Own, link, Links[i].HiddenSums, out LinkStatement? statement, out reason))
            {
                return reason;
            }

            cost += statement.Cost();
        }

        return limits.Exceeded(cost + new VerificationCost(0, 0, Weights: Plan.Asked.Sum(a => a.Weights.Sum(row => (long)row.Count))));
    }

    private string? CollectCubes(string role, ICubeCells[] cells, VerificationBatch batch) => ContingencyTableProof.Collect(
        new Transcript(ContingencyTableProof.Label), Tables[role].Own, cells, Cubes[role].Points, Cubes[role].Proof, batch);

    private string? CollectLink(LinkStep step, PlanLinkProof proof, VerificationBatch batch) => !PlanTables.TryLink(step, out Link? link, out string? reason) ? reason
        : LinkProof.Collect(new Transcript(ContingencyTableProof.Label), Tables[step.Events].Own, Tables[step.Entities].Own, link, proof.HiddenSums, proof.Proof, batch);

    private string? CollectAnswer(int number, PlanAnswer answer, Dictionary<string, ICubeCells[]> cells, VerificationBatch batch)
    {
        PlanQuestion question = Plan.Asked[number];
        (string role, int at) = Place(Plan, question.Cube);
        var axes = (TableAxes)cells[role][at];
        if (answer.Values.Count != question.Weights.Count || question.Weights.Any(row => row.Count != axes.CellCount))
        {
            return "expected a number for each row of weights, and one weight for each cell";
        }

        var subject = new ContingencyTableSubject([Tables[role].Own.Root], axes);
        var rows = LinearStatistics.WeightRows.Of([.. question.Weights.Select(row => row.ToArray())]);
        return LinearStatistics.Collect(Context.Start(Statement(Plan, number)), subject, Cubes[role].Points[at], AnswerPoints(answer), rows, answer.Proof, batch);
    }

    /// <summary>The files by which the reference judges the plan and each of its proofs.</summary>
    internal IReadOnlyList<byte[]> ExportReference()
    {
        var files = new List<byte[]> { ReferenceExport.Plans(Plan) };
        foreach ((string role, PlanCubesProof cubes) in Cubes)
        {
            PlanTables.TryCells(Plan, role, out ICubeCells[]? cells, out _);
            files.Add(ReferenceExport.Cubes(ContingencyTableProof.Label, Tables[role].Own, cells!, cubes.Points, cubes.Proof.Span));
        }

        foreach ((LinkStep step, PlanLinkProof proof) in Plan.Steps.OfType<LinkStep>().Zip(Links))
        {
            PlanTables.TryLink(step, out Link? link, out _);
            files.Add(ReferenceExport.Link(
                ContingencyTableProof.Label, Tables[step.Events].Own, Tables[step.Entities].Own, link!, proof.HiddenSums.Span, proof.Proof.Span));
        }

        for (int i = 0; i < Answers.Count; i++)
        {
            (string role, int at) = Place(Plan, Plan.Asked[i].Cube);
            PlanTables.TryCells(Plan, role, out ICubeCells[]? cells, out _);
            var subject = new ContingencyTableSubject([Tables[role].Own.Root], (TableAxes)cells![at]);
            Scalar[][] weights = [.. Plan.Asked[i].Weights.Select(row => row.Select(Scalar.FromInt64).ToArray())];
            ulong?[] shown = [.. Answers[i].Values.Select(v => v < 0 ? (ulong?)null : (ulong)v)];
            files.Add(ReferenceExport.Statistics(
                Context, Statement(Plan, i), subject, Cubes[role].Points[at], AnswerPoints(Answers[i]), weights, Answers[i].Proof.Span, shown));
        }

        return files;
    }

    /// <summary>The commitments to shown numbers, without blinding.</summary>
    private static CompressedPoint[] AnswerPoints(PlanAnswer answer) =>
        [.. answer.Values.Select(v => PedersenGenerators.BTable.Multiply(Scalar.FromInt64(v)).Compress())];

    private static string? First<T>(IEnumerable<T> items, Func<T, string?> check) => items.Select(check).FirstOrDefault(f => f is not null);
}
