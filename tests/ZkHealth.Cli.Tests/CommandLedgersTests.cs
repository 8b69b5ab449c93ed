using System.CommandLine;
using Xunit;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`prove` opened its ledger once a look-up, five times in all: each read what was kept of it anew.</summary>
public sealed class CommandLedgersTests : TemporaryFolder
{
    [Fact]
    public void A_command_opens_a_ledger_once_and_closes_it()
    {
        Run.Json("ledger", "init", At("L"), "--origin", "region");
        ParseResult command = new RootCommand().Parse([]),
            another = new RootCommand().Parse([]);
        SqliteLedger ledger = CommandLedgers.Read(command, At("L"));
        Assert.Same(ledger, CommandLedgers.Read(command, At("L")));
        SqliteLedger other = CommandLedgers.Read(another, At("L"));
        Assert.NotSame(ledger, other);
        CommandLedgers.Close(command);
        CommandLedgers.Close(command);
        Assert.ThrowsAny<Exception>(() => ledger.GetCheckpoint());
        Assert.Equal(0, other.GetCheckpoint().Size);
        CommandLedgers.Close(another);
    }
}
