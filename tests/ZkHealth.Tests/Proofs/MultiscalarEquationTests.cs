using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;

namespace ZkHealth.Tests.Proofs;

public class MultiscalarEquationTests
{
    [Fact]
    public void A_sum_is_the_same_before_and_after_its_generators_have_tables()
    {
        Scalar[] noise = [.. Enumerable.Range(1, 37).Select(i => Scalar.FromUInt64((ulong)i).Invert())],
            range = noise[..20];
        CompressedPoint point = RistrettoPoint.Basepoint.Compress();
        RistrettoPoint expected =
            noise[3] * RistrettoPoint.Basepoint
            + noise[4] * PedersenGenerators.B
            + noise[5] * PedersenGenerators.H
            + MultiScalar.VarTime(
                [.. noise, .. range],
                [.. GeneratorFamily.Noise.First(37)[..37], .. GeneratorFamily.RangeG(31).First(20)[..20]]
            );
        MultiscalarEquation sum = new MultiscalarEquation()
            .Add(point, noise[3])
            .AddBase(noise[4])
            .AddBlinding(noise[5])
            .Add(GeneratorFamily.Noise, 0, noise)
            .Add(GeneratorFamily.RangeG(31), 0, range);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(sum.TryEvaluate(out RistrettoPoint value));
            Assert.Equal(expected, value);
        }

        // a family with tables beside one without, and more generators than go over tables
        sum.Add(GeneratorFamily.RangeH(31), 0, range);
        Assert.True(sum.TryEvaluate(out RistrettoPoint more));
        expected += MultiScalar.VarTime(range, GeneratorFamily.RangeH(31).First(20)[..20]);
        Assert.Equal(expected, more);
        Scalar[] many = [.. Enumerable.Repeat(Scalar.MinusOne, 600)];
        Assert.True(sum.Add(GeneratorFamily.Column, 0, many).TryEvaluate(out more));
        Assert.Equal(expected + MultiScalar.VarTime(many, GeneratorFamily.Column.First(600)[..600]), more);
    }
}
