using System.Diagnostics.CodeAnalysis;
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
    /// <summary>Gives the equations of all proofs to a batch, or says what failed before them.</summary>
    internal VerificationResult CollectProofs(VerificationLimits limits, VerificationBatch batch)
    {
        LinkStep[] steps = [.. Plan.Steps.OfType<LinkStep>()];
        if (!Parts.Keys.Order(StringComparer.Ordinal).SequenceEqual(Roles(Plan)))
        {
            return VerificationResult.Rejected("the tables are not those of the plan");
        }

        var cells = new Dictionary<string, ICubeCells[]>(StringComparer.Ordinal);
        foreach (string role in Plan.Tables.Keys)
        {
            if (!PlanTables.TryCells(Plan, role, out ICubeCells[]? own, out string? reason))
            {
                return VerificationResult.Rejected(reason);
            }

            if (own.Length > 0)
            {
                cells[role] = own;
            }
        }

        if (
            Cubes.Count != cells.Count
            || cells.Keys.Any(role => !Cubes.ContainsKey(role))
            || Links.Count != steps.Length
            || Answers.Count != Plan.Asked.Count
        )
        {
            return VerificationResult.Rejected(
                "expected a proof for each table that has maps or cubes, for each link and for each question"
            );
        }

        if (!TryCost(steps, cells, out VerificationCost cost, out string? fault))
        {
            return VerificationResult.Rejected(fault);
        }

        // a root costs what the public column of a table of so many rows does: not before the limits
        if (limits.Exceeded(cost) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        string? failure =
            First(Plan.Tables, t => TableFault(t.Value, Parts[t.Key]))
            ?? First(cells, c => CollectCubes(c.Key, c.Value, batch))
            ?? First(steps.Zip(Links), l => CollectLink(l.First, l.Second, batch))
            ?? First(Answers.Index(), a => CollectAnswer(a.Index, a.Item, cells, batch));
        return failure is null ? VerificationResult.Accepted : VerificationResult.Rejected(failure);
    }

    /// <summary>Determines whether a table is that of the plan, and the derived one has the plan's columns on it.</summary>
    private static string? TableFault(PlanTable plan, PlanTableParts parts)
    {
        bool derived =
            plan.Derived.Count == 0
                ? parts.Own == parts.Base
                : parts.Own.Base == parts.Base
                    && parts.Own.Columns.Count == parts.Base.Columns.Count + plan.Derived.Count
                    && parts.Own.Schema.Span.SequenceEqual(PlanJson.DerivedSchema(plan));
        return PlanTables.Mismatch(plan, parts.Base) ?? (derived ? null : "the derived columns are not those of the plan");
    }

    /// <summary>Describes what all proofs together take, before any work; false where a statement is none.</summary>
    private bool TryCost(
        LinkStep[] steps,
        Dictionary<string, ICubeCells[]> cells,
        out VerificationCost cost,
        [NotNullWhen(false)] out string? reason
    )
    {
        long weights = Plan.Asked.Sum(a => a.Weights.Sum(row => (long)row.Count));
        long hidden = Plan
            .Asked.Zip(Answers)
            .Sum(a => (long)a.Second.Withheld.Count * (a.First.Weights.Count > 0 ? a.First.Weights[0].Count : 0));
        (cost, reason) = (new VerificationCost(0, 0, Weights: weights, Hidden: hidden), null);
        foreach ((string role, ICubeCells[] own) in cells)
        {
            if (
                !ContingencyTableStatement.TryCreate(
                    Parts[role].Own,
                    own,
                    Cubes[role].Points,
                    out ContingencyTableStatement? statement,
                    out reason
                )
            )
            {
                return false;
            }

            cost += statement.Cost();
        }

        for (int i = 0; i < steps.Length; i++)
        {
            if (
                !PlanTables.TryLink(steps[i], out Link? link, out reason)
                || !LinkStatement.TryCreate(
                    Parts[steps[i].Events].Own,
                    Parts[steps[i].Entities].Own,
                    link,
                    Links[i].HiddenSums,
                    out LinkStatement? statement,
                    out reason
                )
            )
            {
                return false;
            }

            cost += statement.Cost();
        }

        return true;
    }

    private string? CollectCubes(string role, ICubeCells[] cells, VerificationBatch batch) =>
        ContingencyTableProof.Collect(
            new Transcript(ContingencyTableProof.Label),
            Parts[role].Own,
            cells,
            Cubes[role].Points,
            Cubes[role].Proof,
            batch
        );

    private string? CollectLink(LinkStep step, PlanLinkProof proof, VerificationBatch batch) =>
        !PlanTables.TryLink(step, out Link? link, out string? reason)
            ? reason
            : LinkProof.Collect(
                new Transcript(ContingencyTableProof.Label),
                Parts[step.Events].Own,
                Parts[step.Entities].Own,
                link,
                proof.HiddenSums,
                proof.Proof,
                batch
            );

    private static string? First<T>(IEnumerable<T> items, Func<T, string?> check) =>
        items.Select(check).FirstOrDefault(f => f is not null);
}
