using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Performance.Tests;

/// <summary>Ratios inside one run, and allocated bytes; never absolute times. Bounds leave room for a shared machine.</summary>
public class RatioTests
{
    private static readonly uint[] Domains = [3, 18, 3];

    /// <summary>The best of several runs: what the machine can do when nobody disturbs it.</summary>
    private static double Best(Action work, int runs = 9)
    {
        work();
        double best = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            var watch = Stopwatch.StartNew();
            work();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return best;
    }

    [PerformanceFact]
    public void Lanes_multiply_faster_than_one_element()
    {
        if (LaneWidth.Count < 4)
        {
            return;
        }

        const int N = 1 << 15;
        FieldElement one = FieldElement.SqrtMinusOne;
        double single = Best(() =>
        {
            FieldElement z = one;
            for (int i = 0; i < N; i++)
            {
                z *= one;
            }

            GC.KeepAlive(z);
        });
        double lanes = Best(() =>
        {
            if (LaneWidth.Count == 8)
            {
                FieldLanes8 x = FieldLanes8.Broadcast(one),
                    z = x;
                for (int i = 0; i < N / 8; i++)
                {
                    FieldLanes8.Multiply(z, x, out z);
                }
            }
            else
            {
                FieldLanes4 x = FieldLanes4.Broadcast(one),
                    z = x;
                for (int i = 0; i < N / 4; i++)
                {
                    FieldLanes4.Multiply(z, x, out z);
                }
            }
        });
        Assert.True(single / lanes > 2.5, $"lanes are {single / lanes:F2} times as fast");
    }

    [PerformanceFact]
    public void Decoding_in_lanes_is_faster_than_one_by_one()
    {
        if (LaneWidth.Count < 4)
        {
            return;
        }

        var points = new RistrettoPoint[256];
        RistrettoBatch.FromUniformBytes(RandomNumberGenerator.GetBytes(64 * points.Length), points);
        var bytes = new byte[32 * points.Length];
        RistrettoBatch.Encode(points, bytes);
        double lanes = Best(() => Assert.True(RistrettoBatch.TryDecode(bytes, points, out _)));
        double single = Best(() =>
        {
            for (int i = 0; i < points.Length; i++)
            {
                Assert.True(RistrettoEncoding.TryDecode(bytes.AsSpan(32 * i, 32), out points[i]));
            }
        });
        Assert.True(single / lanes > 2.5, $"lanes are {single / lanes:F2} times as fast");
    }

    [PerformanceFact]
    public void Twice_the_rows_take_at_most_little_more_than_twice_the_time()
    {
        using TableOpening small = Commit(1 << 16),
            large = Commit(1 << 17);
        TableAxes axes = TableAxes.Create([0, 1, 2], Domains);
        double once = Best(() => ContingencyTableProof.Prove(small, axes).Dispose(), 5),
            twice = Best(() => ContingencyTableProof.Prove(large, axes).Dispose(), 5);
        Assert.True(twice / once < 2.6, $"twice the rows take {twice / once:F2} times as long");
    }

    [PerformanceFact]
    public void Proving_allocates_a_bounded_number_of_bytes_a_row()
    {
        const int Rows = 1 << 17;
        using TableOpening table = Commit(Rows);
        TableAxes axes = TableAxes.Create([0, 1, 2], Domains);
        ContingencyTableProof.Prove(table, axes).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, axes);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        // the layers above those that are looked up: 32 bytes a row; eq tables: 8; cells: 2
        Assert.True(bytes < 56L * Rows + (8 << 20), $"{bytes / (double)Rows:F0} bytes a row");
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(bytes < 32 << 20, $"verifying allocates {bytes} bytes");
    }

    private static TableOpening Commit(int rows)
    {
        var random = new Random(1);
        ReadOnlyMemory<uint>[] codes =
        [
            .. Domains.Select(d =>
                (ReadOnlyMemory<uint>)Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)d)).ToArray()
            ),
        ];
        using var secret = TableSecret.Create();
        return TableOpening.Commit(codes, rows, new byte[32], "speed"u8, secret);
    }
}
