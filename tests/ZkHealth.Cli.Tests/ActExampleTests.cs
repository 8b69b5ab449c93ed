using System.Text.Json.Nodes;
using NJsonSchema;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Cli.Commands;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth act KIND --explain` of each kind: a clerk begins with its example.</summary>
public sealed class ActExampleTests
{
    private static readonly byte[] Stranger = [.. Enumerable.Repeat((byte)1, 33)];

    public static TheoryData<string> Kinds => [.. ActKind.All.Keys];

    /// <summary>There was no example: a clerk put a body together from the list of its fields.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_example_is_what_the_schema_and_the_command_take(string name)
    {
        ActKind kind = ActKind.All[name];
        JsonObject example = ActExample.Of(kind);
        JsonSchema schema = await JsonSchema.FromJsonAsync(kind.Body.Schema().ToJsonString());
        Assert.Empty(schema.Validate(example.ToJsonString()));
        Assert.InRange(kind.Body.FromJson(JsonNode.Parse(ActExample.Text(example)), "body").Encode().Length, 1, kind.MaxSize);
    }

    /// <summary>A stranger's entry was refused as SIGNER, of which --explain said nothing: it left out what the signer, number
    /// and end are refused for.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_stranger_is_refused_for_stands_in_the_explanation(string name)
    {
        ActKind kind = ActKind.All[name];
        byte[] body = kind.Body.FromJson(ActExample.Of(kind), "body").Encode();
        string[] explained = [.. ActHelp.All[name].Refusals, .. ActExample.SignerRefusals(kind)];
        Act wrong = new(name, Stranger, body, kind.IsRestricting ? 7 : null, kind.IsRestricting ? 7 : null, [])
        {
            Origin = "example",
        };
        Outcome outcome = ContractState.Empty.Check(wrong, 1_000);
        Assert.Equal(OutcomeKind.Refused, outcome.Kind);
        Assert.Empty(outcome.Codes.Except(explained));
        Assert.All(explained, c => Assert.NotNull(ActCodes.Of(c)));
    }

    [Fact]
    public void The_command_prints_example_and_refusals()
    {
        JsonObject json = Run.Json("act", "key-added", "--explain");
        Assert.True(JsonNode.DeepEquals(ActExample.Of(ActKind.All["key added"]), json["example"]));
        string[] refusals = [.. json["refusals"]!.AsArray().Select(c => (string)c!)];
        Assert.Contains("SIGNER", refusals);
        Assert.Equal(refusals.Distinct(), refusals);

        // on a terminal its line ends were escaped, so that nobody could copy it
        string printed = Run.Command("act", "key-added", "--explain").Output;
        JsonNode copied = JsonNode.Parse(printed[(printed.IndexOf("replaced:", StringComparison.Ordinal) + 9)..])!;
        Assert.True(JsonNode.DeepEquals(json["example"], copied));
    }
}
