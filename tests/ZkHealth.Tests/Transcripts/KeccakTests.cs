using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Xunit;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Transcripts;

public sealed class KeccakTests
{
    /// <summary>Around the ends of the blocks of both functions (72 and 136 bytes), and well beyond.</summary>
    public static TheoryData<int> Lengths => [0, 1, 7, 8, 9, 71, 72, 73, 135, 136, 137, 143, 144, 145, 271, 272, 273, 1000, 4096];

    private static byte[] Message(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + 7))];

    [Fact]
    public void Sha3_512_of_nothing_is_that_of_FIPS_202() =>
        Assert.Equal(
            "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26",
            Convert.ToHexStringLower(Sha3.Sha3_512([]))
        );

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sha3_512_agrees_with_BouncyCastle(int length)
    {
        var message = Message(length);
        var digest = new Sha3Digest(512);
        digest.BlockUpdate(message);
        var expected = new byte[64];
        digest.DoFinal(expected);
        Assert.Equal(expected, Sha3.Sha3_512(message));
    }

    [SkippableTheory]
    [MemberData(nameof(Lengths))]
    public void Sha3_512_agrees_with_the_system(int length)
    {
        Skip.IfNot(SHA3_512.IsSupported, "the system has no SHA-3");
        Assert.Equal(SHA3_512.HashData(Message(length)), Sha3.Sha3_512(Message(length)));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Shake256_agrees_with_BouncyCastle(int length)
    {
        var message = Message(length);
        var digest = new ShakeDigest(256);
        digest.BlockUpdate(message);
        var expected = new byte[500];
        digest.OutputFinal(expected);
        Assert.Equal(expected, Output(message, 500));
    }

    [SkippableTheory]
    [MemberData(nameof(Lengths))]
    public void Shake256_agrees_with_the_system(int length)
    {
        Skip.IfNot(System.Security.Cryptography.Shake256.IsSupported, "the system has no SHAKE");
        Assert.Equal(System.Security.Cryptography.Shake256.HashData(Message(length), 500), Output(Message(length), 500));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    public void Shake256_is_the_same_in_pieces(int piece)
    {
        var message = Message(1000);
        var shake = new ZkHealth.Transcripts.Shake256();
        foreach (var part in message.Chunk(piece))
        {
            shake.Absorb(part);
        }

        var output = new byte[1000];
        for (var at = 0; at < output.Length; at += piece)
        {
            shake.Squeeze(output.AsSpan(at, Math.Min(piece, output.Length - at)));
        }

        Assert.Equal(Output(message, 1000), output);
    }

    [Fact]
    public void Shake256_takes_no_input_after_output()
    {
        var shake = new ZkHealth.Transcripts.Shake256();
        shake.Squeeze(new byte[1]);
        Assert.Throws<InvalidOperationException>(() => shake.Absorb([1]));
    }

    private static byte[] Output(byte[] message, int count)
    {
        var shake = new ZkHealth.Transcripts.Shake256();
        shake.Absorb(message);
        var output = new byte[count];
        shake.Squeeze(output);
        return output;
    }
}
