using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Readmission within 30 days, from a CSV of stays to a rate that is verified: no query compares two stays of one
/// person, so the importer makes the days between them a column. It is told to be the owner's, as text, as JSON and in a
/// page.</summary>
public sealed class ReadmissionCommandTests : TemporaryFolder
{
    private const string Schema = """
        { "name": "stays", "columns": [
          { "name": "person_id", "kind": "person" },
          { "name": "ward", "kind": "category", "values": [{ "code": "A" }, { "code": "B" }] },
          { "name": "days_since", "kind": "integer", "min": 0, "max": 365, "topCode": "365+",
            "from": { "daysSincePrevious": ["admitted", "discharged"], "of": "person_id" } } ] }
        """;

    private const string Sql =
        "SELECT ward, count(*) AS stays, count(*) FILTER (WHERE days_since <= 30) AS readmitted, "
        + "100.0 * count(*) FILTER (WHERE days_since <= 30) / count(*) AS percent FROM stays GROUP BY ward ORDER BY ward";

    /// <summary>Stays of a person one after the other, in no order in the file.</summary>
    private void Write()
    {
        var random = new Random(11);
        var lines = new List<string>();
        for (int person = 0; person < 60; person++)
        {
            var day = new DateOnly(2024, 1, 1);
            for (int stay = random.Next(1, 6); stay > 0; stay--)
            {
                DateOnly admitted = day.AddDays(random.Next(1, 80)),
                    discharged = admitted.AddDays(random.Next(10));
                lines.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"P{person},{(random.Next(2) == 0 ? "A" : "B")},{admitted:yyyy-MM-dd},{discharged:yyyy-MM-dd}"
                    )
                );
                day = discharged;
            }
        }

        string[] mixed = [.. lines.OrderBy(_ => random.Next())];
        File.WriteAllLines(At("stays.csv"), ["person_id,ward,admitted,discharged", .. mixed]);
        File.WriteAllText(At("stays.schema.json"), Schema);
    }

    /// <summary>The rates of DuckDB, which compares each stay with the one before.</summary>
    private string Duck()
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using DuckDBCommand command = duck.CreateCommand();
        command.CommandText =
            "WITH stays AS (SELECT ward, date_diff('day', lag(discharged) OVER (PARTITION BY person_id ORDER BY admitted), admitted) "
            + $"AS days_since FROM read_csv('{At("stays.csv")}')) {Sql}";
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reader.GetString(0)} {reader.GetInt64(1)} {reader.GetInt64(2)} {reader.GetDouble(3):F9}"
                )
            );
        }

        return string.Join('\n', rows);
    }

    [Fact]
    public void A_rate_of_readmissions_is_proven_and_its_column_told_to_be_the_owners()
    {
        Write();
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        Run.Json("commit", At("stays.csv"), "--key", At("key"));
        Run.Json("publish", At("stays.zkt"), "--ledger", At("ledger.db"), "--key", At("key"), "--data-set", "stays");
        Run.Json(
            "prove",
            "sql",
            Sql,
            "--table",
            At("stays.zkt"),
            "--purpose",
            "quality of care",
            "--requester",
            "r",
            "--ledger",
            At("ledger.db"),
            "--out",
            At("rate.zkp"),
            "--min-count",
            "2"
        );
        string[] verify = ["verify", At("rate.zkp"), "--ledger", At("ledger.db")];
        JsonObject read = Run.Json(verify);
        Assert.Equal(
            Duck(),
            string.Join(
                '\n',
                read["rows"]!
                    .AsArray()
                    .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r![0]} {r[1]} {r[2]} {(double)r[3]!:F9}"))
            )
        );
        Assert.Equal(["days_since", "ward"], read["tables"]![0]!["columns"]!.AsArray().Select(c => (string)c!).Order());
        const string Told = "columns used, their values asserted by the owner: ";
        Assert.Contains(Told, Run.Command(verify).Output, StringComparison.Ordinal);
        Run.Json("view", At("rate.zkp"), "--ledger", At("ledger.db"), "--out", At("rate.html"));
        string page = File.ReadAllText(At("rate.html"));
        Assert.Contains("Columns used, their values asserted by the owner", page, StringComparison.Ordinal);
        Assert.Contains("days_since", page, StringComparison.Ordinal);
    }
}
