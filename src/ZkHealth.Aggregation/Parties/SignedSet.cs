using System.Buffers.Binary;

namespace ZkHealth.Aggregation;

/// <summary>A set of exact numbers that the member signed.</summary>
internal sealed class SignedSet(byte[] session, PartyId[] contributors)
{
    public byte[] Session { get; } = session;

    public PartyId[] Contributors { get; } = contributors;

    public bool Differs(IReadOnlyList<PartyId> other) =>
        !Contributors.SequenceEqual(other) && Contributors.Intersect(other).Any();

    public static byte[] Encode(IEnumerable<SignedSet> sets) => [.. sets.SelectMany(s => s.Encode())];

    public static List<SignedSet> Decode(byte[] stored)
    {
        var sets = new List<SignedSet>();
        for (int at = 0; at < stored.Length; )
        {
            int begin = at + 36,
                count = BinaryPrimitives.ReadInt32LittleEndian(stored.AsSpan(at + 32));
            byte[] parties = stored[begin..(begin + count * PartyId.Size)];
            sets.Add(new SignedSet(stored[at..(at + 32)], [.. parties.Chunk(PartyId.Size).Select(c => new PartyId(c))]));
            at = begin + parties.Length;
        }

        return sets;
    }

    private byte[] Encode()
    {
        byte[] count = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, Contributors.Length);
        return [.. Session, .. count, .. Contributors.SelectMany(c => c.ToBytes())];
    }
}
