using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A member's secret key k of a consortium, with K = k·B as its public key in ristretto255. It proves membership and nothing
/// else: it signs nothing, and is not the Ed25519 key of an owner. Cleared on Dispose; prints nothing of itself.
/// </summary>
public sealed class MemberKey : IDisposable
{
    private const string PemLabel = "ZKHEALTH MEMBER KEY";

    private readonly SecretArray<Scalar> _key;

    private MemberKey(in Scalar key) => (_key, Public) = (SecretArray<Scalar>.Pinned([key]), RegisteredKeyProof.PublicKey(key));

    /// <summary>The key that is registered.</summary>
    public CompressedPoint Public { get; }

    /// <summary>A fresh key from the system generator.</summary>
    public static MemberKey Create()
    {
        using var wide = new SecretSpan<byte>(stackalloc byte[64]);
        RandomNumberGenerator.Fill(wide.Span);
        return new MemberKey(Scalar.FromUniformBytes(wide.Span));
    }

    /// <summary>The secret key as PEM (RFC 7468) of its 32 bytes, with a final LF. For its owner alone.</summary>
    public string EncodeSecret() => SecretPem.Encode(PemLabel, Secret);

    /// <summary>Reads a secret key; false where the text is not one key of this form, or the key is 0.</summary>
    public static bool TryDecodeSecret(ReadOnlySpan<char> pem, [NotNullWhen(true)] out MemberKey? key)
    {
        key = SecretPem.TryDecode(pem, PemLabel, out Scalar secret) ? new MemberKey(secret) : null;
        return key is not null;
    }

    /// <summary>
    /// The key's tag in a topic of a consortium on a ledger: the same for every proof there, and unrelated to its tags elsewhere,
    /// also where another consortium or ledger has a topic of this name.
    /// </summary>
    /// <param name="topic">Where the key speaks under one tag.</param>
    /// <param name="consortium">The consortium's name: a registry that grows keeps the tags of its members.</param>
    /// <param name="ledgerOrigin">The ledger.</param>
    internal CompressedPoint Tag(string topic, string consortium, string ledgerOrigin) =>
        RegisteredKeyProof.Tag(Secret, TagContext(topic, consortium, ledgerOrigin));

    /// <summary>The context of tags: SHA-256 of the canonical CBOR of ["zkhealth topic v2", topic, consortium,
    /// origin], in hexadecimal.</summary>
    internal static string TagContext(string topic, string consortium, string ledgerOrigin)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString(Labels.Topic);
        w.WriteTextString(topic);
        w.WriteTextString(consortium);
        w.WriteTextString(ledgerOrigin);
        w.WriteEndArray();
        return Convert.ToHexStringLower(SHA256.HashData(w.Encode()));
    }

    internal Scalar Secret => _key[0];

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public key alone.</summary>
    public override string ToString() => $"member key {Public}";
}
