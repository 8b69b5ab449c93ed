using System.CommandLine;
using System.Runtime.CompilerServices;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Terminal;

/// <summary>The ledgers that a command reads: each is opened once, with its index, and closed when the command ends.</summary>
internal static class CommandLedgers
{
    private static readonly ConditionalWeakTable<ParseResult, Dictionary<string, SqliteLedger>> Opened = [];

    /// <summary>The ledger of a file, to read; it stays open for the command.</summary>
    public static SqliteLedger Read(ParseResult command, string path)
    {
        Dictionary<string, SqliteLedger> ledgers = Opened.GetOrCreateValue(command);
        if (!ledgers.TryGetValue(path, out SqliteLedger? ledger))
        {
            ledgers[path] = ledger = Inputs.Ledger(path);
        }

        return ledger;
    }

    /// <summary>Closes what a command has opened.</summary>
    public static void Close(ParseResult command)
    {
        if (Opened.TryGetValue(command, out Dictionary<string, SqliteLedger>? ledgers))
        {
            foreach (SqliteLedger ledger in ledgers.Values)
            {
                ledger.Dispose();
            }

            Opened.Remove(command);
        }
    }
}
