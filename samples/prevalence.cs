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
    [ColumnSchema.YesNo("diabetes"), ColumnSchema.OfCategories("sex", [new Category("f", "female"), new Category("m", "male")])]
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
Statistic[] asked =
[
    .. sexes.Select(s => Statistic.Rate(Predicate.In(schema, "diabetes", "yes"), Predicate.In(schema, "sex", s))),
];
byte[] file = StatisticsProof
    .Prove(cubes, asked, new StatisticContext("surveillance", "health office", ledger.Key.Name))
    .Encode();

// the reader: the file and the ledger, no row
var proof = (StatisticsProof)ProofFile.Decode(file);
VerificationReport report = proof.Verify(new VerificationContext { Publications = new LedgerPublications(ledger) });
Console.WriteLine(report);
for (int k = 0; k < proof.Statistics.Count; k++)
{
    Console.WriteLine($"{proof.Statistics[k].Describe(schema)}: {proof.Values(k).Single(v => v.Name == "rate")}");
}

return report.IsAccepted ? 0 : 1;
