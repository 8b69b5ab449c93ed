using System.CommandLine;
using System.Text.Json.Nodes;
using NJsonSchema;
using Xunit;
using ZkHealth.Cli.Terminal;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Values of options that are not typed. Every command of a party named ledger, key and requester anew; three dozen
/// commands of docs/aggregation-cli.md did.</summary>
public sealed class ProfileTests : TemporaryFolder
{
    private static readonly Func<string, string?> Nothing = _ => null;

    private string Write(string folder, string json)
    {
        Directory.CreateDirectory(At(folder));
        File.WriteAllText(Path.Combine(At(folder), Profile.FileName), json);
        return At(folder);
    }

    private static string[] Shown(IReadOnlyList<ProfileValue> values) => [.. values.Select(v => $"{v.Setting.Option}={v.Value}")];

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    /// <summary>--ledger-key was a public key in three commands and a file with a secret one in all others (code.md,
    /// 3.7).</summary>
    [Fact]
    public void A_name_of_an_option_means_one_thing()
    {
        Option[] options = [.. Leaves(CommandLine.Create()).SelectMany(c => c.Options)];
        string Only(string name) =>
            Assert.Single(options.Where(o => o.Name == name).Select(o => o.Description!).Distinct(StringComparer.Ordinal));
        Assert.Contains("public key", Only("--ledger-key"), StringComparison.Ordinal);
        Assert.All(
            options.Where(o => o.Name == "--ledger-secret-key"),
            o => Assert.Contains("secret key file", o.Description!, StringComparison.Ordinal)
        );
        Assert.All(
            options.Where(o => o.Name == "--key" && o.ValueType == typeof(string)),
            o => Assert.DoesNotContain("ledger", o.Description!, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void Variables_come_before_the_working_folder_and_that_before_the_folder_of_the_data()
    {
        string working = Write("working", """{ "ledger": "l.db", "requester": "w" } // mine"""),
            beside = Write("beside", """{ "ledger": "/d/l.db", "key": "../h.key" }""");
        string[] own = [$"--ledger={Path.Combine(working, "l.db")}", "--requester=w"];
        Assert.Equal(own, Shown(Profile.Read(working, beside, Nothing)));
        Assert.Equal(own, Shown(Profile.Read(working, null, Nothing)));
        Assert.Equal(
            ["--ledger=/d/l.db", $"--key={Path.Combine(beside, "../h.key")}"],
            Shown(Profile.Read(At(""), beside, Nothing))
        );
        IReadOnlyList<ProfileValue> mixed = Profile.Read(working, beside, v => v == "ZKHEALTH_REQUESTER" ? "v" : null);
        Assert.Equal([own[0], "--requester=v"], Shown(mixed));
        Assert.Equal([Path.Combine(working, Profile.FileName), "ZKHEALTH_REQUESTER"], mixed.Select(v => v.Source));
        Assert.Empty(Profile.Read(At(""), At(""), Nothing));
    }

    [Theory]
    [InlineData("""{ "legder": "l.db" }""", "expected the members ledger, ledgerKey, key, requester, got 'legder'")]
    [InlineData("""{ "key": 3 }""", "expected a text for 'key', got 3")]
    [InlineData("""{ "key": "" }""", "expected a text for 'key', got \"\"")]
    [InlineData("""[ "l.db" ]""", "expected an object of JSON")]
    [InlineData("{\n\"key\": }", "line 2: expected an object of JSON")]
    public async Task A_file_that_is_not_as_its_schema_says_is_refused_with_its_name(string json, string fault)
    {
        string path = Path.Combine(Write("f", json), Profile.FileName);
        string message = Assert.Throws<UsageException>(() => Profile.ReadFile(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
        (int code, string text) = Run.Command("publish", Path.Combine(At("f"), "t.zkt"));
        Assert.True(code == 2 && text.Contains(fault, StringComparison.Ordinal), text);

        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Run.Root, "docs", "profile.schema.json"));
        Assert.Equal(Profile.Settings.Select(s => s.Member).Prepend("$schema"), schema.Properties.Keys);
        Assert.Empty(schema.Validate("""{ "ledger": "l", "ledgerKey": "k", "key": "h", "requester": "r" }"""));
        if (!fault.StartsWith("line", StringComparison.Ordinal))
        {
            Assert.NotEmpty(schema.Validate(json));
        }
    }

    [Fact]
    public void Commands_take_it_unless_an_option_is_typed_and_say_where_a_value_is_from()
    {
        Run.Json("synth", "--rows", "100", "--out", At("p.csv"));
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("keygen", "--out", At("other.key"));
        Run.Json("ledger", "init", At("l.db"), "--origin", "o");
        Write(".", """{ "ledger": "l.db", "key": "h.key", "requester": "r" }""");
        Run.Json("commit", At("p.csv"), "--schema", At("p.schema.json"), "--out", At("t.zkt"));
        Run.Json("publish", At("t.zkt"), "--data-set", "d");
        Run.Json("prove", "count", At("t.zkt"), "--where", "sex is known", "--purpose", "p", "--out", At("x.zkp"));
        JsonObject verified = Run.Json("verify", At("x.zkp"), "--ledger", At("l.db"), "--requester", "r");
        Assert.Equal(("r", "o"), ((string)verified["requester"]!, (string)verified["origin"]!));

        // an option wins, and an error says what was not typed
        (int code, string text) = Run.Command("publish", At("t.zkt"), "--key", At("other.key"));
        Assert.True(
            code == 2
                && text.Contains("other.key is not the key of the owner", StringComparison.Ordinal)
                && text.Contains($"not typed: --ledger {At("l.db")} (from ", StringComparison.Ordinal)
                && text.Contains($"(from {At(Profile.FileName)})", StringComparison.Ordinal)
                && !text.Contains("h.key", StringComparison.Ordinal),
            text
        );

        // a ledger's name stands in the place of its file
        Run.Json(
            "prove",
            "count",
            At("t.zkt"),
            "--where",
            "sex is known",
            "--purpose",
            "p",
            "--origin",
            "o2",
            "--out",
            At("y.zkp")
        );
        Assert.Equal("o2", (string)Run.Json("inspect", At("y.zkp"))["origin"]!);

        JsonArray shown = Run.Json("profile", At("t.zkt"))["values"]!.AsArray();
        Assert.Equal("r", (string)shown.Single(v => (string)v!["option"]! == "--requester")!["value"]!);
        Assert.Null(shown.Single(v => (string)v!["option"]! == "--ledger-key")!["value"]);
    }

    /// <summary>Who sends a proof could send a ledger of its own with it, and a profile that names it.</summary>
    [Fact]
    public void A_profile_beside_a_proof_is_not_read()
    {
        Write("mail", """{ "ledger": "theirs.db", "requester": "them" }""");
        File.WriteAllText(Path.Combine(At("mail"), "x.zkp"), "x");
        (int code, string text) = Run.Command("verify", Path.Combine(At("mail"), "x.zkp"));
        Assert.True(code != 0 && !text.Contains("theirs", StringComparison.Ordinal), text);
        (code, text) = Run.Command("ledger", "release", Path.Combine(At("mail"), "x.zkp"));
        Assert.True(
            code == 2
                && text.Contains(
                    "Option '--ledger' is required, or 'ledger' in zkhealth.json, or ZKHEALTH_LEDGER",
                    StringComparison.Ordinal
                ),
            text
        );
    }

    [Fact]
    public void It_is_written_by_a_command()
    {
        Run.Usage("expected --save", "profile", "--ledger", "l.db");
        Run.Usage("expected one of", "profile", "--save");
    }
}
