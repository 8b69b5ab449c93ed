using System.Diagnostics.CodeAnalysis;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The verification of the proofs of a segment.</summary>
internal sealed partial record PlanSegmentProof
{
    /// <summary>Weights that take as long as it takes to add a generator to a sum.</summary>
    public const int SumOfGenerators = 4;

    /// <summary>Explains why the parts are not those of the plan, and tells what verifying them takes, before any work.</summary>
    /// <param name="cells">By role, what is counted of each table.</param>
    /// <param name="cost">The cost of cubes and links.</param>
    public string? Fault(out Dictionary<string, ICubeCells[]> cells, out VerificationCost cost)
    {
        (cells, cost) = (new Dictionary<string, ICubeCells[]>(StringComparer.Ordinal), default);
        if (!Parts.Keys.Order(StringComparer.Ordinal).SequenceEqual(PlanProof.Roles(Plan)))
        {
            return "the tables are not those of the plan";
        }

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

        LinkStep[] steps = [.. Plan.Steps.OfType<LinkStep>()];
        if (Cubes.Count != cells.Count || cells.Keys.Any(role => !Cubes.ContainsKey(role)) || Links.Count != steps.Length)
        {
            return "expected a proof for each table that has maps or cubes, for each link and for each question";
        }

        return TryCost(steps, cells, out cost, out string? fault) ? null : fault;
    }

    /// <summary>Gives the equations of all proofs to a batch; returns what failed before them, or null.</summary>
    public ProofFault? Collect(Dictionary<string, ICubeCells[]> cells, VerificationBatch batch) =>
        First(Plan.Tables, t => TableFault(t.Value, Parts[t.Key]))
        ?? First(cells, c => CollectCubes(c.Key, c.Value, batch))
        ?? First(Plan.Steps.OfType<LinkStep>().Zip(Links), l => CollectLink(l.First, l.Second, batch));

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

    /// <summary>The cost of all proofs together; false where a statement is invalid.</summary>
    private bool TryCost(
        LinkStep[] steps,
        Dictionary<string, ICubeCells[]> cells,
        out VerificationCost cost,
        [NotNullWhen(false)] out string? reason
    )
    {
        reason = null;

        // the root of a table takes its column of rows, a sum of generators, whether anything is counted of it or not
        long[] widths = [.. Parts.Where(p => !cells.ContainsKey(p.Key)).Select(p => (long)p.Value.Own.Layout.Width)];
        cost = new VerificationCost(0, widths.DefaultIfEmpty().Max(), Weights: SumOfGenerators * widths.Sum());
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

    private ProofFault? CollectCubes(string role, ICubeCells[] cells, VerificationBatch batch) =>
        ContingencyTableProof.Collect(
            new Transcript(ContingencyTableProof.Label),
            Parts[role].Own,
            cells,
            Cubes[role].Points,
            Cubes[role].Proof,
            batch
        );

    private ProofFault? CollectLink(LinkStep step, PlanLinkProof proof, VerificationBatch batch) =>
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

    private static ProofFault? First<T>(IEnumerable<T> items, Func<T, ProofFault?> check) =>
        items.Select(check).FirstOrDefault(f => f is not null);
}
