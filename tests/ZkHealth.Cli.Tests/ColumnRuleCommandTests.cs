using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>An owner's rules for columns, on every way by which numbers leave a hospital.</summary>
public sealed class ColumnRuleCommandTests : TemporaryFolder
{
    private long Entries => (long)Run.Json("ledger", "show", At("L"))["size"]!;

    private string[] As(int i) => ["--ledger", At("L"), "--key", At($"h{i}")];

    private void Rule(string rule) => Run.Json(["ledger", "columns", "--data-set", "d", "--rule", rule, .. As(1)]);

    private void Refused(string reason, params string[] arguments)
    {
        long before = Entries;
        (int code, string output) = Run.Command(arguments);
        Assert.True(
            code == 1
                && output.Contains("not released: ", StringComparison.Ordinal)
                && output.Contains(reason, StringComparison.Ordinal),
            output
        );
        Assert.Equal(before, Entries);
    }

    private void Publish()
    {
        File.WriteAllText(
            At("s.json"),
            """
            { "name": "t", "columns": [ { "name": "ill", "kind": "yes-no" },
              { "name": "sex", "kind": "category", "values": [ { "code": "f" }, { "code": "m" } ] } ] }
            """
        );
        Run.Json("ledger", "init", At("L"), "--origin", "region");
        for (int i = 1; i <= 3; i++)
        {
            File.WriteAllLines(
                At($"h{i}.csv"),
                ["ill,sex", .. Enumerable.Range(0, 60).Select(r => $"{(r < 25 ? "yes" : "no")},{(r % 2 == 0 ? "f" : "m")}")]
            );
            Run.Json("keygen", "--out", At($"h{i}"));
            Run.Json("commit", At($"h{i}.csv"), "--schema", At("s.json"), "--key", At($"h{i}"), "--out", At($"h{i}.zkt"));
            Run.Json(["publish", At($"h{i}.zkt"), "--data-set", "d", .. As(i)]);
        }
    }

    /// <summary>Noise was committed to on the ledger, coins were drawn and a cube proven before the rules were looked at, when
    /// the release was recorded.</summary>
    [Fact]
    public void Noise_is_refused_before_it_is_committed_to()
    {
        Publish();
        string[] commit =
        [
            "noise",
            "commit",
            At("h1.zkt"),
            "--where",
            "ill = yes",
            "--eps",
            "1",
            "--beacon",
            "outside, round 7",
            "--purpose",
            "p",
            "--requester",
            "r",
            .. As(1),
        ];
        Rule("ill=never");
        Refused("the owner lets nobody use the column 'ill'", commit);
        Assert.False(File.Exists(At("h1.zkn")));

        // noise shows no group: a rule for groups holds, and one that comes later refuses the release before its cube is proven
        Rule("ill=groups:50");
        Run.Json(commit);
        Rule("ill=never");
        string value = new('5', 64);
        string[] release = ["noise", "release", At("h1.zkn"), At("h1.zkt"), "--beacon-value", value, .. As(1)];
        Refused("the owner lets nobody use the column 'ill'", release);
        Assert.False(File.Exists(At("h1.zkn.release")) || Directory.Exists(At("h1.zkt.cubes")));
        Rule("sex=never");
        Run.Json(release);
    }

    /// <summary>A hospital dealt the counts of a column that its owner lets nobody use: the rules were those of its own proofs
    /// alone. They are looked at before the terms are approved.</summary>
    [Fact]
    public void Nothing_is_approved_or_dealt_to_a_region_against_the_rules()
    {
        Publish();
        AggregateTests.WriteTerms(At);
        for (int i = 1; i <= 3; i++)
        {
            Run.Json(["aggregate", "register", "--name", $"House {i}", "--terms", At("terms"), .. As(i)]);
        }

        Run.Json(["aggregate", "open", "--terms", At("terms"), .. As(1)]);
        string[] deal = ["aggregate", "deal", At("h1.zkt"), "--approve", At("terms"), .. As(1)];
        string[] run = ["aggregate", "run", "--terms", At("terms"), "--table", At("h1.zkt"), "--approve", At("terms"), .. As(1)];
        Rule("ill=never");
        Refused("the owner lets nobody use the column 'ill'", deal);
        Refused("the owner lets nobody use the column 'ill'", run);
        Rule("ill=groups:26");
        Refused("in groups of at least 26, and one has 25", deal);
        Assert.False(Directory.Exists(At("h1.zkt.cubes")));
        Rule("ill=groups:25");
        Run.Json(deal);
    }
}
