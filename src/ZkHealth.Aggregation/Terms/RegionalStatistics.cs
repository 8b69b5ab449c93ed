using System.Diagnostics.CodeAnalysis;
using ZkHealth.Statistics;

namespace ZkHealth.Aggregation;

/// <summary>
/// From the typed statistics of one hospital to those of a region: the same weight rows over the sum of the cubes. A quantile,
/// whose owner fills in its value, becomes the cumulative counts up to each value: nobody knows the regional one before they are
/// opened.
/// </summary>
internal static class RegionalStatistics
{
    /// <summary>The weight rows of every statistic asked for.</summary>
    public static bool TryRows(
        AggregationTerms terms,
        [NotNullWhen(true)] out long[][][]? rows,
        [NotNullWhen(false)] out string? reason
    )
    {
        (rows, reason) = (null, null);
        if (terms.Question is not StatisticsQuery { Statistics: { Count: >= 1 and <= StatisticsProof.MaxStatistics } statistics })
        {
            reason = $"expected 1 to {StatisticsProof.MaxStatistics} statistics";
            return false;
        }

        var all = new List<long[][]>();
        int count = 0;
        foreach (Statistic statistic in statistics)
        {
            long[][]? own = Rows(terms, statistic);
            if (statistic is SuppressedTableStatistic || (own is not null && (own.Length == 0 || statistic.ConstraintCount > 0)))
            {
                reason = "a statistic hides numbers, which nobody could prove of a sum: ask for the numbers themselves";
                return false;
            }

            if (own is null)
            {
                reason = statistic.Misfit(terms.Schema, terms.Axes);
                return false;
            }

            // every sum of the region fits into 64 bits
            Int128 most = long.MaxValue / ((Int128)terms.Rows * Math.Max(1, terms.Hospitals.Count));
            if (own.Any(row => row.Any(w => Int128.Abs(w) > most)))
            {
                reason =
                    $"a sum over {terms.Hospitals.Count} tables of {terms.Rows} rows may leave 64 bits: fewer digits after the point of a column (its scale) make it smaller";
                return false;
            }

            all.Add(own);
            count += own.Length;
            if (count > AggregateQuery.MaxNumbers || (long)count * terms.Axes.CellCount > StatisticsProof.MaxWeights)
            {
                reason = $"expected at most {AggregateQuery.MaxNumbers} numbers and {StatisticsProof.MaxWeights} weights";
                return false;
            }
        }

        rows = [.. all];
        return true;
    }

    private static long[][]? Rows(AggregationTerms terms, Statistic statistic)
    {
        if (statistic is not QuantileStatistic { Code: 0 } quantile)
        {
            return statistic.Rows(terms.Schema, terms.Axes);
        }

        int column = terms.Schema.IndexOf(quantile.Column);
        uint domain = column < 0 ? 0 : terms.Schema.Columns[column].Domain;
        if (domain > AggregateQuery.MaxNumbers || (long)domain * terms.Axes.CellCount > StatisticsProof.MaxWeights)
        {
            return null;
        }

        // the count up to each code, the last of which is that of all rows with a value; and that of the rows without one
        var rows = new List<long[]>();
        long[]? unknown = null;
        for (uint code = 1; code < domain; code++)
        {
            if ((quantile with { Code = code }).Rows(terms.Schema, terms.Axes) is not long[][] own)
            {
                return null;
            }

            rows.Add(own[1]);
            unknown = own[^1];
        }

        return unknown is null ? null : [.. rows, unknown];
    }

    /// <summary>Values that follow from the opened numbers of a statistic; null where they contradict it (with noise they
    /// may).</summary>
    public static IReadOnlyList<ReleasedValue>? Derive(AggregationTerms terms, Statistic statistic, ReadOnlySpan<long> opened)
    {
        // noise may take a number of rows without a value below 0
        long[] unknown = statistic.ShowsUnknown ? [Math.Max(0, opened[^1])] : [];
        ReadOnlySpan<long> counts = opened[..^unknown.Length];
        if (statistic is not QuantileStatistic { Code: 0 } quantile)
        {
            return statistic.Derive(terms.Schema, [.. counts, .. unknown]);
        }

        long n = counts[^1];
        for (uint code = 1; code <= counts.Length; code++)
        {
            // the first value up to which the share lies: upTo·den ≥ num·n
            if (n > 0 && (Int128)counts[(int)code - 1] * quantile.Denominator >= (Int128)quantile.Numerator * n)
            {
                long below = code == 1 ? 0 : counts[(int)code - 2];
                return (quantile with { Code = code }).Derive(terms.Schema, [below, counts[(int)code - 1], n, .. unknown]);
            }
        }

        return null;
    }
}
