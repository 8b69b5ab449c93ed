using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>The part of the first rule that a ledger answers.</summary>
public sealed partial class PlanProof
{
    /// <summary>
    /// Verifies the proof, and that each table stands on a ledger under its owner as the newest version of the data set that the
    /// plan names; registrars are those whom the reader trusts. An older version would let the answer be picked by the version.
    /// </summary>
    /// <param name="publications">What stands on the ledger, all of it.</param>
    /// <param name="registrars">The owners of registrars' tables whom the reader trusts, 32 bytes in hexadecimal each.</param>
    /// <param name="limits">How much work is allowed.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public VerificationResult VerifyPublished(
        IPublications publications,
        IReadOnlyCollection<string> registrars,
        VerificationLimits? limits = null
    )
    {
        ArgumentNullException.ThrowIfNull(publications);
        ArgumentNullException.ThrowIfNull(registrars);
        if (Context.LedgerOrigin != publications.Origin)
        {
            return VerificationResult.Rejected($"it was made for another ledger: {Context.LedgerOrigin}");
        }

        if (!publications.IsComplete)
        {
            return VerificationResult.Rejected(
                "rule 1: expected the whole ledger, which tells whether a table is the newest of its data set"
            );
        }

        VerificationResult result = Verify(limits);
        return !result.IsAccepted ? result
            : Plan.Tables.Select(t => Unpublished(t.Key, t.Value, publications, registrars)).FirstOrDefault(f => f is not null)
                is string fault
                ? VerificationResult.Rejected(fault)
            : result;
    }

    private string? Unpublished(string role, PlanTable table, IPublications publications, IReadOnlyCollection<string> registrars)
    {
        if (table.For is not null && !registrars.Contains(table.Owner))
        {
            return $"rule 1: the registrar of '{role}' is not one that the reader trusts";
        }

        VerificationResult found = publications.FindTable(Tables[role].Base, out PublishedEntry? entry);
        return !found.IsAccepted || entry is null ? $"rule 1: the table of '{role}' is not on the ledger, published by its owner"
            : entry.DataSet != table.DataSet
                ? $"rule 1: the table of '{role}' is a version of the data set '{entry.DataSet}', and the plan names '{table.DataSet}'"
            : entry.NewerEntry is long newer ? $"rule 1: entry {newer} is a newer version of the data set '{table.DataSet}'"
            : null;
    }
}
