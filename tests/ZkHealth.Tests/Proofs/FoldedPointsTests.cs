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

    /// <summary>A vector of which most entries are multiples of small numbers, beginning anywhere: the sums of three rounds, in
    /// which the generators wait for their fold, are those over the folded vector; so is the proof, byte for byte.</summary>
    [Theory]
    [InlineData(8192, 3000, 4096, 7)]
    [InlineData(8192, 0, 8192, 20)]
    [InlineData(8192, 5000, 2100, 63)]
    [InlineData(16384, 1, 9000, 3)]
    public void Sums_over_counts_and_a_rest_are_those_over_the_vector(int n, int start, int counted, int bits)
    {
        ScaledCounts[] parts = [Counted(start, counted, bits, 1), Counted(start + 5, counted - 9, bits / 2 + 1, 2)];
        var z = new Scalar[n];
        foreach (int i in (int[])[0, 1, n / 2 - 1, n / 2, n - 1])
        {
            z[i] = Draw(i);
        }

        foreach (ScaledCounts part in parts)
        {
            for (int i = 0; i < part.Counts.Length; i++)
            {
                z[part.Start + i] += part.Factor * Scalar.FromUInt64(part.Counts.Span[i]);
            }
        }

        RistrettoPoint[] generators = GeneratorFamily.Cube.First(n).ToArray();
        var (plain, kept) = (new FoldedPoints([.. generators]), new FoldedPoints([.. generators]));
        using FoldedCounts counts = Assert.IsType<FoldedCounts>(FoldedCounts.TryCreate(z, n, parts));
        Scalar[] a = [.. z];
        for (int half = n / 2, round = 0; round < 3; half /= 2, round++)
        {
            Assert.Equal(2 * half, counts.Length);
            foreach (bool right in (bool[])[false, true])
            {
                Assert.Equal(
                    plain.VarTimeSum(a.AsSpan(right ? 0 : half, half), right, [Draw(3)], [PedersenGenerators.H]),
                    kept.VarTimeSum(counts, right, [Draw(3)], [PedersenGenerators.H])
                );
            }

            Scalar u = Draw(round + 50);
            ScalarVector.AddScaled(a.AsSpan(0, half), u.Invert(), a.AsSpan(half, half), a.AsSpan(0, half));
            counts.Fold(u.Invert());
            Assert.Equal(round == 2, plain.Fold(u, 1));
            Assert.Equal(round == 2, kept.Fold(u, 1));
        }

        Assert.Equal(Proof(z, []), Proof(z, parts));
    }

    [Fact]
    public void Few_or_sparse_counts_are_summed_with_the_rest()
    {
        ulong[] sparse = new ulong[4096];
        sparse.AsSpan(0, 2047).Fill(3);
        Assert.False(new ScaledCounts(0, Scalar.One, sparse).Pays);
        sparse[4000] = 1;
        Assert.True(new ScaledCounts(0, Scalar.One, sparse).Pays);
        Assert.False(new ScaledCounts(0, Scalar.One, new ulong[] { 1, 2, 3 }).Pays);
        Assert.Null(FoldedCounts.TryCreate(new Scalar[8], 8, [new(0, Scalar.One, new ulong[] { 1, 2, 3 })]));
    }

    private static ScaledCounts Counted(int start, int count, int bits, int factor) =>
        new(start, Draw(factor), Enumerable.Range(0, count).Select(i => (ulong)i * 0x9E3779B97F4A7C15 >> (64 - bits)).ToArray());

    private static byte[] Proof(Scalar[] z, ScaledCounts[] parts)
    {
        using TranscriptRng rng = new Transcript("counts"u8).BuildRng().Complete(new byte[32]);
        Scalar[] w = [.. Enumerable.Range(0, z.Length).Select(i => Draw(i + 4))];
        var statement = new LinearStatement(new GeneratorBasis(GeneratorFamily.Cube, z.Length), w, null);
        var proof = new ProofWriter();
        LinearProof.Prove(new Transcript("counts"u8), rng, statement, z, Draw(5), Draw(6), proof, 2, parts);
        return proof.ToArray();
    }
}
