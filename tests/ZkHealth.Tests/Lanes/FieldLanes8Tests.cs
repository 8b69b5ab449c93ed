using System.Numerics;
using System.Runtime.Intrinsics;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Lanes;

/// <summary>Lanes against big integers, at edges and at the extremes of their bounds. Software vectors where the machine has none
/// so wide.</summary>
public class FieldLanes8Tests
{
    private const int N = FieldLanes8.Count;
    private static readonly BigInteger[] Values = [.. EdgeValues.Below(EdgeValues.P)];

    private static FieldLanes8 Load(Func<int, BigInteger> value) =>
        FieldLanes8.Load([.. Enumerable.Range(0, N).Select(i => EdgeValues.ToField(value(i) % EdgeValues.P))]);

    private static BigInteger[] Store(FieldLanes8 x)
    {
        var bytes = new byte[32 * N];
        x.Encode(bytes);
        return [.. Enumerable.Range(0, N).Select(i => new BigInteger(bytes.AsSpan(32 * i, 32), isUnsigned: true))];
    }

    /// <summary>What limbs stand for, whatever their size.</summary>
    private static BigInteger[] Integers(FieldLanes8 x) => [.. Enumerable.Range(0, N).Select(i => Mod(
        new BigInteger(x.A[i]) + (new BigInteger(x.B[i]) << 51) + (new BigInteger(x.C[i]) << 102) + (new BigInteger(x.D[i]) << 153) + (new BigInteger(x.E[i]) << 204)))];

    private static BigInteger Mod(BigInteger x) => ((x % EdgeValues.P) + EdgeValues.P) % EdgeValues.P;

    private static void AssertTight(FieldLanes8 x)
    {
        foreach (Vector512<double> limb in (Vector512<double>[])[x.A, x.B, x.C, x.D, x.E])
        {
            for (int i = 0; i < N; i++)
            {
                Assert.InRange(limb[i], -((1L << 50) + (1L << 14)), (1L << 50) + (1L << 14));
                Assert.Equal(Math.Round(limb[i]), limb[i]);
            }
        }
    }

    [Fact]
    public void Products_squares_sums_and_masks_are_those_of_integers()
    {
        for (int i = 0; i < Values.Length; i++)
        {
            FieldLanes8 x = Load(k => Values[(i + k) % Values.Length]), y = Load(k => Values[(i * 7 + k * 3) % Values.Length]);
            BigInteger[] xs = Integers(x), ys = Integers(y);
            FieldLanes8.Multiply(x + y, x, out FieldLanes8 product);
            AssertTight(product);
            Assert.Equal(xs.Zip(ys, (a, b) => Mod((a + b) * a)), Store(product));
            FieldLanes8.Multiply(x - y, y, out product);
            Assert.Equal(xs.Zip(ys, (a, b) => Mod((a - b) * b)), Store(product));
            FieldLanes8.Square(x, out product);
            AssertTight(product);
            Assert.Equal(xs.Select(a => Mod(a * a)), Store(product));
            Assert.Equal(xs.Select(a => Mod(-a)), Store(-x));
            Assert.Equal(xs.Select(a => a % 2 == 1), Lanes(x.NegativeMask()));
            Assert.Equal(xs.Zip(ys, (a, b) => a == b), Lanes((x - y).ZeroMask()));
            FieldLanes8.Carry(x + y + x, out FieldLanes8 carried);
            AssertTight(carried);
            Assert.Equal(xs.Zip(ys, (a, b) => Mod(a + b + a)), Store(carried));
            var elements = new FieldElement[N];
            x.Store(elements);
            Assert.Equal(xs, elements.Select(EdgeValues.ToInteger));
        }
    }

    [Fact]
    public void Limbs_at_their_bounds_are_multiplied_exactly()
    {
        // every limb at its positive or negative extreme, or small: all patterns of the extremes of one factor against some of
        // the other
        double loose = Math.Floor(Math.Pow(2, 51.9)), tight = (1L << 50) + (1L << 14);
        var random = new Random(5);
        double Pick(double bound) => random.Next(4) switch { 0 => bound, 1 => -bound, 2 => bound - random.Next(3), _ => random.Next(-2, 3) };
        for (int round = 0; round < 400; round++)
        {
            FieldLanes8 Make(double bound, int pattern)
            {
                Vector512<double> Limb(int k) => Vector512.Create<double>(
                    [.. Enumerable.Range(0, N).Select(_ => pattern < 32 ? (pattern >> k & 1) != 0 ? bound : -bound : Pick(bound))]);
                return new FieldLanes8(Limb(0), Limb(1), Limb(2), Limb(3), Limb(4));
            }

            FieldLanes8 x = Make(loose, round), y = Make(tight, round * 5 % 64), z = Make(tight, round);
            FieldLanes8.Multiply(x, y, out FieldLanes8 product);
            AssertTight(product);
            Assert.Equal(Integers(x).Zip(Integers(y), (a, b) => Mod(a * b)), Store(product));
            FieldLanes8.Square(z, out product);
            AssertTight(product);
            Assert.Equal(Integers(z).Select(a => Mod(a * a)), Store(product));
            FieldLanes8.Carry(x, out FieldLanes8 carried);
            AssertTight(carried);
            Assert.Equal(Integers(x), Store(x));
            Assert.Equal(Integers(x).Select(a => a % 2 == 1), Lanes(x.NegativeMask()));
        }
    }

    [Fact]
    public void Roots_and_inverses_are_those_of_one_element()
    {
        for (int i = 0; i < Values.Length; i++)
        {
            FieldLanes8 u = Load(k => Values[(i + k) % Values.Length]), v = Load(k => Values[(i * 5 + k * 2 + 1) % Values.Length]);
            BigInteger[] us = Integers(u), vs = Integers(v);
            bool[] square = Lanes(FieldLanes8.SqrtRatioM1(u, v, out FieldLanes8 root));
            for (int k = 0; k < N; k++)
            {
                ulong expected = FieldElement.SqrtRatioM1(EdgeValues.ToField(us[k]), EdgeValues.ToField(vs[k]), out FieldElement one);
                Assert.Equal(expected != 0, square[k]);
                Assert.Equal(EdgeValues.ToInteger(one), Store(root)[k]);
            }

            FieldLanes8.Powers(u, out _, out FieldLanes8 inverse);
            Assert.Equal(us.Select(a => BigInteger.ModPow(a, EdgeValues.P - 2, EdgeValues.P)), Store(inverse));
        }
    }

    private static bool[] Lanes(Vector512<ulong> mask) => [.. Enumerable.Range(0, N).Select(i => mask[i] == ulong.MaxValue || (mask[i] != 0 ? throw new InvalidOperationException() : false))];
}
