using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Tests;

/// <summary>One process a hospital: killed and started again, with noise, with a full disk.</summary>
public sealed partial class AggregateTests
{
    /// <summary>A hospital's process is killed again and again and started again: the session goes on, and it never says two
    /// things.</summary>
    [Fact]
    public async Task Killed_and_started_again_a_hospital_takes_part_like_the_others()
    {
        Prepare();
        int seed = Environment.TickCount & 0xfffff;
        var random = new Random(seed);
        string[] Arguments(int i) => Hospital(i, "--patience", "300");
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

    /// <summary>With noise: the members deal and open a beacon too, each hospital as one process.</summary>
    [Fact]
    public async Task With_noise_the_region_s_number_is_private_and_verified()
    {
        Prepare("--epsilon", "2");
        Process[] parties = [.. Enumerable.Range(1, 3).Select(i => Run.Start(Hospital(i)))];
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
    /// Who forgot --name waited without a word, and when the others had come all of them ended in "has not registered under a
    /// name of its own". A process that waits for others says for whom; a ledger that was cut off says what to do.
    /// </summary>
    [Fact]
    public void What_a_process_lacks_or_waits_for_is_said()
    {
        Prepare();
        string[] Nameless(params string[] more) =>
            [.. Hospital(1).Where(a => a is not ("--name" or "House 1" or "--timeout" or "300")), .. more];
        Run.Usage("--name: the terms name this key and it has not registered", Nameless());
        Do(1, "register", "--name", "House 1");
        (int code, string text) = Run.Command(Nameless("--timeout", "0.5"));
        Assert.True(code == 1 && text.Contains("not registered a key for these terms", StringComparison.Ordinal), text);
        byte[] ledger = File.ReadAllBytes(At("L"));
        File.WriteAllBytes(At("cut"), ledger[..(ledger.Length / 2)]);
        Run.Usage("put back a whole copy", "aggregate", "status", "--ledger", At("cut"));
    }

    /// <summary>The command of a hospital's one process.</summary>
    private string[] Hospital(int i, params string[] more) =>
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
            "--timeout",
            "300",
            .. more,
        ];
}
