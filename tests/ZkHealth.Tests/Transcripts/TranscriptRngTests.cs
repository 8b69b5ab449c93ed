using Xunit;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Transcripts;

public sealed class TranscriptRngTests
{
    private static readonly byte[] Seed = [.. Enumerable.Repeat((byte)7, 32)];

    /// <summary>
    /// Expected values from the reference's STROBE with merlin's framing: witnesses of 200 and of no bytes, then the seed.
    /// </summary>
    [Fact]
    public void Values_of_the_reference()
    {
        var transcript = new Transcript("rng vector"u8);
        transcript.Append("statement"u8, "x"u8);
        byte[] witness = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        using var rng = transcript
            .BuildRng()
            .RekeyWithWitness("first"u8, witness)
            .RekeyWithWitness("second"u8, [])
            .Complete(Seed);
        Assert.Equal("924a5f2012972ba82aae1e30a25f9fccca0dab63071c380ad0cc0d02bf1e3c78", Next(rng, 32));
        Assert.EndsWith(
            "fc776f2912ee653c358094fa0c233f1eb2896eb6a295d820b8dd9185984dad0d",
            Next(rng, 200),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "b52cfa20e66bdb20ba9c90bdc0ddb9b8e3f3ba3ebe9febee07effb172a031703",
            Convert.ToHexStringLower(rng.NextScalar().ToBytes())
        );
    }

    [Fact]
    public void Statement_witness_and_seed_each_change_the_values()
    {
        byte[] other = [.. Enumerable.Repeat((byte)8, 32)];
        string[] all = [First("a", "w", Seed), First("b", "w", Seed), First("a", "v", Seed), First("a", "w", other)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], First("a", "w", Seed));

        static string First(string statement, string witness, byte[] seed)
        {
            var transcript = new Transcript("rng"u8);
            transcript.Append("statement"u8, System.Text.Encoding.UTF8.GetBytes(statement));
            var builder = transcript.BuildRng().RekeyWithWitness("witness"u8, System.Text.Encoding.UTF8.GetBytes(witness));
            using var rng = builder.Complete(seed);
            return Next(rng, 32);
        }
    }

    [Fact]
    public void System_randomness_enters()
    {
        using var one = new Transcript("rng"u8).BuildRng().Complete();
        using var two = new Transcript("rng"u8).BuildRng().Complete();
        Assert.NotEqual(Next(one, 32), Next(two, 32));
    }

    [Fact]
    public void The_transcript_does_not_notice()
    {
        var transcript = new Transcript("rng"u8);
        var clone = transcript.Clone();
        using (var rng = transcript.BuildRng().RekeyWithWitness("w"u8, Seed).Complete())
        {
            Next(rng, 32);
        }

        byte[] one = new byte[32],
            two = new byte[32];
        transcript.ChallengeBytes("c"u8, one);
        clone.ChallengeBytes("c"u8, two);
        Assert.Equal(two, one);
    }

    [Fact]
    public void A_spent_builder_and_a_disposed_generator_refuse()
    {
        var builder = new Transcript("rng"u8).BuildRng();
        var rng = builder.Complete(Seed);
        Assert.Throws<InvalidOperationException>(() => builder.Complete());
        Assert.Throws<InvalidOperationException>(() => builder.RekeyWithWitness("w"u8, Seed));
        builder.Dispose();
        Next(rng, 1);
        rng.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rng.Fill(new byte[1]));
        Assert.Throws<ArgumentException>("seed", () => new Transcript("rng"u8).BuildRng().Complete(new byte[31]));
    }

    private static string Next(TranscriptRng rng, int count)
    {
        var bytes = new byte[count];
        rng.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
