using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The answers to one question of several hospitals, or of all segments of a data set, added up. No table, hospital or segment
/// counts twice and no segment is left out; all proofs are verified in one batch.
/// </summary>
public sealed class PlanSum
{
    /// <summary>A sum of answers.</summary>
    /// <param name="proofs">One for each hospital, or for each segment of each.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public PlanSum(IReadOnlyList<PlanProof> proofs)
    {
        ArgumentNullException.ThrowIfNull(proofs);
        Proofs = proofs.Count > 0 ? [.. proofs] : throw new ArgumentException("expected one proof or more", nameof(proofs));
    }

    /// <summary>The proofs that are added up.</summary>
    public IReadOnlyList<PlanProof> Proofs { get; }

    /// <summary>For each question of the plan the sums of its numbers; for sums that verify.</summary>
    /// <exception cref="OverflowException">A sum does not fit 64 bits.</exception>
    public IReadOnlyList<IReadOnlyList<long>> Numbers =>
        [
            .. Proofs[0]
                .Numbers.Select(
                    (numbers, i) =>
                        (long[])[.. numbers.Select((_, j) => checked((long)Proofs.Sum(p => (decimal)p.Numbers[i][j])))]
                ),
        ];

    /// <summary>
    /// Verifies the rules of plans and of sums, all proofs in one batch, and with publications that each hospital's tables are,
    /// segment by segment, the newest version of the data set that the plan names on that ledger, under their owner.
    /// </summary>
    /// <param name="context">What is expected, allowed (of each proof) and known, as for <see cref="ProofFile.Verify"/>.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public VerificationReport Verify(VerificationContext? context = null)
    {
        var report = new VerificationReport();
        report.Result = Decide(context ?? new VerificationContext(), report);
        return report;
    }

    private VerificationResult Decide(VerificationContext context, VerificationReport report)
    {
        VerificationResult expected = context.Compare(Proofs[0].Context);
        if (!expected.IsAccepted)
        {
            return expected;
        }

        VerificationResult proven = VerifyProofs(context.Limits);
        if (!proven.IsAccepted)
        {
            return proven;
        }

        if (context.Publications is IPublications publications)
        {
            return FindPublished(context, publications, report);
        }

        report.Remark("nobody's answer for these tables was looked up");
        return proven;
    }

    private VerificationResult VerifyProofs(VerificationLimits limits)
    {
        if (PlanRules.Broken([.. Proofs.Select(p => p.Plan)]) is string broken)
        {
            return VerificationResult.Rejected(broken, VerdictReason.RuleBroken);
        }

        if (Proofs.Any(p => p.Context != Proofs[0].Context))
        {
            return VerificationResult.Rejected("the proofs were made for different purposes, requesters or ledgers");
        }

        var batch = new VerificationBatch();
        foreach ((int number, PlanProof proof) in Proofs.Index())
        {
            VerificationResult collected = proof.CollectProofs(limits, batch);
            if (!collected.IsAccepted)
            {
                return Named(number, collected);
            }
        }

        VerificationResult result = batch.Verify();
        return result.IsAccepted ? result : Blame(result, limits);
    }

    private VerificationResult FindPublished(VerificationContext context, IPublications publications, VerificationReport report)
    {
        if (!publications.IsComplete)
        {
            return VerificationResult.Rejected(
                "rule 1: expected the whole ledger, which tells whether a table is the newest of its data set",
                VerdictReason.RuleBroken
            );
        }

        foreach (
            IGrouping<string, PlanProof> hospital in Proofs.GroupBy(p => p.Plan.Tables.Values.First(t => t.For is null).Owner)
        )
        {
            PlanProof[] segments = [.. hospital.OrderBy(p => p.Plan.Segment?.Index ?? 0)];
            foreach ((string role, PlanTable table) in segments[0].Plan.Tables)
            {
                if (Unpublished(role, table, segments, context, publications, report) is string fault)
                {
                    return VerificationResult.Rejected(fault, VerdictReason.RuleBroken);
                }
            }
        }

        return VerificationResult.Accepted;
    }

    /// <summary>Explains why the tables of a role in all segments are not one version, the newest; or null.</summary>
    private static string? Unpublished(
        string role,
        PlanTable table,
        PlanProof[] segments,
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    )
    {
        try
        {
            var version = new DataSetVersion([.. segments.Select(s => s.Parts[role].Base)]);
            return PlanProof.Unpublished(role, table, version, context, publications, report);
        }
        catch (ArgumentException e)
        {
            return $"rule 6: the tables of '{role}' are no version of a data set: {e.Message}";
        }
    }

    /// <summary>Names the proof at fault; the batch says which of its checks failed alone.</summary>
    private VerificationResult Blame(VerificationResult batch, VerificationLimits limits)
    {
        foreach ((int number, PlanProof proof) in Proofs.Index())
        {
            VerificationResult alone = proof.VerifyProofs(limits);
            if (!alone.IsAccepted)
            {
                return Named(number, alone);
            }
        }

        return batch;
    }

    private static VerificationResult Named(int number, VerificationResult fault) =>
        fault.Verdict == VerificationVerdict.Rejected
            ? VerificationResult.Rejected($"proof {number}: {fault.Reason}", fault.Code)
            : VerificationResult.LimitExceeded($"proof {number}: {fault.Reason}");
}
