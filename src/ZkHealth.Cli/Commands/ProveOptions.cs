using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>What every command that proves asks: for what and whom, on which ledger, where the file goes, the guard.</summary>
internal sealed class ProveOptions
{
    private readonly Option<string> _purpose = new("--purpose") { Description = "What the number is for; bound into the proof.", Required = true };
    private readonly Option<string> _requester = new("--requester") { Description = "Who asked; bound into the proof.", Required = true };
    private readonly Option<string?> _ledger = new("--ledger") { Description = "The ledger file that holds the root." };
    private readonly Option<string?> _origin = new("--origin") { Description = "The ledger's name, where its file is not at hand." };
    private readonly Option<string?> _output = new("--out") { Description = "The proof file; TABLE with .zkp if left out." };
    private readonly Option<ulong> _minimum = new Option<ulong>("--min-count")
    {
        Description = "Refuse to release counts from 1 up to but not including this.", DefaultValueFactory = _ => DisclosureGuard.Default.Threshold,
    }.Within(0);

    public IEnumerable<Option> All => [.. WithoutGuard, _minimum];

    /// <summary>For what is no count.</summary>
    public IEnumerable<Option> WithoutGuard => [_purpose, _requester, _ledger, _origin, _output];

    /// <summary>The guard; a table that suppresses cells sets it by its own threshold where that is lower and none was typed.</summary>
    public DisclosureGuard Guard(ParseResult parsed, int? suppressedBelow = null) => new(
        suppressedBelow is int k && parsed.GetResult(_minimum) is not { Implicit: false } ? Math.Min((ulong)k, DisclosureGuard.Default.Threshold) : parsed.GetValue(_minimum));

    public string Output(ParseResult parsed, string table) => parsed.GetValue(_output) ?? Path.ChangeExtension(table, ".zkp");

    public StatisticContext Context(ParseResult parsed) =>
        new(parsed.GetValue(_purpose)!, parsed.GetValue(_requester)!, Origin(parsed.GetValue(_ledger), parsed.GetValue(_origin)));

    public void CheckPublished(ParseResult parsed, TableCommitment table, Report report)
    {
        if (parsed.GetValue(_ledger) is not string ledger)
        {
            return;
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        if (PublishedTables.Find(log, table) is null)
        {
            report.Line("warning: the table is not on this ledger yet; nobody will accept the proof before it is published");
        }
    }

    internal static string Origin(string? ledger, string? origin)
    {
        if (ledger is null == origin is null)
        {
            throw new UsageException("expected --ledger FILE, or else --origin NAME");
        }

        if (ledger is null)
        {
            return NoteKey.IsName(origin) ? origin : throw new UsageException("--origin: expected a name without spaces or +");
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        return log.Key.Name;
    }
}
