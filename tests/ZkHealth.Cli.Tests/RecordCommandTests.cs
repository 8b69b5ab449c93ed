using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Proofs about rows, each step its own process; then everything that can go wrong on the way.</summary>
public sealed class RecordCommandTests : HospitalFolder
{
    /// <summary>An owner, a ledger and a published table of 1,000 patients.</summary>
    private string[][] Prepare()
    {
        MakeLedger();
        CommitPatients(1000);
        Publish();
        return [.. File.ReadLines(At("patients.csv")).Skip(1).Select(l => l.Split(','))];
    }

    [Fact]
    public void A_row_is_shown_hidden_and_compared_with_public_sets()
    {
        string[][] rows = Prepare();
        int row = Array.FindIndex(rows, r => r[4] == "yes" && r[5].Length > 0);
        string table = Table,
            ledger = Ledger,
            number = $"{row}";
        Run.Json(Asked("row.zkp", "prove", "row", table, "--row", number, "--columns", "hba1c, diabetes"));
        JsonObject shown = Run.Json("verify", At("row.zkp"), "--ledger", ledger, "--purpose", "own record");
        Assert.True((bool)shown["ledgerChecked"]! && (bool)shown["accepted"]!);
        Assert.Equal(row, (int)shown["row"]!);
        Assert.StartsWith(rows[row][5] + " ", (string)shown["entries"]![0]!["value"]!, StringComparison.Ordinal);
        Assert.Equal("yes", (string)shown["entries"]![1]!["value"]!);
        Assert.False(File.Exists(At("row.openings")));

        // hidden, opened to a doctor by the file of openings, and compared with lists under the same commitment
        Run.Json(
            Asked(
                "hidden.zkp",
                "prove",
                "row",
                table,
                "--row",
                number,
                "--columns",
                "diabetes",
                "--hidden",
                "--openings",
                At("own")
            )
        );
        JsonObject hidden = Run.Json("verify", At("hidden.zkp"), "--ledger", ledger, "--openings", At("own"));
        Assert.Equal("yes", (string)hidden["opened"]!["diabetes"]!);
        Assert.Null(hidden["entries"]![0]!["value"]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("own")));
        }

        File.WriteAllText(At("ill"), "# whom the programme is for\nyes\n");
        File.WriteAllText(At("well"), "no\r\n\r\n");
        File.WriteAllText(At("more"), "no\nperhaps\n");
        Run.Json(
            Asked(
                "in.zkp",
                "prove",
                "membership",
                table,
                "--row",
                number,
                "--column",
                "diabetes",
                "--set",
                At("ill"),
                "--openings",
                At("own")
            )
        );
        Run.Json(
            Asked(
                "out.zkp",
                "prove",
                "non-membership",
                table,
                "--row",
                number,
                "--column",
                "diabetes",
                "--set",
                At("well"),
                "--openings",
                At("own")
            )
        );
        JsonObject inside = Run.Json("verify", At("in.zkp"), "--ledger", ledger, "--set", At("ill")),
            outside = Run.Json("verify", At("out.zkp"), "--ledger", ledger, "--set", At("well"));
        Assert.Equal((string)hidden["entries"]![0]!["commitment"]!, (string)inside["entries"]![0]!["commitment"]!);
        Assert.Equal((string)hidden["entries"]![0]!["commitment"]!, (string)outside["entries"]![0]!["commitment"]!);
        (int code, string output) = Run.Command("inspect", At("out.zkp"));
        Assert.Equal(0, code);
        Assert.Contains("diabetes: hidden, has a value that is none of (\"no\")", output, StringComparison.Ordinal);
        Assert.Contains("the number is public", output, StringComparison.Ordinal);

        // another list than the verifier's, and what is not so
        Run.Rejected("another set", "verify", At("in.zkp"), "--ledger", ledger, "--set", At("well"));
        Run.Rejected("about no public set", "verify", At("hidden.zkp"), "--set", At("well"));
        Run.Rejected("not opened", "verify", At("hidden.zkp"), "--openings", Openings("other"));
        Run.Usage(
            "it is not true of column 'diabetes'",
            Asked("x.zkp", "prove", "membership", table, "--row", number, "--column", "diabetes", "--set", At("well"))
        );
        Run.Usage(
            "line 2: column 'diabetes' has no value 'perhaps'",
            Asked("x.zkp", "prove", "non-membership", table, "--row", number, "--column", "diabetes", "--set", At("more"))
        );
        Assert.Equal(
            1,
            (int)
                Run.Json(
                    Asked(
                        "y.zkp",
                        "prove",
                        "non-membership",
                        table,
                        "--row",
                        number,
                        "--column",
                        "diabetes",
                        "--set",
                        At("more"),
                        "--unknown",
                        "ignore"
                    )
                )["ignored"]!
        );

        // a row without a value is inside no set and outside none
        int empty = Array.FindIndex(rows, r => r[5].Length == 0);
        File.WriteAllText(At("low"), "20\n21\n");
        Run.Usage(
            "it is not true",
            Asked("x.zkp", "prove", "non-membership", table, "--row", $"{empty}", "--column", "hba1c", "--set", At("low"))
        );
        Run.Usage("expected a row from 0 to 999", Asked("x.zkp", "prove", "row", table, "--row", "1000", "--columns", "age"));
        Run.Usage("no column 'ages'", Asked("x.zkp", "prove", "row", table, "--row", "0", "--columns", "ages"));
        Run.Usage("is named twice", Asked("x.zkp", "prove", "row", table, "--row", "0", "--columns", "age,age"));
        Assert.False(File.Exists(At("x.zkp")));

        string Openings(string name)
        {
            Run.Json(
                Asked(
                    $"{name}.zkp",
                    "prove",
                    "row",
                    table,
                    "--row",
                    "0",
                    "--columns",
                    "diabetes",
                    "--hidden",
                    "--openings",
                    At(name)
                )
            );
            return At(name);
        }
    }

    [Fact]
    public void Damaged_files_other_tables_and_other_ledgers_are_rejected()
    {
        Prepare();
        Run.Json(Asked("row.zkp", "prove", "row", Table, "--row", "7", "--columns", "age"));
        byte[] proof = File.ReadAllBytes(At("row.zkp"));
        foreach (int length in (int[])[1, 100, proof.Length / 2, proof.Length - 1])
        {
            File.WriteAllBytes(At("cut.zkp"), proof[..length]);
            Run.Rejected("", "verify", At("cut.zkp"), "--ledger", Ledger);
        }

        proof[^1] ^= 1;
        File.WriteAllBytes(At("cut.zkp"), proof);
        Run.Rejected("the row does not have these values", "verify", At("cut.zkp"), "--ledger", Ledger);

        // the same patients committed again are another table, which nobody has published
        Run.Json("commit", At("patients.csv"), "--schema", At("patients.schema.json"), "--key", Key, "--out", At("again.zkt"));
        Run.Json(Asked("again.zkp", "prove", "row", At("again.zkt"), "--row", "7", "--columns", "age"));
        Run.Rejected("not on the ledger", "verify", At("again.zkp"), "--ledger", Ledger);
        Run.Json("ledger", "init", At("third.db"), "--origin", "third");
        Run.Json("publish", Table, "--ledger", At("third.db"), "--key", Key, "--receipt", At("third.receipt"));
        Run.Rejected("made for another ledger", "verify", At("row.zkp"), "--ledger", At("third.db"));
        Run.Rejected("another requester", "verify", At("row.zkp"), "--ledger", Ledger, "--requester", "insurer");
        Run.Usage(
            "--registry, --context and --seen are for proofs of members",
            "verify",
            At("row.zkp"),
            "--registry",
            At("row.zkp")
        );
    }

    [SkippableFact]
    public void Rows_of_real_data_are_those_of_the_file()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string csv = Path.Combine(Run.Data!, "encounters.csv");
        string[][] rows = [.. File.ReadLines(csv).Skip(1).Select(l => l.Split(','))];
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", Ledger, "--origin", "ledger.test/health");
        Run.Json(
            "commit",
            csv,
            "--schema",
            Path.Combine(Run.Root, "tests", "schemas", "encounters.schema.json"),
            "--key",
            At("key"),
            "--out",
            Table
        );
        Run.Json("publish", Table, "--ledger", Ledger, "--key", At("key"));
        foreach (int row in (int[])[0, 1, rows.Length / 2, rows.Length - 1])
        {
            Run.Json(Asked("row.zkp", "prove", "row", Table, "--row", $"{row}", "--columns", "sex,days,A1C,insulin,age"));
            JsonArray entries = Run.Json("verify", At("row.zkp"), "--ledger", Ledger)["entries"]!.AsArray();
            string a1c = rows[row][17] switch
            {
                "None" => "no value",
                "Norm" => "normal",
                string other => other,
            };
            string age = rows[row][4].TrimStart('[').Split('-')[0] is string from ? $"{from}-{int.Parse(from) + 9}" : "";
            Assert.Equal(
                [rows[row][3] == "Female" ? "female" : "male", $"{rows[row][8]} days", a1c, rows[row][Insulin()], age],
                entries.Select(e => (string)e!["value"]!)
            );
        }

        // a list of results: whoever has a known A1C above 7 is inside, whoever has a normal one outside
        File.WriteAllText(At("high"), ">7\n>8\n");
        int high = Array.FindIndex(rows, r => r[17] is ">7" or ">8"),
            normal = Array.FindIndex(rows, r => r[17] == "Norm"),
            none = Array.FindIndex(rows, r => r[17] == "None");
        string[] Compare(string how, int row) =>
            Asked("set.zkp", "prove", how, Table, "--row", $"{row}", "--column", "A1C", "--set", At("high"));
        foreach ((string how, int row) in (ReadOnlySpan<(string, int)>)[("membership", high), ("non-membership", normal)])
        {
            Run.Json(Compare(how, row));
            Assert.Equal(0, Run.Command("verify", At("set.zkp"), "--ledger", Ledger, "--set", At("high")).Code);
        }

        foreach (
            (string how, int row) in (ReadOnlySpan<(string, int)>)
                [("membership", normal), ("membership", none), ("non-membership", high), ("non-membership", none)]
        )
        {
            Assert.Equal(2, Run.Command(Compare(how, row)).Code);
        }

        int Insulin() => Array.IndexOf(File.ReadLines(csv).First().Split(','), "insulin");
    }
}
