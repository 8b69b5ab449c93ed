using System.Security.Cryptography;
using Xunit;

namespace ZkHealth.Accountability.Tests.State;

/// <summary>The hashes of several nodes at once are those of the platform's SHA-256.</summary>
public sealed class NodeHashesTests
{
    private const int Size = 65;

    /// <summary>Every number of lanes, with texts that differ in every byte and end in the second block.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    public void Hashes_of_lanes_are_those_of_the_platform(int count)
    {
        for (int round = 0; round < 50; round++)
        {
            byte[] texts =
            [
                .. Enumerable.Range(0, 3 * count).SelectMany(i => SHA256.HashData([(byte)round, (byte)i])).Take(Size * count),
            ];
            if (round < 2)
            {
                Array.Fill(texts, (byte)(round * 255));
            }

            var hashes = new byte[32 * count];
            NodeHashes.Hash(texts, hashes);
            for (int i = 0; i < count; i++)
            {
                byte[] expected = SHA256.HashData(texts.AsSpan(Size * i, Size));
                Assert.Equal(expected, hashes[(32 * i)..(32 * (i + 1))]);
            }
        }
    }

    /// <summary>A map whose nodes are hashed together has the root of one whose nodes are hashed one by one, by the equations of
    /// section 4 of the rules.</summary>
    [Fact]
    public void Root_of_a_map_is_that_of_the_definition()
    {
        StateMap map = StateMap.Empty;
        var pairs = new List<(byte[] Key, byte[] Value)>();
        for (int i = 0; i < 300; i++)
        {
            byte[] key = StateKey.Of("consent", BitConverter.GetBytes(i)),
                value = SHA256.HashData(BitConverter.GetBytes(~i));
            pairs.Add((key, value));
            map = map.With(key, value);
            if (i % 37 == 0)
            {
                Assert.Equal(Root(pairs, 0), map.Root.ToArray());
            }
        }

        map = map.Without(pairs[7].Key);
        pairs.RemoveAt(7);
        Assert.Equal(Root(pairs, 0), map.Root.ToArray());
    }

    private static byte[] Root(List<(byte[] Key, byte[] Value)> pairs, int depth) =>
        pairs.Count switch
        {
            0 => new byte[32],
            1 => SHA256.HashData([0, .. pairs[0].Key, .. SHA256.HashData(pairs[0].Value)]),
            _ => SHA256.HashData([
                1,
                .. Root([.. pairs.Where(p => !StateKey.Bit(p.Key, depth))], depth + 1),
                .. Root([.. pairs.Where(p => StateKey.Bit(p.Key, depth))], depth + 1),
            ]),
        };
}
