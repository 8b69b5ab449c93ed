using System.Buffers.Binary;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>
/// The shares of one member of one dealing from 32 bytes: the entries and the blinding of chunk c are the stream of
/// SHAKE256("zkhealth share seed v1" ‖ seed ‖ sid ‖ role ‖ dealer ‖ member ‖ c), 64 bytes a scalar.
/// </summary>
internal static class ShareSeed
{
    public const int Size = 32;

    private const int Batch = 64;

    public static void Expand(
        ReadOnlySpan<byte> seed,
        AggregationSession session,
        DealId id,
        int member,
        int chunk,
        Span<Scalar> shares
    )
    {
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, (int)id.Role);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], member);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[8..], chunk);
        var xof = new Transcripts.Shake256();
        xof.Absorb(Labels.ShareSeed);
        xof.Absorb(seed);
        xof.Absorb(session.Sid.Span);
        xof.Absorb(id.Dealer.ToBytes());
        xof.Absorb(numbers);
        using var wide = new SecretSpan<byte>(stackalloc byte[64 * Batch]);
        for (int at = 0; at < shares.Length; at += Batch)
        {
            Span<Scalar> own = shares[at..Math.Min(at + Batch, shares.Length)];
            Span<byte> bytes = wide.Span[..(64 * own.Length)];
            xof.Squeeze(bytes);
            for (int j = 0; j < own.Length; j++)
            {
                own[j] = Scalar.FromUniformBytes(bytes.Slice(64 * j, 64));
            }
        }
    }
}
