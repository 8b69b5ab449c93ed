using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The policy of learning sessions: the parameters are the encoded terms of the round, and every contribution's norm must be
/// proven to be within their bound. That its entries are in range says the cube that the session itself asks for.
/// </summary>
public sealed class UpdatePolicy : IBatchedPolicy
{
    private UpdatePolicy() { }

    /// <summary>The name by which a session's terms ask for it.</summary>
    internal const string PolicyName = Labels.UpdatePolicy;

    /// <summary>The rules of a party that takes part in learning sessions.</summary>
    public static AggregationRules Rules { get; } = new([new UpdatePolicy()]);

    string IContributionPolicy.Name => PolicyName;

    VerificationResult IContributionPolicy.Verify(ContributionStatement contribution, ReadOnlyMemory<byte> proof)
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(contribution, proof, batch));
    }

    /// <summary>
    /// Gives the terms of the model's first round: an approval of one round stands for all of them, as many as its terms say,
    /// with the
    /// same committee, hospitals, bounds, weights and quorum.
    /// </summary>
    AggregationTerms IContributionPolicy.Standing(AggregationTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (!TryTerms(terms, out RoundTerms? round, out _))
        {
            return terms;
        }

        RoundTerms first = round.OfRound(0);
        return terms with
        {
            DataSet = first.Table.Name,
            Schema = first.Table,
            PolicyParameters = first.Encode(),
            PlannedCutOffs = [0, 0, 0, 0],
            VoidAfter = 0,
        };
    }

    ProofFault? IBatchedPolicy.Collect(ContributionStatement contribution, ReadOnlyMemory<byte> proof, VerificationBatch batch) =>
        Collect(contribution, proof, batch);

    private static ProofFault? Collect(ContributionStatement contribution, ReadOnlyMemory<byte> proof, VerificationBatch batch)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        return
            !TryTerms(contribution.Session.Terms, out RoundTerms? terms, out string? reason)
            || !NormProof.TryDecode(proof, terms, out NormProof? norm, out reason)
            ? reason
            : norm.Collect(contribution.Session.Sid.Span, terms, contribution.Table, contribution.Cube, batch);
    }

    /// <summary>The terms of the round of a session; false where the session is none of learning, or does not add up what its
    /// round says.</summary>
    internal static bool TryTerms(
        AggregationTerms session,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RoundTerms? terms,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        terms = null;
        if (session.Policy != PolicyName || !session.IsWholeVector)
        {
            reason = "the session is no round of learning";
            return false;
        }

        if (!RoundTerms.TryDecode(session.PolicyParameters, out RoundTerms? decoded, out reason))
        {
            return false;
        }

        if (
            session.Rows != decoded.Layout.PaddedRows
            || session.WeightCap != (ulong)decoded.WeightCap
            || session.DataSet != decoded.Table.Name
            || !session.Schema.Encode().AsSpan().SequenceEqual(decoded.Table.Encode())
        )
        {
            reason = "the session does not add up what the terms of its round say";
            return false;
        }

        terms = decoded;
        return true;
    }
}
