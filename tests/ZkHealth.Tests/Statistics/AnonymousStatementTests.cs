using System.Text;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

public sealed class AnonymousStatementTests
{
    private static readonly StatisticContext Context = new("warning", "health office", "ledger.test/health");
    private static readonly MemberKey[] Keys = [.. Enumerable.Range(0, 5).Select(_ => MemberKey.Create())];
    private static readonly KeyRegistry Registry = Make(Keys);

    private static KeyRegistry Make(IEnumerable<MemberKey> keys) =>
        new("North", [.. keys.Select((k, i) => new RegisteredMember(k.Public, $"Hospital {i}"))]);

    private static VerificationResult Verify(AnonymousStatement statement, KeyRegistry registry) =>
        statement.Verify(new VerificationContext { Registry = registry }).Result;

    [Fact]
    public void A_registered_key_speaks_without_its_name()
    {
        foreach (MemberKey key in Keys)
        {
            foreach (string? topic in (string?[])[null, "week 12"])
            {
                AnonymousStatement proof = AnonymousStatement.Prove(Registry, key, "beds are short", topic, Context);
                Assert.Equal(VerificationResult.Accepted, Verify(proof, Registry));
                byte[] bytes = proof.Encode();
                Assert.True(AnonymousStatement.TryDecode(bytes, out AnonymousStatement? decoded, out _));
                Assert.Equal(VerificationResult.Accepted, Verify(decoded, Registry));
                Assert.Equal(("beds are short", topic), (decoded.Message, decoded.Topic));
                Assert.Equal(topic is null ? default : key.Tag(topic, "North", Context.LedgerOrigin), decoded.Tag);
                Assert.False(Verify(decoded, Make(Keys.Reverse())).IsAccepted);
                Assert.False(Verify(decoded, Make(Keys.Take(4))).IsAccepted);
            }
        }
    }

    [Fact]
    public void Who_is_not_registered_says_nothing()
    {
        using var stranger = MemberKey.Create();
        Assert.Throws<ArgumentException>(() => AnonymousStatement.Prove(Registry, stranger, "", null, Context));
        for (int index = 0; index < Keys.Length; index++)
        {
            Assert.False(
                Verify(AnonymousStatement.ProveUnchecked(Registry, stranger, index, "", null, Context), Registry).IsAccepted
            );
            Assert.False(
                Verify(AnonymousStatement.ProveUnchecked(Registry, stranger, index, "", "week 12", Context), Registry).IsAccepted
            );
            Assert.Equal(
                index == 2,
                Verify(AnonymousStatement.ProveUnchecked(Registry, Keys[2], index, "", "week 12", Context), Registry).IsAccepted
            );
        }
    }

    [Fact]
    public void Every_changed_byte_is_found()
    {
        byte[] bytes = AnonymousStatement.Prove(Registry, Keys[3], "m", "t", Context).Encode();
        for (int at = 0; at < bytes.Length; at += at < 100 ? 1 : 5)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.False(
                AnonymousStatement.TryDecode(changed, out AnonymousStatement? decoded, out _)
                    && Verify(decoded, Registry).IsAccepted,
                $"byte {at}"
            );
        }

        Assert.False(AnonymousStatement.TryDecode(bytes.AsMemory(0, bytes.Length - 1), out _, out _));
        Assert.False(AnonymousStatement.TryDecode((byte[])[.. bytes, 0], out _, out _));
    }

    [Property(MaxTest = 200)]
    public void Hostile_bytes_never_throw(byte[] bytes, string text)
    {
        Assert.False(AnonymousStatement.TryDecode(bytes, out _, out _));
        Assert.False(KeyRegistry.TryDecode(bytes, out _, out _));
        Assert.False(KeyRegistry.TryDecode(Encoding.UTF8.GetBytes("zkhealth key registry v1 " + text), out _, out _));
        Assert.False(MemberKey.TryDecodeSecret(text, out _));
    }

    [Fact]
    public void A_registry_has_one_form()
    {
        byte[] bytes = Registry.Encode();
        Assert.True(KeyRegistry.TryDecode(bytes, out KeyRegistry? read, out _));
        Assert.Equal(Registry.Digest.ToArray(), read.Digest.ToArray());
        Assert.Equal((3, -1), (read.IndexOf(Keys[3].Public), read.IndexOf(MemberKey.Create().Public)));
        string text = Encoding.UTF8.GetString(bytes);
        foreach (
            string other in (string[])
                [
                    text[..^1],
                    text + "\n",
                    text.Replace("\n", "\r\n"),
                    text.ToUpperInvariant(),
                    text.Replace("v1", "v2"),
                    text + text.Split('\n')[1] + "\n",
                    text.Replace(" H", "  H"),
                ]
        )
        {
            Assert.False(KeyRegistry.TryDecode(Encoding.UTF8.GetBytes(other), out _, out string? reason), reason);
        }

        RegisteredMember member = Registry.Members[0];
        foreach (
            RegisteredMember bad in (RegisteredMember[])
                [
                    member,
                    new(default, "neutral"),
                    new(new CompressedPoint([.. Enumerable.Repeat((byte)255, 32)]), "no point"),
                    new(Keys[1].Public, ""),
                    new(Keys[1].Public, " x"),
                    new(Keys[1].Public, "a\nb"),
                    new(Keys[1].Public, new string('x', 201)),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => new KeyRegistry("North", [member, bad]));
        }

        Assert.Throws<ArgumentException>(() => new KeyRegistry("", [member]));
        Assert.Throws<ArgumentException>(() => new KeyRegistry("North", []));
    }

    [Fact]
    public void A_key_is_kept_as_text_and_prints_nothing_secret()
    {
        string pem = Keys[0].EncodeSecret();
        Assert.True(MemberKey.TryDecodeSecret(pem, out MemberKey? read));
        Assert.Equal(Keys[0].Public, read.Public);
        Assert.DoesNotContain(Convert.ToBase64String(read.Secret.ToBytes())[..20], read.ToString(), StringComparison.Ordinal);
        read.Dispose();
        Assert.Throws<ObjectDisposedException>(read.EncodeSecret);
        Assert.False(MemberKey.TryDecodeSecret(pem.AsSpan(0, pem.Length - 20), out _));
        Assert.False(MemberKey.TryDecodeSecret(pem.Replace("ZKHEALTH MEMBER", "PRIVATE"), out _));
        Assert.False(
            MemberKey.TryDecodeSecret(
                System.Security.Cryptography.PemEncoding.WriteString("ZKHEALTH MEMBER KEY", new byte[32]),
                out _
            )
        );
        Assert.False(
            MemberKey.TryDecodeSecret(
                System.Security.Cryptography.PemEncoding.WriteString(
                    "ZKHEALTH MEMBER KEY",
                    [.. Enumerable.Repeat((byte)255, 32)]
                ),
                out _
            )
        );
    }
}
