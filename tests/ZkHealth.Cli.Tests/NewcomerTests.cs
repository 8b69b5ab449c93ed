using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Stumbles of new users (F1 to F19 of the review) that no other test names: what they typed, and what they are told
/// now.</summary>
public sealed class NewcomerTests : TemporaryFolder
{
    private static string Document(params string[] path) => File.ReadAllText(Path.Combine([Run.Root, .. path]));

    private void Table()
    {
        Run.Json("synth", "--rows", "300", "--out", At("p.csv"));
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
    }

    /// <summary>F6: regional numbers showed counts of 3 and 6 by default, and `show` said "exact numbers" alone.</summary>
    [Fact]
    public void F6_small_counts_of_a_region_are_left_out_by_default_and_show_says_so()
    {
        Run.Json("synth", "--rows", "3", "--out", At("p.csv"));
        string[] keys = [.. Enumerable.Range(1, 3).Select(i => (string)Run.Json("keygen", "--out", At($"h{i}"))["owner"]!)];
        string Shown(params string[] more)
        {
            Run.Json([
                .. (string[])["aggregate", "terms", "histogram", "--column", "age", "--schema", At("p.schema.json")],
                .. (string[])["--purpose", "p", "--data-set", "d", "--origin", "o", "--out", At("terms"), "--force"],
                "--hospital",
                .. keys,
                "--member",
                .. keys,
                .. more,
            ]);
            (int code, string output) = Run.Command("aggregate", "show", At("terms"));
            Assert.Equal(0, code);
            return output;
        }

        Assert.Contains(
            "counts from 1 to 9 are left out of what is reported; this hides nothing from readers of the ledger",
            Shown(),
            StringComparison.Ordinal
        );
        Assert.Equal(10, (int)Run.Json("aggregate", "show", At("terms"))["suppressBelow"]!);
        Assert.Contains("small counts are NOT left out", Shown("--suppress-below", "0"), StringComparison.Ordinal);
    }

    /// <summary>Ten of twelve texts were listed as if they were all; the identifier of a person was counted among what is
    /// committed.</summary>
    [Fact]
    public void What_a_check_leaves_out_and_what_is_not_committed_is_said()
    {
        const string Schema = """
            {"name": "p", "columns": [{"name": "who", "kind": "person"}, {"name": "ill", "kind": "yes-no"}]}
            """;
        File.WriteAllText(At("p.schema.json"), Schema);
        File.WriteAllLines(At("p.csv"), ["who,ill", "1,yes", .. Enumerable.Range(0, 12).Select(i => $"{i},text{i}")]);
        (_, string check) = Run.Command("check", At("p.csv"), "--schema", At("p.schema.json"));
        Assert.Contains("    and other texts in 2 rows\n", check, StringComparison.Ordinal);
        Run.Json("keygen", "--out", At("h.key"));
        (_, string commit) = Run.Command("commit", At("p.csv"), "--key", At("h.key"), "--unknown", "missing");
        Assert.Contains("who: 13 values, 0 missing; for the guard alone, not committed", commit, StringComparison.Ordinal);
    }

    /// <summary>Characters of East Asia take two columns of a terminal: tables were crooked.</summary>
    [Fact]
    public void Answers_with_chinese_texts_stand_in_columns()
    {
        Directory.CreateDirectory(At("d"));
        File.WriteAllLines(Path.Combine(At("d"), "p.csv"), ["性别,n", "男,1", "男,2", "男,3", "不详,1", "不详,2"]);
        (int code, string shown) = Run.Command("try", At("d"), "SELECT 性别, count(*) FROM p GROUP BY 性别 ORDER BY 2");
        Assert.Equal(0, code);
        string room = new(' ', 13);
        Assert.Contains($"性别  count_star()\n不详{room}2\n男  {room}3\n", shown, StringComparison.Ordinal);
    }

    /// <summary>F9: every party needs the ledger's secret key, and no page said that the file is a stand-in. FileFaultTests has
    /// the message of the missing key.</summary>
    [Fact]
    public void F9_the_guide_says_what_the_ledger_file_is()
    {
        string guide = Document("docs", "aggregation-cli.md");
        Assert.Contains("they have the ledger file with its secret key", guide, StringComparison.Ordinal);
        Assert.Contains("The ledger file is a **stand-in for a service**", guide, StringComparison.Ordinal);
    }

    /// <summary>F10: "line 38: zkhealth: command not found" after two lines of progress.</summary>
    [SkippableFact]
    public void F10_the_sample_says_what_it_needs_before_it_begins()
    {
        Skip.If(OperatingSystem.IsWindows(), "the sample needs bash");
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Run.Root, "samples", "ten-hospitals.sh"), Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = Folder;
        start.Environment.Remove("ZKHEALTH");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Assert.Equal("", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith(
            "there is no zkhealth on the PATH, and no .NET 10 SDK to build it with",
            errors.Result,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.GetFileSystemEntries(Folder));

        // the other sample invents its patients where the file of real ones is not there
        Assert.Contains(
            "or invented\n// patients where that is missing",
            Document("samples", "federated-diabetes.cs"),
            StringComparison.Ordinal
        );
        Assert.Contains("zkhealth demo", Document("README.md"), StringComparison.Ordinal);
        Assert.Contains("dotnet tool install --global --prerelease", Document("README.md"), StringComparison.Ordinal);
    }

    /// <summary>F11: the guide led with 37 commands, and all three hospitals committed one file. ReadmeCommandTests runs what is
    /// counted here.</summary>
    [Fact]
    public void F11_the_guide_begins_with_the_short_way()
    {
        string guide = Document("docs", "aggregation-cli.md");
        string[] commands =
        [
            .. guide.Split("```")[1].Split('\n').Where(l => l.StartsWith("zkhealth ", StringComparison.Ordinal)),
        ];
        Assert.InRange(commands.Length, 10, 20);
        Assert.Equal(3, commands.Count(c => c.Contains(" aggregate run ", StringComparison.Ordinal)));
        string[] files =
        [
            .. commands.Where(c => c.StartsWith("zkhealth commit ", StringComparison.Ordinal)).Select(c => c.Split(' ')[2]),
        ];
        Assert.Equal((3, 3), (files.Length, files.Distinct().Count()));
    }

    /// <summary>F13: 20 to 42 seconds without a sign where the output goes to a file.</summary>
    [SkippableFact]
    public void F13_long_work_is_announced_where_there_is_no_terminal()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs mkfifo");
        File.WriteAllText(At("s.json"), """{"name": "p", "columns": [{"name": "ill", "kind": "yes-no"}]}""");
        Run.Json("keygen", "--out", At("h.key"));
        using (Process pipe = Process.Start("mkfifo", [At("p.csv")]))
        {
            pipe.WaitForExit();
        }

        using Process process = Run.Start([
            "commit",
            At("p.csv"),
            "--schema",
            At("s.json"),
            "--key",
            At("h.key"),
            "--out",
            At("t.zkt"),
        ]);
        string? line;
        using (var rows = new FileStream(At("p.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            rows.Write("ill\nyes\n"u8);
            line = process.StandardError.ReadLine();
            rows.Write("no\n"u8);
        }

        Assert.StartsWith("zkhealth: importing", line, StringComparison.Ordinal);
        Assert.EndsWith("this takes a while", line, StringComparison.Ordinal);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>F15: the warning that nobody looked at a ledger was the last of eight lines, and nothing told a script.</summary>
    [Fact]
    public void F15_the_first_line_of_a_verdict_says_on_what_it_rests()
    {
        Table();
        Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("h.key"));
        Run.Json(
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "smoker = yes",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("l.db"),
            "--out",
            At("x.zkp")
        );
        string First(params string[] more) => Run.Command(["verify", At("x.zkp"), .. more]).Output.Split('\n')[0];
        Assert.EndsWith(
            ": accepted: proof only; nobody's answer for this table was looked up",
            First(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            ": accepted: proof and ledger (entry 0); its release is not recorded",
            First("--ledger", At("l.db")),
            StringComparison.Ordinal
        );
        Assert.False((bool)Run.Json("verify", At("x.zkp"))["ledgerChecked"]!);

        // recording it is a step of the quick start and of the guide, which a test runs
        Assert.Contains("zkhealth ledger release rate.zkp", Document("README.md"), StringComparison.Ordinal);
        Run.Json("ledger", "release", At("x.zkp"), "--ledger", At("l.db"), "--key", At("h.key"));
        Assert.EndsWith(": accepted: proof and ledger (entry 0)", First("--ledger", At("l.db")), StringComparison.Ordinal);
    }

    /// <summary>F17: packages had no icon, tags, address or symbols, and dead links. .ci/packages installs and uses them;
    /// ReadmeTests looks at the links.</summary>
    [Fact]
    public void F17_packages_say_what_they_are()
    {
        XElement shared = XElement.Parse(Document("src", "Directory.Build.props"));
        foreach (
            string name in (string[])
                [
                    "PackageLicenseExpression",
                    "PackageProjectUrl",
                    "RepositoryUrl",
                    "PackageReleaseNotes",
                    "PackageTags",
                    "PackageIcon",
                    "PackageReadmeFile",
                ]
        )
        {
            Assert.NotEqual("", (string?)shared.Descendants(name).SingleOrDefault() ?? "");
        }

        Assert.Equal("snupkg", (string?)shared.Descendants("SymbolPackageFormat").Single());
        Assert.Equal("true", (string?)shared.Descendants("EnablePackageValidation").Single());
        foreach (string project in Directory.GetFiles(Path.Combine(Run.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            XElement file = XElement.Parse(File.ReadAllText(project));
            if ((string?)file.Descendants("IsPackable").FirstOrDefault() != "false")
            {
                string description = (string?)file.Descendants("Description").FirstOrDefault() ?? "";
                Assert.True(description.Length > 40, $"{project}: '{description}'");
            }
        }
    }

    /// <summary>F19: entries without a time, an owner under two names, a demonstration replaced, no index and no glossary. What
    /// the page of proofs looks like at 390 points is in ViewInBrowserTests, that a demonstration stays in
    /// CommandTests.</summary>
    [Fact]
    public void F19_entries_have_a_time_and_the_documents_an_index()
    {
        Table();
        Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("h.key"));
        string shown = Run.Command("ledger", "show", At("l.db")).Output;
        Assert.Matches(@", owner [0-9a-f]{8}…, its number 0, taken \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", shown);
        JsonNode entry = Run.Json("ledger", "show", At("l.db"))["entries"]![0]!;
        Assert.True((long)entry["time"]! > 0 && ((string)entry["owner"]!).Length == 64);
        foreach (string page in (string[])["concepts.md", "glossary.md", "statistics.md", "schema.md", "json.md"])
        {
            Assert.Contains($"({page}", Document("docs", "index.md"), StringComparison.Ordinal);
        }

        string glossary = Document("docs", "glossary.md");
        Assert.All(
            (string[])["root", "cube", "owner", "receipt", "origin", "lane"],
            word => Assert.Matches($@"\| ([a-z ]+, )?{word}( \||, )", glossary)
        );
        Assert.Contains("(docs/", Run.Command("prove", "count", "--help").Output, StringComparison.Ordinal);
    }
}
