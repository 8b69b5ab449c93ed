using System.Diagnostics;
using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Files that are not what a command expects: each is said to be so, names the next step, and is left as it
/// is.</summary>
public sealed class FileFaultTests : TemporaryFolder
{
    private void Table()
    {
        Run.Json("synth", "--rows", "300", "--out", At("p.csv"));
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "test.example/log");
    }

    private string[] Count(params string[] more) =>
        ["prove", "count", At("t.zkt"), "--where", "sex = f", "--purpose", "p", "--requester", "r", "--origin", "o", .. more];

    /// <summary>A full disk left a copy without bytes, which stood in the way of the next one; the message did not say which file
    /// it was.</summary>
    [Fact]
    public void A_copy_of_a_ledger_is_whole_or_not_there()
    {
        using var large = new TemporaryLedger();
        for (int i = 0; i < 60; i++)
        {
            large.Append(large.Alice, new EntryBody("test", [1], new byte[2000]));
        }

        large.Ledger.Dispose();
        (int code, string output) = Run.WithFileLimit(60, "ledger", "export", large.Path, At("copy.db"));
        Assert.Equal(2, code);
        Assert.Contains("copy.db cannot be written", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("."), "copy*"));
        Run.Json("ledger", "export", large.Path, At("copy.db"));
        Run.Json("ledger", "audit", At("copy.db"));
    }

    /// <summary>Two proofs of one table without --out had the same name, and the second replaced the first without a
    /// word.</summary>
    [Fact]
    public void A_proof_is_not_replaced_unless_it_is_asked_for()
    {
        Table();
        Run.Json(Count());
        byte[] first = File.ReadAllBytes(At("t.zkp"));
        foreach (
            string[] again in (string[][])
                [
                    Count(),
                    Count("--out", At("t.zkp")),
                    [
                        "prove",
                        "row",
                        At("t.zkt"),
                        "--row",
                        "0",
                        "--columns",
                        "sex",
                        "--purpose",
                        "p",
                        "--requester",
                        "r",
                        "--origin",
                        "o",
                    ],
                    [
                        "prove",
                        "prevalence",
                        At("t.zkt"),
                        "--numerator",
                        "diabetes = yes",
                        "--purpose",
                        "p",
                        "--requester",
                        "r",
                        "--origin",
                        "o",
                    ],
                ]
        )
        {
            Run.Usage($"{At("t.zkp")} exists; --out gives another name, --force replaces it", again);
        }

        Assert.Equal(first, File.ReadAllBytes(At("t.zkp")));
        Run.Json(Count("--out", At("u.zkp")));
        Run.Json(Count("--force"));
        Assert.NotEqual(first, File.ReadAllBytes(At("t.zkp")));
    }

    /// <summary>`--out /dev/null --force` put a file in the place of the device, for whoever may write to /dev. A file without
    /// bytes, as mktemp makes them, is a file.</summary>
    [SkippableFact]
    public void Only_a_file_is_replaced_even_by_force()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs mkfifo");
        Table();
        using (Process pipe = Process.Start("mkfifo", [At("pipe")]))
        {
            pipe.WaitForExit();
        }

        File.CreateSymbolicLink(At("null"), "/dev/null");
        foreach (string name in (string[])["pipe", "null"])
        {
            Run.Usage(
                $"{At(name)} is a device, a pipe or a socket, which no file may replace",
                Count("--out", At(name), "--force")
            );
            Run.Usage("which no file may replace", "synth", "--rows", "9", "--out", At(name), "--force");
            Assert.Equal(name == "pipe" ? 0 : "/dev/null".Length, new FileInfo(At(name)).Length);
        }

        Assert.Equal("/dev/null", new FileInfo(At("null")).LinkTarget);
        File.WriteAllText(At("empty"), "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At("empty"), UnixFileMode.UserRead);
        }

        Run.Json(Count("--out", At("empty"), "--force"));
        Assert.NotEqual(0, new FileInfo(At("empty")).Length);
    }

    [Fact]
    public void Terms_that_others_may_have_agreed_to_are_not_replaced()
    {
        Table();
        string[] terms =
        [
            "aggregate",
            "terms",
            "count",
            "--where",
            "sex = f",
            "--schema",
            At("p.schema.json"),
            "--purpose",
            "p",
            "--data-set",
            "d",
            "--origin",
            "o",
            "--hospital",
            .. Enumerable.Repeat(At("h.key.pub"), 1),
            "--out",
            At("terms"),
        ];
        File.WriteAllText(At("terms"), "agreed");
        Run.Usage($"{At("terms")} exists; --out gives another name", terms);
        Assert.Equal("agreed", File.ReadAllText(At("terms")));
    }

    [Fact]
    public void What_is_missing_or_swapped_is_named()
    {
        Table();
        Run.Usage(
            $"there is no file {At("nowhere.db")}\n",
            "publish",
            At("t.zkt"),
            "--ledger",
            At("nowhere.db"),
            "--key",
            At("h.key")
        );
        Run.Usage(
            $"{Folder} is a folder",
            "commit",
            Folder,
            "--schema",
            At("p.schema.json"),
            "--key",
            At("h.key"),
            "--out",
            At("x.zkt")
        );
        Run.Usage(
            $"{At("p.csv")}: not a schema file (JSON); is it the CSV?",
            "commit",
            At("p.schema.json"),
            "--schema",
            At("p.csv"),
            "--key",
            At("h.key"),
            "--out",
            At("x.zkt")
        );
        Run.Json(Count());
        Run.Usage(
            $"{At("l.db")} is a ledger, not a proof file; are the two swapped?",
            "verify",
            At("l.db"),
            "--ledger",
            At("t.zkp")
        );
        Run.Usage($"{At("t.zkp")} is no ledger", "ledger", "audit", At("t.zkp"));
        Run.Usage($"{At("t.zkp")} is no ledger", "ledger", "show", At("t.zkp"));
        File.Move(At("l.db.key"), At("elsewhere.key"));
        Run.Usage(
            $"there is no file {At("l.db.key")}, the secret key of the ledger: whoever writes to it needs that; --ledger-secret-key says where it is",
            "publish",
            At("t.zkt"),
            "--ledger",
            At("l.db"),
            "--key",
            At("h.key")
        );
        if (Directory.Exists("/proc/self"))
        {
            Run.Usage(
                "/proc/x.zkt cannot be written",
                "commit",
                At("p.csv"),
                "--schema",
                At("p.schema.json"),
                "--key",
                At("h.key"),
                "--out",
                "/proc/x.zkt"
            );
        }
    }

    /// <summary>A pipe in place of a key was waited for, for ever.</summary>
    [SkippableFact]
    public void A_pipe_or_device_in_place_of_a_key_or_table_is_not_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs mkfifo");
        Table();
        using (Process pipe = Process.Start("mkfifo", [At("pipe")]))
        {
            pipe.WaitForExit();
        }

        File.CreateSymbolicLink(At("link"), At("pipe"));
        foreach (string file in (string[])[At("pipe"), At("link"), "/dev/zero"])
        {
            Run.Usage("the file is empty, or a pipe or device", "publish", At("t.zkt"), "--ledger", At("l.db"), "--key", file);
            Run.Usage(file, "publish", file, "--ledger", At("l.db"), "--key", At("h.key"));
            Run.Usage($"{file} is no ledger", "ledger", "show", file);
            Run.Usage(file, "aggregate", "show", file);
            Run.Usage($"{file}: the file is empty, or a pipe or device", "verify", file);
        }
    }

    /// <summary>A pipe, a device and a file without bytes were "rejected", though nothing of them was read; a bundle of evidence,
    /// a receipt and a digest of a file were about no bytes, too.</summary>
    [SkippableFact]
    public void No_verdict_is_given_of_what_is_not_read()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs mkfifo");
        Table();
        string key = (string)Run.Json("ledger", "show", At("l.db"))["key"]!;
        Run.Json(Count());
        using (Process pipe = Process.Start("mkfifo", [At("pipe")]))
        {
            pipe.WaitForExit();
        }

        File.WriteAllText(At("empty"), "");
        foreach (string file in (string[])[At("pipe"), At("empty"), "/dev/null"])
        {
            foreach (
                string[] read in (string[][])
                    [
                        ["verify", file],
                        ["inspect", file],
                        ["view", file, "--out", At("page.html")],
                        ["verify", At("t.zkp"), "--receipt", file, "--ledger-key", key],
                        ["evidence", "verify", file, "--ledger-key", key],
                        ["reference", "check", file],
                        ["ledger", "release", file, "--ledger", At("l.db"), "--key", At("h.key")],
                        ["ledger", "audit", At("l.db"), "--checkpoint", file],
                    ]
            )
            {
                (int code, string output) = Run.Command(read);
                Assert.True(
                    code == 2 && output.Contains($"{file}: the file is empty, or a pipe", StringComparison.Ordinal),
                    output
                );
            }
        }

        Assert.False(File.Exists(At("page.html")));
    }

    /// <summary>'-' is the standard input, as for tables: a proof that comes down a pipe is verified.</summary>
    [Fact]
    public void A_proof_is_read_from_the_standard_input()
    {
        Table();
        Run.Json(Count());
        byte[] proof = File.ReadAllBytes(At("t.zkp"));
        Assert.Equal((0, "standard input: accepted"), Piped(proof));
        Assert.Equal((1, "standard input: rejected"), Piped(proof[..^1]));
        Assert.Equal((2, "zkhealth: standard input is empty"), Piped([]));
    }

    /// <summary>The file was read once for its proof and again for its release: what came down a pipe was "NOT recorded" (review
    /// of the code, 3.6, 2).</summary>
    [Fact]
    public void What_is_verified_is_what_is_looked_up()
    {
        Table();
        string[] owner = ["--ledger", At("l.db"), "--key", At("h.key")];
        Run.Json(["publish", At("t.zkt"), "--data-set", "d", .. owner]);
        string[] count = ["prove", "count", At("t.zkt"), "--where", "sex = f", "--purpose", "p", "--requester", "r"];
        Run.Json([.. count, .. owner, "--out", At("r.zkp")]);
        Run.Json(["ledger", "release", At("r.zkp"), .. owner]);
        (int code, string text) = Pipe(File.ReadAllBytes(At("r.zkp")), "--ledger", At("l.db"));
        Assert.True(code == 0 && text.Contains("its release is recorded by entry", StringComparison.Ordinal), text);
    }

    private static (int Code, string Verdict) Piped(byte[] bytes)
    {
        (int code, string text) = Pipe(bytes);
        return (code, string.Join(' ', text.Split('\n')[0].Split(' ').Take(code == 2 ? 5 : 3)).TrimEnd(',', ':', ';'));
    }

    private static (int Code, string Output) Pipe(byte[] bytes, params string[] more)
    {
        using Process process = Run.Start(["verify", "-", .. more]);
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text.Length > 0 ? text : errors.Result);
    }

    /// <summary>Case 30: a ledger whose name began with file: was taken for an SQLite URI and called damaged.</summary>
    [Fact]
    public void The_name_of_a_ledger_is_a_path()
    {
        string name = $"file:{Guid.NewGuid():n}.db?mode=ro";
        using SigningKey key = SigningKey.Create();
        try
        {
            using (SqliteLedger made = SqliteLedger.Create(name, "o", key))
            {
                Assert.Equal("o", made.Key.Name);
            }

            Assert.True(File.Exists(Path.Combine(Environment.CurrentDirectory, name)));
            Assert.True(LedgerAudit.Run(name).IsAccepted);
        }
        finally
        {
            File.Delete(Path.Combine(Environment.CurrentDirectory, name));
        }
    }
}
