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
    /// sign of its own: two signs in either order, of another script, of kana, and the parts of a Korean syllable;
    /// then letters that have a second number (finding 1: Angstrom, Kelvin, Ohm, a Greek and a Chinese one), and signs kept from
    /// their order by one that shows nothing.</summary>
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
    [InlineData("\u00C5rhus", "\u212Brhus")]
    [InlineData("4 K", "4 \u212A")]
    [InlineData("1 \u03A9", "1 \u2126")]
    [InlineData("\u03AC", "\u1F71")]
    [InlineData("\u6A02", "\uF914")]
    [InlineData("Vi\u1EC7t", "Vie\u0302\u034F\u0323t")]
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
}
