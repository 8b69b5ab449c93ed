using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Groups;

/// <summary>Sums by tables of multiples give what one multiplication after the other gives.</summary>
public class PointTablesTests
{
    private static readonly Scalar[] Edges =
    [
        .. EdgeValues.Below(EdgeValues.L).Select(EdgeValues.ToScalar),
        Scalar.FromUInt64(16),
        Scalar.FromUInt64(15),
        Scalar.FromUInt64(17),
        Scalar.FromUInt64(1UL << 35),
        Scalar.FromUInt64((1UL << 35) - 1),
    ];

    private static Scalar[] Scalars(int n, int start) =>
        [.. Enumerable.Range(0, n).Select(i => Edges[(start + 5 * i) % Edges.Length])];

    private static RistrettoPoint Sum(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<RistrettoPoint> points)
    {
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int i = 0; i < scalars.Length; i++)
        {
            sum += scalars[i] * points[i];
        }

        return sum;
    }

    [SkippableTheory]
    [InlineData(PointTables.One, 1)]
    [InlineData(PointTables.One, 13)]
    [InlineData(PointTables.Many, 2)]
    [InlineData(PointTables.Many, 40)]
    public void Sums_and_folds(int positions, int n)
    {
        Skip.IfNot(PointTables.Exist, "tables need lanes");
        RistrettoPoint[] points = [.. GeneratorFamily.Message.First(n)[..n]];
        var tables = new PointTables(positions);
        tables.Add(points.AsSpan(0, 1)); // what is added later finds its place
        int first = tables.Add(points);
        int[] indices = [.. Enumerable.Range(first, n)];
        for (int start = 0; start < Edges.Length; start += 3)
        {
            Scalar[] scalars = Scalars(n, start);
            Assert.Equal(Sum(scalars, points), tables.VarTimeSum(scalars, indices));
            int split = n / 3;
            (RistrettoPoint low, RistrettoPoint high) = tables.VarTimeSums(scalars, indices, split);
            Assert.Equal(Sum(scalars.AsSpan(0, split), points), low);
            Assert.Equal(Sum(scalars.AsSpan(split), points.AsSpan(split)), high);
            if (n % 2 == 0)
            {
                var folded = new RistrettoPoint[n / 2];
                tables.VarTimeFold(scalars.AsSpan(0, 2), indices, folded);
                Assert.Equal(
                    Enumerable.Range(0, n / 2).Select(j => scalars[0] * points[j] + scalars[1] * points[n / 2 + j]),
                    folded
                );
            }
        }

        Assert.Equal(RistrettoPoint.Identity, tables.VarTimeSum(new Scalar[n], indices));
    }

    [Fact]
    public void Fixed_bases_in_lanes_over_windows()
    {
        foreach (Scalar k in Edges)
        {
            Assert.Equal(k * RistrettoPoint.Basepoint, PedersenGenerators.BTable.Multiply(k));
            Assert.Equal(PedersenGenerators.BTable.MultiplyOne(k), PedersenGenerators.BTable.Multiply(k));
        }
    }

    [Fact]
    public void Sums_of_limbs_are_sums_of_scalars()
    {
        var (limbs, sums) = (new ulong[5], new ulong[5]);
        Scalar sum = Scalar.Zero;
        for (int i = 0; i < 1 << 13; i++)
        {
            Scalar x = Edges[i % 3 == 0 ? i % Edges.Length : Edges.Length - 1 - i % 2];
            x = i % 2 == 0 ? Scalar.MinusOne - x : x;
            x.CopyLimbs(limbs);
            sum += x;
            for (int k = 0; k < limbs.Length; k++)
            {
                sums[k] += limbs[k];
            }
        }

        Assert.Equal(sum, Scalar.FromLimbSums(sums));
    }
}
