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
        Assert.Equal(["delete", "compensate"], permission["duty"]!.AsArray().Select(d => (string)d!["action"]!));
        Assert.Equal("2027-01-01T00:00:00.000Z", (string)permission["constraint"]![1]!["rightOperand"]!["@value"]!);
        Assert.Equal("urn:zkhealth:purpose:HRESCH", (string)permission["constraint"]![0]!["rightOperand"]![0]!);
        Assert.Equal("urn:zkhealth:class:GENERAL", (string)permission["target"]![0]!["uid"]!);
    }
}
