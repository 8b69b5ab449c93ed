using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>The commands that stand alone, as processes.</summary>
public sealed class CommandTests : TemporaryFolder
{
    [Fact]
    public void The_stories_of_the_region_name_who_answers()
    {
        JsonObject json = Run.Json("demo", "--region", "--out", At("region"));
        string[] told =
        [
            "CT image altered: hospital, ALTERED",
            "genomes without authorisation: hospital, institute, TAKEN",
            "genomes taken and not served: institute, TAKEN",
            "deletion in time: nobody, RECALL",
            "deletion late: institute, RECALL_LATE",
            "one per cent reported: nobody, FEE",
            "one per cent unreported: maker, VALUE_NOT_REPORTED",
            "12/8 corrected in time: nobody, QUALITY",
            "12/8 corrected late: centre, CORRECTION_LATE",
            "12/8 not corrected yet: centre, QUALITY",
            "insurer: insurer, PROHIBITED_PURPOSE",
            "exporting doctor: hospital, BEYOND_RIGHTS",
            "untold allergy: nobody, EMERGENCY",
            "diabetes figure: nobody, CONFORMITY",
            "ten hospitals: centre, BAD_CONTRIBUTION",
            "operator alone: operator, THRESHOLD",
            "node dies for 9 minutes: nobody, OPERATOR_SILENT",
            "node dies for 11 minutes: operator, OPERATOR_SILENT",
            "recognition in another city: nobody, RECOGNITION",
            "endless clause: nobody, LONGEST_TERM",
            "patient who looks, revokes and is paid: nobody, CONSENT",
            "report: nobody, REPORT",
        ];
        JsonArray stories = json["stories"]!.AsArray();
        Assert.All(stories, s => Assert.True(s!["passed"]!.GetValue<bool>()));
        Assert.Empty(told.Except(stories.Select(s => $"{s!["name"]}: {s["responsible"]}, {s["rule"]}")));
        string ledger = Path.Combine(At("region"), stories[0]!["folder"]!.GetValue<string>(), "region.ledger");
        Assert.True((bool)Run.Json("ledger", "audit", ledger)["accepted"]!);
        Run.Usage("holds a demonstration", "demo", "--region", "--out", At("region"));
    }

    /// <summary>The rules hold no clock and no randomness: two processes play the same stories to the same state roots.</summary>
    [Fact]
    public void Two_processes_end_every_story_with_the_same_state_root()
    {
        Process[] processes = [.. new[] { "one", "two" }.Select(n => Run.Start("demo", "--region", "--out", At(n), "--json"))];
        string[][] roots =
        [
            .. processes.Select(p =>
            {
                using Process process = p;
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                JsonNode json = JsonNode.Parse(process.StandardOutput.ReadToEnd())!;
                process.WaitForExit();
                return json["stories"]!
                    .AsArray()
                    .SelectMany(s => s!["ledgers"]!.AsArray().Select(l => $"{s["name"]}, {l!["name"]}: {l["stateRoot"]}"))
                    .ToArray();
            }),
        ];
        Assert.Equal(24, roots[0].Length);
        Assert.Equal(roots[0], roots[1]);
    }

    [Fact]
    public void Reference_check_and_export_know_files_of_the_state()
    {
        string vectors = Path.Combine(Run.Root, "tests", "vectors", "reference", "state.json");
        Assert.Equal(
            (0, $"{vectors}: ok"),
            (Run.Command("reference", "check", vectors).Code, Run.Command("reference", "check", vectors).Output.Trim())
        );
        JsonObject made = Run.Json("reference", "export", vectors, At("state"));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(File.ReadAllText(vectors)),
                JsonNode.Parse(File.ReadAllText(made["files"]![0]!.GetValue<string>()))
            )
        );
    }

    /// <summary>Visits of two patients: `verify`, `inspect` and `reference export` read the answer to a plan as any other
    /// file.</summary>
    [Fact]
    public void The_answer_to_a_plan_is_a_proof_file_like_others()
    {
        TableOpening Commit(TableSchema schema, params uint[][] codes)
        {
            using var secret = TableSecret.Create();
            return TableOpening.Commit(new CodedTable(schema, codes), new byte[32], secret);
        }

        using TableOpening patients = Commit(new TableSchema("patients", [CategoryColumn.YesNo("ill")]), [1, 2]);
        var key = new KeyColumn("patient", Convert.ToHexStringLower(patients.Commitment.Root.Span));
        using TableOpening visits = Commit(new TableSchema("visits", [key]), [1, 2, 2, 0]);
        Plan plan = new PlanBuilder()
            .AddTable("visits", visits.Commitment, "visits")
            .AddTable("patients", patients.Commitment, "patients")
            .Total("patients", "visits", 3, "visits", "patient")
            .MapToCategories(
                "patients",
                "often",
                ["no", "yes"],
                ["row", "visits"],
                c =>
                    c[0] == 0 ? 0u
                    : c[1] >= 2 ? 2u
                    : 1u
            )
            .Ask("patients", ["ill", "often"], c => c is [2, 2] ? 1 : 0)
            .Build();
        var tables = new Dictionary<string, TableOpening> { ["visits"] = visits, ["patients"] = patients };
        byte[] file = PlanProof
            .Prove(plan, tables, new StatisticContext("purpose", "requester", "ledger.test/health"), new DisclosureGuard(0))
            .Encode();
        string path = At("often.zkp");
        File.WriteAllBytes(path, file);
        JsonNode verified = Run.Json("verify", path);
        Assert.True((bool)verified["accepted"]!);
        Assert.Equal(1, (int)verified["answers"]![0]!["released"]![0]!);
        Assert.Equal(["patients", "visits"], verified["tables"]!.AsArray().Select(t => (string)t!["role"]!));
        Assert.Equal((string)verified["planDigest"]!, (string)Run.Json("inspect", path)["planDigest"]!);
        JsonArray files = Run.Json("reference", "export", path, At("export"))["files"]!.AsArray();
        Assert.Equal(
            ["cubes-1", "link-1", "plan", "statistics-1"],
            files.Select(f => Path.GetFileNameWithoutExtension((string)f!)["often-".Length..]).Order(StringComparer.Ordinal)
        );
        Assert.Equal(0, Run.Command(["reference", "check", .. files.Select(f => (string)f!)]).Code);

        // another number in place of the 1 that ends the answer
        byte[] answer = [0x81, 0x84, 0x81, 1];
        file[file.AsSpan().LastIndexOf(answer) + answer.Length - 1] = 2;
        File.WriteAllBytes(path, file);
        (int code, string json) = Run.Command(["verify", path, "--json"]);
        Assert.Equal((1, "proofInvalid"), (code, (string)JsonNode.Parse(json)!["reasonCode"]!));
    }

    [Fact]
    public void Reference_check_says_ok_or_why_not()
    {
        string good = Path.Combine(Run.Root, "tests", "vectors", "reference", "statistics-7-2x3.json");
        string bad = Path.Combine(Run.Root, "tests", "vectors", "reference", "statistics-7-2x3-bad-revealed.json");
        (int code, string output) = Run.Command("reference", "check", good);
        Assert.Equal((0, $"{good}: ok"), (code, output.Trim()));
        (code, output) = Run.Command("reference", "check", good, bad);
        Assert.Equal(1, code);
        Assert.Contains($"{bad}: rejected: a revealed value is not that of its point", output, StringComparison.Ordinal);
        (code, JsonObject json) = Run.JsonAndCode("reference", "check", bad);
        Assert.Equal(1, code);
        Assert.False((bool)json["files"]![0]!["accepted"]!);
    }

    [Fact]
    public void Range_proofs_are_made_and_checked_in_the_form_of_dalek()
    {
        string dalek = Path.Combine(Run.Root, "tests", "vectors", "bulletproofs", "range_proofs.json");
        Assert.Equal(
            (0, $"{dalek}: ok"),
            (Run.Command("reference", "check", dalek).Code, Run.Command("reference", "check", dalek).Output.Trim())
        );
        Run.Json(
            "reference",
            "rangeproof",
            "--bits",
            "16",
            "--label",
            "αβγ",
            "--values",
            "0,65535,17,4000",
            "--out",
            At("r.json")
        );
        Assert.Equal(0, Run.Command("reference", "check", At("r.json")).Code);
        JsonObject made = Run.Json("reference", "rangeproof", "--bits", "8", "--label", "x", "--values", "255");
        JsonNode one = made["vectors"]![0]!;
        File.WriteAllText(At("one.json"), one.ToJsonString());
        Assert.Equal(0, Run.Command("reference", "check", At("one.json")).Code);
        File.WriteAllText(At("array.json"), new JsonArray(one.DeepClone(), one.DeepClone()).ToJsonString());
        Assert.Equal(0, Run.Command("reference", "check", At("array.json")).Code);
        one["label"] = "y";
        File.WriteAllText(At("array.json"), new JsonArray(made["vectors"]![0]!.DeepClone(), one.DeepClone()).ToJsonString());
        (int code, string output) = Run.Command("reference", "check", At("array.json"));
        Assert.Equal(1, code);
        Assert.Contains("proof 0: the range proof does not hold", output, StringComparison.Ordinal);
        Assert.Equal(2, Run.Command("reference", "rangeproof", "--bits", "8", "--label", "x", "--values", "256").Code);
        Assert.Equal(2, Run.Command("reference", "rangeproof", "--bits", "9", "--label", "x", "--values", "2").Code);
        Assert.Equal(2, Run.Command("reference", "rangeproof", "--bits", "8", "--label", "x", "--values", "1,2,3").Code);
    }

    [Fact]
    public void Files_that_hold_no_proof_are_rejected_and_missing_ones_are_input_errors()
    {
        string file = At("x.json");
        File.WriteAllText(file, "");
        Assert.Equal(2, Run.Command("reference", "check", file).Code);
        foreach (string content in (string[])["{", "[]", "{\"kind\":3}", "{\"kind\":\"cubes\"}", "null"])
        {
            File.WriteAllText(file, content);
            Assert.Equal(1, Run.Command("reference", "check", file).Code);
        }

        Assert.Equal(1, Run.Command("verify", file).Code);
        Assert.Equal(1, Run.Command("inspect", file).Code);
        File.Delete(file);
        foreach (
            string[] arguments in (string[][])
                [
                    ["reference", "check", file],
                    ["reference", "check"],
                    ["nonsense"],
                    ["demo", "--rows", "x"],
                    ["demo", "--rows", "0"],
                    ["synth", "--rows", "0"],
                    ["verify", file],
                    ["verify"],
                    ["inspect", Folder],
                    ["ledger", "show", file],
                    ["ledger", "audit", file],
                    ["ledger", "init", file, "--origin", "a b"],
                    ["commit", file, "--schema", file, "--key", file],
                    ["keygen"],
                ]
        )
        {
            Assert.Equal(2, Run.Command(arguments).Code);
        }

        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void The_demo_accepts_three_hospitals_and_rejects_two_frauds()
    {
        (int code, string output) = Run.Command("demo", "--rows", "2000", "--out", Folder);
        Assert.Equal(0, code);
        Assert.Equal(3, output.Split(": accepted").Length - 1);
        Assert.Contains(
            "changed numerator (north's proof file with one rate raised by one person, every other byte as it was): rejected: the statistics are not those of the cube",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("rejected: the table is not on the ledger, published by its owner", output, StringComparison.Ordinal);

        // what it leaves is what a stranger needs, and a second demonstration replaces it
        Run.Usage(
            $"{Folder} holds a demonstration; --out gives another folder, --force replaces it",
            "demo",
            "--rows",
            "1000",
            "--out",
            Folder
        );
        Assert.Equal(0, Run.Command("demo", "--rows", "1000", "--out", Folder, "--force").Code);
        foreach (string name in (string[])["north", "centre", "south"])
        {
            JsonObject json = Run.Json("verify", At(name + ".zkp"), "--ledger", At("ledger.db"));
            Assert.True((bool)json["ledgerChecked"]!);
            Assert.Equal(1000, (int)json["rows"]!);
        }

        Assert.Equal(0, Run.Command("verify", At("swapped.zkp")).Code);
        (code, output) = Run.Command("verify", At("swapped.zkp"), "--ledger", At("ledger.db"));
        Assert.Equal(1, code);
        Assert.Equal(3, (int)Run.Json("ledger", "audit", At("ledger.db"))["entries"]!);

        string html = File.ReadAllText(At("report.html"));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        JsonArray rates = Run.Json("inspect", At("north.zkp"))["statistics"]!.AsArray();
        Assert.All(rates, r => Assert.Contains($">{r!["numerator"]}/{r["denominator"]}<", html, StringComparison.Ordinal));
        Assert.Equal(2, html.Split("<p class=\"verdict rejected\"><span class=\"en\" lang=\"en\">Rejected<").Length - 1);
        System.Xml.Linq.XElement.Parse(
            html[html.IndexOf("<svg", StringComparison.Ordinal)..(html.IndexOf("</svg>", StringComparison.Ordinal) + 6)]
        );
    }

    [Fact]
    public void Keys_are_private_and_never_replaced()
    {
        string key = At("a.key");
        JsonObject json = Run.Json("keygen", "--out", key);
        Assert.Equal(64, ((string)json["owner"]!).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }

        string before = File.ReadAllText(key);
        Assert.Equal(2, Run.Command("keygen", "--out", key).Code);
        Assert.Equal(before, File.ReadAllText(key));
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(key + ".pub"), StringComparison.Ordinal);
    }

    // whoever was stopped between the two files had a secret key that no command took, and could make no other of its name
    [Theory]
    [InlineData("keygen", "--out")]
    [InlineData("keys", "create", "--out")]
    [InlineData("learning", "auditor-key", "--out")]
    public void A_key_without_its_public_file_gets_it(params string[] command)
    {
        JsonObject made = Run.Json([.. command, At("k")]);
        byte[] secret = File.ReadAllBytes(At("k"));
        File.Delete(At("k.pub"));
        Assert.Equal((string)made["publicKey"]!, (string)Run.Json([.. command, At("k")])["publicKey"]!);
        Assert.Equal(secret, File.ReadAllBytes(At("k")));
        Assert.True(File.Exists(At("k.pub")));
        Assert.Equal(2, Run.Command([.. command, At("k")]).Code);
        File.Delete(At("k.pub"));
        File.WriteAllText(At("k"), "a list of patients");
        Assert.Equal(2, Run.Command([.. command, At("k")]).Code);
        Assert.False(File.Exists(At("k.pub")));
    }

    [Fact]
    public void Synthetic_patients_repeat_and_import()
    {
        JsonObject a = Run.Json("synth", "--rows", "500", "--seed", "9", "--out", At("a.csv"));
        Run.Json("synth", "--rows", "500", "--seed", "9", "--out", At("b.csv"));
        Assert.Equal(File.ReadAllBytes(At("a.csv")), File.ReadAllBytes(At("b.csv")));
        Assert.Equal(2, Run.Command("synth", "--rows", "500", "--out", At("a.csv")).Code);
        Run.Json("keygen", "--out", At("k"));
        JsonObject committed = Run.Json("commit", At("a.csv"), "--schema", (string)a["schema"]!, "--key", At("k.pub"));
        Assert.Equal(500, (int)committed["rows"]!);
        Assert.True(File.Exists(At("a.zkt")));
        Assert.Equal(2, Run.Command("commit", At("a.csv"), "--schema", (string)a["schema"]!, "--key", At("k.pub")).Code);
    }
}
