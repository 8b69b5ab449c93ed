using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>
/// The answers to one question of several hospitals, added up. No table and no hospital counts twice, and no segment of a data
/// set is left out; all proofs are verified in one batch.
/// </summary>
public sealed class PlanSum
{
    /// <summary>A sum of answers.</summary>
    /// <param name="proofs">One for each hospital.</param>
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
    /// Verifies the rules of plans and of sums, all proofs in one batch, and with publications that each hospital's tables are
    /// the newest version of the data set that the plan names on that ledger, under their owner.
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
        string? rule =
            Proofs.Select(PlanRules.Broken).FirstOrDefault(b => b is not null)
            ?? PlanRules.Broken([.. Proofs.SelectMany(p => p.Segments).Select(s => s.Plan)]);
        if (rule is string broken)
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
        string? fault = Proofs
            .Select(proof => proof.Unpublished(context, publications, report))
            .FirstOrDefault(found => found is not null);
        return fault is null ? VerificationResult.Accepted : VerificationResult.Rejected(fault, VerdictReason.RuleBroken);
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
