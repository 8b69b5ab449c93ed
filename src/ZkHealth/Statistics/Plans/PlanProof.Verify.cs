using System.Diagnostics.CodeAnalysis;
using System.Numerics;
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
    /// <summary>Weights that take as long as it takes to add a generator to a sum.</summary>
    private const int SumOfGenerators = 4;

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

        // how many bits are proven of withheld groups is known only when they are measured
        if (
            Answers.Index().Select(a => WithheldFault(Plan.Asked[a.Index], a.Item)).FirstOrDefault(f => f is not null)
            is string wrong
        )
        {
            return VerificationResult.Rejected(wrong);
        }

        if (limits.Exceeded(Answers.Index().Aggregate(cost, (all, a) => all + CostOfBounds(a.Index, a.Item))) is string more)
        {
            return VerificationResult.LimitExceeded(more);
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
        long numbers = Answers.Sum(a => (long)a.Values.Count);
        (cost, reason) = (new VerificationCost(0, 0, Weights: weights, Numbers: numbers, Hidden: hidden), null);

        // the root of a table takes its column of rows, a sum of generators, whether anything is counted of it or not
        long[] widths = [.. Parts.Where(p => !cells.ContainsKey(p.Key)).Select(p => (long)p.Value.Own.Layout.Width)];
        cost += new VerificationCost(0, widths.DefaultIfEmpty().Max(), Weights: SumOfGenerators * widths.Sum());
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

    /// <summary>Describes what the proof takes that the withheld groups of an answer are small.</summary>
    private VerificationCost CostOfBounds(int number, PlanAnswer answer)
    {
        if (answer.Withheld.Count == 0)
        {
            return default;
        }

        PlanQuestion question = Plan.Asked[number];
        BigInteger rows = Parts[Place(Plan, question.Cube).Role].Own.Layout.PaddedRows;
        return InequalityProof.Measure([AreSmall(question, answer.Withheld)], rows).Cost(question.Weights[0].Count);
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
