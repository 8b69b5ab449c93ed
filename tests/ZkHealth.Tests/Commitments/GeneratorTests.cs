using System.Text.Json;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tests.Commitments;

public sealed class GeneratorTests
{
    private static readonly GeneratorFamily[] Families = [GeneratorFamily.Column, GeneratorFamily.Cube, GeneratorFamily.Message];

    [Fact]
    public void B_and_H_are_those_of_the_reference()
    {
        using var vectors = Vectors();
        Assert.Equal(vectors.RootElement.GetProperty("B").GetString(), Hex(PedersenGenerators.B));
        Assert.Equal(vectors.RootElement.GetProperty("H").GetString(), Hex(PedersenGenerators.H));
    }

    [Theory]
    [InlineData("column")]
    [InlineData("cube")]
    [InlineData("message")]
    public void Families_are_those_of_the_reference(string name)
    {
        var family = Assert.Single(Families, f => f.Name == name);
        using var vectors = Vectors();
        var expected = vectors.RootElement.GetProperty(name).EnumerateArray().Select(p => p.GetString()).ToArray();
        Assert.Equal(expected, family.First(expected.Length).ToArray().Select(Hex));
    }

    /// <summary>Uneven steps, across the size of a chunk and of the array.</summary>
    [Fact]
    public void Growing_changes_no_generator()
    {
        var family = GeneratorFamily.Message;
        var lengths = new[] { 1, 2, 3, 40, 255, 256, 257, 700 };
        var parts = Array.ConvertAll(lengths, n => family.First(n).ToArray());
        var all = family.First(700).ToArray();
        Assert.All(parts, part => Assert.Equal(all[..part.Length], part));
        Assert.Equal(all.Length, all.Select(Hex).Distinct().Count());
    }

    [Fact]
    public void Threads_see_the_same_generators()
    {
        var results = new RistrettoPoint[16][];
        Parallel.For(0, results.Length, i => results[i] = GeneratorFamily.Cube.First(100 + 37 * i).ToArray());
        var all = GeneratorFamily.Cube.First(1000).ToArray();
        Assert.All(results, r => Assert.Equal(all[..r.Length], r));
    }

    [Fact]
    public void A_negative_count_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            "n",
            () =>
            {
                GeneratorFamily.Cube.First(-1);
            }
        );

    [Fact]
    public void Commitments_are_the_sums_they_claim()
    {
        var (v, s) = (Scalar.FromInt64(-5), Scalar.FromUInt64(ulong.MaxValue).Square());
        Assert.Equal(v * PedersenGenerators.B + s * PedersenGenerators.H, ScalarCommitment.Commit(v, s));

        Scalar[] values = [v, Scalar.Zero, Scalar.One, s, Scalar.MinusOne];
        var g = GeneratorFamily.Column.First(9);
        var expected = s * PedersenGenerators.H;
        for (var j = 0; j < values.Length; j++)
        {
            expected += values[j] * g[4 + j];
        }

        Assert.Equal(expected, VectorCommitment.Commit(GeneratorFamily.Column, values, s, start: 4));
        Assert.Equal(s * PedersenGenerators.H, VectorCommitment.Commit(GeneratorFamily.Column, [], s));
        Assert.Throws<ArgumentOutOfRangeException>(
            "start",
            () => VectorCommitment.Commit(GeneratorFamily.Column, [], Scalar.One, -1)
        );
    }

    private static JsonDocument Vectors() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", "generators.json")));

    private static string Hex(RistrettoPoint point) => point.Compress().ToString();
}
