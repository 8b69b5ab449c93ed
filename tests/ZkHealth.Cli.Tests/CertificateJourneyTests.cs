using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Section 10 by commands: members with certificates of three algorithms are admitted, vote, consent and use; their keys
/// are rotated, end, are renewed with another certificate, and fall into other hands.</summary>
public sealed class CertificateJourneyTests : TemporaryFolder
{
    private static readonly string[] Scopes = ["serve", "request", "attest", "govern"];
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, AsymmetricCipherKeyPair> _roots = [];
    private readonly Dictionary<string, AsymmetricCipherKeyPair> _certified = [];

    [Fact]
    public void Members_by_certificate_go_all_the_way()
    {
        Found();
        string hospital = Admit("P-256", "provider", "hospital"),
            institute = Admit("Ed25519", "user", "institute"),
            registry = Admit("SM2", "registrar", "registry");
        Assert.Equal(("CN-P256", "CN-ED25519", "CN-SM2"), (hospital, institute, registry));

        // who was admitted votes
        string standard = Propose("office", JourneyBodies.Terms("standard", "code", "HL7v2/2.5"));
        Act("approved", "hospital", new() { ["proposal"] = standard });
        Assert.Empty(Run.Json("ledger", "proposals", At("L"))["proposals"]!.AsArray());

        // a key that soon ends
        Key("short");
        DateTimeOffset end = DateTimeOffset.UtcNow.AddSeconds(5);
        Act("key-added", "institute", Added("short", end), "short");

        // a patient of the hospital, backed by the registry, and what the institute takes
        Key("ann");
        Act("consent-granted", "ann", JourneyBodies.Grant(institute), "hospital", "registry");
        string agreement = Act("agreement-made", "institute", JourneyBodies.Agreement(hospital, institute), "hospital"),
            request = Act("access-requested", "institute", Request(agreement));
        Act("used", "hospital", Used(request));
        Act("receipt", "institute", JourneyBodies.Received(request, hospital));

        // after its end the key adds another one, and asks for nothing
        TimeSpan left = end - DateTimeOffset.UtcNow;
        Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        Refused("KEY_EXPIRED", "access-requested", "short", Request(agreement));
        Key("next");
        Refused("TERM", "key-added", "institute", Added("next", DateTimeOffset.UtcNow.AddDays(200)), "next");
        Act("key-added", "short", Added("next", DateTimeOffset.UtcNow.AddDays(90)), "next");

        // another certificate of the same subject lets keys last longer; the one before vouches for no such term
        string digest = Certify("Ed25519", "new", days: 400),
            renewal = Propose("office", JourneyBodies.Renewal(institute, digest, 400));
        Run.Rejected("lasts until", Certificate("Ed25519", "first", "--proposal", renewal));
        Run.Json(Certificate("Ed25519", "new", "--proposal", renewal));
        Act("approved", "office", new() { ["proposal"] = renewal });
        Key("long");
        Act("key-added", "next", Added("long", DateTimeOffset.UtcNow.AddDays(200)), "long");

        // in other hands from yesterday: it signs nothing more, and what it signed is told apart
        string pending = Propose("office", JourneyBodies.Terms("standard", "code", "local"));
        Refused("TOO_EARLY", "compromised", "next", Stolen("institute", -31));
        Act("compromised", "next", Stolen("institute", -1));
        Refused("KEY_REVOKED", "access-requested", "institute", Request(agreement));
        Refused("NO_VOTE", "approved", "next", new() { ["proposal"] = pending });
        Act("access-requested", "long", Request(agreement));
        JsonArray timeline = Run.Json("trace", "use", institute, "--ledger", At("L"))["timeline"]!.AsArray();
        Assert.Equal(
            ["True", "True", "False", "True", "False"],
            timeline
                .Where(e => (string)e!["what"]! is "agreement made" or "access requested" or "used" or "receipt")
                .Select(e => e!.ToJsonString().Contains("in other hands", StringComparison.Ordinal).ToString())
        );
        JsonNode member = Run.Json("ledger", "members", At("L"))["members"]!
            .AsArray()
            .Single(m => (string)m!["subject"]! == institute)!;
        Assert.Equal(
            ["revoked", "expired", "in force", "in force"],
            member["keys"]!.AsArray().Select(k => (string)k!["status"]!)
        );
        Run.Json("ledger", "audit", At("L"));
    }

    /// <summary>The charter's own four, whose rosters take new members at once.</summary>
    private void Found()
    {
        JsonArray members = [];
        foreach (string role in (string[])["authority", "provider", "user", "registrar"])
        {
            string name = role == "authority" ? "office" : "first " + role;
            Key(name);
            Key(name + " 2");
            JsonArray keys = [.. ((string[])[name, name + " 2"]).Select(k => (JsonNode)KeyOf(k))];
            members.Add(
                new JsonObject
                {
                    ["subject"] = "CN-" + role.ToUpperInvariant(),
                    ["roles"] = new JsonArray(role),
                    ["kind"] = "hospital",
                    ["factor"] = 1_000_000,
                    ["keys"] = keys,
                }
            );
        }

        string[] decided = ["admit", "renew"];
        JsonArray thresholds =
        [
            .. decided.Select(p => (JsonNode)JourneyBodies.Threshold(p, "authority", 1)),
            JourneyBodies.Threshold("standard", "provider", 2),
        ];
        var charter = new JsonObject
        {
            ["name"] = "certificates",
            ["members"] = members,
            ["params"] = new JsonArray(JourneyBodies.Number("governance.delay"), JourneyBodies.Number("roster.age")),
            ["thresholds"] = thresholds,
        };
        string file = Write(charter);
        string[] along = [.. ((string[])["provider", "user", "registrar"]).Select(r => At("first " + r))];
        string[] signed = ["act", "charter", "--file", file, "--key", At("office"), "--cosign", .. along];
        Run.Json("ledger", "init", At("L"), "--origin", (string)Run.Json([.. signed, "--check"])["origin"]!);
        Run.Json([.. signed, "--ledger", At("L")]);
    }

    /// <summary>A member with a certificate that vouches for its key is proposed, looked at and admitted; its subject.</summary>
    private string Admit(string algorithm, string role, string key)
    {
        Key(key);
        string digest = Certify(algorithm, "first", days: 100, key),
            subject = (string)Run.Json(Certificate(algorithm, "first"))["subject"]!;
        JsonObject terms = JourneyBodies.Terms("admit", "code", role);
        (terms["subject"], terms["kind"], terms["number"]) = (new JsonArray(subject), new JsonArray("hospital"), 1_000_000);
        (terms["about"], terms["key"], terms["until"]) = (
            new JsonArray(digest),
            new JsonArray(_keys[key]),
            JourneyBodies.Time(99)
        );
        terms["scopes"] = new JsonArray([.. Scopes.Select(s => (JsonNode)s)]);
        string proposal = Propose("office", terms);
        string[] vouched = ["--member-key", At(key + ".pub"), "--signature", At(key + ".sig")];
        Run.Rejected("names a key", Certificate(algorithm, "first", "--proposal", proposal));
        Run.Json(Certificate(algorithm, "first", ["--proposal", proposal, .. vouched]));
        Act("approved", "office", new() { ["proposal"] = proposal });
        return subject;
    }

    /// <summary>Issues a certificate, and with a key the signature of its file; the digest of the chain.</summary>
    private string Certify(string algorithm, string name, int days, string? key = null)
    {
        AsymmetricCipherKeyPair root = _roots.TryGetValue(algorithm, out AsymmetricCipherKeyPair? known)
                ? known
                : Certificates.Pair(algorithm),
            own = _certified.TryGetValue(algorithm, out AsymmetricCipherKeyPair? had) ? had : Certificates.Pair(algorithm);
        (_roots[algorithm], _certified[algorithm]) = (root, own);
        Write(algorithm + ".root", Certificates.Issue(algorithm, "C=CN,CN=Root", root, root, 1_000));
        X509Certificate member = Certificates.Issue(
            algorithm,
            $"C=CN,SERIALNUMBER={algorithm.Replace("-", "")}",
            own,
            root,
            days
        );
        Write($"{algorithm}.{name}", member);
        if (key is not null)
        {
            ISigner signer = SignerUtilities.GetSigner(Certificates.Signature(algorithm));
            signer.Init(true, own.Private);
            signer.BlockUpdate(File.ReadAllBytes(At(key + ".pub")));
            File.WriteAllBytes(At(key + ".sig"), signer.GenerateSignature());
        }

        return Convert.ToHexStringLower(SHA256.HashData(member.GetEncoded()));
    }

    private string[] Certificate(string algorithm, string name, params string[] more) =>
        ["certificate", At($"{algorithm}.{name}"), "--root", At(algorithm + ".root"), .. Of(more)];

    private string[] Of(string[] more) => more.Length == 0 ? [] : ["--ledger", At("L"), .. more];

    private void Write(string name, X509Certificate certificate) =>
        File.WriteAllText(At(name), PemEncoding.WriteString("CERTIFICATE", certificate.GetEncoded()));

    private string Write(JsonObject body)
    {
        File.WriteAllText(At("body.json"), body.ToJsonString());
        return At("body.json");
    }

    private void Key(string name) => _keys[name] = (string)Run.Json("keygen", "--out", At(name))["publicKey"]!;

    private string Propose(string signer, JsonObject terms) => Act("proposed", signer, new() { ["terms"] = terms });

    private string Act(string kind, string signer, JsonObject body, params string[] along) =>
        (string)Run.Json(Line(kind, signer, body, along))["id"]!;

    private void Refused(string code, string kind, string signer, JsonObject body, params string[] along)
    {
        (int exit, JsonObject json) = Run.JsonAndCode(Line(kind, signer, body, along));
        Assert.Equal((1, code), (exit, (string)json["reason"]!));
    }

    private string[] Line(string kind, string signer, JsonObject body, string[] along) =>
        [
            "act",
            kind,
            "--file",
            Write(body),
            "--ledger",
            At("L"),
            "--key",
            At(signer),
            .. along.SelectMany(a => (string[])["--cosign", At(a)]),
        ];

    private JsonObject KeyOf(string name) =>
        new()
        {
            ["key"] = _keys[name],
            ["scopes"] = new JsonArray([.. Scopes.Select(s => (JsonNode)s)]),
            ["until"] = JourneyBodies.Time(1_000),
        };

    private JsonObject Added(string key, DateTimeOffset until) =>
        new()
        {
            ["key"] = _keys[key],
            ["scopes"] = new JsonArray("request", "govern"),
            ["until"] = until.ToUnixTimeMilliseconds(),
        };

    private JsonObject Stolen(string key, int days) => new() { ["key"] = _keys[key], ["from"] = JourneyBodies.Time(days) };

    private JsonObject Request(string agreement) =>
        new()
        {
            ["agreement"] = new JsonArray(agreement),
            ["person"] = JourneyBodies.Digest("person"),
            ["purpose"] = "HRESCH",
            ["class"] = "GENERAL",
            ["columns"] = new JsonArray("age"),
            ["until"] = JourneyBodies.Time(30),
            ["handles"] = new JsonArray(_keys["ann"]),
            ["operation"] = "download",
            ["commercial"] = false,
            ["count"] = 1,
        };

    private JsonObject Used(string request) =>
        new()
        {
            ["request"] = request,
            ["handles"] = new JsonArray(_keys["ann"]),
            ["operation"] = "download",
            ["person"] = JourneyBodies.Digest("clerk"),
            ["withinRights"] = true,
            ["rows"] = 1,
            ["bytes"] = 10,
            ["columns"] = new JsonArray("age"),
            ["root"] = JourneyBodies.Digest("root"),
            ["network"] = JourneyBodies.Digest("network"),
        };
}
