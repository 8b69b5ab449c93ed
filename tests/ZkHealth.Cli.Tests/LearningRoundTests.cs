using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// A round of learning as its hospitals type it: each command a process. What members do in between does one process of each
/// (`aggregate run`); docs/learning-cli.md has it step by step.
/// </summary>
public sealed class LearningRoundTests : IDisposable
{
    private static readonly double[][] Updates =
    [
        [0.5, -0.25, 0.75],
        [0.1, 0.2, -0.3],
        [0, 0.125, 0.5],
    ];
    private static readonly int[] Weights = [10, 20, 70];

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
    private readonly SigningKey _log = SigningKey.Create();
    private readonly SigningKey[] _keys = [SigningKey.Create(), SigningKey.Create(), SigningKey.Create()];

    public void Dispose()
    {
        _log.Dispose();
        Array.ForEach(_keys, k => k.Dispose());
        Directory.Delete(_folder, true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string[] As(int i) => ["--ledger", At("L"), "--key", At($"h{i}")];

    private JsonObject Do(int i, params string[] arguments) => Run.Json(["learning", .. arguments, .. As(i)]);

    private void Refused(int code, string reason, params string[] arguments)
    {
        (int exit, string text) = Run.Command(["learning", .. arguments]);
        Assert.True(exit == code && text.Contains(reason, StringComparison.Ordinal), $"{exit}: {text}");
    }

    [Fact]
    public async Task A_round_from_its_terms_to_a_full_opening_each_step_a_process()
    {
        Prepare();

        // the terms say what is proven and how exact the mean is; the same round is begun once
        Assert.Equal(0.5 / 127, (double)Run.Json("aggregate", "show", At("terms"))["round"]!["errorBound"]!, 1e-9);
        Refused(1, "not yet: members", ["open", "--terms", At("terms"), .. As(0)]);
        Process[] members =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i =>
                    Run.Start(["aggregate", "run", "--terms", At("terms"), "--name", $"House {i}", .. As(i), "--timeout", "300"])
                ),
        ];
        Task<string>[] said =
        [
            .. members.SelectMany(p => new[] { p.StandardOutput.ReadToEndAsync(), p.StandardError.ReadToEndAsync() }),
        ];
        Do(1, "open", "--terms", At("terms"), "--wait", "200");
        Assert.Equal("alreadyDone", (string)Do(2, "open", "--terms", At("terms"))["status"]!);

        // what is no update of the round
        File.WriteAllText(At("bad.csv"), "0.5, x, 1");
        Refused(2, "line 1: 'x' is not a number", ["contribute", At("bad.csv"), "--approve", At("terms"), .. As(0)]);
        File.WriteAllBytes(At("two.f64"), MemoryMarshal.AsBytes<double>([0.5, 0.25]).ToArray());
        Refused(
            2,
            "2 numbers, an update of this round has 3 entries",
            ["contribute", At("two.f64"), "--approve", At("terms"), .. As(0)]
        );
        File.WriteAllText(At("large.csv"), "1\n1\n1\n");
        Refused(
            1,
            "the norm of the update is above the bound of the terms",
            ["contribute", At("large.csv"), "--model", "m", .. As(0)]
        );
        Assert.False(File.Exists(At("large.csv.zku")));
        Refused(1, "no result yet", "result", At("L"));
        Refused(2, "weight within the cap", ["contribute", At("u0.csv"), "--model", "m", "--weight", "101", .. As(0)]);

        Do(0, "contribute", At("u0.csv"), "--model", "m", "--weight", "10");
        Assert.Equal("alreadyDone", (string)Do(0, "contribute", At("u0.csv"), "--model", "m", "--weight", "10")["status"]!);
        Parallel.For(
            1,
            3,
            i => Do(i, "contribute", At(i == 1 ? "u1.f64" : $"u{i}.csv"), "--weight", $"{Weights[i]}", "--approve", At("terms"))
        );
        Refused(2, "is the update of another round or another hospital", ["contribute", At("u0.csv"), "--model", "m", .. As(1)]);
        string all = string.Concat(await Task.WhenAll(said));
        foreach (Process member in members)
        {
            await member.WaitForExitAsync();
            Assert.True(member.ExitCode == 0, all);
            member.Dispose();
        }

        // the mean, within the bound that is stated, and the same from the file
        JsonObject result = Run.Json("learning", "result", At("L"), "--out", At("mean.csv"));
        double bound = (double)result["errorBound"]!;
        double[] mean = [.. File.ReadAllLines(At("mean.csv")).Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        Assert.Equal((3, 100L), (mean.Length, (long)result["totalWeight"]!));
        Assert.All(mean, (m, j) => Assert.InRange(m - Updates.Select((u, i) => Weights[i] * u[j]).Sum() / 100, -bound, bound));

        Account(mean);
        Opening();
        JsonNode round = Run.Json("learning", "trace", At("L"))["rounds"]![0]!;
        Assert.Equal(0.75, (double)round["evaluations"]![0]!["measures"]!["accuracy"]!);
        Assert.True((bool)round["cleanPadding"]!);
        Assert.Equal(2, round["contributors"]!.AsArray().Count(c => c!["account"] is not null));
        Assert.NotNull(round["openings"]![0]!["sealed"]);
    }

    private void Account(double[] mean)
    {
        Do(0, "evaluate", "--data", "held out", "--measure", "accuracy=0.75", "AUC=0.8");
        Refused(2, "expected a name and a number", ["evaluate", "--data", "held out", "--measure", "accuracy", .. As(0)]);
        Refused(1, "nobody has asked", ["answer", At("u0.csv.zku"), .. As(0)]);
        Refused(1, "the terms of the round do not name it in the quorum, and it did not begin the round", ["ask", .. As(2)]);
        Do(1, "ask");
        Refused(1, "they were asked along round 0", ["ask", "--direction", "1", .. As(0)]);

        // the inner product with the mean as the direction, in steps times whole numbers, and its norm
        UpdateDirection direction = UpdateDirection.Of(mean);
        long product = Updates[0]
            .Select((u, j) => (long)Math.Round(u * 127, MidpointRounding.ToEven) * direction.Entries.Span[j])
            .Sum();
        JsonObject answer = Do(0, "answer", At("u0.csv.zku"));
        Assert.Equal(product, (long)answer["low"]!);
        Assert.Equal("alreadyDone", (string)Do(0, "answer", At("u0.csv.zku"))["status"]!);
        Refused(2, "the inner product lies outside the interval", ["answer", At("u1.f64.zku"), "--within", "1", "2", .. As(1)]);
        Assert.Null(Do(1, "answer", At("u1.f64.zku"), "--within", "-100000000", "100000000", "--hide-norm")["squaredNorm"]);
        Refused(1, "is not in the sum", ["answer", At("u0.csv.zku"), .. As(1)]);
    }

    private void Opening()
    {
        Run.Json("learning", "auditor-key", "--out", At("auditor"));
        string request = (
            (long)Do(1, "request", At("h0.pub"), "--auditor", At("auditor.pub"), "--reason", "it stands out")["request"]!
        ).ToString(CultureInfo.InvariantCulture);
        Refused(1, "0 members of the quorum have signed, 2 are needed", ["seal", At("u0.csv.zku"), request, .. As(0)]);
        Refused(1, "do not name it in the quorum", ["approve", request, .. As(2)]);
        Do(0, "approve", request);
        Assert.Equal("alreadyDone", (string)Do(0, "approve", request)["status"]!);
        Do(1, "approve", request);
        Refused(2, "the demand is about another update", ["seal", At("u1.f64.zku"), request, .. As(0)]);
        Refused(1, "has not opened its update", "unseal", At("L"), request, "--auditor-key", At("auditor"));
        Do(0, "seal", At("u0.csv.zku"), request);
        Refused(2, "demands no opening of an update", "unseal", At("L"), "0", "--auditor-key", At("auditor"));
        Run.Json("learning", "unseal", At("L"), request, "--auditor-key", At("auditor"), "--out", At("opened.f64"));
        double[] opened = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(At("opened.f64"))).ToArray();
        Assert.All(opened, (x, j) => Assert.Equal(Updates[0][j], x, 0.5 / 127 + 1e-9));
    }

    /// <summary>Three hospitals on a ledger, all of them the committee, two of them the quorum of openings; updates in files;
    /// terms.</summary>
    private void Prepare()
    {
        using (SqliteLedger ledger = SqliteLedger.Create(At("L"), "region", _log))
        {
            File.WriteAllText(At("L.key"), KeyPem.EncodeSecret(_log));
        }

        for (int i = 0; i < 3; i++)
        {
            File.WriteAllText(At($"h{i}"), KeyPem.EncodeSecret(_keys[i]));
            File.WriteAllText(At($"h{i}.pub"), KeyPem.Encode(_keys[i].Public));
            File.WriteAllText(
                At($"u{i}.csv"),
                "# an update\n" + string.Join(", ", Updates[i].Select(x => x.ToString(CultureInfo.InvariantCulture))) + "\n"
            );
        }

        File.WriteAllBytes(At("u1.f64"), MemoryMarshal.AsBytes<double>(Updates[1]).ToArray());
        string[] keys = [At("h0.pub"), At("h1.pub"), At("h2.pub")];
        string[] Terms(string clip) =>
            [
                "terms",
                "--model",
                "m",
                "--round",
                "0",
                "--entries",
                "3",
                "--clip",
                clip,
                "--norm",
                "1.5",
                "--weight-cap",
                "100",
                "--ledger",
                At("L"),
                "--hospital",
                .. keys,
                "--member",
                .. keys,
                "--opener",
                At("h0.pub"),
                At("h1.pub"),
                "--open-threshold",
                "2",
                "--out",
                At("terms"),
            ];
        Refused(2, "scale: expected", Terms("-1"));
        Run.Json(["learning", .. Terms("1")]);
    }
}
