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
        if (statistic is HistogramStatistic)
        {
            Thin(kept.AsSpan(..^1), IsSmall);
        }
        else
        {
            // the last but one of the numbers of a region's quantile is that of all rows with a value
            IEnumerable<long> people = statistic is QuantileStatistic { Code: 0 }
                ? [opened[^2]]
                : statistic.PeopleCounted(opened);
            if (people.Any(IsSmall))
            {
                return new long?[opened.Length];
            }
        }

        return statistic.ShowsUnknown && IsSmall(opened[^1]) ? [.. kept[..^1], null] : kept;
    }

    private static void Thin(Span<long?> cells, Func<long, bool> isSmall)
    {
        int lost = 0;
        long? smallest = null;
        foreach (ref long? cell in cells)
        {
            if (isSmall(cell!.Value))
            {
                (cell, lost) = (null, lost + 1);
            }
            else if (cell > 0 && !(smallest <= cell))
            {
                smallest = cell;
            }
        }

        if (lost == 1 && smallest is not null)
        {
            cells[cells.IndexOf(smallest)] = null;
        }
    }
}
