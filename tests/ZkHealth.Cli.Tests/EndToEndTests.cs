using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>A hospital, a ledger and a stranger, each step its own process; then everything that can go wrong on the
/// way.</summary>
public sealed class EndToEndTests : HospitalFolder
{
    public EndToEndTests()
    {
        LedgerKey = MakeLedger();
        CommitPatients(3000);
    }

    private string LedgerKey { get; }

    private string[] ProveArguments(params string[] more) =>
        [
            "prove",
            "prevalence",
            Table,
            "--numerator",
            "diabetes = yes",
            "--denominator",
            "diabetes is known and age >= 40",
            "--purpose",
            "surveillance",
            "--requester",
            "health office",
            "--ledger",
            Ledger,
            "--out",
            At("rate.zkp"),
            "--force",
            .. more,
        ];

    [Fact]
    public void A_rate_is_published_proven_and_verified()
    {
        JsonObject published = Publish();
        Assert.Equal(0, (int)published["entry"]!);
        Assert.Equal((string)published["root"]!, (string)Publish()["root"]!);
        Assert.Equal(1, (int)Run.Json("ledger", "show", Ledger)["size"]!);

        JsonObject proven = Run.Json(ProveArguments());
        Assert.False((bool)proven["cubeReused"]!);
        Assert.True((bool)Run.Json(ProveArguments())["cubeReused"]!);

        JsonObject verified = Run.Json(
            "verify",
            At("rate.zkp"),
            "--ledger",
            Ledger,
            "--ledger-key",
            LedgerKey,
            "--purpose",
            "surveillance"
        );
        Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
        string[][] rows = [.. File.ReadLines(At("patients.csv")).Skip(1).Select(l => l.Split(','))];
        string[][] among = [.. rows.Where(r => r[4].Length > 0 && int.Parse(r[1]) >= 40)];
        Assert.Equal(among.Length, (int)verified["statistics"]![0]!["denominator"]!);
        Assert.Equal(among.Count(r => r[4] == "yes"), (int)verified["statistics"]![0]!["numerator"]!);

        Assert.Equal(0, Run.Command("verify", At("rate.zkp"), "--receipt", At("table.receipt"), "--ledger-key", LedgerKey).Code);
        (int code, string output) = Run.Command("verify", At("rate.zkp"));
        Assert.Equal(0, code);
        (int limited, string why) = Run.Command("verify", At("rate.zkp"), "--max-cells", "2");
        Assert.Equal(4, limited);
        Assert.Contains("limit exceeded: it is about a cube of", why, StringComparison.Ordinal);
        Run.Usage("--max-cells: expected 1 to 1048576", "verify", At("rate.zkp"), "--max-cells", "0");
        Assert.Contains(
            "rate.zkp: accepted: proof only; nobody's answer for this table was looked up",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("counted: diabetes = \"yes\"", Run.Command("inspect", At("rate.zkp")).Output, StringComparison.Ordinal);

        JsonArray files = Run.Json("reference", "export", At("rate.zkp"), At("export"))["files"]!.AsArray();
        Assert.Equal(0, Run.Command(["reference", "check", .. files.Select(f => (string)f!)]).Code);
    }

    [Fact]
    public void What_was_not_published_or_asked_is_rejected()
    {
        (int code, string output) = Run.Command(ProveArguments());
        Assert.Equal(0, code);
        Assert.Contains("not on this ledger yet", output, StringComparison.Ordinal);
        Run.Rejected("not on the ledger", "verify", At("rate.zkp"), "--ledger", Ledger);
        Publish();
        Run.Rejected("another purpose", "verify", At("rate.zkp"), "--ledger", Ledger, "--purpose", "marketing");
        Run.Rejected("another requester", "verify", At("rate.zkp"), "--ledger", Ledger, "--requester", "somebody");

        // another ledger, of the same name and of another one
        string other = (string)Run.Json("ledger", "init", At("other.db"), "--origin", "ledger.test/health")["key"]!;
        Run.Rejected("not the one given", "verify", At("rate.zkp"), "--ledger", Ledger, "--ledger-key", other);
        Run.Rejected(
            "not signed by the ledger's key",
            "verify",
            At("rate.zkp"),
            "--receipt",
            At("table.receipt"),
            "--ledger-key",
            other
        );
        Run.Json("ledger", "init", At("third.db"), "--origin", "third");
        Run.Json("publish", Table, "--ledger", At("third.db"), "--key", Key, "--receipt", At("third.receipt"));
        Run.Rejected("made for another ledger", "verify", At("rate.zkp"), "--ledger", At("third.db"));
    }

    [Fact]
    public void Wrong_keys_are_refused()
    {
        Run.Json("keygen", "--out", At("stranger.key"));
        Run.Usage("not the key of the owner", "publish", Table, "--ledger", Ledger, "--key", At("stranger.key"));
        Run.Usage(
            "not that of the ledger",
            "publish",
            Table,
            "--ledger",
            Ledger,
            "--key",
            Key,
            "--ledger-secret-key",
            At("stranger.key")
        );
        Run.Usage(
            "is a public key; expected the secret one",
            "publish",
            Table,
            "--ledger",
            Ledger,
            "--key",
            At("hospital.key.pub")
        );
        Run.Usage("no secret key", "publish", Table, "--ledger", Ledger, "--key", At("patients.csv"));
        Run.Usage(
            "no key",
            "commit",
            At("patients.csv"),
            "--schema",
            At("patients.schema.json"),
            "--key",
            At("patients.csv"),
            "--out",
            At("x.zkt")
        );
        Assert.Equal(0, (int)Run.Json("ledger", "show", Ledger)["size"]!);
    }

    [Fact]
    public void Small_counts_are_not_released()
    {
        string[] rare =
        [
            "prove",
            "prevalence",
            Table,
            "--numerator",
            "hba1c >= 75",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            Ledger,
            "--out",
            At("rare.zkp"),
            "--force",
        ];
        (int code, string output) = Run.Command([.. rare, "--min-count", "1000"]);
        Assert.Equal(1, code);
        Assert.Contains("not released: a count of 1 to 999 rows follows from", output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("rare.zkp")));
        Assert.Equal(0, Run.Command([.. rare, "--min-count", "0"]).Code);
        string[] by =
        [
            "prove",
            "prevalence",
            Table,
            "--numerator",
            "diabetes = yes",
            "--by",
            "age",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            Ledger,
            "--out",
            At("by.zkp"),
            "--force",
        ];
        Assert.Equal(1, Run.Command(by).Code);
        JsonObject json = Run.Json([.. by, "--leave-out-small"]);
        Assert.Equal(17, json["statistics"]!.AsArray().Count + json["leftOut"]!.AsArray().Count);
        Assert.All(json["statistics"]!.AsArray(), r => Assert.True((int)r!["numerator"]! is 0 or >= 10));
        Run.Usage("--by: the table has no column", [.. by[..5], "--by", "ages", .. by[7..]]);
        Run.Usage(
            "--numerator: at character 1: the table has no column 'hba1'",
            [.. rare[..3], "--numerator", "hba1 >= 75", .. rare[5..]]
        );
    }

    [Fact]
    public void Truncated_and_damaged_files_are_rejected()
    {
        Publish();
        Run.Json(ProveArguments());
        byte[] proof = File.ReadAllBytes(At("rate.zkp"));
        foreach (int length in (int[])[1, 100, proof.Length / 2, proof.Length - 32, proof.Length - 1])
        {
            File.WriteAllBytes(At("cut.zkp"), proof[..length]);
            Run.Rejected("", "verify", At("cut.zkp"), "--ledger", Ledger);
        }

        proof[^1] ^= 1;
        File.WriteAllBytes(At("cut.zkp"), proof);
        Run.Rejected("", "verify", At("cut.zkp"), "--ledger", Ledger);
        byte[] table = File.ReadAllBytes(Table);
        File.WriteAllBytes(At("cut.zkt"), table[..^1]);
        Run.Usage("damaged", "publish", At("cut.zkt"), "--ledger", Ledger, "--key", Key);
        byte[] receipt = File.ReadAllBytes(At("table.receipt"));
        File.WriteAllBytes(At("cut.receipt"), receipt[..^3]);
        Run.Rejected("receipt", "verify", At("rate.zkp"), "--receipt", At("cut.receipt"), "--ledger-key", LedgerKey);
    }

    [Fact]
    public void A_ledger_changed_behind_its_back_is_found_and_an_earlier_checkpoint_holds_it()
    {
        Publish();
        Assert.Equal(0, Run.Command("ledger", "show", Ledger, "--save-checkpoint", At("kept")).Code);
        Assert.Equal(0, Run.Command("ledger", "audit", Ledger, "--checkpoint", At("kept"), "--ledger-key", LedgerKey).Code);

        // the owner of the ledger's key makes it again, without the entry
        File.Move(Ledger, At("old.db"));
        Run.Json("ledger", "init", Ledger, "--origin", "ledger.test/health", "--ledger-secret-key", At("ledger.db.key"));
        Run.Rejected("1 were seen in it before", "ledger", "audit", Ledger, "--ledger-key", LedgerKey);
        Run.Usage("1 were seen in it before", "ledger", "show", Ledger);
        Assert.Equal(0, Run.Command("ledger", "forget", Ledger).Code);
        Assert.Equal(0, Run.Command("ledger", "audit", Ledger, "--ledger-key", LedgerKey).Code);
        Run.Rejected("does not begin with", "ledger", "audit", Ledger, "--checkpoint", At("kept"), "--ledger-key", LedgerKey);

        byte[] file = File.ReadAllBytes(At("old.db"));
        int at = file.AsSpan().IndexOf("zkhealth table published v1"u8);
        file[at + 40] ^= 1;
        File.WriteAllBytes(At("old.db"), file);
        (int code, JsonObject json) = Run.JsonAndCode("ledger", "audit", At("old.db"));
        Assert.Equal((1, 0), (code, (int)json["firstBadEntry"]!));
    }

    [Fact]
    public void A_full_disk_leaves_nothing_half_written()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string[] before = Files();
        (int code, string output) = Run.WithFileLimit(
            16,
            "commit",
            At("patients.csv"),
            "--schema",
            At("patients.schema.json"),
            "--key",
            Key,
            "--out",
            At("full.zkt")
        );
        Assert.True(code == 2, output);
        (code, output) = Run.WithFileLimit(64, "synth", "--rows", "100000", "--out", At("full.csv"));
        Assert.True(code == 2, output);
        (code, output) = Run.WithFileLimit(2, ProveArguments());
        Assert.True(code == 2, output);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Killed_half_way_it_leaves_no_half_written_file()
    {
        Run.Json("synth", "--rows", "200000", "--out", At("many.csv"));
        for (int i = 0; i < 12; i++)
        {
            using Process process = Run.Start(
                "commit",
                At("many.csv"),
                "--schema",
                At("many.schema.json"),
                "--key",
                Key,
                "--out",
                At("many.zkt"),
                "--force",
                "--threads",
                "1"
            );
            if (!process.WaitForExit(150 + 120 * i))
            {
                process.Kill();
                process.WaitForExit();
            }

            if (File.Exists(At("many.zkt")))
            {
                (int code, string output) = Run.Command(
                    "prove",
                    "prevalence",
                    At("many.zkt"),
                    "--numerator",
                    "smoker = yes",
                    "--purpose",
                    "p",
                    "--requester",
                    "r",
                    "--origin",
                    "o",
                    "--out",
                    At("many.zkp"),
                    "--force"
                );
                Assert.True(code == 0, output);
            }
        }

        // what the killed ones left is in nobody's way
        Assert.Equal(
            0,
            Run.Command(
                "commit",
                At("many.csv"),
                "--schema",
                At("many.schema.json"),
                "--key",
                Key,
                "--out",
                At("many.zkt"),
                "--force"
            ).Code
        );
        Assert.True(File.Exists(At("many.zkt")));
        if (!OperatingSystem.IsWindows())
        {
            string[] drafts = Directory.GetFiles(Folder, ".*.tmp");
            Assert.Equal(drafts.Length, drafts.Count(IsPrivate));
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsPrivate(string file) => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    private string[] Files() =>
        [
            .. Directory
                .GetFiles(Folder, "*", SearchOption.AllDirectories)
                .Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal))
                .Order(),
        ];
}
