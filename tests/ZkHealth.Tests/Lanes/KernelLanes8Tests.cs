using System.Runtime.CompilerServices;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Lanes;

/// <summary>The loops over scalars in lanes give what one element at a time gives, bit for bit.</summary>
public class KernelLanes8Tests
{
    private static readonly Scalar[] Values = [.. EdgeValues.Below(EdgeValues.L).Select(EdgeValues.ToScalar)];
    private static readonly Scalar Half = Scalar.FromUInt64(2).Invert();

    private static Scalar[] Vector(int n, int start) => [.. Enumerable.Range(0, n).Select(i => Values[(start + i * 7) % Values.Length])];

    /// <summary>An error, or a frame of a debugger, was in a copy that the next build made anew (code.md, 3.8): all widths name
    /// the file that was written, which this text, of 8 lanes, of 4 and of 2, has in two parts to stay the same.</summary>
    [Fact]
    public void Every_width_names_the_file_that_was_written() =>
        Assert.Equal("KernelLanes" + "8Tests.cs", Path.GetFileName(FileOf()));

    private static string FileOf([CallerFilePath] string path = "") => path;

    [Theory]
    [InlineData(16)]
    [InlineData(61)]
    [InlineData(1024)]
    public void Vectors(int n)
    {
        Scalar[] a = Vector(n, 0), b = Vector(n, 5), dst = new Scalar[n];
        Scalar k = Values[^1];
        int done = ScalarVectorLanes8.Multiply(a, b, dst);
        Assert.Equal(n / ScalarLanes8.Count * ScalarLanes8.Count, done);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] * b[i]), dst[..done]);
        ScalarVectorLanes8.Add(a, b, dst);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] + b[i]), dst[..done]);
        ScalarVectorLanes8.Subtract(a, b, dst);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] - b[i]), dst[..done]);
        ScalarVectorLanes8.Scale(a, k * Half, dst);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] * k), dst[..done]);
        ScalarVectorLanes8.AddScaled(a, k * Half, b, dst);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] + k * b[i]), dst[..done]);
        Scalar[] low = [.. a];
        ScalarVectorLanes8.Fold(low, b, k * Half);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] + k * (b[i] - a[i])), low[..done]);
        ScalarVectorLanes8.Dot(a, b, out Scalar twice);
        Assert.Equal(Enumerable.Range(0, done).Select(i => a[i] * b[i]).Aggregate((x, y) => x + y), twice * Half);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(512)]
    public void Fractions(int half)
    {
        int n = 2 * half;
        Scalar[] eq = Vector(half, 1), p = Vector(2 * n, 3), q = Vector(2 * n, 11), numerators = new Scalar[n], denominators = new Scalar[n];
        LogUpLanes8.Sums(p, q, n, numerators, denominators, 0, n);
        Assert.Equal(Enumerable.Range(0, n).Select(i => p[i] * q[n + i] + p[n + i] * q[i]), numerators);
        Assert.Equal(Enumerable.Range(0, n).Select(i => q[i] * q[n + i]), denominators);
        Scalar Sum(Func<int, Scalar> term) => Enumerable.Range(0, half).Select(term).Aggregate((x, y) => x + y);
        Scalar D(Scalar[] t, int j) => t[half + j] - t[j];
        var (s0, s1, s2, s3) = LogUpLanes8.Round(eq, p, q, n, half, 0, half);
        Scalar quarter = Half * Half;
        Assert.Equal(Sum(j => eq[j] * (p[j] * q[n + j] + p[n + j] * q[j])), s0 * quarter);
        Assert.Equal(Sum(j => eq[j] * (q[j] * q[n + j])), s1 * quarter);
        Assert.Equal(Sum(j => eq[j] * (D(p, j) * D(q, n + j) + D(p, n + j) * D(q, j))), s2 * quarter);
        Assert.Equal(Sum(j => eq[j] * (D(q, j) * D(q, n + j))), s3 * quarter);
        var (sums, products, top) = LogUpLanes8.LeafRound(eq, q, n, half, 0, half);
        Assert.Equal(Sum(j => eq[j] * (q[j] + q[n + j])), sums * Half);
        Assert.Equal(Sum(j => eq[j] * (q[j] * q[n + j])), products * quarter);
        Assert.Equal(Sum(j => eq[j] * (D(q, j) * D(q, n + j))), top * quarter);
    }
}
