using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>A session step by step on the command line, with what goes wrong: each ends in the right number or names who is at
/// fault.</summary>
public sealed partial class AggregateTests : TemporaryFolder
{
    private string[] As(int i) => ["--ledger", At("L"), "--key", At($"h{i}")];

    private (int Code, string Output) Step(int i, params string[] arguments) =>
        Run.Command(["aggregate", .. arguments, .. As(i)]);

    private void Do(int i, params string[] arguments)
    {
        (int code, JsonObject json) = Run.JsonAndCode(["aggregate", .. arguments, .. As(i)]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {json}");
    }

    private static void Each(Action<int> step) => Parallel.For(1, 4, new ParallelOptions { MaxDegreeOfParallelism = 3 }, step);

    /// <summary>Three hospitals, all of them the committee; tables, ledger, terms.</summary>
    private void Prepare(params string[] more) => Prepare(true, more);

    private void Prepare(bool publish, params string[] more)
    {
        File.WriteAllText(
            At("s.json"),
            """{ "name": "t", "columns": [ { "name": "ill", "kind": "yes-no" }, { "name": "sex", "kind": "category", "values": [ { "code": "f" }, { "code": "m" } ] } ] }"""
        );
        Run.Json("ledger", "init", At("L"), "--origin", "region");
        Each(i =>
        {
            // hospital i has 10·i rows, of which 3·i are ill
            File.WriteAllLines(
                At($"h{i}.csv"),
                [
                    "ill,sex",
                    .. Enumerable.Range(0, 10 * i).Select(r => $"{(r < 3 * i ? "yes" : "no")},{(r % 2 == 0 ? "f" : "m")}"),
                ]
            );
            Run.Json("keygen", "--out", At($"h{i}"));
            Run.Json("commit", At($"h{i}.csv"), "--schema", At("s.json"), "--key", At($"h{i}"), "--out", At($"h{i}.zkt"));
            if (publish)
            {
                Run.Json(["publish", At($"h{i}.zkt"), "--data-set", "d", .. As(i)]);
            }
        });
        WriteTerms(At, ["--force", .. more]);
    }

    /// <summary>Terms of a prevalence over three hospitals of a folder, which are its members too.</summary>
    /// <param name="at">A file of the folder.</param>
    /// <param name="more">More options.</param>
    internal static void WriteTerms(Func<string, string> at, params string[] more)
    {
        string[] keys = [at("h1.pub"), at("h2.pub"), at("h3.pub")];
        Run.Json([
            "aggregate",
            "terms",
            "prevalence",
            "--numerator",
            "ill = yes",
            "--ledger",
            at("L"),
            "--schema",
            at("s.json"),
            "--purpose",
            "test",
            "--data-set",
            "d",
            "--max-rows",
            "64",
            "--out",
            at("terms"),
            "--hospital",
            .. keys,
            "--member",
            .. keys,
            .. more,
        ]);
    }

    private void Open()
    {
        Each(i => Do(i, "register", "--name", $"House {i}", "--terms", At("terms")));
        Do(2, "open", "--terms", At("terms"));
    }

    private void CutOff(int number)
    {
        Do(1, "cut-off", $"{number}", "--terms", At("terms"));
        Do(2, "cut-off", $"{number}", "--terms", At("terms"));
    }

    private static (int, int) Opened(JsonObject verified) =>
        ((int)verified["statistics"]![0]!["opened"]![0]!, (int)verified["statistics"]![0]!["opened"]![1]!);

    /// <summary>
    /// A ciphertext is lost: who lacks it says so, the dealer posts it, and the sum is that of all three. A member's folder is
    /// put back from a backup: it says nothing twice.
    /// </summary>
    [Fact]
    public void What_did_not_come_is_posted_and_steps_out_of_order_wait()
    {
        Prepare(publish: false);
        (int code, string text) = Step(1, "open", "--terms", At("terms"));
        Assert.True(
            code == 1
                && text.Contains("not yet: members", StringComparison.Ordinal)
                && text.Contains("other terms with another committee", StringComparison.Ordinal),
            text
        );
        (code, text) = Run.Command("aggregate", "status", "--ledger", At("L"));
        Assert.True(code == 2 && text.Contains("no session is opened on this ledger", StringComparison.Ordinal), text);
        Forgetting(2, "session key", "register", "--terms", At("terms"));
        Open();
        (code, text) = Step(1, "check", "--terms", At("terms"));
        Assert.True(code == 1 && text.Contains("not yet: the cut-off for dealings has not come", StringComparison.Ordinal), text);
        Assert.Equal(2, Step(1, "deal", At("h2.zkt"), "--approve", At("terms")).Code); // another owner's table

        // nothing is published on the way: the terms' author names the data set, and a table is one of it by its owner's own word
        // alone
        long before = (long)Run.Json("ledger", "show", At("L"))["size"]!;
        (code, text) = Step(1, "deal", At("h1.zkt"), "--approve", At("terms"));
        Assert.True(
            code == 2 && text.Contains("is not published: the session is about the data set 'd'", StringComparison.Ordinal),
            text
        );
        Assert.Equal(before, (long)Run.Json("ledger", "show", At("L"))["size"]!);
        Run.Json(["publish", At("h1.zkt"), "--data-set", "another", .. As(1)]);
        (code, text) = Step(1, "deal", At("h1.zkt"), "--approve", At("terms"));
        Assert.True(
            code == 2
                && text.Contains(
                    "published as one of the data set 'another', the session is about 'd'",
                    StringComparison.Ordinal
                ),
            text
        );
        Run.Json("commit", At("h1.csv"), "--schema", At("s.json"), "--key", At("h1"), "--out", At("h1.zkt"), "--force");
        Each(i => Run.Json(["publish", At($"h{i}.zkt"), "--data-set", "d", .. As(i)]));

        // hospital 3's policy allows no exact release, then one
        void Policy(int most) =>
            Run.Json([
                "ledger",
                "policy",
                "--data-set",
                "d",
                "--max-eps",
                "1",
                "--max-delta",
                "1e-9",
                "--max-exact",
                $"{most}",
                .. As(3),
            ]);
        Policy(0);
        (code, text) = Step(3, "deal", At("h3.zkt"), "--approve", At("terms"));
        Assert.True(
            code == 1 && text.Contains("the policy of the data set 'd' allows 0 exact releases", StringComparison.Ordinal),
            text
        );
        Policy(1);
        Each(i => Do(i, "deal", At($"h{i}.zkt"), "--approve", At("terms")));
        CutOff(1);

        // a ciphertext of hospital 3 is lost beside the ledger: it is among those that it kept, and no other
        string[] kept = [.. Directory.EnumerateFiles(At("h3.dealt")).Select(f => Path.GetFileName(f)!)];
        Assert.Equal(3, kept.Length);
        Array.ForEach(kept, f => File.Delete(Path.Combine(At("L.blobs"), f)));
        Each(i => Do(i, "check", "--terms", At("terms")));
        JsonObject status = Run.Json("aggregate", "status", "--ledger", At("L"));
        Assert.Equal(3, status["undelivered"]!.AsArray().Count);
        Assert.All(status["undelivered"]!.AsArray(), u => Assert.Equal("House 3", (string)u!["dealer"]!["name"]!));
        Do(3, "deliver", "--terms", At("terms"));
        CutOff(2);
        Each(i => Do(i, "check", "--terms", At("terms")));
        Assert.Equal(1, Step(1, "freeze", "--terms", At("terms")).Code);
        CutOff(3);
        CutOff(4);
        Forgetting(1, "freeze", "freeze", "--terms", At("terms"));
        Each(i => Do(i, "freeze", "--terms", At("terms")));
        Assert.Equal(1, Step(1, "combine", "--terms", At("terms")).Code);

        // a party speaks in no session by guess, not even in the only one
        string[][] steps =
        [
            ["cut-off", "5"],
            ["check"],
            ["freeze"],
            ["share"],
            ["erase"],
            ["combine"],
            ["deliver"],
        ];
        foreach (string[] step in steps)
        {
            (code, text) = Step(1, step);
            Assert.True(code == 2 && text.Contains("expected --terms or --session", StringComparison.Ordinal), text);
        }

        Forgetting(1, "sum share", "share", "--terms", At("terms"));
        Each(i => Do(i, "share", "--terms", At("terms")));
        Do(1, "combine", "--terms", At("terms"));
        JsonObject verified = Run.Json(
            "aggregate",
            "verify",
            "--ledger",
            At("L"),
            "--ledger-key",
            (string)Run.Json("ledger", "show", At("L"))["key"]!
        );
        Assert.Equal((18, 60), Opened(verified));
        Assert.Empty(verified["findings"]!.AsArray());
        JsonArray budgets = Run.Json("ledger", "budget", At("L"), "--data-set", "d")["budgets"]!.AsArray();
        Assert.Equal([(1, 1), (1, 1), (1, 1)], budgets.Select(b => ((int)b!["exact"]!, b["regional"]!.AsArray().Count)));

        // said before, said again: nothing new on the ledger; another key of the ledger, another session: refused
        long size = (long)Run.Json("ledger", "show", At("L"))["size"]!;
        Do(1, "share", "--terms", At("terms"));
        Do(2, "freeze", "--terms", At("terms"));
        Assert.Equal(size, (long)Run.Json("ledger", "show", At("L"))["size"]!);
        EachSaidOnce("in the end");
        Run.Json("ledger", "init", At("other"), "--origin", "region");
        (code, text) = Run.Command(
            "aggregate",
            "verify",
            "--ledger",
            At("L"),
            "--ledger-key",
            (string)Run.Json("ledger", "show", At("other"))["key"]!
        );
        Assert.True(code == 1 && text.Contains("the ledger's key is not the one given", StringComparison.Ordinal), text);
        Assert.Equal(2, Run.Command("aggregate", "verify", "--ledger", At("other")).Code);
        Assert.Equal(2, Run.Command("aggregate", "verify", "--ledger", At("L"), "--session", "xyz").Code);

        // the key erased, nothing can be decrypted again
        Do(1, "erase", "--terms", At("terms"));
        Assert.Equal(1, Step(1, "share", "--terms", At("terms")).Code);
        Assert.All(Directory.EnumerateFiles(At("h1.member"), "session-key-*"), f => Assert.Equal(32, new FileInfo(f).Length));
        Others_are_warned_of(session: (string)verified["session"]!);
    }

    /// <summary>Exact numbers stand for three hospitals: who deals under terms that name a fourth is told before that it will be
    /// left out. Once there are two sessions, a reader names one by its terms.</summary>
    private void Others_are_warned_of(string session)
    {
        File.Copy(At("terms"), At("first"));
        Run.Json("keygen", "--out", At("h4"));
        WriteTerms(At, "--force", "--hospital", At("h4.pub"));
        Each(i => Do(i, "register", "--terms", At("terms")));
        Do(2, "open", "--terms", At("terms"));
        (int code, string text) = Step(1, "deal", At("h1.zkt"), "--approve", At("terms"));
        Assert.True(
            code == 0 && text.Contains("exact numbers of 'd' were opened for the set House", StringComparison.Ordinal),
            text
        );

        string[] verify = ["aggregate", "verify", "--ledger", At("L")];
        (code, text) = Run.Command(verify);
        Assert.True(code == 2 && text.Contains("--session: expected one of", StringComparison.Ordinal), text);
        Assert.Equal((18, 60), Opened(Run.Json([.. verify, "--terms", At("first")])));
        Assert.Equal((18, 60), Opened(Run.Json([.. verify, "--terms", At("first"), "--session", session])));
        (code, text) = Run.Command([.. verify, "--terms", At("terms"), "--session", session]);
        Assert.True(code == 2 && text.Contains("is not under the terms of", StringComparison.Ordinal), text);
    }

    /// <summary>
    /// Does the step of hospital 1, puts back its folder of before it and tries again: the step is not done a second time, and
    /// the entry that shows it is named. Then the folder of after is put back.
    /// </summary>
    private void Forgetting(int refusal, string kind, params string[] step)
    {
        (string member, string before, string after) = (At("h1.member"), At("before"), At("after"));
        bool there = Directory.Exists(member);
        if (there)
        {
            Files.Copy(member, before);
        }

        Do(1, step);
        Directory.Move(member, after);
        if (there)
        {
            Directory.Move(before, member);
        }

        (int code, string text) = Step(1, step);
        Assert.True(
            code == refusal && text.Contains($"'zkhealth aggregation {kind} v1', is this member's own", StringComparison.Ordinal),
            text
        );
        Assert.Contains("the state is older than the board", text, StringComparison.Ordinal);
        Directory.Delete(member, true);
        Directory.Move(after, member);
    }
}
