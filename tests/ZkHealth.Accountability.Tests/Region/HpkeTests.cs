using System.Text;
using Xunit;
using ZkHealth.Accountability.Deliveries;

namespace ZkHealth.Accountability.Tests.Region;

/// <summary>Encryption of deliveries by RFC 9180.</summary>
public sealed class HpkeTests
{
    private static readonly byte[] Secret = Convert.FromHexString(
        "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"
    );

    /// <summary>RFC 9180, appendix A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, message
    /// 0.</summary>
    [Fact]
    public void The_vector_of_the_standard_is_opened()
    {
        byte[] bytes = Convert.FromHexString(
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
                + "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
        );
        Assert.Equal(
            "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
            Convert.ToHexStringLower(Hpke.PublicOf(Secret))
        );
        Assert.True(Hpke.TryOpen(Secret, "Ode on a Grecian Urn"u8.ToArray(), "Count-0"u8.ToArray(), bytes, out byte[]? plain));
        Assert.Equal("Beauty is truth, truth beauty", Encoding.ASCII.GetString(plain));
    }

    /// <summary>Each byte of the message, the key and both texts is authenticated; a point of small order is no key.</summary>
    [Fact]
    public void Nothing_else_is_opened()
    {
        byte[] info = [1],
            with = [2];
        byte[] bytes = Hpke.Seal(Hpke.PublicOf(Secret), info, with, [7, 8, 9]);
        Assert.True(Hpke.TryOpen(Secret, info, with, bytes, out byte[]? plain));
        Assert.Equal([7, 8, 9], plain);
        Assert.NotEqual(bytes, Hpke.Seal(Hpke.PublicOf(Secret), info, with, [7, 8, 9]));

        // the most significant bit of a coordinate does not count (RFC 7748, 5), but is authenticated with the rest
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x80;
            Assert.False(Hpke.TryOpen(Secret, info, with, changed, out _));
            Assert.False(Hpke.TryOpen(Secret, info, with, bytes[..i], out _));
        }

        Assert.False(Hpke.TryOpen(Secret, with, with, bytes, out _));
        Assert.False(Hpke.TryOpen(Secret, info, info, bytes, out _));
        Assert.False(Hpke.TryOpen(new byte[32], info, with, bytes, out _));
        Assert.Throws<ArgumentException>(() => Hpke.Seal(new byte[32], info, with, [1]));
        Assert.False(Hpke.TryOpen(Secret, info, with, new byte[48], out _));
    }
}
