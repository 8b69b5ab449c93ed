using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Groups;

public class RistrettoTests
{
    private static readonly JsonElement Vectors = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "ristretto255.json")))
        .RootElement;

    private static Scalar[] Scalars(int n) => [.. EdgeValues.Below(EdgeValues.L, n).TakeLast(n).Select(EdgeValues.ToScalar)];

    private static RistrettoPoint[] Points(int n) =>
        [.. Enumerable.Range(0, n).Select(i => RistrettoPoint.FromUniformBytes(SHA512.HashData(BitConverter.GetBytes(i))))];

    [Fact]
    public void Multiples_of_the_generator_are_those_of_the_rfc()
    {
        RistrettoPoint sum = RistrettoPoint.Identity;
        int k = 0;
        foreach (JsonElement hex in Vectors.GetProperty("multiples").EnumerateArray())
        {
            Assert.Equal(hex.GetString(), sum.Compress().ToString());
            Assert.Equal(sum, Scalar.FromUInt64((ulong)k++) * RistrettoPoint.Basepoint);
            Assert.True(sum.Compress().TryDecompress(out RistrettoPoint decoded));
            Assert.Equal(sum, decoded);
            sum += RistrettoPoint.Basepoint;
        }

        Assert.Equal(
            "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
            (RistrettoPoint.Basepoint + RistrettoPoint.Basepoint).Compress().ToString()
        );
    }

    [Fact]
    public void Bad_encodings_are_refused()
    {
        foreach (JsonElement hex in Vectors.GetProperty("bad").EnumerateArray())
        {
            Assert.False(new CompressedPoint(Convert.FromHexString(hex.GetString()!)).TryDecompress(out _), hex.GetString());
        }
    }

    [Fact]
    public void The_one_way_map_is_that_of_the_rfc()
    {
        foreach (JsonElement map in Vectors.GetProperty("maps").EnumerateArray())
        {
            byte[] hash = SHA512.HashData(Encoding.UTF8.GetBytes(map.GetProperty("sha512of").GetString()!));
            Assert.Equal(map.GetProperty("point").GetString(), RistrettoPoint.FromUniformBytes(hash).Compress().ToString());
        }

        byte[] espresso = SHA512.HashData("Ristretto is traditionally a short shot of espresso coffee"u8);
        Assert.Equal(
            "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46",
            RistrettoPoint.FromUniformBytes(espresso).Compress().ToString()
        );
    }

    [Fact]
    public void The_group_laws_hold()
    {
        RistrettoPoint[] points = [RistrettoPoint.Identity, RistrettoPoint.Basepoint, -RistrettoPoint.Basepoint, .. Points(4)];
        foreach (RistrettoPoint p in points)
        {
            Assert.True((p + -p).IsIdentity);
            Assert.True((p - p).IsIdentity);
            Assert.Equal(p, p + RistrettoPoint.Identity);
            Assert.Equal(p + p, p.Double());
            Assert.True((Scalar.MinusOne * p + p).IsIdentity);
            foreach (RistrettoPoint q in points)
            {
                Assert.Equal(p + q, q + p);
                Assert.Equal(p + q, RistrettoPoint.Add(p, new CachedPoint(q)));
                Assert.Equal(p + q, RistrettoPoint.Add(p, AffinePoint.FromPoints([q])[0]));
                Assert.Equal(p == q, p.Compress() == q.Compress());
                Assert.Equal(p + q + points[^1], p + (q + points[^1]));
            }
        }
    }

    [Fact]
    public void Multiplication_is_linear_on_edge_scalars()
    {
        RistrettoPoint p = Points(1)[0];
        var table = new FixedBaseTable(p);
        foreach (Scalar k in EdgeValues.Below(EdgeValues.L, 6).Select(EdgeValues.ToScalar))
        {
            RistrettoPoint product = k * p;
            Assert.Equal(product, table.Multiply(k));
            Assert.Equal(product, MultiScalar.VarTime([k], [p]));
            Assert.Equal(product + p, (k + Scalar.One) * p);
            Assert.True(((-k) * p + product).IsIdentity);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(700)]
    public void Multi_scalar_multiplication_is_the_sum_of_products(int n)
    {
        RistrettoPoint[] points = Points(n);
        Scalar[] scalars = [.. Scalars(Math.Max(n, 1)).Take(n)];
        for (int i = 0; i < n && i < 40; i++)
        {
            scalars[i] = EdgeValues.ToScalar(EdgeValues.Below(EdgeValues.L)[i]);
        }

        RistrettoPoint expected = RistrettoPoint.Identity;
        for (int i = 0; i < n; i++)
        {
            expected += scalars[i] * points[i];
        }

        Assert.Equal(expected, MultiScalar.VarTime(scalars, points));
    }

    [Theory]
    [InlineData(130)]
    [InlineData(700)]
    [InlineData(6000)]
    public void Multi_scalar_multiplication_of_scalars_that_are_alike(int n)
    {
        // a digit that all share fills one bucket, small scalars leave windows empty
        Scalar edge = EdgeValues.ToScalar(EdgeValues.L - 1),
            random = Scalars(1)[0];
        Func<int, Scalar>[] kinds =
        [
            _ => edge,
            _ => random,
            _ => Scalar.Zero,
            i => Scalar.FromUInt64((ulong)i & 1),
            i =>
                i < n - 3 ? random
                : i == n - 1 ? edge
                : -random,
            i => Scalar.FromUInt64((ulong)i),
        ];
        Scalar[] logs = [.. Enumerable.Range(0, n).Select(i => Scalar.FromUInt64((ulong)i * 7919 + 1))];
        RistrettoPoint[] points = [.. logs.Select(k => PedersenGenerators.BTable.Multiply(k))];
        foreach (Func<int, Scalar> kind in kinds)
        {
            Scalar[] scalars = [.. Enumerable.Range(0, n).Select(kind)];
            Assert.Equal(
                PedersenGenerators.BTable.Multiply(ScalarVector.Dot(scalars, logs)),
                MultiScalar.VarTime(scalars, points)
            );
        }
    }

    [Fact]
    public void Multi_scalar_multiplication_of_more_points_than_are_summed_at_once()
    {
        const int N = 33_001,
            Distinct = 1_000;
        Scalar[] logs = [.. Enumerable.Range(1, Distinct).Select(i => Scalar.FromUInt64((ulong)i))],
            scalars = [.. Scalars(Distinct)];
        RistrettoPoint[] points = [.. logs.Select(k => PedersenGenerators.BTable.Multiply(k))];
        Scalar[] all = [.. Enumerable.Range(0, N).Select(i => scalars[i % Distinct] + logs[i / Distinct])];
        Scalar expected = ScalarVector.Dot(all, [.. Enumerable.Range(0, N).Select(i => logs[i * 7 % Distinct])]);
        Assert.Equal(
            PedersenGenerators.BTable.Multiply(expected),
            MultiScalar.VarTime(all, [.. Enumerable.Range(0, N).Select(i => points[i * 7 % Distinct])])
        );
    }

    [Fact]
    public void Signed_digits_are_those_of_the_scalar()
    {
        for (int bits = 4; bits <= 15; bits++)
        {
            var digits = new short[SignedDigits.Count(bits)];
            foreach (
                BigInteger k in EdgeValues
                    .Below(EdgeValues.L)
                    .Append(EdgeValues.L - 1)
                    .Append(BigInteger.One << 252)
                    .Append((BigInteger.One << 252) - 1)
            )
            {
                SignedDigits.Radix(EdgeValues.ToScalar(k), bits, digits);
                BigInteger sum = 0;
                for (int i = digits.Length - 1; i >= 0; i--)
                {
                    Assert.InRange(digits[i], -(1 << (bits - 1)), 1 << (bits - 1));
                    sum = (sum << bits) + digits[i];
                }

                Assert.Equal(k, sum);
            }
        }
    }

    [Fact]
    public void Folding_adds_the_multiple_of_the_second_half()
    {
        RistrettoPoint[] points = Points(10),
            folded = [.. points];
        Scalar u = Scalars(1)[0];
        PointFolds.VarTime(folded, folded.Length / 2, [u], 1);
        for (int j = 0; j < 5; j++)
        {
            Assert.Equal(points[j] + u * points[5 + j], folded[j]);
        }
    }

    [Theory]
    [InlineData(1u, 4)]
    [InlineData(2u, 16)]
    [InlineData(256u, 8)]
    [InlineData(70000u, 8)]
    [InlineData(uint.MaxValue, 4)]
    public void Rows_of_codes_are_sums_of_multiples(uint domain, int width)
    {
        var random = new Random(5);
        uint[] codes = [.. Enumerable.Range(0, 3 * width).Select(_ => (uint)random.NextInt64(domain))];
        codes[^1] = domain - 1;
        RistrettoPoint[] generators = Points(width);
        foreach (int cores in (int[])[1, 2])
        {
            var rows = new RistrettoPoint[3];
            RowSums.VarTime(codes, width, generators, rows, cores, default);
            for (int r = 0; r < 3; r++)
            {
                Scalar[] scalars = [.. codes.Skip(r * width).Take(width).Select(c => Scalar.FromUInt64(c))];
                Assert.Equal(MultiScalar.VarTime(scalars, generators), rows[r]);
            }
        }
    }

    [Fact]
    public void Batches_agree_with_single_points_and_name_the_first_bad_one()
    {
        RistrettoPoint[] points = Points(9);
        var bytes = new byte[32 * 9];
        RistrettoBatch.Encode(points, bytes);
        var decoded = new RistrettoPoint[9];
        Assert.True(RistrettoBatch.TryDecode(bytes, decoded, out _));
        Assert.Equal(points, decoded);
        bytes[32 * 6] ^= 1;
        Assert.False(RistrettoBatch.TryDecode(bytes, decoded, out int bad));
        Assert.Equal(6, bad);
    }
}
