using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Options of every command that proves: for what and whom, on which ledger, where the file goes, the
/// guard.</summary>
/// <param name="isContextRequired">Whether purpose and requester are always needed.</param>
internal sealed class ProveOptions(bool isContextRequired = true)
{
    private readonly Option<string> _purpose = new("--purpose")
    {
        Description = "What the number is for; bound into the proof.",
        Required = isContextRequired,
    };
    private readonly Option<string> _requester = new("--requester")
    {
        Description = "Who asked; bound into the proof.",
        Required = isContextRequired,
    };
    private readonly Option<string?> _ledger = new("--ledger") { Description = "The ledger file that holds the root." };
    private readonly Option<string?> _origin = new("--origin")
    {
        Description = "The ledger's name, where its file is not at hand.",
    };
    private readonly Option<string?> _output = new("--out") { Description = "The proof file; TABLE with .zkp if left out." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace an existing proof file." };
    private readonly Option<ulong> _minimum = new Option<ulong>("--min-count")
    {
        Description =
            "Refuse to release counts from 1 up to but not including this, and what gives such a count together with other releases.",
        DefaultValueFactory = _ => DisclosureGuard.Default.Threshold,
    }.Within(0);

    private readonly Option<string?> _key = new("--key")
    {
        Description =
            "The owner's key file: files released before are read from KEY.releases beside it; without it from any *.releases beside TABLE, and from those beside the owner's keys that lie at hand.",
    };
    private readonly Option<bool> _withoutEarlier = new("--without-earlier")
    {
        Description =
            "Go on although files of recorded releases are missing: what follows from them and the new numbers is not guarded.",
    };

    private readonly Option<string[]> _with = new("--with-table")
    {
        Description =
            "A committed table (.zkt) beside TABLE of which a query that was answered before is made: the guard evaluates it anew.",
    };

    public IEnumerable<Option> All => [.. WithoutGuard, _minimum, _key, _withoutEarlier];

    /// <summary>For a statistic of one table.</summary>
    public IEnumerable<Option> OfOneTable => [.. All, _with];

    /// <summary>For what is no count.</summary>
    public IEnumerable<Option> WithoutGuard => [_purpose, _requester, _ledger, _origin, _output, _force];

    /// <summary>
    /// The guard, with the rows of the table and what was released before; a table that suppresses cells sets it by its own
    /// threshold where that is lower and none was typed.
    /// </summary>
    public DisclosureGuard Guard(
        ParseResult parsed,
        OwnedVersion owned,
        ProofOutput output,
        Report report,
        int? suppressedBelow = null
    )
    {
        bool typed = parsed.GetResult(_minimum) is { Implicit: false };
        ulong threshold =
            suppressedBelow is int k && !typed
                ? Math.Min((ulong)k, DisclosureGuard.Default.Threshold)
                : parsed.GetValue(_minimum);
        IReadOnlyList<OwnedVersion> atHand = threshold < 2 ? [] : owned.WithOthers(parsed.GetValue(_with) ?? []);
        return new DisclosureGuard(threshold)
        {
            Rows = owned.Coded,
            Persons = owned.Persons,
            Tables = [.. atHand.Select(t => t.Openings)],
            Earlier = Earlier(
                threshold,
                parsed,
                [owned.Version],
                [.. atHand.Select(t => t.Version)],
                _with.Name,
                [owned.Paths[0]],
                output,
                report
            ),
        };
    }

    /// <summary>The guard of several tables, with what was released before of each.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="tables">The tables that are asked.</param>
    /// <param name="atHand">All that are read, over which earlier answers are evaluated anew.</param>
    /// <param name="output">Takes at which releases it looks.</param>
    /// <param name="report">For what the guard cannot look at.</param>
    public DisclosureGuard Guard(
        ParseResult parsed,
        IReadOnlyList<NamedTable> tables,
        IReadOnlyList<NamedTable> atHand,
        ProofOutput output,
        Report report
    )
    {
        ulong threshold = parsed.GetValue(_minimum);
        return new DisclosureGuard(threshold)
        {
            PersonsByTable = tables.ToDictionary(t => t.Name, t => t.Owned!.Persons, StringComparer.Ordinal),
            Tables = [.. atHand.Select(t => t.Owned!.Openings)],
            Earlier = Earlier(
                threshold,
                parsed,
                [.. tables.Select(t => t.Owned!.Version)],
                [.. atHand.Select(t => t.Owned!.Version)],
                "--table",
                [.. tables.Select(t => t.Path)],
                output,
                report
            ),
        };
    }

    /// <summary>Groups of fewer are refused, and by queries withheld.</summary>
    public ulong MinCount(ParseResult parsed) => parsed.GetValue(_minimum);

    /// <summary>The data set of a table, as the ledger names it; without a ledger the table's own name.</summary>
    public string DataSet(ParseResult parsed, NamedTable table, Report report)
    {
        if (Ledger(parsed) is not SqliteLedger log)
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

    private IReadOnlyList<EarlierRelease> Earlier(
        ulong threshold,
        ParseResult parsed,
        IReadOnlyList<DataSetVersion> tables,
        IReadOnlyList<DataSetVersion> atHand,
        string option,
        IReadOnlyList<string> paths,
        ProofOutput output,
        Report report
    )
    {
        if (threshold < 2)
        {
            return [];
        }

        string? key = parsed.GetValue(_key);
        if (key is not null && File.Exists(key) && !tables.Any(t => IsOwner(key, t)))
        {
            throw new UsageException($"--key: {key} is not the key of the owner that {paths[0]} names");
        }

        string[] ledger = parsed.GetValue(_ledger) is string file ? [file] : [];
        output.Folders = key is not null
            ? [ReleaseFolder.Beside(key)]
            :
            [
                .. paths
                    .SelectMany(ReleaseFolder.Near)
                    .Concat(OwnerKeys.Near([.. paths, .. ledger], tables).Select(ReleaseFolder.Beside))
                    .DistinctBy(f => Path.GetFullPath(f.Folder)),
            ];
        return EarlierReleases.Read(
            tables,
            atHand,
            option,
            output.Folders,
            Ledger(parsed),
            parsed.GetValue(_withoutEarlier),
            output.Seen,
            report
        );
    }

    private static bool IsOwner(string key, DataSetVersion table) =>
        Inputs.PublicKey(key).OwnerId.Span.SequenceEqual(table.Owner.Span);

    /// <summary>Says where the proof goes; looked at before any work, so that nothing is proven in vain.</summary>
    public ProofOutput Output(ParseResult parsed, string table)
    {
        string target = parsed.GetValue(_output) ?? Path.ChangeExtension(table, ".zkp");
        bool force = parsed.GetValue(_force);
        AtomicFile.RequireReplaceable(target);
        return force || !File.Exists(target)
            ? new ProofOutput(target, force)
            : throw new UsageException($"{target} exists; --out gives another name, --force replaces it");
    }

    public StatisticContext Context(ParseResult parsed)
    {
        string purpose = parsed.GetValue(_purpose) ?? throw new UsageException("expected --purpose: what the number is for"),
            requester = parsed.GetValue(_requester) ?? throw new UsageException("expected --requester: who asked");
        return new(purpose, requester, Origin(parsed, parsed.GetValue(_ledger), parsed.GetValue(_origin)));
    }

    public void CheckPublished(ParseResult parsed, DataSetVersion version, Report report)
    {
        if (Ledger(parsed) is SqliteLedger log && PublishedTables.Find(log, version) is null)
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
    public void CheckNewest(ParseResult parsed, IEnumerable<NamedTable> tables)
    {
        if (Ledger(parsed) is not SqliteLedger log)
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
    public void CheckRules(ParseResult parsed, DataSetVersion version, Func<ColumnUse> use)
    {
        if (Ledger(parsed) is SqliteLedger log)
        {
            ColumnRuleException.ThrowIfBroken(log, version, use);
        }
    }

    /// <summary>Does the same for the tables of a plan, which is evaluated where an owner has rules.</summary>
    /// <exception cref="ColumnRuleException">A rule is broken, saying which and of which column.</exception>
    public void CheckRules(ParseResult parsed, IReadOnlyList<NamedTable> tables, Plan plan)
    {
        if (tables.Any(t => RulesOf(parsed, t.Owned!.Version) is not null))
        {
            var segments = OwnedVersion.Segments(tables.ToDictionary(t => t.Name, t => t.Owned!));
            foreach ((DataSetVersion version, ColumnUse use) in new PlanUse(plan).Of(segments))
            {
                CheckRules(parsed, version, () => use);
            }
        }
    }

    /// <summary>The owner's rules for the columns of a data set on the ledger; null where there are none.</summary>
    public ColumnRules? RulesOf(ParseResult parsed, DataSetVersion version) =>
        Ledger(parsed) is SqliteLedger log ? ReleasedStatistics.RulesOf(log, version) : null;

    private SqliteLedger? Ledger(ParseResult parsed) =>
        parsed.GetValue(_ledger) is string path ? CommandLedgers.Read(parsed, path) : null;

    internal static string Origin(ParseResult parsed, string? ledger, string? origin)
    {
        if (ledger is null == origin is null)
        {
            throw new UsageException("expected --ledger FILE, or else --origin NAME");
        }

        if (ledger is null)
        {
            return NoteKey.IsName(origin) ? origin : throw new UsageException("--origin: expected a name without spaces or +");
        }

        return CommandLedgers.Read(parsed, ledger).Key.Name;
    }
}
