using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`ledger show`, `members` and `proposals`: who was asked to approve could not see what, and who was admitted could not
/// see that it was, or which of its keys still signs.</summary>
public sealed class RegionShownTests : TemporaryFolder
{
    private readonly Dictionary<string, string> _keys = [];

    private string Key(string name) => _keys[name] = (string)Run.Json("keygen", "--out", At(name))["publicKey"]!;

    private JsonObject Act(string kind, JsonObject body, string key, params string[] more)
    {
        File.WriteAllText(At("body.json"), body.ToJsonString());
        return Run.Json(["act", kind, "--file", At("body.json"), "--ledger", At("L"), "--key", At(key), .. more]);
    }

    private void Found()
    {
        var key = new JsonObject
        {
            ["key"] = Key("north"),
            ["scopes"] = new JsonArray("govern"),
            ["until"] = "2031-01-01",
        };
        var charter = new JsonObject
        {
            ["name"] = "region",
            ["members"] = new JsonArray(
                new JsonObject
                {
                    ["subject"] = "CN-1",
                    ["roles"] = new JsonArray("provider"),
                    ["kind"] = "hospital",
                    ["factor"] = 1_000_000,
                    ["keys"] = new JsonArray(key),
                }
            ),
            ["params"] = new JsonArray(new JsonObject { ["name"] = "governance.delay", ["value"] = 0 }),
            ["thresholds"] = new JsonArray(
                new JsonObject
                {
                    ["proposal"] = "admit",
                    ["classes"] = new JsonArray(
                        new JsonObject
                        {
                            ["class"] = "provider",
                            ["numerator"] = 1,
                            ["denominator"] = 2,
                        }
                    ),
                }
            ),
        };
        File.WriteAllText(At("charter.json"), charter.ToJsonString());
        string[] check = ["act", "charter", "--file", At("charter.json"), "--key", At("north"), "--check"];
        Run.Json("ledger", "init", At("L"), "--origin", (string)Run.Json(check)["origin"]!);
        Act("charter", charter, "north");
    }

    [Fact]
    public void What_is_proposed_and_who_is_a_member_is_shown()
    {
        Found();
        var terms = new JsonObject
        {
            ["what"] = "admit",
            ["subject"] = new JsonArray("CN-2"),
            ["code"] = new JsonArray("user"),
            ["kind"] = new JsonArray("research"),
            ["number"] = 1_000_000,
            ["key"] = new JsonArray(Key("institute")),
            ["scopes"] = new JsonArray("request", "govern"),
            ["until"] = "2030-01-01",
            ["notBefore"] = 0,
        };
        string id = (string)Act("proposed", new JsonObject { ["terms"] = terms }, "north")["id"]!;
        JsonNode open = Run.Json("ledger", "proposals", At("L"))["proposals"]![0]!;
        Assert.Equal((id, "open"), ((string)open["id"]!, (string)open["status"]!));
        Assert.Equal("CN-2", (string)open["terms"]!["subject"]![0]!);
        Assert.Single(Run.Json("ledger", "members", At("L"))["members"]!.AsArray());
        string printed = Run.Command("ledger", "show", At("L")).Output;
        Assert.Contains("proposed: terms [what admit; subject CN-2; code user", printed, StringComparison.Ordinal);
        Assert.Contains(
            "proposed: terms [",
            (string)Run.Json("ledger", "show", At("L"))["entries"]![1]!["says"]!,
            StringComparison.Ordinal
        );

        // it takes effect by time alone, before anybody appends again
        Act("approved", new JsonObject { ["proposal"] = id }, "north");
        Assert.Empty(Run.Json("ledger", "proposals", At("L"))["proposals"]!.AsArray());
        Assert.Equal("effective", (string)Run.Json("ledger", "proposals", At("L"), "--all")["proposals"]![0]!["status"]!);
        JsonNode member = Run.Json("ledger", "members", At("L"))["members"]![1]!;
        Assert.Equal(("CN-2", "in force"), ((string)member["subject"]!, (string)member["keys"]![0]!["status"]!));

        // a key in other hands, and the one that takes its place
        string[] along = ["--cosign", At("second")];
        var added = new JsonObject
        {
            ["key"] = Key("second"),
            ["scopes"] = new JsonArray("govern"),
            ["until"] = "2029-01-01",
        };
        Act("key-added", added, "institute", along);
        long from = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds();
        Act("compromised", new JsonObject { ["key"] = _keys["institute"], ["from"] = from }, "second");
        member = Run.Json("ledger", "members", At("L"))["members"]![1]!;
        Assert.Equal(["revoked", "in force"], member["keys"]!.AsArray().Select(k => (string)k!["status"]!));
        Assert.Contains(
            "what it signed since is disputed",
            Run.Command("ledger", "members", At("L")).Output,
            StringComparison.Ordinal
        );
        Run.Json("ledger", "init", At("empty"), "--origin", "o");
        Run.Usage("has no charter", "ledger", "members", At("empty"));
        Run.Usage("has no charter", "ledger", "proposals", At("empty"));
    }

    /// <summary>The command stopped with a fault of its own where a member owed fees: the record of its debts had
    /// changed.</summary>
    [Fact]
    public void What_a_member_owes_is_shown()
    {
        using var r = new Region(Folder, "owing");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000),
            other = r.Agree("maker", ["centre"], ppm: 20_000);
        r.Sleep(100 * Durations.Day);
        r.Report("maker", agreement, 0, 1_000_000);
        r.Report("maker", other, 0, 1_000_000);
        r.Wait(30 * Durations.Day);
        JsonNode maker = Run.Json("ledger", "members", r.LedgerFile!)["members"]!
            .AsArray()
            .Single(m => (string)m!["subject"]! == "maker")!;
        Assert.Equal((0, 30_000, 0), ((int)maker["balance"]!, (int)maker["owesFees"]!, (int)maker["owesFines"]!));
    }

    /// <summary>Rules that were published later ended the earlier ones without a word, also where a data set or column is
    /// misspelt; a release was refused with a code alone.</summary>
    [Fact]
    public void Rules_that_end_and_a_release_without_request_are_told()
    {
        Found();
        string[] writer = ["--ledger", At("L"), "--key", At("north")];
        Run.Json("synth", "--rows", "300", "--out", At("p.csv"));
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("north"), "--out", At("t.zkt"));
        Run.Json(["publish", At("t.zkt"), "--data-set", "d", .. writer]);
        string[] rules = ["ledger", "columns", "--data-set", "d", .. writer, "--rule"];
        Assert.Empty(Run.Json([.. rules, "age=groups:20", "sex=aggregates"])["ended"]!.AsArray());
        (int _, string output) = Run.Command([.. rules, "region=never", "sex=aggregates"]);
        Assert.Contains("age=groups:20 has ended", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sex=aggregates has ended", output, StringComparison.Ordinal);
        (_, output) = Run.Command(["ledger", "columns", "--data-set", "dd", "--rule", "age=never", .. writer]);
        Assert.Contains("has published no table of the data set 'dd' yet", output, StringComparison.Ordinal);

        string[] count = ["prove", "count", At("t.zkt"), "--where", "age >= 50", "--out", At("p.zkp"), "--ledger", At("L")];
        Run.Json([.. count, "--purpose", "p", "--requester", "r"]);
        (int code, output) = Run.Command(["ledger", "release", At("p.zkp"), .. writer]);
        Assert.Equal(1, code);
        Assert.Contains("REQUEST: a release on a ledger with a charter names", output, StringComparison.Ordinal);
        Assert.Equal((0, 0), ((int)North()["balance"]!, (int)North()["owesFees"]!));

        JsonNode North() => Run.Json("ledger", "members", At("L"))["members"]![0]!;
    }
}
