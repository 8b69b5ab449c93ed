using System.Diagnostics;
using System.Text;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Commands at a terminal, where work of over a second shows a bar. Any fault or Ctrl+C behind that bar was an unhandled
/// exception once: the wait for the work threw it in a wrapper that nobody caught, and no test had a terminal.
/// </summary>
public sealed class TerminalTests : TemporaryFolder
{
    private string[] Names =>
        [.. Directory.GetFileSystemEntries(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private void Prepare(string schema)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a pseudo-terminal of Linux");
        File.WriteAllText(At("s.json"), schema);
        Run.Json("keygen", "--out", At("h.key"));
    }

    /// <summary>Imports what comes through a pipe for over a second, and then does something.</summary>
    private (int Code, string Screen) Commit(Action<PseudoTerminal, Stream> then)
    {
        Prepare("""{"name": "p", "columns": [{"name": "ill", "kind": "yes-no"}]}""");
        using (Process pipe = Process.Start("mkfifo", [At("p.csv")]))
        {
            pipe.WaitForExit();
        }

        using var terminal = new PseudoTerminal(
            "commit",
            At("p.csv"),
            "--schema",
            At("s.json"),
            "--key",
            At("h.key"),
            "--out",
            At("t.zkt")
        );
        using (var rows = new FileStream(At("p.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            Write(rows, "ill\nyes\nno\n");
            terminal.WaitFor("importing");
            then(terminal, rows);
        }

        return terminal.End();
    }

    private static void Write(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    [SkippableFact]
    public void A_fault_in_the_last_row_is_one_line_that_names_it()
    {
        (int code, string screen) = Commit((_, rows) => Write(rows, "perhaps\n"));
        Assert.Equal(2, code);
        Assert.Contains("zkhealth: ", screen, StringComparison.Ordinal);
        Assert.Contains("line 4", screen, StringComparison.Ordinal);
        AssertNoTrace(screen);
        Assert.DoesNotContain("t.zkt", Names);
    }

    [SkippableFact]
    public void Work_behind_the_bar_that_succeeds_prints_its_report()
    {
        (int code, string screen) = Commit((_, rows) => Write(rows, "yes\n"));
        Assert.Equal(0, code);
        Assert.Contains("rows:    3", screen, StringComparison.Ordinal);
        AssertNoTrace(screen);
        Assert.Contains("t.zkt", Names);
    }

    [SkippableFact]
    public void Ctrl_C_while_a_table_is_committed_stops_it_and_leaves_nothing()
    {
        (int code, string screen) = Commit(
            (terminal, rows) =>
            {
                terminal.Type("\u0003");
                try
                {
                    while (!terminal.Screen.Contains("stopped", StringComparison.Ordinal))
                    {
                        Write(rows, "yes\n");
                        Thread.Sleep(5);
                    }
                }
                catch (IOException)
                {
                    // the other end is closed
                }
            }
        );
        Assert.Equal(130, code);
        Assert.Contains("zkhealth: stopped", screen, StringComparison.Ordinal);
        AssertNoTrace(screen);
        Assert.Equal(["h.key", "h.key.pub", "p.csv", "s.json"], Names);
    }

    [SkippableFact]
    public void Ctrl_C_while_a_cube_is_proven_stops_it_and_leaves_nothing()
    {
        Prepare(
            """{"name": "p", "columns": [{"name": "a", "kind": "integer", "min": 0, "max": 898}, {"name": "b", "kind": "integer", "min": 0, "max": 898}]}"""
        );
        File.WriteAllText(At("p.csv"), "a,b\n" + string.Concat(Enumerable.Range(0, 99).Select(i => $"{i},{i}\n")));
        Run.Json("commit", At("p.csv"), "--schema", At("s.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        string[] before = Names;
        using var terminal = new PseudoTerminal(
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "a > 5 and b > 5",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--min-count",
            "0",
            "--out",
            At("x.zkp")
        );
        terminal.WaitFor("proving");
        terminal.Type("\u0003");
        (int code, string screen) = terminal.End();
        Assert.Equal(130, code);
        Assert.Contains("zkhealth: stopped", screen, StringComparison.Ordinal);
        AssertNoTrace(screen);
        Assert.Equal(before, Names);
    }

    /// <summary>A cube of 2^20 cells, whose proofs have the right sizes, takes seconds to reject.</summary>
    [SkippableFact]
    public void Ctrl_C_while_a_proof_is_verified_stops_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a pseudo-terminal of Linux");
        var schema = new TableSchema("wide", [new NumberColumn("n", 1, (1 << 20) - 1)]);
        var table = TableCommitment.Of(new byte[32], schema.Encode(), 1, [ColumnCommitment.FromPoints(new byte[32])]);
        TableAxes axes = TableAxes.Create([1], [schema.Columns[1].Domain]);
        var file = new ProvenTableFile(
            new CommittedTableFile(new StatisticContext("p", "r", "o"), table, schema),
            axes,
            [new ProvenSegment(table, default, new byte[ContingencyTableProof.Size(table.Layout, [axes])])]
        );
        var count = new CountStatistic(new ColumnPredicate("n", [1u]));
        byte[] proof = new StatisticsProof(
            file,
            [count],
            [
                [1],
            ],
            new byte[LinearStatistics.ProofSize(axes)],
            []
        ).Encode();
        File.WriteAllBytes(At("x.zkp"), proof);
        using var terminal = new PseudoTerminal("verify", At("x.zkp"), "--max-cells", "1048576");
        terminal.WaitFor("verifying");
        terminal.Type("\u0003");
        (int code, string screen) = terminal.End();
        Assert.Equal(130, code);
        Assert.Contains("zkhealth: stopped", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("rejected", screen, StringComparison.Ordinal);
        AssertNoTrace(screen);
    }

    private static void AssertNoTrace(string screen)
    {
        Assert.DoesNotContain("Unhandled", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", screen, StringComparison.Ordinal);

        // the cursor that the bar hid is there again
        Assert.Equal(
            screen.LastIndexOf("\u001b[?25", StringComparison.Ordinal),
            screen.LastIndexOf("\u001b[?25h", StringComparison.Ordinal)
        );
    }
}
