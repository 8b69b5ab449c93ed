using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;
using ZkHealth.Fields;
using Cipher = Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>
/// Hybrid public key encryption (RFC 9180), base mode, one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
/// </summary>
internal static class Hpke
{
    /// <summary>Bytes of a key, public or secret, and of what is sent before the ciphertext.</summary>
    public const int KeySize = 32;

    private const int TagSize = 16,
        NonceSize = 12;

    private static readonly byte[] Kem = [.. "KEM"u8, 0x00, 0x20],
        Suite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];

    /// <summary>The public key of a secret one.</summary>
    public static byte[] PublicOf(byte[] secret)
    {
        var key = new byte[KeySize];
        X25519.ScalarMultBase(secret, 0, key, 0);
        return key;
    }

    /// <summary>Encrypts to a public key: the encapsulated key and then the ciphertext with its tag.</summary>
    /// <exception cref="ArgumentException">The key is a point of small order.</exception>
    public static byte[] Seal(byte[] publicKey, byte[] info, byte[] associated, byte[] plain)
    {
        byte[] ephemeral = RandomNumberGenerator.GetBytes(KeySize),
            sent = PublicOf(ephemeral),
            shared = Agree(ephemeral, publicKey) ?? throw new ArgumentException("not a key", nameof(publicKey)),
            key = Schedule(shared, sent, publicKey, info, out byte[] nonce);
        byte[] ciphertext = Crypt(true, key, nonce, associated, plain);
        new SecretSpan<byte>(ephemeral).Dispose();
        new SecretSpan<byte>(key).Dispose();
        return [.. sent, .. ciphertext];
    }

    /// <summary>Decrypts; false where the bytes were not encrypted to this key with these texts.</summary>
    public static bool TryOpen(byte[] secret, byte[] info, byte[] associated, byte[] bytes, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        if (bytes.Length < KeySize + TagSize || secret.Length != KeySize)
        {
            return false;
        }

        byte[] sent = bytes[..KeySize];
        if (Agree(secret, sent) is not byte[] shared)
        {
            return false;
        }

        byte[] key = Schedule(shared, sent, PublicOf(secret), info, out byte[] nonce);
        try
        {
            plain = Crypt(false, key, nonce, associated, bytes[KeySize..]);
            return true;
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }
        finally
        {
            new SecretSpan<byte>(key).Dispose();
        }
    }

    /// <summary>The shared point; null where it is zero (RFC 7748, 6.1).</summary>
    private static byte[]? Agree(byte[] secret, byte[] publicKey)
    {
        var shared = new byte[KeySize];
        return X25519.CalculateAgreement(secret, 0, publicKey, 0, shared, 0) ? shared : null;
    }

    /// <summary>The key and nonce of the first message (RFC 9180, 4.1 and 5.1).</summary>
    private static byte[] Schedule(byte[] point, byte[] sent, byte[] publicKey, byte[] info, out byte[] nonce)
    {
        byte[] shared = Expand(Kem, Extract(Kem, [], "eae_prk"u8, point), "shared_secret"u8, [.. sent, .. publicKey], 32);
        byte[] context = [0, .. Extract(Suite, [], "psk_id_hash"u8, []), .. Extract(Suite, [], "info_hash"u8, info)];
        byte[] secret = Extract(Suite, shared, "secret"u8, []);
        nonce = Expand(Suite, secret, "base_nonce"u8, context, NonceSize);
        return Expand(Suite, secret, "key"u8, context, KeySize);
    }

    private static byte[] Extract(byte[] suite, byte[] salt, ReadOnlySpan<byte> label, byte[] input) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. "HPKE-v1"u8, .. suite, .. label, .. input], salt);

    private static byte[] Expand(byte[] suite, byte[] key, ReadOnlySpan<byte> label, byte[] info, int length)
    {
        var size = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(size, (short)length);
        return HKDF.Expand(HashAlgorithmName.SHA256, key, length, [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info]);
    }

    private static byte[] Crypt(bool encrypts, byte[] key, byte[] nonce, byte[] associated, byte[] input)
    {
        var cipher = new Cipher();
        cipher.Init(encrypts, new AeadParameters(new KeyParameter(key), TagSize * 8, nonce, associated));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        int written = cipher.ProcessBytes(input, 0, input.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
