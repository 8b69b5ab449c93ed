using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Releases of a table before, from KEY.releases; the ledger says whether any of it is missing
/// there.</summary>
internal static class EarlierReleases
{
    /// <summary>Reads the files of earlier releases for the guard.</summary>
    /// <param name="tables">The tables that are asked, or all segments of each.</param>
    /// <param name="atHand">All tables at hand, over which earlier answers are evaluated anew.</param>
    /// <param name="option">The option by which further ones are given.</param>
    /// <param name="folders">Where they are kept.</param>
    /// <param name="ledger">The ledger that records them, or null.</param>
    /// <param name="goOn">Whether to go on where recorded ones are missing.</param>
    /// <param name="seen">Receives the SHA-256, in hexadecimal, of each file that the guard looks at, or that needs no
    /// guard.</param>
    /// <param name="report">For what the guard cannot look at.</param>
    public static IReadOnlyList<EarlierRelease> Read(
        IReadOnlyList<DataSetVersion> tables,
        IReadOnlyList<DataSetVersion> atHand,
        string option,
        IReadOnlyList<ReleaseFolder> folders,
        SqliteLedger? ledger,
        bool goOn,
        ICollection<string> seen,
        Report report
    )
    {
        var earlier = new List<EarlierRelease>();
        var kept = new HashSet<string>();
        foreach (ReadOnlyMemory<byte> file in tables.SelectMany(t => folders.SelectMany(f => f.Find(t).Values)))
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(file.Span));
            if (!kept.Add(hash))
            {
                continue;
            }

            if (ProofFile.TryDecode(file, out StatisticsProof? statistics, out _))
            {
                earlier.Add(EarlierRelease.Of($"released before: {hash[..12]}…", statistics));
            }
            else if (ProofFile.TryDecode(file, out PlanProof? answer, out _))
            {
                if (!IsEvaluated(answer, atHand, option, hash, goOn, report))
                {
                    continue;
                }

                earlier.Add(EarlierRelease.Of($"released before: {hash[..12]}…", answer));
            }

            seen.Add(hash);
        }

        if (ledger is not null)
        {
            var missing = new JsonArray();
            var others = new JsonArray();
            foreach (DataSetVersion version in tables)
            {
                Compare(version, folders, ledger, kept, goOn, report, missing, others);
            }

            report.Add("missingReleases", missing);
            report.Add("otherVersions", others);
        }

        report.Add("earlierReleases", earlier.Count);
        return earlier;
    }

    /// <summary>Names what the ledger records and no folder holds, and releases about other versions of the data set.</summary>
    private static void Compare(
        DataSetVersion version,
        IReadOnlyList<ReleaseFolder> folders,
        SqliteLedger ledger,
        HashSet<string> kept,
        bool goOn,
        Report report,
        JsonArray allMissing,
        JsonArray allOthers
    )
    {
        if (
            PublishedTables.Find(ledger, version) is not LedgerReceipt receipt
            || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
        )
        {
            return;
        }

        RecordedRelease[] recorded =
        [
            .. Budget
                .ReleasesOf(EntryIndex.Of(ledger).FindEntries, version.Owner, published.DataSet)
                .Where(r => r.Release.IsExact),
        ];
        string[] missing =
        [
            .. recorded
                .Where(r =>
                    r.Release.Root.Span.SequenceEqual(version.Root.Span)
                    && !kept.Contains(Convert.ToHexStringLower(r.Release.File.Span))
                )
                .Select(r => $"entry {r.Index} (SHA-256 {Report.Hex(r.Release.File)[..12]}…)"),
        ];
        if (missing.Length > 0)
        {
            string where =
                folders.Count == 0
                    ? "no folder KEY.releases beside the table or the ledger"
                    : string.Join(", ", folders.Select(f => f.Folder));
            string text =
                $"the ledger records releases of this table whose files are not kept ({where}): {string.Join(", ", missing)}";
            if (!goOn)
            {
                throw new UsageException(
                    $"{text}\n  the guard cannot see what follows from them and the new numbers together: name the owner's key with --key KEY if "
                        + "KEY.releases lies elsewhere, keep a file again by `ledger release FILE`, or go on with --without-earlier"
                );
            }

            report.Line($"warning: {text}; the guard does not look at them");
        }

        long[] others = [.. recorded.Where(r => !r.Release.Root.Span.SequenceEqual(version.Root.Span)).Select(r => r.Index)];
        if (others.Length > 0)
        {
            report.Line(
                $"warning: other versions of the data set '{published.DataSet}' were released (entries {string.Join(", ", others)}): the guard does not look at "
                    + "differences between versions, which are shown whatever their size"
            );
        }

        foreach (string one in missing)
        {
            allMissing.Add((JsonNode)one);
        }

        foreach (long one in others)
        {
            allOthers.Add((JsonNode)one);
        }
    }

    /// <summary>Determines whether an earlier answer can be evaluated anew: all its tables are at hand.</summary>
    private static bool IsEvaluated(
        PlanProof answer,
        IReadOnlyList<DataSetVersion> atHand,
        string option,
        string hash,
        bool goOn,
        Report report
    )
    {
        HashSet<string> roots = [.. atHand.Select(t => Convert.ToHexStringLower(t.Root.Span))];
        string[] missing =
        [
            .. answer
                .VersionsByRole.Where(v => !roots.Contains(Convert.ToHexStringLower(v.Value.Root.Span)))
                .Select(v => answer.Plan.Tables[v.Key].DataSet)
                .Distinct(StringComparer.Ordinal),
        ];
        if (missing.Length == 0)
        {
            return true;
        }

        string text =
            $"an answer that was released before ({hash[..12]}…) is made of other tables too: {string.Join(", ", missing)}";
        if (!goOn)
        {
            throw new UsageException(
                $"{text}\n  the guard cannot see what follows from it and the new numbers together: give them with {option}, or go on with --without-earlier"
            );
        }

        report.Line($"warning: {text}; the guard does not look at it");
        return false;
    }
}
