using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth act`: a region is founded, a consent is granted and revoked, all by files and keys.</summary>
public sealed class ActCommandTests : TemporaryFolder
{
    private const string Text = "0011223344556677889900112233445566778899001122334455667788990011";

    private string Write(string name, JsonNode json)
    {
        File.WriteAllText(At(name), json.ToJsonString());
        return At(name);
    }

    private string Key(string name) => (string)Run.Json("keygen", "--out", At(name))["publicKey"]!;

    [Fact]
    public void A_region_is_founded_and_a_consent_granted_and_revoked()
    {
        string hospital = Key("hospital.key"),
            ann = Key("ann.key");
        string charter = Write(
            "charter.json",
            new JsonObject
            {
                ["name"] = "north",
                ["members"] = new JsonArray(
                    new JsonObject
                    {
                        ["subject"] = "CN-1",
                        ["roles"] = new JsonArray("provider"),
                        ["kind"] = "hospital",
                        ["factor"] = 1_000_000,
                        ["keys"] = new JsonArray(
                            new JsonObject
                            {
                                ["key"] = hospital,
                                ["scopes"] = new JsonArray("serve", "attest"),
                                ["until"] = "2031-01-01T00:00:00Z",
                            }
                        ),
                    }
                ),
            }
        );
        string origin = (string)Run.Json("act", "charter", "--file", charter, "--key", At("hospital.key"), "--check")["origin"]!;
        Run.Json("ledger", "init", At("L"), "--origin", origin);
        Assert.Equal(0, (int)Act("charter", charter, "hospital.key")["entry"]!);
        long from = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var grant = new JsonObject
        {
            ["recipient"] = "user/research",
            ["classes"] = new JsonArray("GENERAL"),
            ["purposes"] = new JsonArray("HRESCH"),
            ["columns"] = new JsonArray("age"),
            ["from"] = from,
            ["until"] = from + 86_400_000,
            ["explanation"] = Text,
        };
        string file = Write("grant.json", grant);
        (int code, JsonObject alone) = Run.JsonAndCode(Arguments("consent-granted", file, "ann.key"));
        Assert.Equal((1, "refused", "COUNTERSIGNATURE"), (code, (string)alone["outcome"]!, (string)alone["reason"]!));
        Assert.Equal("accepted", (string)Act("consent-granted", file, "ann.key", "--cosign", At("hospital.key"))["outcome"]!);
        string revoke = Write("revoke.json", new JsonObject { ["handle"] = ann });
        Assert.Equal("accepted", (string)Act("consent-revoked", revoke, "ann.key", "--check")["outcome"]!);
        Assert.Equal("accepted", (string)Act("consent-revoked", revoke, "ann.key")["outcome"]!);
        Assert.Equal(3, (int)Run.Json("ledger", "audit", At("L"))["entries"]!);
        grant["wish"] = 1;
        Run.Usage("body.wish: there is no such member", Arguments("consent-granted", Write("wish.json", grant), "ann.key"));
        Run.Usage("there is no kind 'wish'", Arguments("wish", file, "ann.key"));
    }

    [Fact]
    public void Every_kind_explains_itself()
    {
        JsonObject json = Run.Json("act", "access-requested", "--explain");
        Assert.Equal("a member's key with scope 'request'", (string)json["signedBy"]!);
        Assert.Contains("NO_CONSENT", json["denials"]!.AsArray().Select(c => (string)c!));
        Assert.Equal("object", (string)json["schema"]!["type"]!);
    }

    private JsonObject Act(string kind, string file, string key, params string[] more) =>
        Run.Json([.. Arguments(kind, file, key), .. more]);

    private string[] Arguments(string kind, string file, string key) =>
        ["act", kind, "--file", file, "--ledger", At("L"), "--key", At(key)];
}
