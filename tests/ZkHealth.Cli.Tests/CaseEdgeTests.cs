using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Cases 18, 20 and 30 to 34 after public reports, as a person types them. Their inputs are small: they are made here,
/// as the files of ../shared/cases hold them.</summary>
public sealed class CaseEdgeTests : TemporaryFolder
{
    private static IEnumerable<string> Rows(params (int Times, string Row)[] rows) =>
        rows.SelectMany(r => Enumerable.Repeat(r.Row, r.Times));

    private void Commit(string header, IEnumerable<string> rows, string columns, string table = "t.zkt")
    {
        File.WriteAllLines(At("in.csv"), [header, .. rows]);
        File.WriteAllText(At("s.json"), $$"""{"name": "t", "columns": [{{columns}}]}""");
        if (!File.Exists(At("k")))
        {
            Run.Json("keygen", "--out", At("k"));
        }

        Run.Json("commit", At("in.csv"), "--schema", At("s.json"), "--key", At("k"), "--out", At(table), "--force");
    }

    private static string Category(string name, params string[] codes) =>
        $$"""{"name": "{{name}}", "kind": "category", "values": [{{string.Join(", ", codes.Select(c => $$"""{"code": "{{c}}"}"""))}}]}""";

    private string[] Asked(params string[] question) =>
        [
            "prove",
            question[0],
            At("t.zkt"),
            .. question[1..],
            .. (string[])["--purpose", "p", "--requester", "r", "--origin", "o", "--out", At("p.zkp"), "--force"],
        ];

    private JsonNode Answer(params string[] question) => Run.Json(Asked(question))["statistics"]![0]!;

    private static JsonNode Value(JsonNode statistic, string name) =>
        statistic["values"]!.AsArray().Single(v => (string)v!["name"]! == name)!;

    /// <summary>Case 18 (phsmethods 24): the normal interval of a rate of two events began below 0. By R, epitools
    /// ageadjust.direct: 0.000863 to 0.058127.</summary>
    [Fact]
    public void Case_18_standardised_rates_of_few_events_and_of_empty_strata()
    {
        string columns = Category("g", "a", "b", "c", "d") + """, {"name": "o", "kind": "yes-no"}""";
        string[] asked =
        [
            "standardised",
            "--outcome",
            "o = yes",
            "--strata",
            "g",
            "--weights",
            "5000,3000,1500,500",
            "--min-count",
            "1",
        ];
        Commit("g,o", Rows((49, "a,0"), (1, "a,1"), (40, "b,0"), (59, "c,0"), (1, "c,1"), (30, "d,0")), columns);
        JsonNode few = Answer(asked),
            gamma = Value(few, "standardised rate")["intervals"]![0]!;
        Assert.Equal(0.0125, (double)Value(few, "standardised rate")["value"]!, 1e-15);
        Assert.Equal("gamma", (string)gamma["method"]!);
        Assert.Equal(0.0008625379, (double)gamma["low"]!, 1e-10);
        Assert.Equal(0.05812716, (double)gamma["high"]!, 1e-8);

        // 0 of 40: the low end was 6.4e-18
        Assert.All(Value(few, "b")["intervals"]!.AsArray(), i => Assert.Equal(0.0, (double)i!["low"]!));

        Commit("g,o", Rows((40, "b,0"), (48, "c,0"), (12, "c,1"), (30, "d,1")), columns);
        JsonNode empty = Answer(asked);
        Assert.Equal(
            (null, "no rows", 0),
            (Value(empty, "a")["value"], (string)Value(empty, "a")["undefined"]!, Value(empty, "a")["intervals"]!.AsArray().Count)
        );
        Assert.Equal("no rows in a", (string)Value(empty, "standardised rate")["undefined"]!);
        string text = Run.Command("verify", At("p.zkp")).Output;
        Assert.Contains("a: undefined: no rows\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    /// <summary>Case 20 (sdcTools 307 and 135): the sum of two suppressed cells was below the threshold, or one of them a
    /// singleton.</summary>
    [Fact]
    public void Case_20_suppressed_cells_are_not_given_away_by_their_sum()
    {
        Commit("v", Rows((15, "A"), (5, "B"), (3, "C")), Category("v", "A", "B", "C"));
        JsonNode one = Answer("histogram", "--column", "v", "--suppress", "11");
        Assert.All((string[])["B", "C"], v => Assert.Equal("1 to 10", Range(one, v)));
        Assert.Contains("withheld", ((string[])["A", "all"]).Select(v => Shown(v)));

        Commit(
            "r,c",
            Rows((1, "1,A"), (1, "1,B"), (7, "1,H"), (1, "1,M"), (1, "2,A"), (2, "2,M"), (8, "2,W")),
            Category("r", "1", "2") + ", " + Category("c", "A", "B", "H", "M", "W")
        );
        JsonNode two = Answer("histogram", "--column", "c", "--by", "r", "--suppress", "3");
        Assert.All((string[])["A × 1", "A × 2", "B × 1", "M × 1", "M × 2"], v => Assert.Equal("1 to 2", Range(two, v)));

        string Shown(string name) =>
            Run.Command("verify", At("p.zkp"))
                .Output.Split('\n')
                .Single(l => l.StartsWith($"    {name}: ", StringComparison.Ordinal))[(6 + name.Length)..];
        string Range(JsonNode statistic, string name)
        {
            Assert.Null(Value(statistic, name)["value"]);
            string shown = Shown(name);
            Assert.StartsWith("suppressed: ", shown, StringComparison.Ordinal);
            return shown["suppressed: ".Length..];
        }
    }

    /// <summary>Case 30: keys with CRLF and a byte order mark, a ledger in a folder that cannot be written to, copies, cut
    /// files.</summary>
    [Fact]
    public void Case_30_keys_of_other_editors_and_ledgers_that_cannot_be_written()
    {
        Commit("v", Rows((15, "A")), Category("v", "A"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        string key = File.ReadAllText(At("k"));
        foreach (
            string edited in (string[])
                [key.Replace("\n", "\r\n", StringComparison.Ordinal), "\ufeff" + key, key.TrimEnd('\n'), key]
        )
        {
            File.WriteAllText(At("k"), edited);
            Assert.Equal(0, (int)Run.Json("publish", At("t.zkt"), "--ledger", At("l.db"), "--key", At("k"))["entry"]!);
        }

        Answer("count", "--where", "v = A");
        Directory.CreateDirectory(At("read"));
        File.Copy(At("l.db"), At("read/l.db"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At("read/l.db"), UnixFileMode.UserRead);
            File.SetUnixFileMode(At("read"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Assert.Equal(1, (int)Run.Json("ledger", "audit", At("read/l.db"))["entries"]!);
        Assert.True((bool)Run.Json("verify", At("p.zkp"), "--ledger", At("read/l.db"))["ledgerChecked"]!);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At("read"), (UnixFileMode)0b111_000_000);
        }

        File.WriteAllBytes(At("cut.db"), File.ReadAllBytes(At("l.db"))[..5000]);
        Assert.Equal(1, Run.Command("ledger", "audit", At("cut.db")).Code);
        File.WriteAllText(At("empty.db"), "");
        Run.Usage("is no ledger", "ledger", "audit", At("empty.db"));
    }

    /// <summary>Case 31 (bulletproofs-plus 97, dalek 134): values at the ends of the range, and numbers of values that are no
    /// power of two.</summary>
    [Theory]
    [InlineData("8", "255", null)]
    [InlineData("64", "18446744073709551615", null)]
    [InlineData("64", "9007199254740993,0", null)] // 2^53 + 1, which a double rounds
    [InlineData("8", "256", "a value is not below 2^8")]
    [InlineData("8", "1,2,3", "expected 1, 2, 4, 8, 16 or 32 values")]
    [InlineData("7", "1", "expected 8, 16, 32 or 64 bits")]
    [InlineData(
        "64",
        "18446744073709551616",
        "expected whole numbers below 2^64 with commas between them, got '18446744073709551616'"
    )]
    [InlineData("8", "-1", "got '-1'")]
    public void Case_31_range_proofs_at_the_ends(string bits, string values, string? fault)
    {
        string[] prove = ["reference", "rangeproof", "--bits", bits, "--label", "x", "--values", values, "--out", At("r.json")];
        if (fault is not null)
        {
            Run.Usage(fault, prove);
            Assert.False(File.Exists(At("r.json")));
            return;
        }

        Run.Json(prove);
        Assert.Equal(0, Run.Command("reference", "check", At("r.json")).Code);
    }

    /// <summary>Case 32 (flower 4247, FLIP 992): numbers of parties that leak or never end; "(s + 1)/2 and s" was said to whoever
    /// typed them.</summary>
    [Fact]
    public void Case_32_too_few_hospitals_or_members_are_refused_in_numbers()
    {
        File.WriteAllText(At("s.json"), """{"name": "t", "columns": [{"name": "ill", "kind": "yes-no"}]}""");
        string[] keys =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(i =>
                {
                    Run.Json("keygen", "--out", At($"h{i}"));
                    return At($"h{i}.pub");
                }),
        ];
        void Refused(string fault, string[] hospitals, string[] members, params string[] more) =>
            Run.Usage(
                fault,
                [
                    .. (string[])["aggregate", "terms", "count", "--where", "ill = yes", "--schema", At("s.json")],
                    .. (string[])["--purpose", "p", "--data-set", "d", "--origin", "o", "--out", At("terms")],
                    "--hospital",
                    .. hospitals,
                    "--member",
                    .. members,
                    .. more,
                ]
            );
        Refused("1 hospitals are fewer than the 3 contributors that are needed", keys[..1], keys);
        Refused("2 hospitals are fewer than the 3 contributors that are needed", keys[..2], keys);
        Refused("at least 3 contributors are needed where 1 may collude, not 2", keys, keys, "--minimum", "2");
        Refused("at least 4 contributors are needed where 2 may collude, not 3", keys, keys, "--coalition", "2");
        Refused("at least 1 hospital is assumed to collude", keys, keys, "--coalition", "0");
        Refused("the threshold of a committee of 3 is 2 to 3 members, not 4", keys, keys, "--threshold", "4");
        Refused("the committee needs an odd number of members, at least 3", keys, keys[..1]);
        Refused("the committee needs an odd number of members, at least 3", keys, keys[..2]);
        Refused($"--member: '{keys[1]}' is named twice", keys, [.. keys, keys[1]]);
        Refused($"--hospital: '{keys[0]}' is named twice", [.. keys, keys[0]], keys);
        Assert.False(File.Exists(At("terms")));
    }

    /// <summary>Case 33 (opendp 2131): 0.1 + 0.2 is above 0.3 in doubles. Three times 0.1 is within 0.3, and a fourth is
    /// not.</summary>
    [Fact]
    public void Case_33_budgets_are_exact_decimals()
    {
        Commit("v", Rows((15, "A"), (15, "B")), Category("v", "A", "B"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        string[] ledger = ["--ledger", At("l.db"), "--key", At("k")];
        Run.Json(["publish", At("t.zkt"), "--data-set", "d", .. ledger]);
        string[] Policy(string eps, string delta = "1e-6") =>
            ["ledger", "policy", "--data-set", "d", "--max-eps", eps, "--max-delta", delta, "--max-exact", "0", .. ledger];
        string[] Noise(string number, string eps, string delta = "1e-9") =>
            [
                .. (string[])["noise", "commit", At("t.zkt"), "--where", "v = A", "--eps", eps, "--delta", delta],
                .. (string[])
                    ["--beacon", $"beacon {number}", "--purpose", "p", "--requester", "r", "--out", At($"n{number}.zkn")],
                .. ledger,
            ];
        Run.Json(Policy("0.3"));
        for (int i = 0; i < 3; i++)
        {
            Run.Json(Noise($"{i}", "0.1"));
        }

        (int code, string output) = Run.Command(Noise("3", "0.1"));
        Assert.Equal(1, code);
        Assert.Contains(
            "allows eps 0.3, delta 1e-6; eps 0, delta 0 is spent, eps 0.3, delta 3e-9 is reserved",
            output,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(At("n3.zkn")));
        foreach (string eps in (string[])["NaN", "Infinity", "1e400"])
        {
            Run.Usage($"--eps: expected a number such as 0.5, got '{eps}'", Noise("4", eps));
            Run.Usage($"--max-eps: expected a number such as 0.5, got '{eps}'", Policy(eps));
        }

        Run.Usage("--eps: expected a multiple of 0.000001 that is not negative, got '-1'", Noise("4", "-1"));
        Run.Usage("--max-eps: expected a multiple of 0.000001 that is not negative, got '-1'", Policy("-1"));
        Run.Usage("--max-delta: expected a multiple of 1e-18 from 0 to 1, got '2'", Policy("1", "2"));
        Run.Usage("expected eps from 0.000001 to 20", Noise("4", "0"));
        foreach (string delta in (string[])["0", "1", "2"])
        {
            Run.Usage("delta", Noise("4", "0.1", delta));
        }

        Assert.Equal(5, (int)Run.Json("ledger", "audit", At("l.db"))["entries"]!);
    }

    /// <summary>Case 34 (jamovi 1545, pandas 21020): the median of clinics was proven, and an empty group did not fit the
    /// schema.</summary>
    [Fact]
    public void Case_34_quantiles_of_names_and_of_nobody()
    {
        Commit(
            "clinic,drinks",
            Rows((20, "a,1"), (20, "b,2")),
            Category("clinic", "a", "b") + """, {"name": "drinks", "kind": "integer", "min": 0, "max": 99}"""
        );
        Run.Usage("holds no numbers", Asked("quantile", "--column", "clinic", "--share", "1/2"));
        Run.Usage(
            "no row satisfies the condition",
            Asked("quantile", "--column", "drinks", "--among", "drinks > 1 and drinks < 2", "--share", "1/2")
        );
        Assert.False(File.Exists(At("p.zkp")));

        // ordered values have a median where the schema says so
        Commit(
            "clinic,drinks",
            Rows((20, "a,1"), (21, "b,2")),
            Category("clinic", "a", "b").Replace("\"kind\"", "\"ordered\": true, \"kind\"", StringComparison.Ordinal)
                + """, {"name": "drinks", "kind": "integer", "min": 0, "max": 99}"""
        );
        Answer("quantile", "--column", "clinic", "--share", "1/2");
        Assert.Contains(
            "the 1/2 quantile of clinic is \"b\"\n    quantile: b\n",
            Run.Command("verify", At("p.zkp")).Output,
            StringComparison.Ordinal
        );
    }
}
