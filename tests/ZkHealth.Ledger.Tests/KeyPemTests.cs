using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Ledger.Tests;

public class KeyPemTests
{
    // RFC 8410, section 10.3 (private) and 10.1 (public)
    private const string Private =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    private const string Public =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    [Fact]
    public void The_examples_of_rfc_8410_are_read_and_written()
    {
        Assert.True(KeyPem.TryDecodeSecret(Private, out SigningKey? secret));
        Assert.True(KeyPem.TryDecode(Public, out VerifyingKey? key));
        Assert.True(KeyPem.TryDecode(Private, out VerifyingKey? half));
        Assert.Equal(key, secret.Public);
        Assert.Equal(key, half);
        Assert.Equal(Private, KeyPem.EncodeSecret(secret));
        Assert.Equal(Public, KeyPem.Encode(key));
    }

    [Fact]
    public void Other_keys_and_damaged_ones_are_refused()
    {
        foreach (
            string pem in (string[])
                [
                    "",
                    "x",
                    Public,
                    Private.Replace("PRIVATE", "EC PRIVATE", StringComparison.Ordinal),
                    Private.Replace("MC4C", "MC4D", StringComparison.Ordinal),
                    Private.Replace("dVhC", "dVhCAA==", StringComparison.Ordinal),
                    Private[..80],
                ]
        )
        {
            Assert.False(KeyPem.TryDecodeSecret(pem, out _));
        }

        Assert.False(KeyPem.TryDecode(Public.Replace("MCow", "MCox", StringComparison.Ordinal), out _));
    }

    [Property(MaxTest = 200)]
    public void Any_text_is_read_or_refused(string text)
    {
        Assert.False(KeyPem.TryDecodeSecret(text, out _));
        Assert.False(KeyPem.TryDecode($"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n", out _));
    }
}
