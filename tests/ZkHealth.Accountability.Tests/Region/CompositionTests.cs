using System.Security.Cryptography;
using System.Text;
using Xunit;
using ZkHealth.Accountability.Deliveries;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Normalization form C by a table of its own (issue 18, section 6 of the rules: "canonical CSV, RFC 4180, LF,
/// NFC").</summary>
public sealed class CompositionTests
{
    /// <summary>
    /// All characters of the first three planes, each alone and among others, against Python's unicodedata 14.0.0:
    /// sha256("".join(normalize("NFC", before + chr(c) + behind) for c in range(0x30000) if not 0xD800 &lt;= c &lt;
    /// 0xE000).encode()).
    /// </summary>
    [Theory]
    [InlineData("", "", "7f721bcf1b74c89b1c3cc47cea1041d8eb718ba579daf91fa72bbb710d1ace0d")]
    [InlineData("", "\u0323\u0301\u0345", "6df1c6b92c43371f2061da1874e24e6084ee410026cd21ae33a655f1b26fcefc")]
    [InlineData("a", "\u0301", "606ebada79a769e109904534f4a8a0b4e8f5b0cf4f181e847f3f01f06d32dc21")]
    public void Texts_are_composed_as_Unicode_says(string before, string behind, string digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int c = 0; c < 0x30000; c++)
        {
            if (c is < 0xD800 or >= 0xE000)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(Composition.Of(before + char.ConvertFromUtf32(c) + behind)));
            }
        }

        Assert.Equal(digest, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The tests of Unicode's annex 15 for what a mark blocks, Hangul, and characters that are never composed.</summary>
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("a\u0327\u0301", "\u00e1\u0327")]
    [InlineData("a\u0301\u0327", "\u00e1\u0327")]
    [InlineData("a\u0300\u0301", "\u00e0\u0301")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\u4e00 a,b", "\u4e00 a,b")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("", "")]
    public void A_text_is_composed(string text, string composed)
    {
        Assert.Equal(composed, Composition.Of(text));
        Assert.Equal(composed, Composition.Of(composed));
    }

    /// <summary>The same delivery had two roots where a file system or an editor had taken its letters apart.</summary>
    [Fact]
    public void A_delivery_has_one_root_however_its_letters_are_written()
    {
        byte[] handle = Region.Key("ann");
        var delivery = new Delivery(Region.Digest("request"), "hospital", "institute", Region.Digest("secret"), ["a"], [handle]);
        Assert.Equal(
            delivery.Root([
                ["Jos\u00e9"],
            ]),
            delivery.Root([
                ["Jose\u0301"],
            ])
        );
    }

    /// <summary>Marks without end take time in proportion to them.</summary>
    [Fact]
    public void A_row_of_marks_is_put_in_order()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        string ordered = Composition.Of("a" + marks);
        Assert.Equal('\u1ea1', ordered[0]);
        Assert.Equal(1 + (2 * 50_000) - 1, ordered.Length);
    }
}
