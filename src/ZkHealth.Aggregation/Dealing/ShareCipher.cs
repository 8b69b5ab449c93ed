using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// The transport of shares to one member: AES-256-GCM under HKDF-SHA256(S; sid, role, dealer, member, E, PK) for the shared point
/// S = e·PK = sk·E. The nonce is zero: a key is used once.
/// </summary>
internal static class ShareCipher
{
    public const int TagSize = 16;

    /// <summary>The ciphertext with its tag behind it.</summary>
    public static byte[] Seal(
        in CompressedPoint shared,
        AggregationSession session,
        DealId id,
        int member,
        in CompressedPoint ephemeral,
        ReadOnlySpan<byte> plaintext
    )
    {
        using SecretArray<byte> key = Key(shared, session, id, member, ephemeral);
        var sealed_ = new byte[plaintext.Length + TagSize];
        using var aes = new AesGcm(key.Span, TagSize);
        aes.Encrypt(new byte[12], plaintext, sealed_.AsSpan(0, plaintext.Length), sealed_.AsSpan(plaintext.Length));
        return sealed_;
    }

    /// <summary>The plaintext; null where the tag is not that of the ciphertext.</summary>
    public static byte[]? Open(
        in CompressedPoint shared,
        AggregationSession session,
        DealId id,
        int member,
        in CompressedPoint ephemeral,
        ReadOnlySpan<byte> ciphertext
    )
    {
        if (ciphertext.Length < TagSize)
        {
            return null;
        }

        using SecretArray<byte> key = Key(shared, session, id, member, ephemeral);
        var plaintext = new byte[ciphertext.Length - TagSize];
        using var aes = new AesGcm(key.Span, TagSize);
        try
        {
            aes.Decrypt(new byte[12], ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static SecretArray<byte> Key(
        in CompressedPoint shared,
        AggregationSession session,
        DealId id,
        int member,
        in CompressedPoint ephemeral
    )
    {
        Span<byte> numbers = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, (int)id.Role);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], member);
        using var secret = new SecretArray<byte>(shared.ToBytes());
        byte[] key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            secret.Values,
            32,
            session.Sid.ToArray(),
            [
                .. Labels.ShareTransport,
                .. numbers,
                .. id.Dealer.ToBytes(),
                .. ephemeral.ToBytes(),
                .. session.Keys[member - 1].ToBytes(),
            ]
        );
        return new SecretArray<byte>(key);
    }
}
