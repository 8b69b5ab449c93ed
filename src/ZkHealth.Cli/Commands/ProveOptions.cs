using System.CommandLine;
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
            Log(parsed),
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

    /// <summary>The ledger that the proof is for.</summary>
    public ProofLedger Ledger(ParseResult parsed) => new(Log(parsed));

    private SqliteLedger? Log(ParseResult parsed) =>
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
