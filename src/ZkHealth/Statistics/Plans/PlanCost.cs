using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The cost of proving a plan, known before it begins.</summary>
/// <remarks>Trees, cells and bytes are exact, but for proofs that groups are small, which depend on the answer.</remarks>
/// <param name="Trees">Trees of fractions over the rows: one for each relation and cube, two for each link.</param>
/// <param name="Cells">Cells of cubes and tuples of relations, each padded to the largest of its proof.</param>
/// <param name="Bytes">The proofs, without the points of columns.</param>
/// <param name="Seconds">The time on a core that proves a cube of 2^20 rows in <see cref="CubeSeconds"/>; others in
/// proportion.</param>
internal sealed record PlanCost(int Trees, long Cells, long Bytes, double Seconds)
{
    /// <summary>Seconds for 2^20 rows: of the proof of a table, of each of its trees, of each column that is derived, and of a
    /// link; for a cell or tuple, whose generators are derived and added up; and for whatever is proven.</summary>
    private const double Table = 0.1,
        Tree = 0.25,
        Column = 0.1,
        Link = 0.45,
        Cell = 2e-5,
        Proof = 0.02,
        Rows = 1 << 20;

    /// <summary>The seconds for a cube of 2^20 rows that the estimate assumes; `zkhealth benchmark` measures those of a
    /// machine.</summary>
    public const double CubeSeconds = Table + Tree;

    /// <summary>The cost of a plan.</summary>
    /// <param name="plan">A plan that the rules allow.</param>
    /// <param name="segments">For each segment the table of each role.</param>
    /// <exception cref="ArgumentException">Its cubes or relations are too large.</exception>
    public static PlanCost Of(Plan plan, IReadOnlyList<IReadOnlyDictionary<string, TableCommitment>> segments)
    {
        (long bytes, double seconds) = (0, Proof);
        foreach (PlanQuestion asked in plan.Asked)
        {
            long width = asked.Weights.Count == 0 ? 1 : asked.Weights[0].Count;
            bytes += Proofs.Linear.LinearProof.Size((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)width));
            seconds += width * asked.Weights.Count * 2e-8;
        }

        return segments
            .Select(tables => OfSegment(plan, tables))
            .Aggregate(
                new PlanCost(0, 0, bytes, seconds),
                (a, b) => new PlanCost(a.Trees + b.Trees, a.Cells + b.Cells, a.Bytes + b.Bytes, a.Seconds + b.Seconds)
            );
    }

    private static PlanCost OfSegment(Plan plan, IReadOnlyDictionary<string, TableCommitment> tables)
    {
        (int trees, long cells, long bytes, double seconds) = (0, 0, 0, 0);
        foreach ((string role, PlanTable table) in plan.Tables)
        {
            if (!PlanTables.TryCells(plan, role, out ICubeCells[]? own, out string? reason))
            {
                throw new ArgumentException(reason, nameof(plan));
            }

            TableLayout layout = tables[role].Layout;
            double rows = layout.PaddedRows / Rows;
            if (own.Length > 0)
            {
                long padded = own.Length * (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)own.Max(c => c.CellCount));
                trees += own.Length;
                cells += padded;
                bytes += ContingencyTableStatement.ProofSize(layout, own) + (own.Length * 32);
                seconds += Proof + (Cell * padded) + (rows * (Table + (Tree * own.Length) + (Column * table.Derived.Count)));
            }
        }

        foreach (LinkStep step in plan.Steps.OfType<LinkStep>())
        {
            if (!PlanTables.TryLink(step, out Link? link, out string? reason))
            {
                throw new ArgumentException(reason, nameof(plan));
            }

            (TableLayout events, TableLayout entities) = (tables[step.Events].Layout, tables[step.Entities].Layout);
            trees += 2;
            bytes += LinkStatement.ProofSize(events, entities, link) + (step is JoinStep ? 32L * entities.Height : 0);
            seconds += Proof + (Link * (events.PaddedRows + entities.PaddedRows) / Rows);
        }

        return new PlanCost(trees, cells, bytes, seconds);
    }
}
