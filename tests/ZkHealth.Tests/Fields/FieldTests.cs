using System.Numerics;
using Xunit;
using ZkHealth.Fields;

namespace ZkHealth.Tests.Fields;

/// <summary>Both fields against BigInteger, on all pairs of edge values.</summary>
public class FieldTests
{
    private static BigInteger Mod(BigInteger x, BigInteger m) => ((x % m) + m) % m;

    [Fact]
    public void Scalars_agree_with_integers()
    {
        BigInteger l = EdgeValues.L;
        foreach (BigInteger x in EdgeValues.Below(l))
        {
            Scalar a = EdgeValues.ToScalar(x);
            Assert.Equal(x, EdgeValues.ToInteger(a));
            Assert.Equal(Mod(-x, l), EdgeValues.ToInteger(-a));
            Assert.True((a + -a).IsZero);
            Assert.Equal(BigInteger.ModPow(x, l - 2, l), EdgeValues.ToInteger(a.Invert()));
            Assert.Equal(x == 0, a.IsZero);
            foreach (BigInteger y in EdgeValues.Below(l))
            {
                Scalar b = EdgeValues.ToScalar(y);
                Assert.Equal(Mod(x + y, l), EdgeValues.ToInteger(a + b));
                Assert.Equal(Mod(x - y, l), EdgeValues.ToInteger(a - b));
                Assert.Equal(Mod(x * y, l), EdgeValues.ToInteger(a * b));
                Assert.Equal(x == y, a == b);
            }
        }
    }

    [Fact]
    public void Scalars_decode_canonical_bytes_alone()
    {
        foreach (
            BigInteger x in (BigInteger[])[EdgeValues.L, EdgeValues.L + 1, BigInteger.Pow(2, 253), BigInteger.Pow(2, 256) - 1]
        )
        {
            Assert.False(Scalar.TryDecode(EdgeValues.Bytes(x), out _));
        }

        Assert.False(Scalar.TryDecode(new byte[31], out _));
        Assert.False(Scalar.TryDecode(new byte[33], out _));
    }

    [Fact]
    public void Scalars_of_numbers_and_of_uniform_bytes()
    {
        foreach (long n in (long[])[0, 1, -1, long.MaxValue, long.MinValue, 255, -256])
        {
            Assert.Equal(Mod(n, EdgeValues.L), EdgeValues.ToInteger(Scalar.FromInt64(n)));
        }

        Assert.Equal(ulong.MaxValue, EdgeValues.ToInteger(Scalar.FromUInt64(ulong.MaxValue)));
        Assert.Equal(Mod((BigInteger)UInt128.MaxValue, EdgeValues.L), EdgeValues.ToInteger(Scalar.FromUInt128(UInt128.MaxValue)));
        var random = new Random(3);
        for (int i = 0; i < 50; i++)
        {
            var wide = new byte[64];
            random.NextBytes(wide);
            wide.AsSpan(0, i == 0 ? 64 : 0).Fill(0xff);
            Assert.Equal(
                new BigInteger(wide, isUnsigned: true) % EdgeValues.L,
                EdgeValues.ToInteger(Scalar.FromUniformBytes(wide))
            );
        }
    }

    [Fact]
    public void Field_elements_agree_with_integers()
    {
        BigInteger p = EdgeValues.P;
        foreach (BigInteger x in EdgeValues.Below(p))
        {
            FieldElement a = EdgeValues.ToField(x);
            Assert.Equal(x, EdgeValues.ToInteger(a));
            Assert.Equal(Mod(-x, p), EdgeValues.ToInteger(-a));
            Assert.Equal(x * x % p, EdgeValues.ToInteger(a.Square()));
            Assert.Equal(BigInteger.ModPow(x, p - 2, p), EdgeValues.ToInteger(a.Invert()));
            Assert.Equal(BigInteger.ModPow(x, (p - 5) / 8, p), EdgeValues.ToInteger(a.PowP58()));
            Assert.Equal(x == 0, a.ZeroMask() != 0);
            Assert.Equal(!x.IsEven, a.NegativeMask() != 0);
            foreach (BigInteger y in EdgeValues.Below(p))
            {
                FieldElement b = EdgeValues.ToField(y);
                Assert.Equal(Mod(x + y, p), EdgeValues.ToInteger(a + b));
                Assert.Equal(Mod(x - y, p), EdgeValues.ToInteger(a - b));
                Assert.Equal(x * y % p, EdgeValues.ToInteger(a * b));

                // sums enter products without a carry pass
                Assert.Equal((x + y) * (x + y) % p, EdgeValues.ToInteger((a + b) * (a + b)));
                Assert.Equal((x + y) * (x + y) % p, EdgeValues.ToInteger((a + b).Square()));
            }
        }
    }

    [Fact]
    public void Products_hold_at_the_bound_of_every_limb()
    {
        foreach (ulong top in (ulong[])[(1UL << 54) - 1, 1UL << 53, (1UL << 52) - 1])
        {
            for (int mask = 0; mask < 32; mask++)
            {
                ulong Limb(int i) => (mask >> i & 1) != 0 ? top : (1UL << 51) - 1;
                var x = new FieldElement(Limb(0), Limb(1), Limb(2), Limb(3), Limb(4));
                BigInteger value = Enumerable
                    .Range(0, 5)
                    .Aggregate(BigInteger.Zero, (sum, i) => sum + ((BigInteger)Limb(i) << (51 * i)));
                Assert.Equal(value * value % EdgeValues.P, EdgeValues.ToInteger(x * x));
                Assert.Equal(value * value % EdgeValues.P, EdgeValues.ToInteger(x.Square()));
                Assert.Equal(value % EdgeValues.P, EdgeValues.ToInteger(x));
            }
        }
    }

    [Fact]
    public void Vectors_agree_with_elements()
    {
        Scalar[] a = [.. EdgeValues.Below(EdgeValues.L).Take(32).Select(EdgeValues.ToScalar)],
            b = [.. a.Reverse()];
        var dst = new Scalar[a.Length];
        Scalar k = a[6];
        ScalarVector.AddScaled(a, k, b, dst);
        Assert.Equal(a.Zip(b, (x, y) => x + k * y), dst);
        ScalarVector.Multiply(a, b, dst);
        Assert.Equal(a.Zip(b, (x, y) => x * y), dst);
        Assert.Equal(dst.Aggregate(Scalar.Zero, (x, y) => x + y), ScalarVector.Dot(a, b));
        a.CopyTo(dst, 0);
        ScalarVector.Invert(dst);
        Assert.Equal(a.Select(x => x.Invert()), dst);
        a.CopyTo(dst, 0);
        ScalarVector.Fold(dst, k);
        Assert.Equal(Enumerable.Range(0, 16).Select(j => a[j] + k * (a[16 + j] - a[j])), dst.Take(16));
        ScalarVector.EqTable(a.AsSpan(20, 5), dst);
        for (int i = 0; i < 32; i++)
        {
            Scalar expected = Scalar.One;
            for (int c = 0; c < 5; c++)
            {
                expected *= (i >> (4 - c) & 1) != 0 ? a[20 + c] : Scalar.One - a[20 + c];
            }

            Assert.Equal(expected, dst[i]);
        }

        Assert.Throws<ArgumentException>(() => ScalarVector.Dot([Scalar.One], []));
    }
}
