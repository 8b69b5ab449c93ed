using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>Normalization forms C and D by a table of its own (issue 18, section 6 of the rules: "canonical CSV, RFC 4180, LF,
/// NFC").</summary>
public sealed class NormalFormTests
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
    public void Texts_are_composed_as_Unicode_says(string before, string behind, string digest) =>
        Assert.Equal(digest, Digest(c => NormalForm.Composed(before + c + behind)));

    /// <summary>The same of form D: normalize("NFD", …).</summary>
    [Theory]
    [InlineData("", "", "07cb8277090411b0fd9b60378c3a5bcf4b528f9fe5812f591cd53f92c8ae7ac8")]
    [InlineData("", "\u0323\u0301\u0345", "5aa511f55e4e458f60ed9636847e21d432c13f0a089b9bbaee742d1f1e0add6b")]
    [InlineData("a", "\u0301", "6870ee29ff48ed179372af0cbf846043c104c1850eaeb5d3e6466b835da6618c")]
    public void Texts_are_taken_apart_as_Unicode_says(string before, string behind, string digest) =>
        Assert.Equal(digest, Digest(c => NormalForm.Decomposed(before + c + behind)));

    private static string Digest(Func<string, string> form)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int c = 0; c < 0x30000; c++)
        {
            if (c is < 0xD800 or >= 0xE000)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(form(char.ConvertFromUtf32(c))));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
        Assert.Equal(composed, NormalForm.Composed(text));
        Assert.Equal(composed, NormalForm.Composed(composed));
    }

    /// <summary>Marks without end take time in proportion to them.</summary>
    [Fact]
    public void A_row_of_marks_is_put_in_order()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        string ordered = NormalForm.Composed("a" + marks);
        Assert.Equal('\u1ea1', ordered[0]);
        Assert.Equal(1 + (2 * 50_000) - 1, ordered.Length);
    }

    /// <summary>
    /// Findings 1 and 5: a label of marks in a stranger's schema took 20 s where 82 KB were verified, and a delivery of many
    /// short runs of marks 7 s, some hundred times what letters take.
    /// </summary>
    [Theory]
    [InlineData("q", "\u0301\u0323", "", 200_000)]
    [InlineData("", "q\u0301\u0323", "", 160_000)]
    [InlineData("a", "\u0345", "\u0300", 20_000)]
    public void Marks_take_time_in_proportion_to_them(string first, string marks, string more, int times)
    {
        string text = first + Repeat(marks) + Repeat(more),
            letters = new('\u0439', text.Length);
        foreach (Func<string, string> form in (Func<string, string>[])[NormalForm.Composed, NormalForm.Decomposed])
        {
            (TimeSpan plain, TimeSpan hostile) = (Least(form, letters), Least(form, text));
            Assert.True(hostile < 40 * plain, $"{plain} for letters, {hostile} for marks");
        }

        string Repeat(string part) => string.Concat(Enumerable.Repeat(part, times));

        // the least of some tries is what it takes where nothing else comes in between
        static TimeSpan Least(Func<string, string> form, string text)
        {
            var least = TimeSpan.MaxValue;
            for (int i = 0; i < 3; i++)
            {
                long start = Stopwatch.GetTimestamp();
                GC.KeepAlive(form(text));
                TimeSpan taken = Stopwatch.GetElapsedTime(start);
                least = taken < least ? taken : least;
            }

            return least;
        }
    }
}
