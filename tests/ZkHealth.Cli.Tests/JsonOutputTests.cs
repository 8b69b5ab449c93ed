using System.CommandLine;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Real outputs under --json against docs/output.schema.json. <see cref="Run.JsonAndCode"/> validates those of all other tests
/// too. An output that was rejected had other members than one that was accepted, and a usage error had "error" alone, so that no
/// program could read a verdict from the same place.
/// </summary>
public sealed class JsonOutputTests : TemporaryFolder
{
    private static JsonObject Gives(int code, string verdict, params string[] arguments)
    {
        (int exit, JsonObject json) = Run.JsonAndCode(arguments);
        Assert.Equal((code, verdict), (exit, (string)json["verdict"]!));
        return json;
    }

    private void Commit()
    {
        Gives(0, "done", "synth", "--rows", "2000", "--out", At("p.csv"));
        Gives(0, "done", "keygen", "--out", At("h.key"));
        Gives(0, "accepted", "check", At("p.csv"), "--schema", At("p.schema.json"));
        Gives(0, "done", "commit", At("p.csv"), "--schema", At("p.schema.json"), "--key", At("h.key"), "--out", At("t.zkt"));
    }

    private string[] Prove(string kind, params string[] own) =>
        [
            "prove",
            kind,
            At("t.zkt"),
            .. own,
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("x.zkp"),
            "--force",
        ];

    [Fact]
    public void Every_command_has_a_definition_and_every_definition_a_command()
    {
        static IEnumerable<string> Leaves(Command command, string name) =>
            command.Subcommands.Count == 0
                ? [name]
                : command.Subcommands.SelectMany(c => Leaves(c, name.Length == 0 ? c.Name : $"{name}-{c.Name}"));
        string[] commands = [.. Leaves(CommandLine.Create(), "").Order(StringComparer.Ordinal)];
        Assert.Empty(commands.Except(OutputSchema.Names));
        string[] others = [.. OutputSchema.Names.Except(commands)];
        Assert.All(others, name => Assert.DoesNotContain('-', name));
        string docs = File.ReadAllText(Path.Combine(Run.Root, "docs", "json.md"));
        Assert.All(
            commands.Select(c => c.Split('-')[0]).Distinct(),
            c => Assert.Contains($"`{c}", docs, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void From_a_file_to_a_verdict()
    {
        Commit();
        Gives(0, "done", "schema", "draft", At("p.csv"), "--out", At("draft.json"));
        Gives(0, "done", "ledger", "init", At("l.db"), "--origin", "o");
        string[] writer = ["--ledger", At("l.db"), "--key", At("h.key")];
        Gives(0, "done", ["publish", At("t.zkt"), .. writer]);
        string[] asked = Prove("prevalence", "--numerator", "diabetes = yes", "--by", "sex");
        Gives(0, "done", asked);
        Gives(0, "done", ["ledger", "release", At("x.zkp"), .. writer]);

        // what was only read is not called accepted
        Assert.Null(Gives(0, "done", "inspect", At("x.zkp"), "--all")["accepted"]);
        JsonObject verified = Gives(0, "accepted", "verify", At("x.zkp"), "--ledger", At("l.db"));
        Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
        Gives(0, "done", "ledger", "show", At("l.db"));
        Gives(0, "done", "ledger", "budget", At("l.db"));
        Gives(0, "accepted", "ledger", "audit", At("l.db"));
        Gives(0, "done", ["ledger", "policy", .. writer, "--max-eps", "1", "--max-delta", "1e-6", "--max-exact", "1"]);
        Gives(0, "done", [.. Prove("count", "--where", "smoker = yes"), "--key", At("h.key")]);
        JsonObject over = Gives(1, "refused", ["ledger", "release", At("x.zkp"), .. writer]);
        Assert.Equal((false, true), ((bool)over["accepted"]!, ((string)over["reason"]!).Length > 0));
    }

    [Fact]
    public void Every_kind_of_statistic()
    {
        Commit();
        string[][] kinds =
        [
            Prove("count", "--where", "smoker = yes"),
            Prove("mean", "--column", "systolic"),
            Prove("mean", "--column", "systolic", "--at-least", "1"),
            Prove("quantile", "--column", "age"),
            Prove("histogram", "--column", "sex"),
            Prove("table", "--exposure", "smoker = yes", "--outcome", "diabetes = yes"),
            Prove("standardised", "--outcome", "diabetes = yes", "--strata", "sex", "--weights", "1,1"),
            Prove("threshold", "--numerator", "diabetes = yes", "--denominator", "sex is known", "--at-least", "1/1000"),
            Prove("rate", "--events", "diabetes = yes", "--time", "systolic"),
            Prove("row", "--row", "3", "--columns", "sex"),
        ];
        foreach (string[] kind in kinds)
        {
            Gives(0, "done", kind);
            Gives(0, "accepted", "verify", At("x.zkp"));
            Gives(0, "done", "inspect", At("x.zkp"));
        }

        // a number that is not there is null, with its reason
        JsonNode rate = Gives(
            0,
            "done",
            Prove("prevalence", "--numerator", "diabetes = yes", "--denominator", "systolic > 90 and systolic < 91")
        )["statistics"]![0]!["values"]![2]!;
        Assert.Equal((null, "no rows"), (rate["value"], (string?)rate["undefined"]));
    }

    [Fact]
    public void What_fails_says_so_in_the_same_members()
    {
        Commit();
        Gives(1, "refused", Prove("count", "--where", "systolic = 135 and hba1c = 40 and sex = female"));
        Gives(2, "unusable", Prove("count", "--where", "smokers = yes"));
        Gives(2, "unusable", "verify", At("nothing.zkp"));
        Gives(2, "unusable", "verify");
        Gives(0, "done", Prove("count", "--where", "smoker = yes"));

        byte[] file = File.ReadAllBytes(At("x.zkp"));
        file[^1] ^= 1;
        File.WriteAllBytes(At("bad.zkp"), file);
        Assert.False((bool)Gives(1, "rejected", "verify", At("bad.zkp"))["accepted"]!);
        File.WriteAllText(At("none.zkp"), "none");
        Gives(1, "rejected", "verify", At("none.zkp"));
        Gives(1, "rejected", "inspect", At("none.zkp"));

        JsonObject limit = Gives(4, "limitExceeded", "verify", At("x.zkp"), "--max-cells", "1");
        Assert.True(limit["accepted"] is null && limit["reason"] is not null);
        File.WriteAllText(At("unknown.json"), """{"version": 1, "kind": "tuples"}""");
        Assert.Null(Gives(3, "unsupported", "reference", "check", At("unknown.json"))["accepted"]);

        File.AppendAllText(At("p.csv"), "perhaps,1,female,north,,,\n");
        Gives(2, "unusable", "check", At("p.csv"), "--schema", At("p.schema.json"));
    }

    /// <summary>A verifier that takes no cube of this size learned it after an hour's proof, at the end of the report.</summary>
    [Fact]
    public void The_need_for_a_larger_limit_is_said_before_the_work()
    {
        File.WriteAllLines(At("w.csv"), ["a,b", "1,1", "2,2"]);
        File.WriteAllText(
            At("w.json"),
            """
            { "name": "w", "columns": [ { "name": "a", "kind": "integer", "min": 0, "max": 299 }, { "name": "b", "kind": "integer", "min": 0, "max": 299 } ] }
            """
        );
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("w.csv"), "--schema", At("w.json"), "--key", At("h.key"), "--out", At("t.zkt"));

        // two rows are not released: no cube is kept and no report printed, yet the limit was named
        (int code, string output, string error) = Run.Streams(Prove("count", "--where", "a = 1 and b = 1"));
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(
            "zkhealth: a cube of 90601 cells is above the default limit of verifiers, 65536: they need --max-cells 90601",
            error,
            StringComparison.Ordinal
        );
    }
}
