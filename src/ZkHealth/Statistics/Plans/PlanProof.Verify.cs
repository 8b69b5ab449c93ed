using System.Numerics;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The verifier.</summary>
public sealed partial class PlanProof
{
    /// <summary>Verifies the rules of plans and all proofs.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        if (PlanRules.Broken(this) is string broken)
        {
            return VerificationResult.Rejected(broken, VerdictReason.RuleBroken);
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

    /// <summary>Gives the equations of all proofs to a batch, or says what failed before them.</summary>
    internal VerificationResult CollectProofs(VerificationLimits limits, VerificationBatch batch)
    {
        if (Answers.Count != Plan.Asked.Count)
        {
            return VerificationResult.Rejected(
                "expected a proof for each table that has maps or cubes, for each link and for each question"
            );
        }

        var cells = new List<Dictionary<string, ICubeCells[]>>();
        VerificationCost all = CostOfAnswers();
        foreach (PlanSegmentProof segment in Segments)
        {
            if (segment.Fault(out Dictionary<string, ICubeCells[]> own, out VerificationCost cost) is string fault)
            {
                return VerificationResult.Rejected(fault);
            }

            // points count for each segment alone, as the file has paid for them with its bytes; generators are shared by all.
            // A root costs what the public column of a table of so many rows does: not before the limits
            all +=
                cells.Count == 0
                    ? cost
                    : cost with
                    {
                        Points = 0,
                        Generators = 0,
                        Weights = cost.Weights + (PlanSegmentProof.SumOfGenerators * cost.Generators),
                    };
            if ((limits.Exceeded(cost) ?? limits.Exceeded(all)) is string limit)
            {
                return VerificationResult.LimitExceeded(limit);
            }

            cells.Add(own);
        }

        // how many bits are proven of withheld groups is known only when they are measured
        if (
            Answers.Index().Select(a => WithheldFault(Plan.Asked[a.Index], a.Item)).FirstOrDefault(f => f is not null)
            is string wrong
        )
        {
            return VerificationResult.Rejected(wrong);
        }

        if (limits.Exceeded(Answers.Index().Aggregate(all, (sum, a) => sum + CostOfBounds(a.Index, a.Item))) is string more)
        {
            return VerificationResult.LimitExceeded(more);
        }

        ProofFault? failure =
            Segments.Zip(cells, (segment, own) => segment.Collect(own, batch)).FirstOrDefault(f => f is not null)
            ?? Answers.Index().Select(a => CollectAnswer(a.Index, a.Item, cells[0], batch)).FirstOrDefault(f => f is not null);
        return failure is null ? VerificationResult.Accepted : VerificationResult.Rejected(failure);
    }

    private VerificationCost CostOfAnswers() =>
        new(
            0,
            0,
            Weights: Plan.Asked.Sum(a => a.Weights.Sum(row => (long)row.Count)),
            Numbers: Answers.Sum(a => (long)a.Values.Count),
            Hidden: Plan.Asked.Zip(Answers)
                .Sum(a => (long)a.Second.Withheld.Count * (a.First.Weights.Count > 0 ? a.First.Weights[0].Count : 0))
        );

    /// <summary>The cost of the proof that the withheld groups of an answer are small.</summary>
    private VerificationCost CostOfBounds(int number, PlanAnswer answer)
    {
        if (answer.Withheld.Count == 0)
        {
            return default;
        }

        PlanQuestion question = Plan.Asked[number];
        BigInteger rows = PaddedRows(Plan.Cubes[question.Cube].Table);
        return InequalityProof.Measure([AreSmall(question, answer.Withheld)], rows).Cost(question.Weights[0].Count);
    }
}
