using ZkHealth.Proofs;

namespace ZkHealth.Statistics;

/// <summary>The part of the first rule that a ledger answers.</summary>
public sealed partial class PlanProof
{
    /// <summary>
    /// Finds each table on the ledger under its owner, as the newest version of the data set that the plan names; registrars are
    /// those whom the reader trusts. An older version would let the answer be picked by the version.
    /// </summary>
    private protected override VerificationResult FindPublished(
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    )
    {
        if (!publications.IsComplete)
        {
            return VerificationResult.Rejected(
                "rule 1: expected the whole ledger, which tells whether a table is the newest of its data set",
                VerdictReason.RuleBroken
            );
        }

        string[] registrars = [.. context.Registrars.Select(r => Convert.ToHexStringLower(r.Span))];
        foreach (string role in Roles(Plan))
        {
            if (Unpublished(role, Plan.Tables[role], publications, registrars, report) is string fault)
            {
                return VerificationResult.Rejected(fault, VerdictReason.RuleBroken);
            }
        }

        FindRelease(publications, report);
        return VerificationResult.Accepted;
    }

    private string? Unpublished(
        string role,
        PlanTable table,
        IPublications publications,
        string[] registrars,
        VerificationReport report
    )
    {
        if (table.For is not null && !registrars.Contains(table.Owner))
        {
            return $"rule 1: the registrar of '{role}' is not one that the reader trusts";
        }

        VerificationResult found = publications.FindTable(Parts[role].Base, out PublishedEntry? entry);
        if (!found.IsAccepted || entry is null)
        {
            return $"rule 1: the table of '{role}' is not on the ledger, published by its owner";
        }

        if (entry.DataSet != table.DataSet)
        {
            return $"rule 1: the table of '{role}' is a version of the data set '{entry.DataSet}', and the plan names '{table.DataSet}'";
        }

        report.Add(entry);
        return entry.NewerEntry is long newer
            ? $"rule 1: entry {newer} is a newer version of the data set '{table.DataSet}'"
            : null;
    }
}
