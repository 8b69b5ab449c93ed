using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Range, membership and row proofs, one core. Also without BenchmarkDotNet, medians of processor time:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- membership`.
/// </summary>
[MemoryDiagnoser]
public class MembershipBenchmarks
{
    private readonly Dictionary<string, (Func<int> Prove, Func<bool> Verify, int Proofs)> _cases = [];

    /// <summary>Which proof.</summary>
    [Params(
        "range, 64 bits",
        "range, 64 single of 64 bits",
        "one of 1,024",
        "16 of one list of 1,024",
        "in a set of 4,096",
        "outside a set of 4,096",
        "row of 2^16"
    )]
    public string Case { get; set; } = "";

    private static Transcript T => new("bench"u8);

    private static Scalar Random() => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64));

    /// <summary>Makes the statements and a proof of each.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Scalar blinding = Random(),
            value = Scalar.FromUInt64(3001);
        CompressedPoint v = ScalarCommitment.Commit(value, blinding).Compress();
        (RangeProof Proof, CompressedPoint[] Commitments) Range()
        {
            RangeProof range = RangeProof.Prove(T, [3001], [blinding], 64, out CompressedPoint[] commitments);
            return (range, commitments);
        }

        (RangeProof Proof, CompressedPoint[] Commitments)[] ranges = [.. Enumerable.Range(0, 64).Select(_ => Range())];
        _cases["range, 64 bits"] = (
            () => Range().Proof.Encode().Length,
            () => ranges[0].Proof.Verify(T, ranges[0].Commitments, 64).IsAccepted,
            1
        );
        _cases["range, 64 single of 64 bits"] = (
            () => ranges.Sum(_ => Range().Proof.Encode().Length),
            () => VerificationBatch.VerifyAll(ranges, (r, b, name) => r.Proof.Collect(T, r.Commitments, 64, b, name)).IsAccepted,
            64
        );

        CompressedPoint[] points = [.. Enumerable.Range(0, 1024).Select(_ => RegisteredKeyProof.PublicKey(Random()))];
        points[700] = RegisteredKeyProof.PublicKey(blinding);
        PublicPoints list = PublicPoints.Create(points);
        byte[][] ones = [.. Enumerable.Range(0, 16).Select(_ => RegisteredKeyProof.Prove(T, list, 700, blinding))];
        _cases["one of 1,024"] = (
            () => RegisteredKeyProof.Prove(T, list, 700, blinding).Length,
            () => RegisteredKeyProof.Verify(T, list, ones[0]).IsAccepted,
            1
        );
        _cases["16 of one list of 1,024"] = (
            () => ones.Sum(_ => RegisteredKeyProof.Prove(T, list, 700, blinding).Length),
            () =>
                VerificationBatch
                    .VerifyAll(ones, (p, b, name) => RegisteredKeyProof.Collect(T, list, p, null, default, b, name))
                    .IsAccepted,
            16
        );

        PublicSet inside = PublicSet.Of(Enumerable.Range(0, 4096).Select(i => (ulong)i)),
            outside = PublicSet.Of(Enumerable.Range(0, 4096).Select(i => 3UL * (ulong)i));
        byte[] member = SetMembershipProof.Prove(T, inside, value, blinding),
            other = SetNonMembershipProof.Prove(T, outside, value, blinding);
        _cases["in a set of 4,096"] = (
            () => SetMembershipProof.Prove(T, inside, value, blinding).Length,
            () => SetMembershipProof.Verify(T, inside, v, member).IsAccepted,
            1
        );
        _cases["outside a set of 4,096"] = (
            () => SetNonMembershipProof.Prove(T, outside, value, blinding).Length,
            () => SetNonMembershipProof.Verify(T, outside, v, other).IsAccepted,
            1
        );

        var random = new Random(1);
        ReadOnlyMemory<uint>[] codes =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => (ReadOnlyMemory<uint>)Enumerable.Range(0, 1 << 16).Select(_ => (uint)random.Next(200)).ToArray()),
        ];
        TableOpening table = TableOpening.Commit(codes, 1 << 16, new byte[32], "bench"u8, TableSecret.Create());
        byte[] row = RowProof.Prove(T, table, 12345, [0, 2], out uint[] shown);
        _cases["row of 2^16"] = (
            () => RowProof.Prove(T, table, 12345, [0, 2], out _).Length,
            () => RowProof.Verify(T, table.Commitment, 12345, [0, 2], shown, row).IsAccepted,
            1
        );
    }

    /// <summary>Proves.</summary>
    [Benchmark]
    public int Prove() => _cases[Case].Prove();

    /// <summary>Verifies.</summary>
    [Benchmark]
    public bool Verify() => _cases[Case].Verify();

    /// <summary>Medians of 11 runs after 4 of warm-up, in processor time, each proof for itself.</summary>
    internal static int Run()
    {
        var bench = new MembershipBenchmarks();
        bench.Setup();
        foreach ((string name, (Func<int> prove, Func<bool> verify, int proofs)) in bench._cases)
        {
            if (!verify())
            {
                return 1;
            }

            int bytes = 0;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name, -30} prove {Median(() => bytes = prove()) / proofs, 7:F2} ms  verify {Median(() => verify()) / proofs, 7:F3} ms  {bytes / proofs} bytes"
                )
            );
        }

        // the set is prepared once for all proofs
        ulong[] numbers = [.. Enumerable.Range(0, 4096).Select(i => 3UL * (ulong)i)];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{"set of 4,096 prepared", -30} {Median(() => _ = PublicSet.Of(numbers).Polynomial), 7:F2} ms"
            )
        );
        return 0;
    }

    private static double Median(Action work)
    {
        var times = new List<double>();
        using var process = Process.GetCurrentProcess();
        for (int i = 0; i < 15; i++)
        {
            process.Refresh();
            TimeSpan start = process.UserProcessorTime;
            long clock = Stopwatch.GetTimestamp();
            for (int k = 0; k < 4; k++)
            {
                work();
            }

            // processor time ticks coarsely and counts the runtime's own threads; the clock counts other processes
            process.Refresh();
            times.Add(
                Math.Min((process.UserProcessorTime - start).TotalMilliseconds, Stopwatch.GetElapsedTime(clock).TotalMilliseconds)
                    / 4
            );
        }

        return times[4..].Order().ElementAt(5);
    }
}
