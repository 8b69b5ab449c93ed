using ZkHealth.Statistics;

namespace ZkHealth.Aggregation;

/// <summary>
/// Small counts left out of what is reported. A histogram loses its small cells and, where only one is lost, the smallest other
/// one too, so that a total reported beside it does not give it back; any other statistic with a small count is left out whole; a
/// small number of rows without a value is left out alone.
/// </summary>
/// <remarks>
/// This is a policy of reporting: the shares of all opened numbers are on the board, and whoever adds them up knows them. What
/// must not be known must not be opened: merge strata in the terms, or ask for noise.
/// </remarks>
internal static class Suppression
{
    public static long?[] Apply(Statistic statistic, long[] opened, int below)
    {
        long?[] kept = [.. opened.Select(v => (long?)v)];
        bool IsSmall(long n) => n >= 1 && n < below;
        if (statistic is not HistogramStatistic)
        {
            IEnumerable<long> people = statistic is QuantileStatistic { Code: 0 }
                ? [opened[^1]]
                : statistic.PeopleCounted(opened);
            return people.Any(IsSmall) ? new long?[opened.Length]
                : statistic.ShowsUnknown && IsSmall(opened[^1]) ? [.. kept[..^1], null]
                : kept;
        }

        for (int j = 0; j < opened.Length; j++)
        {
            kept[j] = IsSmall(opened[j]) ? null : opened[j];
        }

        if (kept.Count(v => v is null) == 1 && kept.Where(v => v > 0).Min() is long smallest)
        {
            kept[Array.IndexOf(kept, smallest)] = null;
        }

        return kept;
    }
}
