using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Cli.Commands;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Commands of the kinds that people use daily: options in the place of a body.</summary>
public sealed class DailyActTests : TemporaryFolder
{
    private static readonly (string Command, ActKind Kind)[] Daily =
    [
        .. ActKind.All.Values.Select(k => (DailyActs.Of(k), k)).Where(d => d.Item1 is not null).Select(d => (d.Item1![9..], d.k)),
    ];

    private string? _publicKey;

    public static TheoryData<string> Commands => [.. Daily.Select(d => d.Command)];

    [Fact]
    public void Twenty_kinds_and_more_have_a_command_and_their_explanation_names_it()
    {
        Assert.InRange(Daily.Length, 20, ActKind.All.Count);
        Assert.Equal("zkhealth consent grant", (string)Run.Json("act", "consent-granted", "--explain")["command"]!);
        Assert.Null(Run.Json("act", "charter", "--explain")["command"]);
    }

    /// <summary>Options and a file with the same values make the same entry, whose body is the same bytes.</summary>
    [Fact]
    public void Options_make_the_body_that_a_file_makes()
    {
        Run.Json("ledger", "init", At("l.ledger"), "--origin", "daily");
        string[] signed = ["--key", Key(), "--ledger", At("l.ledger"), "--check"];
        foreach ((string command, ActKind kind) in Daily)
        {
            JsonObject example = ActExample.Of(kind);
            File.WriteAllText(At("body.json"), example.ToJsonString());
            Assert.Equal(ActEntry.ReadBody(kind, At("body.json")), DailyActs.Body(command, [.. Options(example)]));

            (int code, JsonObject json) = Run.JsonAndCode([.. command.Split(' '), .. Options(example), .. signed]);
            Assert.Equal((1, kind.Name, "refused"), (code, (string)json["kind"]!, (string)json["outcome"]!));
        }
    }

    /// <summary>Values as people type them: times, days, yes and no, lists by commas, the file of a key, the digest of a
    /// file.</summary>
    [Fact]
    public void Values_are_typed_as_people_write_them()
    {
        string key = Key();
        File.WriteAllText(At("text"), "what she was shown");
        JsonObject grant = Decode(
            "consent grant",
            "--recipient user/research --classes GENERAL,IMAGING --purposes HRESCH CLINTRCH --from 2027-01-01 --until 2027-01-01T00:00:01Z "
                + $"--explanation file:{At("text")}"
        );
        Assert.Equal(["GENERAL", "IMAGING"], grant["classes"]!.AsArray().Select(c => (string)c!));
        Assert.Equal(["HRESCH", "CLINTRCH"], grant["purposes"]!.AsArray().Select(c => (string)c!));
        Assert.Equal(1_798_761_600_000, (long)grant["from"]!);
        Assert.Equal(1_798_761_601_000, (long)grant["until"]!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("what she was shown"u8)), (string)grant["explanation"]!);

        JsonObject agreement = Decode(
            "agreement make",
            "--providers A --user B --classes GENERAL --purposes HRESCH --columns age --from 1798761600000 --until 2028-01-01 --ppm 10000 "
                + "--period 90d --tail 0d --deposit 1 --penalty 0"
        );
        Assert.Equal(90L * 24 * 60 * 60 * 1000, (long)agreement["terms"]!["period"]!);
        Assert.Equal(1_798_761_600_000, (long)agreement["terms"]!["from"]!);
        Assert.Equal(0, (long)agreement["terms"]!["perThousand"]!);

        JsonObject revoked = Decode("consent revoke", $"--handle {key}.pub");
        Assert.Equal("01" + _publicKey, (string)revoked["handle"]!);

        string digest = new('7', 64);
        string access =
            $"--person {digest} --purpose HRESCH --class GENERAL --until 2028-01-01 --operation download --count 1 --commercial";
        Assert.False((bool)Decode("request access", access + " no")["commercial"]!);
        Assert.True((bool)Decode("request access", access + " yes")["commercial"]!);

        string asset = $"--fingerprint {digest} --standard csv --class GENERAL --collected 2026-01-01 --rights";
        JsonNode right = Decode("asset register", $"{asset} {{\"holder\":\"CN-1\",\"right\":\"use\"}}")["rights"]![0]!;
        Assert.Equal("CN-1", (string)right["holder"]!);
    }

    /// <summary>What is wrong is named by its option, not by its place in a body that nobody wrote.</summary>
    [Theory]
    [InlineData("agreement end", "Option '--agreement' is required")]
    [InlineData("agreement end --agreement xyz", "--agreement: expected 32 bytes, as 64 hexadecimal digits")]
    [InlineData("agreement end --agreement 7 --period 8", "--period")]
    [InlineData("use value --agreement 77 --period 0 --cumulative 0", "--agreement: expected 32 bytes")]
    [InlineData("govern propose --what 更改 --ledger l", "--what: expected a code")]
    [InlineData("govern propose --what param --until 2028-02-30", "--until: expected a whole number from 0 on, or a time")]
    [InlineData(
        "govern propose --what param --until 999999999999999999d",
        "--until: expected a whole number from 0 on, or a time"
    )]
    [InlineData("govern propose --what param --public-key nowhere.pub", "--public-key[0]: expected a public key in hexadecimal")]
    [InlineData("asset correct --fingerprint file:nowhere --corrected 1", "nowhere")]
    public void A_mistake_is_named_by_its_option(string line, string expected)
    {
        (int code, _, string error) = Run.Streams([.. line.Split(' '), "--key", Key()]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("body.", error, StringComparison.Ordinal);
    }

    private static JsonObject Decode(string command, string options)
    {
        ActKind kind = Daily.Single(d => d.Command == command).Kind;
        Assert.True(kind.Body.TryDecode(DailyActs.Body(command, options.Split(' ')), out Row? row));
        return kind.Body.ToJson(row).AsObject();
    }

    /// <summary>A body as options; members of an object within it stand beside the others.</summary>
    private static IEnumerable<string> Options(JsonObject body)
    {
        foreach ((string name, JsonNode? value) in body)
        {
            string[] typed = value switch
            {
                JsonObject inner => [.. Options(inner)],
                JsonArray items => [DailyAct.OptionName(name), .. items.Select(i => i!.ToString())],
                _ => [DailyAct.OptionName(name), value!.ToString()],
            };
            foreach (string word in typed)
            {
                yield return word;
            }
        }
    }

    private string Key()
    {
        if (!File.Exists(At("k.key")))
        {
            _publicKey = (string)Run.Json("keygen", "--out", At("k.key"))["publicKey"]!;
        }

        return At("k.key");
    }
}
