using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Commands whose JSON no other test reads: definitions of noise, of learning and of further leaves had never met an output. The
/// last test here lists every leaf without one.
/// </summary>
public sealed class JsonLeafTests : TemporaryFolder
{
    private string[] Writer => ["--ledger", At("l.db"), "--key", At("h.key")];

    private static string[] Asked => ["--purpose", "p", "--requester", "r"];

    private void Published()
    {
        Run.Json("synth", "--rows", "600", "--out", At("p.csv"));
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        Run.Json(["publish", At("t.zkt"), "--data-set", "d", .. Writer]);
    }

    [Fact]
    public void Noise_from_its_commitment_to_its_release()
    {
        Published();
        Run.Json("keygen", "--out", At("office"));
        string[] query =
        [
            .. (string[])["--where", "smoker = yes", "--eps", "2", "--drawn-by", At("office.pub"), "--out", At("n.zkn")],
            .. Asked,
            .. Writer,
        ];
        JsonObject committed = Run.Json(["noise", "commit", At("t.zkt"), .. query]);
        string entry = $"{(int)committed["entry"]!}";
        Assert.Equal(1, Run.JsonAndCode(["noise", "release", At("n.zkn"), At("t.zkt"), .. Writer]).Code);
        Run.Json("ledger", "beacon", entry, "--ledger", At("l.db"), "--key", At("office"));
        Run.Json(["noise", "release", At("n.zkn"), At("t.zkt"), "--out", At("n.zkp"), .. Writer]);
        Assert.NotNull(Run.Json("verify", At("n.zkp"), "--ledger", At("l.db"))["statistics"]![0]!["values"]![0]!["value"]);
        Run.Json("inspect", At("n.zkp"));
        Run.Json("ledger", "export", At("l.db"), At("copy.db"));
        Assert.Equal(4, (int)Run.Json("ledger", "audit", At("copy.db"))["entries"]!);
        Run.Json("ledger", "forget", At("copy.db"));
    }

    [Fact]
    public void Rows_sets_and_hidden_statements()
    {
        Published();
        File.WriteAllLines(At("set"), ["0-4"]);
        string[] more = ["--origin", "o", "--out", At("x.zkp"), "--force", .. Asked];
        Run.Json(["prove", "non-membership", At("t.zkt"), "--row", "0", "--column", "age", "--set", At("set"), .. more]);
        Run.Json("verify", At("x.zkp"));
        string[] profile = ["--strata", "sex", "--weights", "1,1", "--tolerance", "0.2"];
        Run.Json(["prove", "conformity", At("t.zkt"), .. profile, .. more]);
        Assert.True((bool)Run.Json("verify", At("x.zkp"))["accepted"]!);
        Run.Json("inspect", At("x.zkp"));
        Run.Json("try", Folder, "SELECT sex, count(*) FROM p GROUP BY sex");
    }

    [Fact]
    public void Terms_of_every_kind()
    {
        Published();
        string[] keys = [.. Enumerable.Range(1, 3).Select(i => (string)Run.Json("keygen", "--out", At($"h{i}"))["owner"]!)];
        string[] parties = ["--origin", "o", "--purpose", "p", "--hospital", .. keys, "--member", .. keys];
        string[][] kinds =
        [
            ["table", "--exposure", "smoker = yes", "--outcome", "diabetes = yes"],
            ["rate", "--events", "diabetes = yes", "--time", "systolic"],
            ["standardised", "--outcome", "diabetes = yes", "--strata", "sex", "--weights", "1,1"],
            ["mean", "--column", "systolic"],
            ["quantile", "--column", "age"],
            ["chi-square", "--first", "sex", "--second", "smoker"],
        ];
        foreach (string[] kind in kinds)
        {
            string[] own = ["--schema", At("p.schema.json"), "--data-set", "d", "--out", At($"{kind[0]}.terms")];
            Run.Json(["aggregate", "terms", .. kind, .. own, .. parties]);
        }

        Assert.Single(Run.Json("aggregate", "show", At("mean.terms"))["asked"]!.AsArray());
        string[] model = ["--model", "m", "--round", "0", "--entries", "3", "--clip", "1", "--norm", "1.5"];
        Assert.NotNull(Run.Json(["learning", "terms", .. model, "--out", At("round"), .. parties])["round"]);

        // a session that nobody opens
        string[] member = ["--table", At("t.zkt"), "--name", "House", "--approve", At("mean.terms"), "--timeout", "0", .. Writer];
        Assert.NotEqual(0, Run.JsonAndCode(["aggregate", "run", "--terms", At("mean.terms"), .. member]).Code);
    }

    [Fact]
    public void Benchmarks()
    {
        Run.Json("benchmark", "--rows", "256", "--this-backend-only", "--runs", "1");
        Run.Json("benchmark", "ledger", "--entries", "10");
        Run.Json("benchmark", "rules", "--consents", "20", "--entries", "10");
    }

    /// <summary>A column that its owner never lets be used is refused by whoever proves, records or verifies.</summary>
    [Fact]
    public void Rules_for_columns_hold()
    {
        Published();
        string[] on = ["--ledger", At("l.db"), .. Asked];
        Run.Json(["prove", "count", At("t.zkt"), "--where", "age >= 50", "--out", At("age.zkp"), .. on]);
        Run.Json(["ledger", "columns", "--data-set", "d", "--rule", "age=never", "smoker=groups:20", .. Writer]);
        Run.Json(["prove", "count", At("t.zkt"), "--where", "smoker = yes", "--out", At("smoker.zkp"), .. on]);
        (int code, JsonObject refused) = Run.JsonAndCode([
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "age >= 50",
            "--out",
            At("n.zkp"),
            .. on,
        ]);
        Assert.Equal((1, "refused"), (code, (string)refused["verdict"]!));
        Assert.Contains("ask its owner", (string)refused["reason"]!, StringComparison.Ordinal);
        Assert.NotEqual(0, Run.JsonAndCode(["ledger", "release", At("age.zkp"), .. Writer]).Code);
        Run.Rejected("age", "verify", At("age.zkp"), "--ledger", At("l.db"));
        Run.Json(["ledger", "release", At("smoker.zkp"), .. Writer]);
        Run.Json("verify", At("smoker.zkp"), "--ledger", At("l.db"));
        Run.Usage("COLUMN=never", ["ledger", "columns", "--data-set", "d", "--rule", "age", .. Writer]);
    }

    /// <summary>An operator had no command by which time passes on its ledger.</summary>
    [Fact]
    public void A_ledger_ticks_where_its_newest_leaf_is_old()
    {
        using var old = new TemporaryLedger(clock: new ManualClock { Now = DateTimeOffset.UnixEpoch.AddYears(50) });
        old.Append(old.Alice, "a");
        old.Ledger.Dispose();
        File.WriteAllText(At("log.key"), KeyPem.EncodeSecret(old.LogKey));
        string[] tick = ["ledger", "tick", old.Path, "--ledger-secret-key", At("log.key")];
        Assert.Equal(1, (int)Run.Json(tick)["entry"]!);
        Assert.Null(Run.Json(tick)["entry"]);
        Assert.Equal(2, (int)Run.Json("ledger", "show", old.Path)["size"]!);
        Run.Usage("secret key of the ledger", "ledger", "tick", old.Path);
    }

    [Fact]
    public void Certificates_of_members()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1),
            until = from.AddDays(50);
        using ECDsa authority = ECDsa.Create(ECCurve.NamedCurves.nistP256),
            hospital = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("C=DE,CN=Root", authority, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 root = request.CreateSelfSigned(from, until);
        var member = new CertificateRequest("C=DE,SERIALNUMBER=HRB 12345", hospital, HashAlgorithmName.SHA256);
        member.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        member.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using X509Certificate2 issued = member.Create(root, from, until, [1]);
        File.WriteAllText(At("root.pem"), root.ExportCertificatePem());
        File.WriteAllText(At("member.pem"), issued.ExportCertificatePem());
        JsonObject read = Run.Json("certificate", At("member.pem"), "--root", At("root.pem"));
        Assert.Equal(("DE-HRB12345", "P-256"), ((string)read["subject"]!, (string)read["algorithm"]!));
        Run.Rejected("it is not signed", "certificate", At("member.pem"), "--root", At("member.pem"));
        string[] late = ["--at", "2199-01-01T00:00:00Z"];
        Run.Rejected("not valid at the time", ["certificate", At("member.pem"), "--root", At("root.pem"), .. late]);
        Run.Usage("expected certificates in PEM", "certificate", At("member.pem"), "--root", Run.Root + "/README.md");

        // the certificate's key signs the file of the key of entries, as openssl dgst -sha256 -sign does
        string key = (string)Run.Json("keygen", "--out", At("m.key"))["publicKey"]!;
        File.WriteAllBytes(At("m.sig"), Signed(hospital, At("m.key.pub")));
        File.WriteAllBytes(At("other.sig"), Signed(authority, At("m.key.pub")));
        string[] of = ["certificate", At("member.pem"), "--root", At("root.pem"), "--member-key", At("m.key.pub")];
        JsonObject vouched = Run.Json([.. of, "--signature", At("m.sig")]);
        Assert.Equal(key, (string)vouched["key"]!);
        Run.Rejected("is no signature of", [.. of, "--signature", At("other.sig")]);
        Run.Rejected("is no signature of", [.. of, "--signature", At("m.key")]);
        Run.Usage("--signature is missing", of);
        Run.Usage("--ledger is missing", [.. of, "--signature", At("m.sig"), "--proposal", new string('0', 64)]);
    }

    private static byte[] Signed(ECDsa key, string file) =>
        key.SignData(File.ReadAllBytes(file), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>A call of <see cref="Run.Json"/> in the sources of the tests, of a helper that makes one, or a list of words kept
    /// for one: a new command needs its own.</summary>
    [Fact]
    public void The_json_of_every_leaf_is_read_by_a_test()
    {
        static IEnumerable<string[]> Leaves(Command command, string[] words) =>
            [
                .. command.Action is null ? (IEnumerable<string[]>)[] : [words],
                .. command.Subcommands.SelectMany(c => Leaves(c, [.. words, c.Name])),
            ];
        string sources = string.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Run.Root, "tests", "ZkHealth.Cli.Tests"), "*.cs", SearchOption.AllDirectories)
                .Select(f => Regex.Replace(File.ReadAllText(f), @"\s+", " "))
        );
        const string Call = @"((Json|JsonAndCode|Gives)\( ?(\d, ""\w+"", )?|\[ ?)(\[ ?)?(\.\. \(string\[\]\)\[)?";
        bool IsRead(string[] words) =>
            Regex.IsMatch(sources, Call + Regex.Escape(string.Join(", ", words.Select(w => $"\"{w}\""))))
            || DailyActTests.Commands.Contains(string.Join(' ', words))
            || (words.Length > 1 && Regex.IsMatch(sources, $@"Do\(\w+, ""{words[^1]}"""))
            || (words.Length == 2 && Regex.IsMatch(sources, $@"(Json\(Prove|Json\(Asked| Prove)\(""{words[1]}"""))
            || (words.Length == 3 && Regex.IsMatch(sources, $@"\[""{words[2]}"", ""--"));
        string[] unread =
        [
            .. Leaves(CommandLine.Create(), [])
                .Where(w => w.Length > 0 && !IsRead(w))
                .Select(w => string.Join('-', w))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Empty(unread);
    }
}
