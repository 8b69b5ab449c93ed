using System.Security.Cryptography;
using System.Text;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>A registrar's consents in a query: the plan knows whose table it is, and that nobody's consent serves
/// twice.</summary>
public class SqlRegistrarTests
{
    private const string Sql =
        "SELECT sex, count(*) AS n FROM patients p JOIN consents c ON p.person = c.person "
        + "WHERE c.research = 'yes' GROUP BY sex";

    private static readonly byte[] Hospital = SHA256.HashData("hospital"u8),
        Registrar = SHA256.HashData("registrar"u8);

    private static TableOpening Commit(byte[] owner, TableSchema schema, params uint[][] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(schema, codes), owner, secret);
    }

    private static CategoryColumn Column(string name, params string[] codes) =>
        new(name, [.. codes.Select(c => new Category(c, c))]);

    private static VerificationReport Verify(uint[] persons, out SqlAnswer? answer)
    {
        using TableOpening consents = Commit(
            Registrar,
            new TableSchema("consents", [Column("research", "yes", "no")]),
            [1, 1, 2, 1, 0]
        );
        var key = new KeyColumn("person", $"{Convert.ToHexStringLower(Registrar)}/consents");
        using TableOpening patients = Commit(
            Hospital,
            new TableSchema("patients", [Column("sex", "f", "m"), key]),
            [1, 2, 1, 1],
            persons
        );
        var tables = new Dictionary<string, TableOpening> { ["patients"] = patients, ["consents"] = consents };
        var question = SqlQuestion.Compile(
            Sql,
            [new SqlTable("patients", patients.Commitment, "patients"), new SqlTable("consents", consents.Commitment, "consents")]
        );
        PlanProof proof = question.Prove(tables, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));
        Assert.Contains(
            Convert.ToHexStringLower(Hospital),
            Encoding.UTF8.GetString(question.Plan.Encode().Span),
            StringComparison.Ordinal
        );
        Assert.Contains("\"for\":", Encoding.UTF8.GetString(question.Plan.Encode().Span), StringComparison.Ordinal);
        VerificationReport report = ProofFile.Decode(proof.Encode()).Verify();
        answer = proof.Answer;
        return report;
    }

    [Fact]
    public void Who_consented_is_counted()
    {
        VerificationReport report = Verify([4, 1, 3, 0], out SqlAnswer? answer);
        Assert.True(report.IsAccepted, report.Reason);
        Assert.Equal(
            [
                ["f", 1m],
                ["m", 1m],
            ],
            answer!.Rows
        );
    }

    /// <summary>Two patients who are one person at the registrar's: one consent cannot serve both.</summary>
    [Fact]
    public void One_consent_cannot_serve_two_patients() => Assert.Throws<ArgumentException>(() => Verify([1, 1, 3, 0], out _));
}
