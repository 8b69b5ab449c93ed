using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Deliveries by requests that name a cohort in the place of handles.</summary>
public sealed class DeliverCommandTests : TemporaryFolder
{
    // `deliver` looked for the handles of a cohort in its request, which names none: nothing could be delivered to anybody who
    // asks for more than 4,096
    [Fact]
    public void A_cohort_is_delivered_until_somebody_of_it_revokes()
    {
        using var r = new Region(At("L"), "cohorts");
        r.Sleep(Math.Max(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - r.Time));
        byte[] agreement = r.Agree("institute", ["hospital"]),
            cohort = Region.Digest("cohort");
        Row asked = Bodies
            .Request(agreement, Region.Digest("person"), ["age"], r.Time + (30 * Durations.Day), [])
            .With("cohort", new[] { cohort })
            .With("count", 5000L);
        Assert.Equal("Permitted", r.Do("access requested", "institute", asked, "registry").ToString());
        byte[] request = r.LastId;
        File.WriteAllLines(At("rows.csv"), ["handle,age", $"{Convert.ToHexStringLower(Region.Key("ann"))},40"]);
        JsonObject made = Run.Json(Deliver("d.csv"));
        JsonNode used = JsonNode.Parse(File.ReadAllText((string)made["used"]!))!;
        (used["person"], used["network"]) = (new string('1', 64), new string('2', 64));
        Row said = Bodies.UseServed.FromJson(used, "body");
        Assert.Equal("Accepted", r.Do("used", "hospital", said).ToString());
        r.Do("cohort revoked", "registry", Bodies.CohortRevoked.Row((object)request));
        Run.Usage("not every handle has a consent", Deliver("e.csv"));

        string[] Deliver(string file) =>
            [
                "deliver",
                At("rows.csv"),
                "--ledger",
                r.LedgerFile!,
                "--request",
                Convert.ToHexStringLower(request),
                "--server",
                "hospital",
                "--out",
                At(file),
            ];
    }
}
