using System.Text.Json;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Transcripts;

public sealed class TranscriptTests
{
    [Fact]
    public void Simple_vector_of_merlin()
    {
        using var vectors = Vectors();
        var transcript = new Transcript("test protocol"u8);
        transcript.Append("some label"u8, "some data"u8);
        Assert.Equal(vectors.RootElement[0].GetProperty("challenge").GetString(), Challenge(transcript, "challenge"u8, 32));
    }

    [Fact]
    public void Long_vector_of_merlin()
    {
        using var vectors = Vectors();
        var challenges = vectors.RootElement[1].GetProperty("challenges").EnumerateArray().Select(c => c.GetString()).ToList();
        Assert.Equal(32, challenges.Count);
        var big = new byte[1024];
        big.AsSpan().Fill(99);
        var transcript = new Transcript("test protocol"u8);
        transcript.Append("step1"u8, "some data"u8);
        foreach (var expected in challenges)
        {
            var challenge = Challenge(transcript, "challenge"u8, 32);
            Assert.Equal(expected, challenge);
            transcript.Append("bigdata"u8, big);
            transcript.Append("challengedata"u8, Convert.FromHexString(challenge));
            transcript.AppendUInt64("ctr"u8, 7);
        }
    }

    [Fact]
    public void A_clone_gives_the_same_challenges_and_goes_its_own_way()
    {
        var transcript = new Transcript("clone"u8);
        transcript.Append("a"u8, "b"u8);
        var clone = transcript.Clone();
        Assert.Equal(Challenge(transcript.Clone(), "x"u8, 200), Challenge(clone, "x"u8, 200));
        clone.Append("c"u8, "d"u8);
        Assert.NotEqual(Challenge(clone, "y"u8, 32), Challenge(transcript, "y"u8, 32));
    }

    [Fact]
    public void Labels_lengths_and_boundaries_are_bound()
    {
        string[] all =
        [
            After(t => { }),
            After(t => t.Append("a"u8, ""u8)),
            After(t => t.Append("ab"u8, "c"u8)),
            After(t => t.Append("a"u8, "bc"u8)),
            After(t =>
            {
                t.Append("a"u8, "b"u8);
                t.Append("a"u8, "c"u8);
            }),
            After(t =>
            {
                t.Append("a"u8, "c"u8);
                t.Append("a"u8, "b"u8);
            }),
            After(t => t.ChallengeBytes("a"u8, new byte[2])),
            After(t => t.ChallengeBytes("a"u8, new byte[3])),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());

        static string After(Action<Transcript> action)
        {
            var transcript = new Transcript("bound"u8);
            action(transcript);
            return Challenge(transcript, "x"u8, 32);
        }
    }

    [Fact]
    public void A_challenge_of_another_length_shares_no_prefix()
    {
        var transcript = new Transcript("length"u8);
        Assert.NotEqual(Challenge(transcript.Clone(), "x"u8, 32), Challenge(transcript, "x"u8, 33)[..64]);
    }

    [Fact]
    public void A_scalar_challenge_is_that_of_the_reference() =>
        Assert.Equal(
            "64ee270f9f1a37d3f60e7ddcbaf2203477a21d677d3952d3e25746d59afdf802",
            Convert.ToHexStringLower(new Transcript("scalars"u8).ChallengeScalar("x"u8).ToBytes())
        );

    [Fact]
    public void Scalars_and_points_are_appended_as_their_encodings()
    {
        var (scalar, point) = (Scalar.FromInt64(-3), RistrettoPoint.Basepoint.Compress());
        Transcript typed = new("typed"u8),
            plain = new("typed"u8);
        typed.AppendScalar("s"u8, scalar);
        typed.AppendPoint("p"u8, point);
        plain.Append("s"u8, scalar.ToBytes());
        plain.Append("p"u8, point.ToBytes());
        Assert.Equal(Challenge(plain, "x"u8, 32), Challenge(typed, "x"u8, 32));
    }

    private static JsonDocument Vectors() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "merlin.json")));

    private static string Challenge(Transcript transcript, ReadOnlySpan<byte> label, int length)
    {
        var challenge = new byte[length];
        transcript.ChallengeBytes(label, challenge);
        return Convert.ToHexStringLower(challenge);
    }
}
