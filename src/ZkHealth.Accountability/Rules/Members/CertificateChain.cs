using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Security.Certificates;
using Org.BouncyCastle.X509;

namespace ZkHealth.Accountability;

/// <summary>
/// A member's certificate with its chain, by one fixed profile: P-256 with SHA-256, Ed25519, or SM2 with SM3 (user id
/// 1234567812345678); at most four certificates; no name constraints, no policies, no critical extension beside key usage and
/// basic constraints. It is checked before governance approves a member; the rules take the fields that were approved, and a
/// revocation is an entry.
/// </summary>
internal sealed class CertificateChain
{
    /// <summary>The most certificates of a chain, with its root.</summary>
    public const int MaxLength = 4;

    private const int MaxSize = 16 * 1024,
        SignatureUsage = 0,
        CertificateSigning = 5;

    private static readonly DerObjectIdentifier OrganisationIdentifier = new("2.5.4.97");

    private static readonly string[] KnownCritical = [X509Extensions.KeyUsage.Id, X509Extensions.BasicConstraints.Id];

    private static readonly string[] Forbidden =
    [
        X509Extensions.NameConstraints.Id,
        X509Extensions.PolicyMappings.Id,
        X509Extensions.PolicyConstraints.Id,
        X509Extensions.InhibitAnyPolicy.Id,
        X509Extensions.CertificatePolicies.Id,
    ];

    private readonly AsymmetricKeyParameter _key;

    private CertificateChain(
        string subject,
        string algorithm,
        long from,
        long until,
        byte[] digest,
        AsymmetricKeyParameter key
    ) => (Subject, Algorithm, NotBefore, NotAfter, Digest, _key) = (subject, algorithm, from, until, digest, key);

    /// <summary>Country and registered number, upper case: CN-91440300MA5EXAMPLE; not the distinguished name, which is
    /// written in many ways.</summary>
    public string Subject { get; }

    /// <summary>P-256, Ed25519 or SM2.</summary>
    public string Algorithm { get; }

    /// <summary>The first millisecond of the certificate, since 1970 UTC.</summary>
    public long NotBefore { get; }

    /// <summary>The end of the certificate, in ms since 1970 UTC: the latest of its keys.</summary>
    public long NotAfter { get; }

    /// <summary>SHA-256 of the certificates in a row, the member's first.</summary>
    public byte[] Digest { get; }

    /// <summary>Verifies a chain at a time: each certificate signed by the next, the last by a root that is trusted, or one
    /// itself.</summary>
    /// <param name="chain">The certificates in DER, the member's first; at most four with the root.</param>
    /// <param name="roots">The roots that are trusted, in DER.</param>
    /// <param name="time">The time, in ms since 1970 UTC.</param>
    /// <param name="verified">The chain, where it is good.</param>
    /// <param name="reason">Why it is not.</param>
    public static bool TryVerify(
        IReadOnlyList<byte[]> chain,
        IReadOnlyList<byte[]> roots,
        long time,
        [NotNullWhen(true)] out CertificateChain? verified,
        [NotNullWhen(false)] out string? reason
    )
    {
        verified = null;
        try
        {
            reason = Fault(chain, roots, time, out verified);
            return reason is null && verified is not null;
        }
        catch (Exception e)
            when (e
                    is CertificateException
                        or GeneralSecurityException
                        or IOException
                        or ArgumentException
                        or Asn1Exception
                        or InvalidOperationException
                        or FormatException
                        or InvalidCastException
            )
        {
            reason = $"not a certificate: {e.Message}";
            return false;
        }
    }

    /// <summary>Determines whether the key of the certificate has signed a message: that it vouches for a key of
    /// entries.</summary>
    /// <param name="message">The message.</param>
    /// <param name="signature">The signature, as the algorithm writes it.</param>
    public bool HasSigned(byte[] message, byte[] signature)
    {
        ISigner signer = SignerUtilities.GetSigner(
            Algorithm switch
            {
                "P-256" => "SHA-256withECDSA",
                "SM2" => "SM3withSM2",
                _ => "Ed25519",
            }
        );
        signer.Init(false, _key);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.VerifySignature(signature);
    }

    private static string? Fault(
        IReadOnlyList<byte[]> chain,
        IReadOnlyList<byte[]> roots,
        long time,
        out CertificateChain? verified
    )
    {
        verified = null;
        if (chain.Count is 0 or > MaxLength || chain.Any(c => c.Length > MaxSize))
        {
            return $"expected 1 to {MaxLength} certificates of at most {MaxSize} bytes";
        }

        List<X509Certificate> read = [.. chain.Select(Parse)];
        if (read[0].GetBasicConstraints() >= 0)
        {
            return "certificate 0: it is one of an authority: the member's own comes first, then each signer of the one before";
        }

        bool rooted = roots.Any(r => r.AsSpan().SequenceEqual(chain[^1]));
        if (!rooted)
        {
            if (roots.Select(Parse).FirstOrDefault(r => IsSignedBy(read[^1], r)) is not X509Certificate root)
            {
                return "no root that is trusted has signed it";
            }

            read.Add(root);
        }

        if (read.Count > MaxLength)
        {
            return $"expected at most {MaxLength} certificates with the root";
        }

        for (int i = 0; i < read.Count; i++)
        {
            X509Certificate issuer = read[Math.Min(i + 1, read.Count - 1)];
            if (FaultOf(read[i], i, time) is string fault)
            {
                return $"certificate {i}: {fault}";
            }

            if (!IsSignedBy(read[i], issuer))
            {
                return $"certificate {i}: it is not signed by the next one";
            }
        }

        if (SubjectOf(read[0]) is not string subject)
        {
            return "the subject has no country of two letters, or no registered number (organizationIdentifier or serialNumber)";
        }

        verified = new CertificateChain(
            subject,
            AlgorithmOf(read[0].GetPublicKey())!,
            Milliseconds(read[0].NotBefore),
            Milliseconds(read[0].NotAfter),
            SHA256.HashData([.. chain.SelectMany(c => c)]),
            read[0].GetPublicKey()
        );
        return null;
    }

    private static X509Certificate Parse(byte[] der)
    {
        X509Certificate certificate =
            new X509CertificateParser().ReadCertificate(der) ?? throw new FormatException("there is none");
        return certificate.GetEncoded().AsSpan().SequenceEqual(der)
            ? certificate
            : throw new FormatException("it is not in canonical DER, or something follows it");
    }

    private static string? FaultOf(X509Certificate certificate, int depth, long time)
    {
        if (time < Milliseconds(certificate.NotBefore) || time >= Milliseconds(certificate.NotAfter))
        {
            return $"it is not valid at the time: from {certificate.NotBefore:u} until {certificate.NotAfter:u}";
        }

        if (AlgorithmOf(certificate.GetPublicKey()) is null)
        {
            return "expected a key of P-256, Ed25519 or SM2";
        }

        ISet<string> critical = certificate.GetCriticalExtensionOids() ?? new HashSet<string>();
        ISet<string> others = certificate.GetNonCriticalExtensionOids() ?? new HashSet<string>();
        if (critical.FirstOrDefault(o => !KnownCritical.Contains(o)) is string unknown)
        {
            return $"the critical extension {unknown} is not of the profile";
        }

        if (others.FirstOrDefault(Forbidden.Contains) is string forbidden)
        {
            return $"the extension {forbidden} is not of the profile";
        }

        bool[]? usage = certificate.GetKeyUsage();
        int needed = depth == 0 ? SignatureUsage : CertificateSigning;
        if (usage is null || usage.Length <= needed || !usage[needed])
        {
            return depth == 0 ? "its key usage is not digitalSignature" : "its key usage is not keyCertSign";
        }

        int constraint = certificate.GetBasicConstraints();
        if (depth > 0 && constraint < 0)
        {
            return "its basic constraints do not say that it is an authority's";
        }

        if (depth > 0 && constraint < depth - 1)
        {
            return "its basic constraints allow no chain of this length";
        }

        return null;
    }

    /// <summary>Names and signature: the algorithm of the signature is the one of the issuer's key.</summary>
    private static bool IsSignedBy(X509Certificate certificate, X509Certificate issuer)
    {
        string? expected = AlgorithmOf(issuer.GetPublicKey()) switch
        {
            "P-256" => X9ObjectIdentifiers.ECDsaWithSha256.Id,
            "SM2" => GMObjectIdentifiers.sm2sign_with_sm3.Id,
            "Ed25519" => EdECObjectIdentifiers.id_Ed25519.Id,
            _ => null,
        };
        return certificate.SigAlgOid == expected
            && certificate.IssuerDN.Equivalent(issuer.SubjectDN, inOrder: true)
            && certificate.IsSignatureValid(issuer.GetPublicKey());
    }

    private static string? AlgorithmOf(AsymmetricKeyParameter key) =>
        key switch
        {
            Ed25519PublicKeyParameters => "Ed25519",
            ECPublicKeyParameters ec when SecObjectIdentifiers.SecP256r1.Equals(ec.PublicKeyParamSet) => "P-256",
            ECPublicKeyParameters ec when GMObjectIdentifiers.sm2p256v1.Equals(ec.PublicKeyParamSet) => "SM2",
            _ => null,
        };

    /// <summary>One number is one subject, however it is written: spaces go, letters become capitals.</summary>
    private static string? SubjectOf(X509Certificate certificate)
    {
        string? country = Value(certificate, X509Name.C),
            number = Value(certificate, OrganisationIdentifier) ?? Value(certificate, X509Name.SerialNumber);
        if (country is not { Length: 2 } || number is not { Length: > 0 and <= 60 })
        {
            return null;
        }

        return country.All(char.IsAsciiLetterUpper) && number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? number.StartsWith(country + "-", StringComparison.Ordinal)
                ? number
                : $"{country}-{number}"
            : null;
    }

    private static string? Value(X509Certificate certificate, DerObjectIdentifier name) =>
        certificate.SubjectDN.GetValueList(name) is [string value]
            ? string.Concat(value.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant()
            : null;

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds();
}
