using System.Numerics;
using System.Runtime.Intrinsics;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Lanes;

/// <summary>Lanes mod l against big integers, at edges and at the extremes of their bounds.</summary>
public class ScalarLanes8Tests
{
    private const int N = ScalarLanes8.Count;
    private static readonly Scalar[] Values = [.. EdgeValues.Below(EdgeValues.L).Select(EdgeValues.ToScalar)];
    private static readonly BigInteger Inverse255 = BigInteger.ModPow(BigInteger.Pow(2, 255), EdgeValues.L - 2, EdgeValues.L);

    private static ScalarLanes8 Load(int start, int step)
    {
        ScalarLanes8.Load([.. Enumerable.Range(0, N).Select(k => Values[(start + k * step) % Values.Length])], out ScalarLanes8 x);
        return x;
    }

    private static BigInteger[] Integers(ScalarLanes8 x) => [.. Enumerable.Range(0, N).Select(i =>
        new BigInteger(x.A[i]) + (new BigInteger(x.B[i]) << 51) + (new BigInteger(x.C[i]) << 102) + (new BigInteger(x.D[i]) << 153) + (new BigInteger(x.E[i]) << 204))];

    private static BigInteger Mod(BigInteger x) => ((x % EdgeValues.L) + EdgeValues.L) % EdgeValues.L;

    /// <summary>What a stored scalar is at rest: x·2^256 as an integer.</summary>
    private static BigInteger AtRest(Scalar x) => Mod(EdgeValues.ToInteger(x) << 256);

    private static Scalar[] Store(ScalarLanes8 x)
    {
        var scalars = new Scalar[N];
        x.Store(scalars);
        return scalars;
    }

    private static void AssertTight(ScalarLanes8 x)
    {
        foreach (Vector512<double> limb in (Vector512<double>[])[x.A, x.B, x.C, x.D, x.E])
        {
            for (int i = 0; i < N; i++)
            {
                Assert.InRange(limb[i], -((1L << 50) + (1L << 12)), (1L << 50) + (1L << 12));
            }
        }
    }

    [Fact]
    public void Loads_products_and_stores_are_those_of_integers()
    {
        for (int i = 0; i < Values.Length; i++)
        {
            ScalarLanes8 x = Load(i, 1), y = Load(3 * i, 5);
            Assert.Equal(Enumerable.Range(0, N).Select(k => AtRest(Values[(i + k) % Values.Length])), Integers(x));
            Assert.Equal(Enumerable.Range(0, N).Select(k => Values[(i + k) % Values.Length]), Store(x));
            ScalarLanes8.Carry(y, out ScalarLanes8 tight);
            AssertTight(tight);
            Assert.Equal(Integers(y), Integers(tight));
            ScalarLanes8.Multiply(x, tight, out ScalarLanes8 product);
            AssertTight(product);
            BigInteger[] expected = [.. Integers(x).Zip(Integers(y), (a, b) => Mod(a * b * Inverse255))];
            Assert.Equal(expected, Integers(product).Select(Mod));
            Assert.All(Integers(product), v => Assert.True(BigInteger.Abs(v) * 8 <= EdgeValues.L * 5));
            Assert.Equal(expected, Store(product).Select(AtRest));
            var half = new Scalar[N];
            product.StoreHalf(half);
            Assert.Equal(Enumerable.Range(0, N).Select(k => Values[(i + k) % Values.Length] * Values[(3 * i + 5 * k) % Values.Length]), half);
            ScalarLanes8.Subtract(y, x, out ScalarLanes8 difference);
            ScalarLanes8.Multiply(difference, tight, out product);
            Assert.Equal(Integers(x).Zip(Integers(y), (a, b) => Mod((b - a) * b * Inverse255)), Integers(product).Select(Mod));
            Assert.Equal(Store(product).Aggregate((a, b) => a + b), product.Sum());
        }
    }

    [Fact]
    public void Stores_reach_the_ends_of_their_ranges()
    {
        foreach (BigInteger value in (BigInteger[])[-EdgeValues.L + 1, -1, 0, 1, EdgeValues.L - 1, EdgeValues.L, EdgeValues.L + 1, 2 * EdgeValues.L - 1])
        {
            var limbs = new double[5];
            BigInteger rest = value;
            for (int k = 0; k < 5; k++)
            {
                BigInteger limb = k == 4 ? rest : ((rest % (BigInteger.One << 51)) + (BigInteger.One << 51)) % (BigInteger.One << 51);
                limbs[k] = (double)limb;
                rest = (rest - limb) >> 51;
            }

            var x = new ScalarLanes8(Vector512.Create(limbs[0]), Vector512.Create(limbs[1]), Vector512.Create(limbs[2]), Vector512.Create(limbs[3]), Vector512.Create(limbs[4]));
            Assert.All(Store(x), s => Assert.Equal(Mod(value), AtRest(s)));
            if (BigInteger.Abs(value) < EdgeValues.L)
            {
                var half = new Scalar[N];
                x.StoreHalf(half);
                Assert.All(half, s => Assert.Equal(Mod(value), Mod(2 * AtRest(s))));
            }
        }
    }

    [Fact]
    public void Sums_of_products_with_limbs_at_their_bounds_are_exact()
    {
        double loose = Math.Floor(Math.Pow(2, 51.9)), tight = (1L << 50) + (1L << 12);
        var random = new Random(9);
        for (int round = 0; round < 120; round++)
        {
            ScalarLanes8 Make(double bound, int pattern)
            {
                Vector512<double> Limb(int k) => Vector512.Create<double>(
                    [.. Enumerable.Range(0, N).Select(_ => pattern < 32 ? (pattern >> k & 1) != 0 ? bound : -bound : random.Next(3) switch { 0 => bound, 1 => -bound, _ => random.Next(-2, 3) })]);
                return new ScalarLanes8(Limb(0), Limb(1), Limb(2), Limb(3), Vector512.Round(Limb(4) * Vector512.Create((1L << 48) / bound)));
            }

            ScalarLanes8 x = Make(loose, round), y = Make(tight, round * 7 % 64);
            ScalarColumnsLanes8 columns = default;
            int products = round % 2 == 0 ? ScalarLanes8.MaxProducts : 1;
            for (int k = 0; k < products; k++)
            {
                ScalarLanes8.MultiplyAdd(x, y, ref columns);
            }

            ScalarLanes8.Reduce(columns, products, out ScalarLanes8 sum);
            Assert.Equal(Integers(x).Zip(Integers(y), (a, b) => Mod(products * a * b * Inverse255)), Integers(sum).Select(Mod));
            ScalarColumnsLanes8 single = default;
            ScalarLanes8.MultiplyAdd(x, y, ref single);
            ScalarPairsLanes8.Reduce(single, 1, columns, products, out ScalarLanes8 one, out ScalarLanes8 other);
            Assert.Equal(Integers(x).Zip(Integers(y), (a, b) => Mod(a * b * Inverse255)), Integers(one).Select(Mod));
            Assert.Equal((sum.A, sum.B, sum.C, sum.D, sum.E), (other.A, other.B, other.C, other.D, other.E));
            Assert.Equal(Integers(sum).Aggregate(BigInteger.Zero, (a, b) => Mod(a + b)), AtRest(sum.Sum()));
        }
    }
}
