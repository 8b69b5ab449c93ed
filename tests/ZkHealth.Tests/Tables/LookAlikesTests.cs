using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>Attack F8: two values of one look pass for one in what a reader is shown.</summary>
public class LookAlikesTests
{
    private static string[] Of(params string[] labels) =>
        [
            .. LookAlikes.Of(
                new TableSchema("t", [new CategoryColumn("region", [.. labels.Select((l, i) => new Category($"c{i}", l))])])
            ),
        ];

    /// <summary>A letter of another script, full width, white space at an end or twice, a sign that shows nothing, an accent as a
    /// sign of its own: two signs in either order, of another script, of kana, and the parts of a Korean syllable.</summary>
    [Theory]
    [InlineData("north", "n\u043Erth")]
    [InlineData("north", "\uFF4Eorth")]
    [InlineData("north", "north ")]
    [InlineData("OPEN", "\u039F\u03A1\u0395\u039D")]
    [InlineData("north west", "north  west")]
    [InlineData("north", "nor\u200Bth")]
    [InlineData("S\u00FCd", "Su\u0308d")]
    [InlineData("Vi\u1EC7t", "Vie\u0302\u0323t")]
    [InlineData("Vi\u1EC7t", "Vi\u00EA\u0323t")]
    [InlineData("\u0451", "\u00EB")]
    [InlineData("\u304C\u3093", "\u304B\u3099\u3093")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    public void Labels_of_one_look_are_named_with_their_codes(string one, string other) =>
        Assert.Equal(
            [$"two values of the column 'region' look the same: '{one}' (code 'c0') and '{other}' (code 'c2')"],
            Of(one, "south", other)
        );

    [Theory]
    [InlineData("north", "North")]
    [InlineData("I10", "110")]
    [InlineData("男", "女")]
    [InlineData("Süd", "Sud")]
    [InlineData("Süd", "Su\u0301d")]
    [InlineData("\uD55C", "\uD558")]
    public void Labels_that_differ_to_the_eye_are_not(string one, string other) => Assert.Empty(Of(one, other));

    [Fact]
    public void Columns_of_one_look_are_named() =>
        Assert.Equal(
            ["the columns 'sex' and 's\u0435x' look the same, and are two"],
            LookAlikes.Of(new TableSchema("t", [new NumberColumn("sex", 0, 1), new NumberColumn("s\u0435x", 0, 1)]))
        );

    /// <summary>Every letter that the table has, beside what Python's unicodedata (Unicode 14) says: the SHA-256 of all of them,
    /// each with its NFD, signs in the order of their numbers, and a line feed.</summary>
    [Fact]
    public void Letters_are_split_as_Unicode_says()
    {
        var all = new System.Text.StringBuilder();
        for (int c = 0xC0; c < 0x10000; c++)
        {
            string letter = ((char)c).ToString();
            if (!char.IsSurrogate((char)c) && Accents.Split(letter) is string split && split != letter)
            {
                all.Append(letter).Append(split).Append('\n');
            }
        }

        Assert.Equal(
            "7f96ac935fd2777a91f4bb07fc977aa5ff61350c382038fbc276fa2b80e564c1",
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(all.ToString()))
            )
        );
    }
}
