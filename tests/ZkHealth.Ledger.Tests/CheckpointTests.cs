using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Ledger.Tests;

/// <summary>Keys, notes and checkpoints in their C2SP forms.</summary>
public class CheckpointTests
{
    /// <summary>The example of the Go package golang.org/x/mod/sumdb/note: a note from elsewhere, with its key.</summary>
    [Fact]
    public void A_note_signed_elsewhere_verifies()
    {
        Assert.True(NoteKey.TryParse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", out NoteKey? key));
        const string Note =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        Assert.True(SignedNote.TryParse(Note, out SignedNote? note));
        Assert.True(note.IsSignedBy(key));
        Assert.Equal(Note, note.ToString());
        Assert.True(SignedNote.TryParse(Note.Replace("answer", "Answer", StringComparison.Ordinal), out note));
        Assert.False(note.IsSignedBy(key));
    }

    [Fact]
    public void A_checkpoint_reads_back_under_its_own_key_alone()
    {
        using SigningKey key = SigningKey.Create(),
            other = SigningKey.Create();
        byte[] root = MerkleHash.Leaf([1]);
        string text = Checkpoint.Sign("region.example/log", 42, root, key).ToString();
        var named = new NoteKey("region.example/log", key.Public);
        Assert.StartsWith(
            $"region.example/log\n42\n{Convert.ToBase64String(root)}\n\n— region.example/log ",
            text,
            StringComparison.Ordinal
        );
        Assert.True(Checkpoint.TryParse(text, named, out Checkpoint? read));
        Assert.Equal((42, Convert.ToHexString(root), text), (read.Size, Convert.ToHexString(read.Root.Span), read.ToString()));
        Assert.False(Checkpoint.TryParse(text, new NoteKey("region.example/log", other.Public), out _));
        Assert.False(Checkpoint.TryParse(text, new NoteKey("another", key.Public), out _));
        for (int i = 0; i < text.Length; i++)
        {
            Assert.False(
                Checkpoint.TryParse(text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..], named, out _),
                $"character {i} changed"
            );
            Assert.False(Checkpoint.TryParse(text[..i], named, out _), $"cut at {i}");
        }

        Assert.False(Checkpoint.TryParse(text.Replace("\n42\n", "\n042\n", StringComparison.Ordinal), named, out _));
    }

    /// <summary>A text of two lines under a valid signature must not pass for a checkpoint with another reading.</summary>
    [Theory]
    [InlineData("log\n-1\n")]
    [InlineData("log\n+1\n")]
    [InlineData("log\n1\n")]
    [InlineData("log\n1\nAAAA\n")]
    [InlineData("log\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    public void Signed_texts_that_are_no_checkpoint_are_refused(string text)
    {
        using SigningKey key = SigningKey.Create();
        Assert.False(Checkpoint.TryParse(SignedNote.Sign(text, "log", key).ToString(), new NoteKey("log", key.Public), out _));
    }

    /// <summary>Attack B4: checkpoints of other logs have extension lines, signatures of keys that are not known, and any
    /// characters in names.</summary>
    [Theory]
    [InlineData("more\n", "— elsewhere AQIDBA==\n")]
    [InlineData("more\nand \U0001F600 more\n", "— \U0001F600 AQIDBAU=\n")]
    [InlineData("", "— log AQIDBAUGBwgJCg==\n")]
    public void What_a_checkpoint_says_beside_is_read_over(string extension, string unknown)
    {
        using SigningKey key = SigningKey.Create();
        string root = Convert.ToBase64String(MerkleHash.Leaf([1]));
        string note = SignedNote.Sign($"log\n7\n{root}\n{extension}", "log", key).ToString();
        var named = new NoteKey("log", key.Public);
        foreach (string text in (string[])[note + unknown, note.Replace("\n\n", "\n\n" + unknown, StringComparison.Ordinal)])
        {
            Assert.True(Checkpoint.TryParse(text, named, out Checkpoint? read));
            Assert.Equal((7, root, text), (read.Size, Convert.ToBase64String(read.Root.Span), read.ToString()));
            Assert.False(
                Checkpoint.TryParse(
                    text.Replace("more", "less", StringComparison.Ordinal).Replace("\n7\n", "\n8\n", StringComparison.Ordinal),
                    named,
                    out _
                )
            );
        }
    }

    [Fact]
    public void Keys_print_nothing_secret_and_read_back()
    {
        using SigningKey key = SigningKey.Create();
        var seed = new byte[SigningKey.Size];
        key.CopyTo(seed);
        Assert.DoesNotContain(Convert.ToHexString(seed), key.ToString(), StringComparison.OrdinalIgnoreCase);
        using SigningKey again = SigningKey.FromBytes(seed);
        Assert.Equal(key.Public, again.Public);
        Assert.True(VerifyingKey.TryParse(key.Public.ToString(), out VerifyingKey? parsed));
        Assert.Equal(key.Public, parsed);
        var named = new NoteKey("log", key.Public);
        Assert.True(NoteKey.TryParse(named.ToString(), out NoteKey? read));
        Assert.Equal(named.Id, read.Id);
        Assert.False(NoteKey.TryParse(named.ToString().Replace("log", "lag", StringComparison.Ordinal), out _));
        Assert.False(VerifyingKey.TryDecode(new byte[32], out _)); // y = 0: a point of small order
        Assert.False(VerifyingKey.TryDecode([1, .. new byte[31]], out _)); // the neutral point
        Assert.Throws<ArgumentException>(() => SigningKey.FromBytes(new byte[31]));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign([1]));
    }

    /// <summary>RFC 8032, 7.1, test 2.</summary>
    [Fact]
    public void Signatures_are_those_of_rfc_8032()
    {
        using SigningKey key = SigningKey.FromBytes(
            Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        );
        Assert.Equal("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", key.Public.ToString());
        Assert.Equal(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            Convert.ToHexStringLower(key.Sign([0x72]))
        );
    }

    [Property]
    public void Hostile_texts_are_refused_without_a_throw(string text)
    {
        using SigningKey key = SigningKey.Create();
        Assert.False(NoteKey.TryParse(text, out _));
        Assert.False(Checkpoint.TryParse(text, new NoteKey("log", key.Public), out _));
        Assert.False(Checkpoint.TryParse("log\n1\n" + text + "\n\n— log " + text + "\n", new NoteKey("log", key.Public), out _));
        Assert.False(VerifyingKey.TryParse(text, out _));
    }
}
