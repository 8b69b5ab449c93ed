using ZkHealth.Groups;
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

/// <summary>
/// The derived columns and cubes of a plan with their proofs, over the tables of one segment; data that are not cut into segments
/// are one. What is asked is asked of the sums of cubes over all segments.
/// </summary>
/// <param name="Plan">The plan of the segment.</param>
/// <param name="Parts">The tables by role.</param>
/// <param name="Cubes">By role, where a table has relations or cubes.</param>
/// <param name="Links">In the order of the steps.</param>
internal sealed partial record PlanSegmentProof(
    Plan Plan,
    IReadOnlyDictionary<string, PlanTableParts> Parts,
    IReadOnlyDictionary<string, PlanCubesProof> Cubes,
    IReadOnlyList<PlanLinkProof> Links
)
{
    /// <summary>Proves what the evaluator derived.</summary>
    /// <param name="evaluator">Has derived the columns.</param>
    /// <param name="forged">Whether it may not hold: for the tests of cheating owners.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="proven">The cubes that are proven, by role; the caller disposes of them.</param>
    public static PlanSegmentProof Prove(
        PlanEvaluator evaluator,
        bool forged,
        int degreeOfParallelism,
        Dictionary<string, ProvenCells> proven
    )
    {
        Plan plan = evaluator.Plan;
        var own = new Dictionary<string, TableOpening>(StringComparer.Ordinal);
        try
        {
            foreach ((string role, PlanTable table) in plan.Tables)
            {
                TableOpening committed = evaluator.Tables[role];
                own[role] =
                    table.Derived.Count == 0
                        ? committed
                        : committed.Derive(
                            PlanJson.DerivedSchema(table),
                            evaluator.Derived(role),
                            plan.Digest(),
                            degreeOfParallelism
                        );
                if (!PlanTables.TryCells(plan, role, out ICubeCells[]? cells, out string? reason))
                {
                    throw new ArgumentException(reason, nameof(evaluator));
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

            return new PlanSegmentProof(
                plan,
                plan.Tables.Keys.ToDictionary(
                    role => role,
                    role => new PlanTableParts(evaluator.Tables[role].Commitment, own[role].Commitment),
                    StringComparer.Ordinal
                ),
                proven.ToDictionary(p => p.Key, p => new PlanCubesProof(p.Value.Points, p.Value.Proof), StringComparer.Ordinal),
                [.. plan.Steps.OfType<LinkStep>().Select(step => ProveLink(step, own, forged, degreeOfParallelism))]
            );
        }
        finally
        {
            foreach ((string role, TableOpening table) in own.Where(t => t.Value != evaluator.Tables[t.Key]))
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
