using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// A clerk of a hospital, an institute or an insurer works by what the documents and the command itself say: what one command
/// prints is what the next one needs, and a mistake is named with what was expected and what to do.
/// </summary>
public sealed class ClerkTests : TemporaryFolder
{
    private readonly List<Region> _regions = [];

    protected override void Dispose(bool disposing)
    {
        _regions.ForEach(r => r.Dispose());
        base.Dispose(disposing);
    }

    /// <summary>A region on a ledger whose key is at hand, and the secret keys of its people.</summary>
    private Region Found()
    {
        // a log of its own: the command remembers what it saw of a log by its name
        string title = Path.GetFileName(Folder);
        var r = new Region(At("L"), "region", title, hasFreshKey: false);
        _regions.Add(r);
        File.WriteAllText(r.LedgerFile + ".key", KeyPem.EncodeSecret(Region.Secret("log of " + title)));
        foreach (string name in (string[])["ann", "hospital", "institute", "insurer", "commission-a"])
        {
            File.WriteAllText(At(name), KeyPem.EncodeSecret(Region.Secret(name)));
        }

        return r;
    }

    private string Write(string name, JsonNode json)
    {
        File.WriteAllText(At(name), json.ToJsonString());
        return At(name);
    }

    /// <summary>A patient consents, her record is delivered once, and she revokes: a recall is due.</summary>
    private static byte[] UseAndRevoke(Region r, string patient)
    {
        r.Consent(patient);
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), [patient]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke(patient);
        return request;
    }

    private string[] Act(string kind, string file, string key, Region r) =>
        ["act", kind, "--file", file, "--ledger", r.LedgerFile!, "--key", At(key)];

    /// <summary>The recall to attest and the breach to appeal stood on no command's output, and a handle as keygen prints it was
    /// taken by `act` alone.</summary>
    [Fact]
    public void What_a_trace_prints_is_what_the_next_entry_needs()
    {
        Region r = Found();
        byte[] request = UseAndRevoke(r, "ann");
        string printed = Convert.ToHexStringLower(Region.Key("ann")[1..]);
        JsonObject use = Run.Json("trace", "use", printed, "--ledger", r.LedgerFile!);
        JsonNode open = use["answers"]!.AsArray().Single()!;
        Assert.Equal(("institute", "RECALL", "open"), ((string)open["subject"]!, (string)open["rule"]!, (string)open["status"]!));
        string recall = (string)open["id"]!;
        JsonNode told = use["timeline"]!.AsArray().Single(e => (string)e!["what"]! == "recall")!;
        Assert.Equal((recall, "erase or restrict"), ((string)told["id"]!, (string)told["outcome"]!));
        Assert.Contains(use["timeline"]!.AsArray(), e => (string)e!["id"]! == Convert.ToHexStringLower(request));
        Assert.Contains($"id {recall}", Run.Command("trace", "use", "institute", "--ledger", r.LedgerFile!).Output);
        Run.Json("evidence", "make", "--use", printed, "--ledger", r.LedgerFile!, "--out", At("ann.evidence"));
        Run.Json(Act("erasure-attested", Write("e.json", new JsonObject { ["recall"] = recall }), "institute", r));

        (int code, JsonObject confessed) = Run.JsonAndCode(
            Act(
                "receipt",
                Write(
                    "r.json",
                    new JsonObject
                    {
                        ["request"] = Convert.ToHexStringLower(request),
                        ["server"] = "hospital",
                        ["person"] = printed,
                        ["rows"] = 3,
                        ["root"] = printed,
                    }
                ),
                "institute",
                r
            )
        );
        Assert.Equal((1, "breach"), (code, (string)confessed["outcome"]!));
        JsonNode breach = Run.Json("trace", "use", "institute", "--ledger", r.LedgerFile!)["answers"]!
            .AsArray()
            .Single(a => (string)a!["rule"]! == "TAKEN")!;
        JsonObject appealed = Run.Json(
            Act("appeal", Write("a.json", new JsonObject { ["breach"] = (string)breach["id"]! }), "institute", r)
        );
        Assert.Equal("accepted", (string)appealed["outcome"]!);
    }

    /// <summary>A report of a quarter that is not over named breaches of deadlines that had not come.</summary>
    [Fact]
    public void A_period_that_is_not_over_accuses_nobody_of_what_is_not_due()
    {
        Region r = Found();
        UseAndRevoke(r, "ann");

        // a year of the reader's clock in which everything was due
        r.Sleep(Math.Max(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - r.Time));
        UseAndRevoke(r, "bea");
        string year = DateTimeOffset
            .FromUnixTimeMilliseconds(r.Time)
            .Year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        JsonObject report = Run.Json("report", year, "--ledger", r.LedgerFile!, "--html", At("r.html"));
        Assert.False((bool)report["complete"]!);
        int lateBefore = r.Breaches.Count(b => b.Contains("RECALL_LATE", StringComparison.Ordinal));
        Assert.Equal(lateBefore, report["breaches"]!.AsArray().Count(b => (string)b!["rule"]! == "RECALL_LATE"));
        Assert.Contains("the period is not over", Run.Command("report", year, "--ledger", r.LedgerFile!).Output);
        Run.Usage("the period begins", "report", "8000-Q1", "--ledger", r.LedgerFile!);
        Assert.True((bool)Run.Json("report", "2026", "--until", "2026-12-31", "--ledger", r.LedgerFile!)["complete"]!);
    }

    /// <summary>Mistakes in a body, by the place where they stand, in the writer's own letters.</summary>
    [Theory]
    [InlineData("\"rows\": 1,\n}", "line 3: expected an object of JSON")]
    [InlineData("\"rows\": 1, \"rows\": 2}", "expected an object of JSON")]
    [InlineData("\"rows\": -1}", "body.rows: expected a whole number from 0 on, or a time as 2027-01-01")]
    [InlineData("\"root\": \"文件\"}", "body.root: expected 32 bytes, as 64 hexadecimal digits, got \"文件\"")]
    [InlineData(
        "\"server\": \"市医院\"}",
        "body.server: expected a code (1 to 64 letters, digits and . : _ / -), got \"市医院\""
    )]
    public void A_mistake_in_a_body_is_named(string member, string fault)
    {
        var whole = new JsonObject { ["request"] = new string('0', 64), ["person"] = new string('0', 64) };
        string name = member.Split('"')[1];
        foreach (
            (string other, JsonNode value) in ((string, JsonNode)[])
                [("server", "hospital"), ("rows", 1), ("root", new string('0', 64))]
        )
        {
            if (other != name)
            {
                whole[other] = value;
            }
        }

        string text = whole.ToJsonString();
        File.WriteAllText(At("body.json"), $"{text[..^1]},\n{member}");
        File.WriteAllText(At("key"), KeyPem.EncodeSecret(Region.Secret("institute")));
        Run.Usage(fault, "act", "receipt", "--file", At("body.json"), "--key", At("key"), "--ledger", At("L"));
        Run.Usage("zkhealth act receipt --explain", "act", "receipt", "--file", At("body.json"), "--key", At("key"));
    }

    /// <summary>Other mistakes of a day: a kind by half its name, a file that is none, digits that are left out, a key
    /// twice.</summary>
    [Fact]
    public void A_mistake_names_what_was_expected_and_the_next_step()
    {
        Region r = Found();
        r.Register("hospital", "table");
        r.Consent("ann");
        string ledger = r.LedgerFile!,
            body = Write("b.json", new JsonObject { ["handle"] = Convert.ToHexStringLower(Region.Key("ann")) });
        Run.Usage("did you mean 'consent-revoked'?", Act("consent-revoke", body, "ann", r));
        Run.Usage("'zkhealth act --explain' lists all of them", "act", "--file", body);
        JsonArray kinds = Run.Json("act", "--explain")["kinds"]!.AsArray();
        Assert.Equal(ActKind.All.Count, kinds.Count);
        File.WriteAllText(At("empty.json"), "");
        Run.Usage("the file is empty", Act("consent-revoked", At("empty.json"), "ann", r));
        string[] twice = [.. Act("consent-revoked", body, "ann", r), "--cosign", At("ann")];
        Run.Usage("is the signer's own key, or is named twice", twice);
        Assert.Contains("a registrar", (string)Run.Json("act", "consent-granted", "--explain")["signedAlongBy"]!);
        Assert.Contains(
            "what (code): verdict, dismiss, annul",
            Run.Command("act", "proposed", "--explain").Output,
            StringComparison.Ordinal
        );

        var checks = new JsonObject
        {
            ["agreement"] = new string('0', 64),
            ["size"] = 2,
            ["root"] = new string('0', 64),
            ["confirmed"] = new JsonArray(Convert.ToHexStringLower(Region.Key("ann"))),
        };
        Run.Usage("expected the root of this ledger at size 2", Act("consents-checked", Write("c.json", checks), "hospital", r));
        string handles = Write(
            "h.json",
            new JsonObject { ["handles"] = new JsonArray(Convert.ToHexStringLower(Region.Key("ann"))) }
        );
        Assert.Contains(
            "--cosign names their keys; here a registrar",
            Run.Command(Act("handles-replaced", handles, "hospital", r)).Output,
            StringComparison.Ordinal
        );
        string fingerprint = Convert.ToHexStringLower(Region.Digest("table"));
        Run.Usage("no file, and no fingerprint", "trace", "quality", fingerprint[..12], "--ledger", ledger);
        Run.Usage("all digits of a key or fingerprint", "trace", "use", fingerprint[..12], "--ledger", ledger);
        Run.Usage("--leaf: the ledger has the leaves 0 to 2, got 7", Make("--leaf", "2", "7"));
        Run.Json(Make("--leaf", "1"));
        Run.Usage("zkhealth ledger show", "evidence", "verify", At("x.evidence"), "--ledger-key", "region");
        File.WriteAllText(At("found.csv"), "age\n1\n");
        Run.Usage("is no delivery", "trace", "incident", At("found.csv"), "--delivery", At("found.csv"), "--ledger", ledger);
        string[] Make(params string[] what) => ["evidence", "make", "--ledger", ledger, "--out", At("x.evidence"), .. what];
    }
}
