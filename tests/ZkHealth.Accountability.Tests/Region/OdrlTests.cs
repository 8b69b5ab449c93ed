using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>An agreement as an ODRL policy, member by member.</summary>
public sealed class OdrlTests
{
    [Fact]
    public void An_agreement_is_a_policy_with_parties_terms_and_duties()
    {
        var r = new Region();
        byte[] id = r.Agree("maker", ["centre", "hospital"], ppm: 10_000);
        JsonObject policy = Odrl.Of(id, r.State.Find(Records.Agreement, id)!);
        Assert.Equal(("http://www.w3.org/ns/odrl.jsonld", "Agreement"), ((string)policy["@context"]!, (string)policy["@type"]!));
        Assert.Equal("urn:zkhealth:member:maker", (string)policy["assignee"]!);
        Assert.Equal(
            ["urn:zkhealth:member:centre", "urn:zkhealth:member:hospital"],
            policy["assigner"]!.AsArray().Select(p => (string)p!)
        );
        JsonNode permission = policy["permission"]![0]!;
        Row terms = r.State.Find(Records.Agreement, id)!.Inner("terms");
        Assert.Equal(
            ["delete", "compensate", "urn:zkhealth:action:deposit", "urn:zkhealth:action:reportValue"],
            permission["duty"]!.AsArray().Select(d => (string)d!["action"]!)
        );

        // deposit, penalty, period and tail were left out without a word
        Dictionary<string, string> numbers = permission["duty"]!
            .AsArray()
            .SelectMany(d => d!["constraint"]!.AsArray())
            .Where(c => (string)c!["operator"]! == "eq")
            .ToDictionary(c => (string)c!["leftOperand"]!, c => (string)c!["rightOperand"]!["@value"]!);
        string[] names = ["ppm", "period", "tail", "deposit", "penalty", "perThousand", "flat", "flatDays"];
        Assert.Equal(
            names.Where(n => terms.Whole(n) > 0).ToDictionary(n => $"urn:zkhealth:operand:{n}", n => $"{terms.Whole(n)}"),
            numbers
        );
        Assert.Equal("2027-01-01T00:00:00.000Z", (string)permission["constraint"]![1]!["rightOperand"]!["@value"]!);
        Assert.Equal("urn:zkhealth:purpose:HRESCH", (string)permission["constraint"]![0]!["rightOperand"]![0]!);

        // a refined collection is named by its source, and must not be by uid (ODRL 2.2, section 2.2.4)
        JsonNode target = permission["target"]![0]!;
        Assert.Equal(("urn:zkhealth:class:GENERAL", null), ((string?)target["source"], target["uid"]));
        Assert.Equal("urn:zkhealth:operand:column", (string)target["refinement"]![0]!["leftOperand"]!);
    }
}
