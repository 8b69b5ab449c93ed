using Org.BouncyCastle.Asn1;
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
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 10 and attack 19: certificates of members by one profile, made here by Bouncy Castle.</summary>
public sealed class CertificateTests
{
    private static readonly SecureRandom Random = new();
    private static readonly DateTime From = DateTimeOffset.FromUnixTimeMilliseconds(Region.Start).UtcDateTime;
    private static readonly long Time = Region.Start + Durations.Day;

    /// <summary>A certificate and the key that belongs to it.</summary>
    private sealed class Issued(X509Certificate certificate, AsymmetricCipherKeyPair pair)
    {
        public X509Certificate Certificate { get; } = certificate;

        public AsymmetricCipherKeyPair Pair { get; } = pair;

        public byte[] Bytes => Certificate.GetEncoded();
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("Ed25519")]
    [InlineData("SM2")]
    public void A_chain_is_verified_and_names_its_subject(string algorithm)
    {
        Issued root = Issue(algorithm, "C=CN,CN=Root", null, authority: true),
            between = Issue(algorithm, "C=CN,CN=Between", root, authority: true),
            member = Issue(algorithm, "C=CN,SERIALNUMBER=91440300ma5,CN=Hospital", between);
        Assert.True(Verify([member, between], [root], out CertificateChain? chain, out string? reason), reason);
        Assert.Equal(("CN-91440300MA5", algorithm), (chain!.Subject, chain.Algorithm));
        Assert.Equal(Region.Start + (100 * Durations.Day), chain.NotAfter);
        Assert.True(Verify([member, between, root], [root], out _, out _));
        ISigner signer = SignerUtilities.GetSigner(Signature(algorithm));
        signer.Init(true, member.Pair.Private);
        byte[] message = Region.Key("hospital");
        signer.BlockUpdate(message, 0, message.Length);
        byte[] signature = signer.GenerateSignature();
        Assert.True(chain.HasSigned(message, signature));
        Assert.False(chain.HasSigned(Region.Key("centre"), signature));
    }

    /// <summary>Attack 19: one organisation with two certificates was two members: the same name as another string type, with
    /// other spaces and case, and by another authority. The subject is country and number, and is one.</summary>
    [Fact]
    public void Attack_19_two_certificates_of_one_organisation_have_one_subject()
    {
        Issued root = Issue("P-256", "C=DE,CN=Root", null, authority: true),
            other = Issue("SM2", "C=CN,CN=Other root", null, authority: true),
            one = Issue("P-256", "C=DE,2.5.4.97=NTRDE-HRB12345,CN=St.  Anna Hospital", root),
            two = Issue("SM2", "C=de,2.5.4.97=ntrde-hrb 12345,CN=ST. ANNA HOSPITAL", other);
        Assert.True(Verify([one], [root], out CertificateChain? first, out _));
        Assert.True(Verify([two], [other], out CertificateChain? second, out _));
        Assert.Equal("DE-NTRDE-HRB12345", first!.Subject);
        Assert.Equal(first.Subject, second!.Subject);
        Assert.NotEqual(first.Digest, second.Digest);
    }

    /// <summary>Expiry at the millisecond, another root, another signer, an authority's certificate, a chain of five, an unknown
    /// critical extension, a subject without number.</summary>
    [Fact]
    public void What_is_not_of_the_profile_is_refused_with_a_reason()
    {
        Issued root = Issue("P-256", "C=DE,CN=Root", null, authority: true),
            stranger = Issue("P-256", "C=DE,CN=Root", null, authority: true),
            member = Issue("P-256", "C=DE,SERIALNUMBER=1", root);
        long end = Region.Start + (100 * Durations.Day);
        Assert.True(CertificateChain.TryVerify([member.Bytes], [root.Bytes], end - 1, out _, out _));
        const string Ended = "certificate 0: it is not valid at the time: from 2027-01-01 00:00:00Z until 2027-04-11 00:00:00Z";
        Assert.Equal(Ended, Reason([member], [root], end));
        Assert.Equal(Ended, Reason([member], [root], Region.Start - 1));
        Assert.Equal("no root that is trusted has signed it", Reason([member], [stranger]));
        Issued authority = Issue("P-256", "C=DE,SERIALNUMBER=1", root, authority: true, usage: KeyUsage.DigitalSignature);
        Assert.StartsWith("certificate 0: it is one of an authority", Reason([authority], [root]), StringComparison.Ordinal);
        Issued untrue = Issue("P-256", "C=DE,SERIALNUMBER=1", root, usage: KeyUsage.KeyEncipherment);
        Assert.Equal("certificate 0: its key usage is not digitalSignature", Reason([untrue], [root]));
        Issued extended = Issue("P-256", "C=DE,SERIALNUMBER=1", root, critical: "1.2.3.4");
        Assert.Equal("certificate 0: the critical extension 1.2.3.4 is not of the profile", Reason([extended], [root]));
        Issued nameless = Issue("P-256", "C=DE,CN=Hospital", root);
        Assert.StartsWith("the subject has no country", Reason([nameless], [root]), StringComparison.Ordinal);
        Issued byMember = Issue("P-256", "C=DE,SERIALNUMBER=2", member);
        Assert.StartsWith("certificate 1: its key usage", Reason([byMember, member], [root]), StringComparison.Ordinal);
        Assert.StartsWith("expected 1 to 4", Reason([member, root, root, root, root], [root]), StringComparison.Ordinal);
        Assert.StartsWith("not a certificate", Raw([1, 2, 3], root), StringComparison.Ordinal);
        Assert.StartsWith("not a certificate", Raw([.. member.Bytes, 0], root), StringComparison.Ordinal);
        byte[] changed = member.Bytes;
        changed[^1] ^= 1;
        Assert.NotNull(Raw(changed, root));
    }

    /// <summary>A chain with the authority first was "no root that is trusted has signed it", which sends a clerk to look for
    /// another root.</summary>
    [Fact]
    public void A_chain_in_the_wrong_order_is_told_so()
    {
        Issued root = Issue("Ed25519", "C=DE,CN=Root", null, authority: true),
            between = Issue("Ed25519", "C=DE,CN=Between", root, authority: true),
            member = Issue("Ed25519", "C=DE,SERIALNUMBER=1", between);
        foreach (
            Issued[] chain in (Issued[][])
                [
                    [root, between, member],
                    [between, member],
                    [root, member],
                    [between, member, root],
                ]
        )
        {
            Assert.Contains("the member's own comes first", Reason(chain, [root]), StringComparison.Ordinal);
        }
    }

    private static string Raw(byte[] bytes, Issued root) =>
        CertificateChain.TryVerify([bytes], [root.Bytes], Time, out _, out string? reason) ? "" : reason;

    private static string Reason(Issued[] chain, Issued[] roots, long? time = null) =>
        CertificateChain.TryVerify(
            [.. chain.Select(c => c.Bytes)],
            [.. roots.Select(c => c.Bytes)],
            time ?? Time,
            out _,
            out string? reason
        )
            ? ""
            : reason;

    private static bool Verify(Issued[] chain, Issued[] roots, out CertificateChain? verified, out string? reason) =>
        CertificateChain.TryVerify(
            [.. chain.Select(c => c.Bytes)],
            [.. roots.Select(c => c.Bytes)],
            Time,
            out verified,
            out reason
        );

    private static Issued Issue(
        string algorithm,
        string subject,
        Issued? issuer,
        bool authority = false,
        int? usage = null,
        string? critical = null
    )
    {
        AsymmetricCipherKeyPair pair = Pair(algorithm);
        var generator = new X509V3CertificateGenerator();
        generator.SetSerialNumber(BigInteger.One);
        generator.SetSubjectDN(new X509Name(subject));
        generator.SetIssuerDN(issuer?.Certificate.SubjectDN ?? new X509Name(subject));
        generator.SetNotBefore(From);
        generator.SetNotAfter(From.AddDays(100));
        generator.SetPublicKey(pair.Public);
        generator.AddExtension(
            X509Extensions.KeyUsage,
            true,
            new KeyUsage(usage ?? (authority ? KeyUsage.KeyCertSign : KeyUsage.DigitalSignature))
        );
        if (authority)
        {
            generator.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        }

        if (critical is not null)
        {
            generator.AddExtension(new DerObjectIdentifier(critical), true, DerNull.Instance);
        }

        AsymmetricCipherKeyPair signer = issuer?.Pair ?? pair;
        return new Issued(generator.Generate(new Asn1SignatureFactory(Signature(Of(signer)), signer.Private, Random)), pair);
    }

    private static string Of(AsymmetricCipherKeyPair pair) =>
        pair.Public is not ECPublicKeyParameters ec ? "Ed25519"
        : GMObjectIdentifiers.sm2p256v1.Equals(ec.PublicKeyParamSet) ? "SM2"
        : "P-256";

    private static string Signature(string algorithm) =>
        algorithm switch
        {
            "P-256" => "SHA256WITHECDSA",
            "SM2" => "SM3WITHSM2",
            _ => "Ed25519",
        };

    private static AsymmetricCipherKeyPair Pair(string algorithm)
    {
        if (algorithm == "Ed25519")
        {
            var ed = new Ed25519KeyPairGenerator();
            ed.Init(new Ed25519KeyGenerationParameters(Random));
            return ed.GenerateKeyPair();
        }

        var ec = new ECKeyPairGenerator();
        ec.Init(
            new ECKeyGenerationParameters(
                algorithm == "SM2" ? GMObjectIdentifiers.sm2p256v1 : SecObjectIdentifiers.SecP256r1,
                Random
            )
        );
        return ec.GenerateKeyPair();
    }
}
