using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Conditions on wide columns, over the two columns in which they are committed.</summary>
internal static class WidePredicates
{
    /// <summary>The value is one of these codes: of each quotient all remainders, or those that are listed.</summary>
    public static Predicate Of(WideColumn column, IEnumerable<uint> codes)
    {
        var all = new List<uint>();
        var some = new List<Predicate>();
        foreach (IGrouping<uint, uint> group in codes.Where(c => c != 0).Select(column.Digits).GroupBy(d => d.High, d => d.Low))
        {
            uint[] low = [.. group];
            if (low.Length == LowsOf(column, group.Key))
            {
                all.Add(group.Key);
            }
            else
            {
                some.Add(new ColumnPredicate(column.High.Name, [group.Key]) & new ColumnPredicate(column.Low.Name, low));
            }
        }

        if (all.Count > 0)
        {
            some.Insert(0, new ColumnPredicate(column.High.Name, all));
        }

        return Predicate.Any(some);
    }

    private static int LowsOf(WideColumn column, uint high)
    {
        int count = 0;
        for (uint low = 1; low < column.Low.Domain; low++)
        {
            count += column.Code(high, low) == 0 ? 0 : 1;
        }

        return count;
    }
}
