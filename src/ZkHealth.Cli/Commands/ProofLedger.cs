using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The ledger that a proof is for, and what it says of the tables before anything is proven.</summary>
/// <param name="log">The ledger; null where its file is not at hand, and then nothing is checked.</param>
internal sealed class ProofLedger(SqliteLedger? log)
{
    /// <summary>The data set of a table, as the ledger names it; without a ledger the table's own name.</summary>
    public string DataSet(NamedTable table, Report report)
    {
        if (log is null)
        {
            return table.Name;
        }

        if (
            PublishedTables.Find(log, table.Owned!.Version) is not LedgerReceipt receipt
            || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
        )
        {
            report.Line(
                $"warning: the table '{table.Name}' is not on this ledger yet; nobody will accept the proof before it is published, as a version of the data set '{table.Name}'"
            );
            return table.Name;
        }

        return published.DataSet.Length > 0
            ? published.DataSet
            : throw new UsageException(
                $"the table '{table.Name}' is published without the name of a data set, so that nobody can tell whether it is the newest: commit the data again (zkhealth commit --force), and publish that table with --data-set NAME"
            );
    }

    /// <summary>Warns where the table is not on the ledger.</summary>
    public void CheckPublished(DataSetVersion version, Report report)
    {
        if (log is not null && PublishedTables.Find(log, version) is null)
        {
            report.Line(
                version.Segments.Count == 1
                    ? "warning: the table is not on this ledger yet; nobody will accept the proof before it is published"
                    : $"warning: no version of just these {version.Segments.Count} segments is on this ledger; nobody will accept the proof before it is published"
            );
        }
    }

    /// <summary>Refuses tables of a plan that are not the newest on the ledger, such as a registrar's before a consent was
    /// withdrawn: no reader accepts an answer over them.</summary>
    /// <exception cref="UsageException">One is not, saying which.</exception>
    public void CheckNewest(IEnumerable<NamedTable> tables)
    {
        if (log is null)
        {
            return;
        }

        var publications = new LedgerPublications(log);
        foreach (NamedTable table in tables)
        {
            publications.FindVersion(table.Owned!.Version, out PublishedEntry? entry);
            if (entry?.NewerEntry is long newer)
            {
                throw new UsageException(
                    $"{table.Path} is not the newest version of the data set '{entry.DataSet}': entry {newer} is newer, and nobody accepts an answer over the "
                        + "one before; prove it over that"
                );
            }
        }
    }

    /// <summary>Refuses what breaks the owner's rules for columns on the ledger, before there is a file.</summary>
    /// <exception cref="ColumnRuleException">A rule is broken, saying which and of which column.</exception>
    public void CheckRules(DataSetVersion version, Func<ColumnUse> use)
    {
        if (log is not null)
        {
            ColumnRuleException.ThrowIfBroken(log, version, use);
        }
    }

    /// <summary>Does the same for the tables of a plan, which is evaluated where an owner has rules.</summary>
    /// <exception cref="ColumnRuleException">A rule is broken, saying which and of which column.</exception>
    public void CheckRules(IReadOnlyList<NamedTable> tables, Plan plan)
    {
        if (tables.Any(t => RulesOf(t.Owned!.Version) is not null))
        {
            var segments = OwnedVersion.Segments(tables.ToDictionary(t => t.Name, t => t.Owned!));
            foreach ((DataSetVersion version, ColumnUse use) in new PlanUse(plan).Of(segments))
            {
                CheckRules(version, () => use);
            }
        }
    }

    /// <summary>The owner's rules for the columns of a data set on the ledger; null where there are none.</summary>
    public ColumnRules? RulesOf(DataSetVersion version) => log is not null ? ReleasedStatistics.RulesOf(log, version) : null;
}
