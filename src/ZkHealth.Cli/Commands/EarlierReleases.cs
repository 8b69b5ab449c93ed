using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Describes what was released of a table before, from KEY.releases; the ledger says whether any of it is missing
/// there.</summary>
internal static class EarlierReleases
{
    /// <summary>Reads the files of earlier releases for the guard.</summary>
    /// <param name="version">The table, or all segments.</param>
    /// <param name="folders">Where they are kept.</param>
    /// <param name="ledger">The ledger that records them, or null.</param>
    /// <param name="goOn">Whether to go on where recorded ones are missing.</param>
    /// <param name="report">For what the guard cannot look at.</param>
    public static IReadOnlyList<EarlierRelease> Read(
        DataSetVersion version,
        IReadOnlyList<ReleaseFolder> folders,
        string? ledger,
        bool goOn,
        Report report
    )
    {
        var earlier = new List<EarlierRelease>();
        var kept = new HashSet<string>();
        foreach ((string path, ReadOnlyMemory<byte> file) in folders.SelectMany(f => f.Find(version)))
        {
            if (!kept.Add(Convert.ToHexStringLower(SHA256.HashData(file.Span))))
            {
                continue;
            }

            string name = Path.GetFileName(path)[^68..]; // HASH.zkp
            if (ProofFile.TryDecode(file, out StatisticsProof? statistics, out _))
            {
                earlier.Add(EarlierRelease.Of($"released before: {name[..12]}…", statistics));
            }
        }

        if (ledger is not null)
        {
            Compare(version, folders, ledger, kept, goOn, report);
        }

        report.Add("earlierReleases", earlier.Count);
        return earlier;
    }

    /// <summary>Names what the ledger records and no folder holds, and releases about other versions of the data set.</summary>
    private static void Compare(
        DataSetVersion version,
        IReadOnlyList<ReleaseFolder> folders,
        string ledger,
        HashSet<string> kept,
        bool goOn,
        Report report
    )
    {
        using SqliteLedger log = Inputs.Ledger(ledger);
        if (
            PublishedTables.Find(log, version) is not LedgerReceipt receipt
            || !TablePublished.TryRead(receipt.Entry.Body, out TablePublished? published)
        )
        {
            return;
        }

        RecordedRelease[] recorded =
        [
            .. Budget
                .ReadAll(log)
                .Where(b => b.DataSet == published.DataSet && b.Owner.Span.SequenceEqual(version.Owner.Span))
                .SelectMany(b => b.Releases)
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
                folders.Count == 0 ? "no folder KEY.releases beside the table" : string.Join(", ", folders.Select(f => f.Folder));
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

        report.Add("missingReleases", new JsonArray([.. missing.Select(m => (JsonNode)m)]));
        report.Add("otherVersions", new JsonArray([.. others.Select(i => (JsonNode)i)]));
    }
}
