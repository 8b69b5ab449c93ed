using System.Diagnostics;
using System.Text;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>What users do by mistake, each with the message it gets: no stack trace, no half-written file, never the exit code of
/// a verdict.</summary>
public sealed class FaultTests : TemporaryFolder
{
    private void Table()
    {
        Run.Json("synth", "--rows", "300", "--out", At("p.csv"));
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "test.example/log");
        Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("h.key"));
    }

    private string[] Prove(params string[] what) =>
        [
            "prove",
            what[0],
            At("t.zkt"),
            .. what[1..],
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("l.db"),
            "--out",
            At("x.zkp"),
            "--force",
        ];

    [Fact]
    public void Names_of_files_that_cannot_be_are_said_to_be_so()
    {
        File.WriteAllText(At("text"), "a text\n");
        Run.Usage("--out: expected something, got an empty text", "synth", "--rows", "10", "--out", "");
        Run.Usage("there is no folder " + At("nowhere"), "synth", "--rows", "10", "--out", At("nowhere/p.csv"));
        Run.Usage($"{Folder} is a folder", "keygen", "--out", Folder);
        Run.Usage($"{At("text")} is no ledger", "ledger", "budget", At("text"));
        Run.Usage($"{At("text")} is no ledger", "ledger", "audit", At("text"));
        Run.Rejected("not a proof file, or one that is cut off or damaged", "verify", At("text"));
        Assert.Equal([At("text")], Directory.GetFileSystemEntries(Folder));
    }

    /// <summary>The first file of a Chinese hospital was refused by `try` with an option that it did not have; a file in place of
    /// its folder was said not to be there.</summary>
    [Fact]
    public void A_question_is_tried_on_files_of_another_encoding()
    {
        Directory.CreateDirectory(At("d"));
        byte[] text = CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes("性别,n\n男,1\n男,2\n女,3\n");
        File.WriteAllBytes(At("d/p.csv"), text);
        string[] ask = ["SELECT count(*) FROM p WHERE 性别 = '男'"];
        Run.Usage("(--encoding gb18030)", ["try", At("d"), .. ask]);
        (int code, string output) = Run.Command(["try", At("d"), .. ask, "--encoding", "gb18030"]);
        Assert.Equal(0, code);
        Assert.Contains("\n           2\n", output, StringComparison.Ordinal);
        Run.Usage($"{At("d/p.csv")} is a file; expected the folder", ["try", At("d/p.csv"), .. ask]);
    }

    /// <summary>'-' was the name of a file, and whatever was written replaced a device for everybody on the machine, as root
    /// can. The name here is of none that exists.</summary>
    [Fact]
    public void What_is_written_is_a_file()
    {
        Run.Usage("--out: expected a file to write, got -", "keygen", "--out", "-");
        if (!OperatingSystem.IsWindows())
        {
            const string Device = "/dev/no-device-of-zkhealth";
            Run.Usage($"--out: expected a file to write, got {Device}", "synth", "--rows", "10", "--out", Device, "--force");
            Run.Json("ledger", "init", At("l.db"), "--origin", "o");
            Run.Usage($"{Device} is a device", "ledger", "show", At("l.db"), "--save-checkpoint", Device);
            Assert.False(File.Exists(Device));
        }
    }

    /// <summary>
    /// A file was taken for another kind where its purpose or requester held the name of that kind's format, so that an honest
    /// proof was rejected
    /// (review of the code, 3.6).
    /// </summary>
    [Theory]
    [InlineData("zkhealth statistics", "r")]
    [InlineData("p", "zkhealth record office")]
    [InlineData("zkhealth member v2", "zkhealth noisy release v2")]
    public void A_proof_is_known_by_its_first_item(string purpose, string requester)
    {
        Table();
        Run.Json(
            "prove",
            "prevalence",
            At("t.zkt"),
            "--numerator",
            "diabetes = yes",
            "--purpose",
            purpose,
            "--requester",
            requester,
            "--origin",
            "x.example.org/h",
            "--out",
            At("x.zkp")
        );
        Assert.True((bool)Run.Json("verify", At("x.zkp"))["accepted"]!);
    }

    [Fact]
    public void Statistics_that_do_not_fit_say_why()
    {
        Table();
        Run.Usage(
            $"{At("p.csv")}: not the file of an owner's table",
            "publish",
            At("p.csv"),
            "--ledger",
            At("l.db"),
            "--key",
            At("h.key")
        );
        Run.Usage("the column 'region' holds no numbers", Prove("mean", "--column", "region"));
        Run.Usage(
            "expected 2 weights, one for each value of 'sex', got 1",
            Prove("standardised", "--outcome", "diabetes = yes", "--strata", "sex", "--weights", "51")
        );
        Run.Usage("expected two different columns", Prove("chi-square", "--first", "region", "--second", "region"));
        Run.Usage("are too many: at most 16777216 weights", Prove("chi-square", "--first", "hba1c", "--second", "systolic"));
        Run.Usage("--column: the table has no column 'bmi'; it has ", Prove("mean", "--column", "bmi"));
        Run.Usage("expected columns of at most", Prove("histogram", "--column", "hba1c", "--by", "systolic", "--suppress", "10"));
        Run.Usage(
            "the strata overlap",
            Prove("conformity", "--stratum", "age <= 39", "--stratum", "age <= 64", "--weights", "4,3", "--tolerance", "0.02")
        );
        Run.Usage("--columns: the table has no column ''", Prove("row", "--row", "0", "--columns", "age,,sex"));
        Assert.False(File.Exists(At("x.zkp")));

        // a list as an editor of another system writes it: with a mark before it, and CRLF
        File.WriteAllText(At("all.txt"), "\ufeffnorth\r\neast\r\nsouth\r\nwest\r\n");
        Run.Json(Prove("membership", "--row", "0", "--column", "region", "--set", At("all.txt")));
    }

    [Fact]
    public void A_proof_cannot_write_lines_of_its_own_or_move_the_cursor()
    {
        Table();
        const string Purpose = "p\n  published on the ledger test.example/log by its owner, entry 7\u001b[1A\u202e";
        Run.Json(
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "smoker = yes",
            "--purpose",
            Purpose,
            "--requester",
            "r",
            "--ledger",
            At("l.db"),
            "--out",
            At("x.zkp")
        );
        foreach (string command in (string[])["verify", "inspect"])
        {
            (int code, string output) = Run.Command(command, At("x.zkp"));
            Assert.Equal(0, code);
            Assert.Contains(
                @"p\u000a  published on the ledger test.example/log by its owner, entry 7\u001b[1A\u202e; asked by",
                output,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("  published", StringComparison.Ordinal));
            Assert.DoesNotContain('\u001b', output);
        }

        // programs get what the file says
        Assert.Equal(Purpose, (string)Run.Json("inspect", At("x.zkp"))["purpose"]!);
    }

    [Fact]
    public void A_list_of_tags_is_read_however_it_was_edited_and_nothing_else_is_written_to()
    {
        Run.Json("keys", "create", "--out", At("a.member"));
        Run.Json("keys", "add", At("r.txt"), "--consortium", "North", "--public-key", At("a.member.pub"), "--name", "A");
        Run.Json(
            "prove",
            "key",
            At("a.member"),
            "--registry",
            At("r.txt"),
            "--message",
            "m",
            "--context",
            "c",
            "--tag",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("s.zkp")
        );
        string[] verify = ["verify", At("s.zkp"), "--registry", At("r.txt"), "--context", "c", "--seen"];
        Assert.Contains(
            $"the list {At("seen")} did not exist: it begins with this tag",
            Run.Command([.. verify, At("seen")]).Output,
            StringComparison.Ordinal
        );
        string tag = File.ReadAllText(At("seen")).TrimEnd();
        string other = new('a', tag.Length);
        foreach (
            string list in (string[])
                [$"{tag}", $"{other}\r\n{tag}\r\n", $"\ufeff{tag}\n", tag.ToUpperInvariant() + "\n", $"{other}\n  {tag}  \n\n"]
        )
        {
            File.WriteAllText(At("seen"), list);
            Run.Rejected("this member has spoken in 'c' before", [.. verify, At("seen")]);
        }

        // without an end of its last line
        File.WriteAllText(At("seen"), other);
        Assert.Equal(1, (int)Run.Json([.. verify, At("seen")])["tagsSeen"]!);
        Assert.Equal($"{other}\n{tag}\n", File.ReadAllText(At("seen")));
        string registry = File.ReadAllText(At("r.txt"));
        Run.Usage("is no list of tags", [.. verify, At("r.txt")]);

        // a list that was emptied let everybody speak again, and nothing was said
        foreach (string empty in (string[])["", "\r\n"])
        {
            File.WriteAllText(At("empty"), empty);
            Run.Usage($"{At("empty")} holds no tag", [.. verify, At("empty")]);
            Assert.Equal(empty, File.ReadAllText(At("empty")));
        }

        Assert.Equal(registry, File.ReadAllText(At("r.txt")));
        Run.Usage("only proofs of statistics and answers to plans", "reference", "export", At("s.zkp"), At("d"));
        Run.Usage(
            "zkhealth: expected 8, 16, 32 or 64 bits\n",
            "reference",
            "rangeproof",
            "--bits",
            "7",
            "--label",
            "x",
            "--values",
            "1"
        );
    }

    [SkippableFact]
    public void Where_nothing_can_be_written_an_accepted_proof_is_not_called_rejected()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs /dev/full");
        Table();
        Run.Json(Prove("count", "--where", "smoker = yes"));
        foreach (string arguments in (string[])[$"verify {At("x.zkp")} --json", $"verify {At("x.zkp")}", "--help", "--version"])
        {
            (int code, string output) = Shell($"exec {string.Join(' ', Run.Program)} {arguments} > /dev/full");
            Assert.Equal(2, code);
            Assert.StartsWith("zkhealth: ", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Stopped_by_the_user_a_command_ends_at_once_and_leaves_nothing()
    {
        Skip.If(OperatingSystem.IsWindows(), "sends a signal of Unix");
        File.WriteAllText(At("p.schema.json"), """{"name": "p", "columns": [{"name": "ill", "kind": "yes-no"}]}""");
        Run.Json("keygen", "--out", At("h.key"));
        using (Process pipe = Process.Start("mkfifo", [At("p.csv")]))
        {
            pipe.WaitForExit();
        }

        using Process process = Run.Start(
            "commit",
            At("p.csv"),
            "--schema",
            At("p.schema.json"),
            "--key",
            At("h.key"),
            "--out",
            At("t.zkt")
        );

        // rows that do not end: however fast the command is, it is at work when the signal comes
        using (var rows = new FileStream(At("p.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            rows.Write("ill\nyes\nno\n"u8);
            using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
                kill.WaitForExit();
            }

            try
            {
                while (!process.HasExited)
                {
                    rows.Write("yes\n"u8);
                }
            }
            catch (IOException)
            {
                // the other end is closed
            }
        }

        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("zkhealth: stopped\n", errors, StringComparison.Ordinal);
        Assert.Equal(
            [At("h.key"), At("h.key.pub"), At("p.csv"), At("p.schema.json")],
            Directory.GetFileSystemEntries(Folder).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_command_calls_itself_by_its_name() =>
        Assert.Contains("zkhealth prove [command] [options]", Run.Command("prove", "--help").Output, StringComparison.Ordinal);

    private static (int Code, string Output) Shell(string line)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using Process process = Process.Start(Run.Quick(start))!;
        string output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
