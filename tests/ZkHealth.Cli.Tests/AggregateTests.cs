using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Commands;
using ZkHealth.Statistics;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>A session step by step on the command line, with what goes wrong: each ends in the right number or names who is at
/// fault.</summary>
public sealed class AggregateTests : TemporaryFolder
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
        string[] keys = [At("h1.pub"), At("h2.pub"), At("h3.pub")];
        Run.Json([
            "aggregate",
            "terms",
            "prevalence",
            "--numerator",
            "ill = yes",
            "--ledger",
            At("L"),
            "--schema",
            At("s.json"),
            "--purpose",
            "test",
            "--data-set",
            "d",
            "--max-rows",
            "64",
            "--out",
            At("terms"),
            "--force",
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
        Assert.True(code == 1 && text.Contains("not yet: the cut-off for Deals has not come", StringComparison.Ordinal), text);
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
    }

    /// <summary>Attacks, B7: one entry of a stranger that says it opens a session, and is none, made every command without
    /// --session end with a question for which.</summary>
    [Fact]
    public void An_entry_that_opens_nothing_is_no_session()
    {
        Prepare();
        Open();
        Run.Json("keygen", "--out", At("stranger"));
        using (OpenBoard open = OpenBoard.ToWrite(At("L"), At("stranger"), null))
        {
            open.Board.Append(BoardKinds.Open, new byte[32], [1]);
        }

        Assert.Empty(Run.Json("aggregate", "status", "--ledger", At("L"))["deals"]!.AsArray());
    }

    /// <summary>What is not posted when asked for leaves its dealer out, which is no fault that anyone could show; with two left,
    /// nothing is opened.</summary>
    [Fact]
    public void A_hospital_that_does_not_deliver_is_named()
    {
        Prepare();
        Open();
        Each(i => Do(i, "deal", At($"h{i}.zkt"), "--approve", At("terms")));
        CutOff(1);
        Array.ForEach(
            [.. Directory.EnumerateFiles(At("h3.dealt")).Select(f => Path.GetFileName(f)!)],
            f => File.Delete(Path.Combine(At("L.blobs"), f))
        );
        Each(i => Do(i, "check", "--terms", At("terms")));
        CutOff(2);
        CutOff(3);
        CutOff(4);
        (int code, JsonObject verified) = Run.JsonAndCode("aggregate", "verify", "--ledger", At("L"));
        Assert.Equal((1, "ended"), (code, (string)verified["status"]!));
        Assert.Equal("2 contributors count, the terms ask for 3", (string)verified["reason"]!);
        Assert.Contains(
            verified["findings"]!.AsArray(),
            f => (string)f!["name"]! == "House 3" && (string)f["kind"]! == "notDelivered"
        );
        (code, string text) = Run.Command("aggregate", "verify", "--ledger", At("L"));
        Assert.True(
            code == 1
                && text.Contains("left out: House 3 (", StringComparison.Ordinal)
                && !text.Contains("at fault", StringComparison.Ordinal),
            text
        );
        Assert.Equal(1, Step(1, "freeze", "--terms", At("terms")).Code);
        Assert.Equal(1, Step(1, "share", "--terms", At("terms")).Code);
    }

    /// <summary>A hospital's process is killed again and again and started again: the session goes on, and it never says two
    /// things.</summary>
    [Fact]
    public async Task Killed_and_started_again_a_hospital_takes_part_like_the_others()
    {
        Prepare();
        int seed = Environment.TickCount & 0xfffff;
        var random = new Random(seed);
        string[] Arguments(int i) =>
            [
                "aggregate",
                "run",
                "--terms",
                At("terms"),
                "--table",
                At($"h{i}.zkt"),
                "--approve",
                At("terms"),
                "--name",
                $"House {i}",
                .. As(i),
                "--patience",
                "300",
                "--timeout",
                "300",
            ];
        using Process second = Run.Start(Arguments(2)),
            third = Run.Start(Arguments(3));
        Task<string>[] said =
        [
            .. new[] { second, third }.SelectMany(p =>
                new[] { p.StandardOutput.ReadToEndAsync(), p.StandardError.ReadToEndAsync() }
            ),
        ];
        int kills = 0,
            code = -1;
        string last = "";
        while (code != 0 && kills < 40)
        {
            using Process first = Run.Start(Arguments(1));
            Task<string> output = first.StandardOutput.ReadToEndAsync(),
                errors = first.StandardError.ReadToEndAsync();
            if (!first.WaitForExit(random.Next(20, 300 + 150 * kills)))
            {
                first.Kill(); // SIGKILL
                kills++;
            }

            await first.WaitForExitAsync();
            code = first.ExitCode;
            last = await output + await errors;
            Assert.True(code is 0 or 137, $"seed {seed}: {last}");
        }

        await second.WaitForExitAsync();
        await third.WaitForExitAsync();
        string others = string.Concat(await Task.WhenAll(said));
        Assert.True((code, second.ExitCode, third.ExitCode) == (0, 0, 0), $"seed {seed}: {last}{others}");
        Assert.True(kills > 0, $"seed {seed}");
        JsonObject verified = Run.Json("aggregate", "verify", "--ledger", At("L"));
        Assert.Equal((18, 60), Opened(verified));
        Assert.True(verified["findings"]!.AsArray().Count == 0, $"seed {seed}: {verified}");

        EachSaidOnce($"seed {seed}");
    }

    /// <summary>One of each from every member, whatever happened.</summary>
    private void EachSaidOnce(string when)
    {
        JsonArray entries = Run.Json("ledger", "show", At("L"))["entries"]!.AsArray();
        foreach (
            string kind in (string[])
                ["registration", "session key", "approval", "charge", "deal", "receipt", "freeze", "sum share"]
        )
        {
            string[] authors =
            [
                .. entries
                    .Where(e => ((string)e!["kind"]!).StartsWith($"zkhealth aggregation {kind} v", StringComparison.Ordinal))
                    .Select(e => (string)e!["owner"]!),
            ];
            Assert.True(
                authors.Length == 3 && authors.Distinct().Count() == 3,
                $"{when}: {authors.Length} entries of kind {kind}"
            );
        }
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

    /// <summary>With noise: the members deal and open a beacon too, each hospital as one process.</summary>
    [Fact]
    public async Task With_noise_the_region_s_number_is_private_and_verified()
    {
        Prepare("--epsilon", "2");
        Process[] parties =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(i =>
                    Run.Start([
                        "aggregate",
                        "run",
                        "--terms",
                        At("terms"),
                        "--table",
                        At($"h{i}.zkt"),
                        "--approve",
                        At("terms"),
                        "--name",
                        $"House {i}",
                        .. As(i),
                        "--timeout",
                        "300",
                    ])
                ),
        ];
        string[] said = await Task.WhenAll(
            parties.SelectMany(p => new[] { p.StandardOutput.ReadToEndAsync(), p.StandardError.ReadToEndAsync() })
        );
        foreach (Process party in parties)
        {
            await party.WaitForExitAsync();
            Assert.True(party.ExitCode == 0, string.Concat(said));
            party.Dispose();
        }

        (int code, string text) = Run.Command("aggregate", "verify", "--ledger", At("L"));
        Assert.True(
            code == 0
                && text.Contains("with their noise", StringComparison.Ordinal)
                && text.Contains("with noise: eps 2", StringComparison.Ordinal),
            text
        );

        // the coins bound the noise: N_i = ceil(N / 2) of each of three hospitals, for each number
        (int ill, int all) = Opened(Run.Json("aggregate", "verify", "--ledger", At("L")));
        int half = 3 * ((BinomialNoise.CoinsFor(new PrivacyLoss(2, 0.000000001m), 1) + 1) / 2) / 2 + 1;
        Assert.InRange(ill, 18 - half, 18 + half);
        Assert.InRange(all, 60 - half, 60 + half);
        Assert.Contains("part of the beacon", string.Concat(said), StringComparison.Ordinal);
    }

    /// <summary>No room for what a member keeps: nothing leaves it. With room again, it goes on.</summary>
    [SkippableFact]
    public void With_a_full_disk_a_member_says_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs the shell's limit on file sizes");
        Prepare();
        Each(i => Do(i, "register", "--name", $"House {i}"));
        (int code, string text) = Run.WithFileLimit(0, ["aggregate", "register", "--terms", At("terms"), .. As(1)]);
        Assert.True(code == 2, text);
        Assert.Equal(6, (int)Run.Json("ledger", "show", At("L"))["size"]!);
        Assert.Empty(Directory.Exists(At("h1.member")) ? Directory.EnumerateFiles(At("h1.member"), "*.record") : []); // the ledger may have failed first
        Do(1, "register", "--terms", At("terms"));
    }

    /// <summary>
    /// A region's terms that said nothing of small counts opened them, where a hospital's own proof refuses them: now they are
    /// left out unless the terms say otherwise, and whoever reads, agrees or verifies is told which of the two it is, and that
    /// readers of the ledger know them anyway.
    /// </summary>
    [Theory]
    [InlineData(null, "counts from 1 to 9 are left out of what is reported; this hides nothing from readers of the ledger")]
    [InlineData("0", "small counts are NOT left out")]
    public void Small_counts_are_left_out_unless_the_terms_say_otherwise(string? below, string words)
    {
        Prepare(below is null ? [] : ["--suppress-below", below]);
        string[] asked = ["--column", "ill", "--among", "sex = f"]; // ill among the 5, 10 and 15 of sex f: 2 + 3 + 5
        Run.Json(["aggregate", "terms", "count", "--where", "ill = yes and sex = m", "--add-to", At("terms")]);
        Run.Json(["aggregate", "terms", "histogram", .. asked, "--add-to", At("terms")]);
        void Said(params string[] arguments)
        {
            (int code, string text) = Run.Command(["aggregate", .. arguments]);
            Assert.True(code == 0 && text.Contains(words, StringComparison.Ordinal), text);
        }

        Said("show", At("terms"));
        Assert.Equal(below is null ? 10 : 0, (int)Run.Json("aggregate", "show", At("terms"))["suppressBelow"]!);
        Each(i => Do(i, "register", "--name", $"House {i}"));
        Said(["register", "--terms", At("terms"), .. As(1)]);
        Each(i => Do(i, "register", "--terms", At("terms")));
        Do(2, "open", "--terms", At("terms"));
        Said(["deal", At("h1.zkt"), "--approve", At("terms"), .. As(1)]);
        Each(i => Do(i, "deal", At($"h{i}.zkt"), "--approve", At("terms")));
        CutOff(1);
        Each(i => Do(i, "check", "--terms", At("terms")));
        CutOff(2);
        CutOff(3);
        CutOff(4);
        Each(i => Do(i, "freeze", "--terms", At("terms")));
        Each(i => Do(i, "share", "--terms", At("terms")));
        Said("verify", "--ledger", At("L"));
        JsonObject verified = Run.Json("aggregate", "verify", "--ledger", At("L"));
        Assert.Equal((18, 60), Opened(verified));
        Assert.Equal(below is null ? 10 : 0, (int)verified["suppressBelow"]!);
        Assert.Equal(below is null ? null : 8, (int?)verified["statistics"]![1]!["opened"]![0]);
        Assert.Equal(3, verified["statistics"]![2]!["values"]!.AsArray().Count);
        Assert.Equal(10, (int)verified["statistics"]![2]!["opened"]![1]!);
        Run.Json("aggregate", "terms", "count", "--where", "ill = yes", "--add-to", At("terms"), "--suppress-below", "3");
        Assert.Equal(3, (int)Run.Json("aggregate", "show", At("terms"))["suppressBelow"]!);
    }

    [Fact]
    public void Terms_are_checked_and_described()
    {
        Prepare();
        JsonObject terms = Run.Json("aggregate", "show", At("terms"));
        Assert.Equal((2, 3, 3), ((int)terms["threshold"]!, (int)terms["quorum"]!, (int)terms["minimum"]!));
        string[] keys = [At("h1.pub"), At("h2.pub"), At("h3.pub")];
        string[] Terms(string kind, string[] own, params string[] more) =>
            [
                "aggregate",
                "terms",
                kind,
                .. own,
                "--ledger",
                At("L"),
                "--schema",
                At("s.json"),
                "--purpose",
                "p",
                "--data-set",
                "d",
                "--max-rows",
                "64",
                "--out",
                At("bad"),
                "--force",
                "--hospital",
                .. keys,
                "--member",
                .. keys,
                .. more,
            ];
        foreach (
            (string[] arguments, string message) in (ReadOnlySpan<(string[], string)>)
                [
                    (Terms("count", ["--where", "ill = maybe"]), "--where:"),
                    (
                        Terms("count", ["--where", "ill = yes"], "--threshold", "1"),
                        "the threshold of a committee of 3 is 2 to 3 members, not 1"
                    ),
                    (
                        Terms("count", ["--where", "ill = yes"], "--minimum", "2"),
                        "at least 3 contributors are needed where 1 may collude, not 2"
                    ),
                    (Terms("histogram", ["--column", "ill", "--suppress", "5"]), "hides numbers"),
                    (Terms("count", ["--where", "ill = yes"], "--cut-offs", "soon"), "--cut-offs: expected a time"),
                    (["aggregate", "terms", "count", "--where", "ill = yes", "--out", At("bad")], "expected --schema"),
                    (["aggregate", "show", At("s.json")], "s.json"),
                ]
        )
        {
            (int code, string text) = Run.Command(arguments);
            Assert.True(code == 2 && text.Contains(message, StringComparison.Ordinal), text);
            Assert.False(File.Exists(At("bad")));
        }

        Run.Json(
            "aggregate",
            "terms",
            "histogram",
            "--column",
            "sex",
            "--among",
            "ill = yes",
            "--add-to",
            At("terms"),
            "--out",
            At("two")
        );
        Assert.Equal(2, Run.Json("aggregate", "show", At("two"))["asked"]!.AsArray().Count);
        Run.Json(Terms("count", ["--where", "ill = yes"], "--epsilon", "1", "--cut-offs", "+5,+6,+7,+8", "--void-after", "+60"));
        JsonObject noisy = Run.Json("aggregate", "show", At("bad"));
        Assert.NotNull(noisy["noise"]);
        Assert.Equal(0, (int)noisy["suppressBelow"]!);
        Assert.All(noisy["cutOffs"]!.AsArray(), Assert.NotNull);
    }
}
