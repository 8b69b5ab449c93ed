using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Entries that several people sign, each in its own place: `act --out` and `act --entry`. All secret keys had to lie
/// on one machine, and beside that of the ledger.</summary>
public sealed class ActEntryTests : TemporaryFolder
{
    private const string Text = "0011223344556677889900112233445566778899001122334455667788990011";

    private readonly Dictionary<string, string> _keys = [];

    private string Ledger => At("L");

    private string Write(string name, JsonNode json)
    {
        File.WriteAllText(At(name), json.ToJsonString());
        return At(name);
    }

    private void Keys(params string[] names)
    {
        foreach (string name in names)
        {
            _keys[name] = (string)Run.Json("keygen", "--out", At(name))["publicKey"]!;
        }
    }

    private JsonObject Member(string subject, string role, string key) =>
        new()
        {
            ["subject"] = subject,
            ["roles"] = new JsonArray(role),
            ["kind"] = "hospital",
            ["factor"] = 1_000_000,
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["key"] = _keys[key],
                    ["scopes"] = new JsonArray("serve", "attest", "govern", "request"),
                    ["until"] = "2031-01-01",
                }
            ),
        };

    /// <summary>A charter whose entries last for ten minutes at most, and the ledger that it founds.</summary>
    private string Found()
    {
        Keys("north", "south", "registry", "ann");
        string charter = Write(
            "charter.json",
            new JsonObject
            {
                ["name"] = "region",
                ["members"] = new JsonArray(
                    Member("CN-1", "provider", "north"),
                    Member("CN-2", "provider", "south"),
                    Member("CN-3", "registrar", "registry")
                ),
                ["params"] = new JsonArray(new JsonObject { ["name"] = "entry.life", ["value"] = 600_000 }),
            }
        );
        string[] check = ["act", "charter", "--file", charter, "--key", At("north"), "--check"];
        string[] along = ["--cosign", At("south.pub"), At("registry.pub")];
        Run.Json("ledger", "init", Ledger, "--origin", (string)Run.Json([.. check, .. along])["origin"]!);
        string[] act = ["act", "charter", "--file", charter, "--ledger", Ledger, "--key", At("north"), .. along];
        Run.Usage("its holder signs elsewhere; --out FILE", act);
        JsonObject written = Run.Json([.. act, "--out", At("charter.entry")]);
        Assert.Equal(2, written["missing"]!.AsArray().Count);
        Run.Usage("exists", [.. act, "--out", At("charter.entry")]);
        return At("charter.entry");
    }

    [Fact]
    public void A_charter_is_signed_by_each_in_its_own_place()
    {
        string entry = Found(),
            copy = At("copy.entry");
        File.Copy(entry, copy);
        JsonObject shown = Run.Json("act", "--entry", entry);
        Assert.Equal((_keys["north"], "region"), ((string)shown["signer"]!, (string)shown["body"]!["name"]!));
        Run.Json("act", "--entry", entry, "--key", At("south"));
        Run.Usage("is not signed yet by " + _keys["registry"], "act", "--entry", entry, "--ledger", Ledger);
        Run.Usage("is not among those who sign", "act", "--entry", entry, "--key", At("ann"));
        Run.Json("act", "--entry", copy, "--key", At("registry"));
        Run.Usage("--ledger is missing: --check", "act", "--entry", entry, copy, "--check");
        Assert.Equal("accepted", (string)Run.Json("act", "--entry", entry, copy, "--ledger", Ledger, "--check")["outcome"]!);
        Assert.Equal(0, (int)Run.Json("act", "--entry", entry, copy, "--ledger", Ledger)["entry"]!);

        // who did not see that it was appended gives it again
        Assert.Equal(0, (int)Run.Json("act", "--entry", entry, copy, "--ledger", Ledger)["entry"]!);
        Assert.Equal(1, (int)Run.Json("ledger", "audit", Ledger)["entries"]!);
    }

    [Fact]
    public void A_patient_and_her_hospital_keep_their_keys()
    {
        string charter = Found();
        Run.Json("act", "--entry", charter, "--key", At("south"));
        Run.Json("act", "--entry", charter, "--key", At("registry"), "--ledger", Ledger);
        var grant = new JsonObject
        {
            ["recipient"] = "user/research",
            ["classes"] = new JsonArray("GENERAL"),
            ["purposes"] = new JsonArray("HRESCH"),
            ["columns"] = new JsonArray("age"),
            ["from"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            ["until"] = DateTimeOffset.UtcNow.AddDays(9).ToUnixTimeMilliseconds(),
            ["explanation"] = Text,
        };
        string[] act = ["act", "consent-granted", "--file", Write("g.json", grant), "--ledger", Ledger, "--key", At("ann")];
        string[] along = ["--cosign", At("north.pub"), At("registry.pub"), "--out", At("g.entry")];

        // what the rules would refuse is not sent round
        (int code, JsonObject alone) = Run.JsonAndCode([.. act, "--out", At("g.entry")]);
        Assert.Equal((1, "COUNTERSIGNATURE"), (code, (string)alone["reason"]!));
        Assert.False(File.Exists(At("g.entry")));
        Run.Json([.. act, .. along]);
        byte[] signed = File.ReadAllBytes(At("g.entry"));
        Run.Json("act", "--entry", At("g.entry"), "--key", At("north"));
        Run.Json("act", "--entry", At("g.entry"), "--key", At("registry"));
        Assert.Equal("accepted", (string)Run.Json("act", "--entry", At("g.entry"), "--ledger", Ledger)["outcome"]!);

        // a file that was changed, or is another one
        signed[^80] ^= 1;
        File.WriteAllBytes(At("bad.entry"), signed);
        Run.Usage("holds no entry of 'act --out'", "act", "--entry", At("bad.entry"));
        Run.Usage("holds no entry of 'act --out'", "act", "--entry", At("g.json"));
        Run.Usage("expected copies of one", "act", "--entry", At("g.entry"), charter);
        Run.Usage("leave it out", "act", "consent-granted", "--entry", At("g.entry"));
    }

    /// <summary>A profile gives commands its key and ledger: whoever only looks at an entry signs and appends nothing by
    /// it.</summary>
    [Fact]
    public void A_profile_signs_and_appends_nothing()
    {
        string entry = Found();
        byte[] before = File.ReadAllBytes(entry);
        ProcessStartInfo start = Run.Prepare("act", "--entry", entry, "--json");
        start.RedirectStandardOutput = true;
        (start.Environment["ZKHEALTH_KEY"], start.Environment["ZKHEALTH_LEDGER"]) = (At("south"), Ledger);
        using var process = Process.Start(start)!;
        JsonNode shown = JsonNode.Parse(process.StandardOutput.ReadToEnd())!;
        process.WaitForExit();
        Assert.Equal((0, 2), (process.ExitCode, shown["missing"]!.AsArray().Count));
        Assert.Equal(before, File.ReadAllBytes(entry));
        Assert.Equal(0, (int)Run.Json("ledger", "audit", Ledger)["entries"]!);
    }
}
