using System.Security.Cryptography;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>Publishes owners' rules for columns, and holds releases to them and to the requests that permit them.</summary>
public static partial class ReleasedStatistics
{
    /// <summary>The owner publishes rules for the columns of a data set; returns the number of the entry. The latest
    /// count.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    internal static long Publish(ILedger ledger, ColumnRules rules, SigningKey owner) =>
        OwnerEntries.Append(ledger, owner, rules.ToBody());

    /// <summary>The rules for columns that an owner has published for a data set; null where there are none, or no such version
    /// is on the ledger.</summary>
    internal static ColumnRules? RulesOf(ILedger ledger, DataSetVersion version) =>
        PublishedTables.Find(ledger, version) is LedgerReceipt receipt
        && TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
            ? ColumnRules.Of(Finder(ledger), version.Owner, published.DataSet)
            : null;

    /// <summary>The owner's rule for a column that a file breaks; null where there is none.</summary>
    private static string? Broken(FindEntries find, DataSetVersion version, string dataSet, ReadOnlySpan<byte> file)
    {
        if (ColumnRules.Of(find, version.Owner, dataSet) is not ColumnRules rules)
        {
            return null;
        }

        return ProofFile.TryDecode(file.ToArray(), out ProofFile? proof, out string? reason)
            ? rules.Broken(proof.UseOf(version))
            : reason;
    }

    /// <summary>Verifies that a file keeps the rules for columns of its owners, and that each release which names a request uses
    /// no column that the request does not name.</summary>
    internal static VerificationResult VerifyRules(ILedger ledger, ProofFile file)
    {
        FindEntries find = Finder(ledger);
        byte[] hash = SHA256.HashData(file.Encode());
        foreach (DataSetVersion version in file.Versions)
        {
            if (
                PublishedTables.Find(ledger, version) is not LedgerReceipt receipt
                || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
            )
            {
                continue;
            }

            StatisticReleased? release = Budget
                .ReleasesOf(find, version.Owner, published.DataSet)
                .Select(r => r.Release)
                .FirstOrDefault(r => r.File.Span.SequenceEqual(hash) && r.Request.Length > 0);
            string? broken =
                ColumnRules.Of(find, version.Owner, published.DataSet)?.Broken(file.UseOf(version))
                ?? (
                    release is null
                        ? null
                        : Beyond(RegionLog.StateOf(ledger).Find(Records.Request, release.Request.Span), file, version)
                );
            if (broken is not null)
            {
                return VerificationResult.Rejected(broken, VerdictReason.RuleBroken);
            }
        }

        return VerificationResult.Accepted;
    }

    /// <summary>Explains why a file goes beyond the request that its release names, or null.</summary>
    internal static string? Beyond(Row? request, ProofFile file, DataSetVersion version)
    {
        if (request is null || !request.Flag("permitted") || request.Code("operation") != AccessRules.Statistics)
        {
            return "its release names a request for statistics that was not permitted";
        }

        if (request.Flag("needsConsent") && (file is not PlanProof proof || !new PlanUse(proof.Plan).DemandsConsent))
        {
            return "the request's purpose needs the patients' consent: expected a plan all of whose numbers are of one code of a registrar's join";
        }

        // who may use a wide column may use its digits
        IReadOnlyList<string> asked = request.Codes("columns");
        bool Permits(string column) => asked.Contains(column) || (WideColumn.WholeOf(column) is string w && asked.Contains(w));
        return file.UseOf(version).Columns.FirstOrDefault(c => !Permits(c)) is string column
            ? $"it uses the column '{column}', which the request that permits it does not name"
            : null;
    }
}
