using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>A registrar's table of consents, from the hospital's list of persons to a proof that counts consenting persons alone,
/// and to its refusal after a consent was withdrawn.</summary>
public sealed class RegistrarCommandTests : TemporaryFolder
{
    private readonly string[] _ledger;

    public RegistrarCommandTests()
    {
        _ledger = ["--ledger", At("ledger"), "--key", At("registrar")];
        Run.Json("keygen", "--out", At("registrar"));
        Run.Json("keygen", "--out", At("hospital"));
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/registrar");
        File.WriteAllText(At("persons.csv"), "person_id\nc\na\nb\nd\n");
        File.WriteAllText(
            At("consents.schema.json"),
            """
            { "name": "consents", "columns": [
              { "name": "who", "source": "person_id", "kind": "identifier" },
              { "name": "research", "kind": "yes-no" } ] }
            """
        );
        File.WriteAllText(At("consents.csv"), "person_id,research\na,yes\nb,no\nc,yes\nx,yes\n");
        File.WriteAllText(
            At("patients.schema.json"),
            """
            { "name": "patients", "columns": [
              { "name": "sex", "kind": "category", "values": [{ "code": "f" }, { "code": "m" }] },
              { "name": "who", "source": "person_id", "kind": "key", "of": "consents", "atMost": 1 } ] }
            """
        );
        File.WriteAllText(At("patients.csv"), "person_id,sex\na,f\nb,f\nc,m\nd,f\n");
    }

    private JsonObject Registrar(params string[] more) =>
        Run.Json([
            "registrar",
            At("persons.csv"),
            "--records",
            At("consents.csv"),
            "--data-set",
            "consents for north",
            "--out",
            At("consents.zkt"),
            .. _ledger,
            .. more,
        ]);

    private static TableOpeningFile Open(string path)
    {
        Assert.True(
            TableOpeningFile.TryDecodeSecret(File.ReadAllBytes(path), out TableOpeningFile? table, out string? reason),
            reason
        );
        return table;
    }

    /// <summary>Women and men among those whose consent the registrar has recorded.</summary>
    private PlanProof Prove() =>
        Prove(["sex", "research"], c => c[0] == 1 && c[1] == 2 ? 1 : 0, c => c[0] == 2 && c[1] == 2 ? 1 : 0);

    private PlanProof Prove(string[] columns, params Func<IReadOnlyList<uint>, long>[] numbers)
    {
        using TableOpeningFile patients = Open(At("patients.zkt")),
            consents = Open(At("consents.zkt"));
        Assert.True(KeyPem.TryDecode(File.ReadAllText(At("hospital")), out VerifyingKey? hospital));
        Plan plan = new PlanBuilder()
            .AddTable("patients", patients.Committed.Commitment, "clinic")
            .AddRegistrar("consents", consents.Committed.Commitment, "consents for north", hospital.OwnerId)
            .Join("patients", "who", "consents", "", "research")
            .Ask("patients", columns, numbers)
            .Build();
        var proof = PlanProof.Prove(
            plan,
            new Dictionary<string, TableOpening> { ["patients"] = patients.Committed, ["consents"] = consents.Committed },
            new StatisticContext("p", "r", "ledger.test/registrar"),
            new DisclosureGuard(0)
        );
        File.WriteAllBytes(At("answer.zkp"), proof.Encode());
        return proof;
    }

    private (int Code, JsonObject Json) Verify(params string[] more) =>
        Run.JsonAndCode(["verify", At("answer.zkp"), "--ledger", At("ledger"), .. more]);

    [Fact]
    public void Consenting_persons_are_counted_until_a_consent_is_withdrawn()
    {
        JsonObject made = Registrar();
        Assert.Equal((4, 3), ((int)made["rows"]!, (int)made["found"]!));
        string[] commit = ["commit", At("patients.csv"), "--registrar", At("consents.registrar.json"), "--key", At("hospital")];
        JsonObject committed = Run.Json(commit);
        Assert.Equal(0, committed["columns"]!.AsArray().Sum(c => (int)c!["nobody"]!));
        Run.Json("publish", At("patients.zkt"), "--data-set", "clinic", "--ledger", At("ledger"), "--key", At("hospital"));
        Assert.Equal([1, 1], Prove().Numbers[0]);

        // whom the reader trusts must be said; the registrar's table is named
        Assert.Equal(1, Verify().Code);
        (int code, JsonObject verified) = Verify("--registrar", At("registrar.pub"));
        Assert.Equal(0, code);
        JsonNode table = verified["tables"]!.AsArray().Single(t => (string)t!["role"]! == "consents")!;
        Assert.Equal("consents for north", (string)table["dataSet"]!);
        Assert.NotNull(table["registrarFor"]);

        File.Copy(At("consents.zkt"), At("old.zkt"));

        // a consent is withdrawn, a person more on the list: the hospital commits nothing anew
        File.WriteAllText(At("consents.csv"), "person_id,research\na,no\nb,no\nc,yes\n");
        File.AppendAllText(At("persons.csv"), "e\n");
        Registrar("--force");
        (code, verified) = Verify("--registrar", At("registrar.pub"));
        Assert.Equal((1, "ruleBroken"), (code, (string)verified["reasonCode"]!));
        Assert.Contains(
            "newer version of the data set 'consents for north'",
            (string)verified["reason"]!,
            StringComparison.Ordinal
        );
        Assert.Equal([0, 1], Prove().Numbers[0]);

        // an answer over the table of before was proven without a word, and refused by every reader
        string[] ask =
        [
            "prove",
            "sql",
            "SELECT count(*) FROM patients JOIN consents ON patients.who = consents.who WHERE research",
            "--table",
            At("patients.zkt"),
            "--purpose",
            "p",
            "--requester",
            "r",
            "--min-count",
            "0",
            "--ledger",
            At("ledger"),
            "--out",
            At("sql.zkp"),
            "--table",
        ];
        Run.Usage("is not the newest version of the data set 'consents for north': entry", [.. ask, $"consents={At("old.zkt")}"]);
        Run.Json([.. ask, At("consents.zkt")]);
        Assert.True(ProofFile.TryDecode(File.ReadAllBytes(At("sql.zkp")), out ProofFile? answer, out _));
        Assert.True(new PlanUse(((PlanProof)answer).Plan).DemandsConsent);

        // keys of the longer list over the shorter table: neither the key nor the tables were named
        File.AppendAllText(At("patients.csv"), "e,f\n");
        Run.Json([.. commit, "--force"]);
        string[] apart =
        [
            .. ask.Select(a =>
                a == "--ledger" ? "--origin"
                : a == At("sql.zkp") ? At("apart.zkp")
                : a
            ),
        ];
        string[] beyond =
        [
            .. apart[..2],
            """SELECT count(*) FROM patients JOIN "consents for north" c ON patients.who = c.who WHERE c.research""",
            .. apart[3..],
            $"consents for north={At("old.zkt")}",
        ];
        Run.Usage("the key 'who' of 'patients' names rows beyond the 4 of 'consents for north'", beyond);
        Assert.Equal(0, Verify("--registrar", At("registrar.pub")).Code);
    }

    // any plan passed for one that demands the patients' consent, be it that nobody looked at the consents, or at all of them
    [Fact]
    public void A_purpose_that_needs_consent_counts_only_those_who_have_it()
    {
        Registrar();
        Run.Json("commit", At("patients.csv"), "--registrar", At("consents.registrar.json"), "--key", At("hospital"));
        Assert.Null(Beyond(Prove()));
        Assert.Contains("needs the patients' consent", Beyond(Prove(["sex"], c => c[0] == 1 ? 1 : 0)), StringComparison.Ordinal);
        PlanProof all = Prove(["sex", "research"], c => c[0] == 1 && c[1] > 0 ? 1 : 0),
            unknown = Prove(["sex", "research"], c => c[0] == 1 && c[1] == 0 ? 1 : 0),
            apart = Prove(["research"], c => c[0] == 1 ? 1 : 0, c => c[0] == 2 ? 1 : 0);
        Assert.All(
            (PlanProof[])[all, unknown, apart],
            p => Assert.Contains("needs the patients' consent", Beyond(p), StringComparison.Ordinal)
        );

        static string? Beyond(PlanProof proof)
        {
            Row request = Records.Request.Row(
                Array.Empty<byte[]>(),
                "institute",
                "HRESCH",
                AccessRules.Statistics,
                AccessRules.Statistics,
                new[] { "sex", "who" },
                Array.Empty<byte[]>(),
                true,
                Array.Empty<string>(),
                long.MaxValue,
                false,
                true,
                Array.Empty<byte[]>(),
                false
            );
            return ReleasedStatistics.Beyond(request, proof, proof.VersionsByRole["patients"]);
        }
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        Registrar();
        void Refused(string expected, params string[] arguments)
        {
            (int code, string output) = Run.Command(arguments);
            Assert.True(code == 2 && output.Contains(expected, StringComparison.Ordinal), output);
        }

        string[] again =
        [
            "registrar",
            At("persons.csv"),
            "--records",
            At("consents.csv"),
            "--data-set",
            "consents for north",
            "--out",
            At("consents.zkt"),
            .. _ledger,
        ];
        string[] handed = ["--registrar", At("consents.registrar.json")];
        Refused("--force replaces it", again);
        File.WriteAllText(At("persons.csv"), "person_id\na\nc\nb\nd\n");
        Refused("rows are only appended", [.. again, "--force"]);

        // written elsewhere, the list of the version before was not looked at: keys named the consents of others
        Refused("whose list of persons", [.. again[..^5], At("other.zkt"), .. _ledger]);
        Refused("is the list of 'consents for north'", [.. again[..5], "another", .. again[6..], "--force"]);

        // the hospital's own list has changed since: its keys would name the consents of others, who were counted without a word
        Refused("does not begin with the 4 persons", ["commit", At("patients.csv"), .. handed, "--key", At("hospital")]);
        File.WriteAllText(At("persons.csv"), "person_id\nc\na\nb\nd\ne\n");
        File.AppendAllText(At("patients.csv"), "e,f\n");
        JsonObject longer = Run.Json(["commit", At("patients.csv"), .. handed, "--key", At("hospital")]);
        Assert.Equal(1, longer["columns"]!.AsArray().Sum(c => (int)c!["nobody"]!));
        File.WriteAllText(At("persons.csv"), "person_id\na\nc\nb\nd\n");
        Refused(
            "expected each identifier once",
            ["registrar", At("patients.csv"), .. again[2..], "--identifier", "sex", "--force"]
        );
        Refused(
            "is not what `zkhealth registrar` writes",
            "commit",
            At("patients.csv"),
            "--registrar",
            At("consents.csv"),
            "--key",
            At("hospital")
        );
        Refused("give its source too", "commit", At("patients.csv"), "--key", At("hospital"), "--force");
    }
}
