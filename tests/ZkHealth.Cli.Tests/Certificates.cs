using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace ZkHealth.Cli.Tests;

/// <summary>Certificates of the three algorithms that members may have.</summary>
internal static class Certificates
{
    private static readonly SecureRandom Random = new();

    public static X509Certificate Issue(
        string algorithm,
        string subject,
        AsymmetricCipherKeyPair own,
        AsymmetricCipherKeyPair root,
        int days
    )
    {
        bool authority = own == root;
        var generator = new X509V3CertificateGenerator();
        generator.SetSerialNumber(BigInteger.One);
        generator.SetSubjectDN(new X509Name(subject));
        generator.SetIssuerDN(new X509Name("C=CN,CN=Root"));
        generator.SetNotBefore(DateTime.UtcNow.AddDays(-1));
        generator.SetNotAfter(DateTime.UtcNow.AddDays(days));
        generator.SetPublicKey(own.Public);
        var usage = new KeyUsage(authority ? KeyUsage.KeyCertSign : KeyUsage.DigitalSignature);
        generator.AddExtension(X509Extensions.KeyUsage, true, usage);
        generator.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(authority));
        return generator.Generate(new Asn1SignatureFactory(Signature(algorithm), root.Private, Random));
    }

    public static string Signature(string algorithm) =>
        algorithm switch
        {
            "P-256" => "SHA256WITHECDSA",
            "SM2" => "SM3WITHSM2",
            _ => "Ed25519",
        };

    public static AsymmetricCipherKeyPair Pair(string algorithm)
    {
        IAsymmetricCipherKeyPairGenerator generator =
            algorithm == "Ed25519" ? new Ed25519KeyPairGenerator() : new ECKeyPairGenerator();
        generator.Init(
            algorithm == "Ed25519"
                ? new Ed25519KeyGenerationParameters(Random)
                : new ECKeyGenerationParameters(
                    algorithm == "SM2" ? GMObjectIdentifiers.sm2p256v1 : SecObjectIdentifiers.SecP256r1,
                    Random
                )
        );
        return generator.GenerateKeyPair();
    }
}
