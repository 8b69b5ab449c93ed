#!/usr/bin/env -S dotnet run
#:project ../src/ZkHealth.Accountability/ZkHealth.Accountability.csproj
#:property PublishAot=false
#:property TieredCompilation=false

// A hospital's prevalence, proven and verified: what samples/notebooks/prevalence.ipynb shows, by the library alone.
//
//   dotnet run -c Release samples/prevalence.cs
using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

// the hospital: 20,000 invented patients, every fourth man and every fifth woman with diabetes on average
var schema = new TableSchema(
    "patients",
    [CategoryColumn.YesNo("diabetes"), new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")])]
);
uint[] sex = [.. Enumerable.Range(0, 20_000).Select(_ => (uint)RandomNumberGenerator.GetInt32(1, 3))];
uint[] diabetes = [.. sex.Select(s => RandomNumberGenerator.GetInt32(s == 2 ? 4 : 5) == 0 ? 2u : 1u)];
string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
using SigningKey ledgerKey = SigningKey.Create(),
    hospital = SigningKey.Create();
using SqliteLedger ledger = SqliteLedger.Create(
    Path.Combine(folder, "ledger.db"),
    "ledger.example.org/health",
    ledgerKey,
    AccountabilityRules.Instance
);
using var secret = TableSecret.Create();
using TableOpening table = TableOpening.Commit(new CodedTable(schema, [diabetes, sex]), hospital.Public.OwnerId.Span, secret);
PublishedTables.Publish(ledger, table.Commitment, hospital, "clinic");

// its answer to a question: a rate for each sex
using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, TableAxes.Of(schema, "diabetes", "sex"));
string[] sexes = ["f", "m"];
Prevalence[] asked =
[
    .. sexes.Select(s => new Prevalence(Predicate.In(schema, "diabetes", "yes"), Predicate.In(schema, "sex", s))),
];
byte[] file = PrevalenceProof
    .Prove(cubes, asked, new StatisticContext("surveillance", "health office", ledger.Key.Name))
    .Encode();

// the reader: the file and the ledger, no row
if (!ProofFile.TryDecode(file, out ProofFile? proof, out string? reason))
{
    Console.WriteLine(reason);
    return 1;
}

VerificationReport report = proof.Verify(new VerificationContext { Publications = new LedgerPublications(ledger) });
Console.WriteLine(report);
foreach ((Prevalence prevalence, Rate rate) in proof.Prevalence!.Prevalences.Zip(proof.Prevalence.Rates))
{
    Console.WriteLine(
        $"{prevalence.Denominator.Describe(schema)}: {rate} = {rate.Value:P2}, 95 %: {rate.Wilson95!.Low:P2} to {rate.Wilson95.High:P2}"
    );
}

return report.IsAccepted ? 0 : 1;
