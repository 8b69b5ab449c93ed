using ZkHealth.Proofs;
using ZkHealth.Tables;

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
        if (Unpublished(context, publications, report) is string fault)
        {
            return VerificationResult.Rejected(fault, VerdictReason.RuleBroken);
        }

        FindRelease(publications, report);
        return publications.VerifyRules(this);
    }

    /// <summary>Explains why the tables are not the newest versions of their data sets on a ledger, or null.</summary>
    internal string? Unpublished(VerificationContext context, IPublications publications, VerificationReport report) =>
        publications.IsComplete
            ? Roles(Plan)
                .Select(role => Unpublished(role, Plan.Tables[role], VersionsByRole[role], context, publications, report))
                .FirstOrDefault(fault => fault is not null)
            : "rule 1: expected the whole ledger, which tells whether a table is the newest of its data set";

    /// <summary>Explains why the tables of a role are not the newest version of their data set on a ledger, or null.</summary>
    private static string? Unpublished(
        string role,
        PlanTable table,
        DataSetVersion version,
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    )
    {
        if (table.For is not null && !context.Registrars.Any(r => r.Span.SequenceEqual(version.Owner.Span)))
        {
            return $"rule 1: the registrar of '{role}' is not one that the reader trusts";
        }

        VerificationResult found = publications.FindVersion(version, out PublishedEntry? entry);
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
