using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class FoldedPointsTests
{
    private static readonly RistrettoPoint[] Generators = GeneratorFamily.Cube.First(4096).ToArray();

    private static Scalar Draw(int i) => Scalar.FromUInt64((ulong)i + 7).Invert();

    [Theory]
    [InlineData(2, 8, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 8, 1)]
    [InlineData(3, 24, 1)]
    [InlineData(3, 512, 2)]
    [InlineData(3, 3, 1)]
    public void Folds_at_once_are_those_one_after_the_other(int rounds, int left, int cores)
    {
        int n = left << rounds;
        RistrettoPoint[] once = [.. Generators.Take(n)],
            plain = [.. once];
        Scalar[] us = [.. Enumerable.Range(1, rounds).Select(i => i % 2 == 0 ? -Draw(i) : Draw(i))],
            factors = [.. Enumerable.Range(0, 1 << rounds).Select(Factor)];
        PointFolds.VarTime(once, left, factors.AsSpan(1), cores);
        for (int round = 0; round < rounds; round++)
        {
            PointFolds.VarTime(plain, n >> (round + 1), [us[round]], 1);
        }

        Assert.Equal(plain.Take(left), once.Take(left));

        Scalar Factor(int block) =>
            Enumerable
                .Range(0, rounds)
                .Where(i => (block >> (rounds - 1 - i) & 1) == 1)
                .Aggregate(Scalar.One, (f, i) => f * us[i]);
    }

    /// <summary>Of 4,096 generators three rounds are folded at once, of 2,048 two, then one alone: in every round the sums are
    /// those of generators folded round by round.</summary>
    [Theory]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Sums_over_generators_that_wait_for_their_fold_are_those_over_folded_ones(int length)
    {
        RistrettoPoint[] plain = [.. Generators.Take(length)];
        var folded = new FoldedPoints([.. plain]);
        for (int n = length, round = 0; n > 128; n /= 2, round++)
        {
            Scalar[] a = [.. Enumerable.Range(0, n / 2).Select(i => Draw(i + round))];
            foreach (bool right in (bool[])[false, true])
            {
                RistrettoPoint expected =
                    MultiScalar.VarTime(a, plain.AsSpan(right ? n / 2 : 0, n / 2)) + Draw(3) * PedersenGenerators.H;
                Assert.Equal(expected, folded.VarTimeSum(a, right, [Draw(3)], [PedersenGenerators.H]));
            }

            PointFolds.VarTime(plain, n / 2, [Draw(round)], 1);
            folded.Fold(Draw(round), 1);
        }
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Linear_proofs_over_long_vectors_verify(int n)
    {
        using TranscriptRng rng = new Transcript("long"u8).BuildRng().Complete();
        Scalar[] z = [.. Enumerable.Range(0, n).Select(_ => rng.NextScalar())],
            w = [.. Enumerable.Range(0, n).Select(_ => rng.NextScalar())];
        Scalar r = rng.NextScalar(),
            s = rng.NextScalar();
        CompressedPoint c = VectorCommitment.Commit(GeneratorFamily.Cube, z, r).Compress(),
            v = ScalarCommitment.Commit(ScalarVector.Dot(z, w), s).Compress();
        var statement = new LinearStatement(new GeneratorBasis(GeneratorFamily.Cube, n), w, (c, v));
        var proof = new ProofWriter();
        LinearProof.Prove(new Transcript("long"u8), rng, statement, z, r, s, proof);
        byte[] bytes = proof.ToArray();
        foreach (bool good in (bool[])[true, false])
        {
            bytes[^1] ^= (byte)(good ? 0 : 1);
            var equation = new MultiscalarEquation();
            LinearProof.Verify(
                new Transcript("long"u8),
                new ProofReader(bytes),
                statement,
                new MultiscalarEquation().Add(c, Scalar.One),
                new MultiscalarEquation().Add(v, Scalar.One),
                equation
            );
            Assert.Equal(good, equation.TryEvaluate(out RistrettoPoint sum) && sum.IsIdentity);
        }
    }
}
