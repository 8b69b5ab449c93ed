using Xunit;

namespace ZkHealth.Ledger.Tests;

/// <summary>
/// Records of an index that come in parts. A million entries were sorted in at once, with four times the memory of the index for
/// a while, part by part a copy for each; now they are merged where they are.
/// </summary>
public sealed class IndexRecordsTests
{
    [Fact]
    public void Parts_are_merged_so_that_every_position_of_a_key_is_found_in_its_order()
    {
        var expected = new Dictionary<UInt128, List<long>>();
        var records = new IndexRecords([], []);
        int state = 1;
        for (int part = 0; part < 5; part++)
        {
            var later = new List<KeyValuePair<UInt128, long>>();
            for (int i = 0; i < 40 * part; i++)
            {
                state = state * 75 % 65537;
                UInt128 key = (UInt128)(state % 23) << 100;
                long position = 1000 * part + i;
                later.Add(new(key, position));
                (expected.TryGetValue(key, out List<long>? known) ? known : expected[key] = []).Add(position);
            }

            records.Add(later);
            Assert.True(records.Keys.ToArray().SequenceEqual(records.Keys.ToArray().Order()));
        }

        Assert.All(expected, e => Assert.Equal(e.Value, records.Find(e.Key)));
        Assert.Empty(records.Find(1));
        Assert.Equal(400, records.Positions.Length);
    }
}
