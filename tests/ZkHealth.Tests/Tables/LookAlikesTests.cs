using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>F8: two values of one look pass for one in what a reader is shown.</summary>
public class LookAlikesTests
{
    private static string[] Of(params string[] labels) =>
        [
            .. LookAlikes.Of(
                new TableSchema("t", [new CategoryColumn("region", [.. labels.Select((l, i) => new Category($"c{i}", l))])])
            ),
        ];

    /// <summary>A letter of another script, full width, white space at an end.</summary>
    [Theory]
    [InlineData("north", "n\u043Erth")]
    [InlineData("north", "\uFF4Eorth")]
    [InlineData("north", "north ")]
    [InlineData("OPEN", "\u039F\u03A1\u0395\u039D")]
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
    public void Labels_that_differ_to_the_eye_are_not(string one, string other) => Assert.Empty(Of(one, other));

    [Fact]
    public void Columns_of_one_look_are_named() =>
        Assert.Equal(
            ["the columns 'sex' and 's\u0435x' look the same, and are two"],
            LookAlikes.Of(new TableSchema("t", [new NumberColumn("sex", 0, 1), new NumberColumn("s\u0435x", 0, 1)]))
        );
}
