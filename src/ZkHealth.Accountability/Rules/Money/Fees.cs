namespace ZkHealth.Accountability;

/// <summary>
/// Fees of the cumulative value, so that neither splitting a report nor rounding moves money: all products in 128 bits, all
/// divisions floor. Amounts are integers of the minor unit, 0 to 2⁶³ − 1.
/// </summary>
internal static class Fees
{
    /// <summary>The whole, in parts per million.</summary>
    public const long Million = 1_000_000;

    /// <summary>The largest flat fee, and the largest for a thousand handles.</summary>
    public const long MaxFlat = 1L << 40;

    /// <summary>The fee of an agreement: its part of the cumulative value, so much for each thousand handles of confirmed uses,
    /// and so much for each span of days that is over.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="time">The time, in ms.</param>
    /// <returns>The sum; at most 2⁶³ − 1.</returns>
    public static long Of(Row agreement, long time)
    {
        Row terms = agreement.Inner("terms");
        Int128 sum = Booked(terms.Whole("ppm"), agreement.Whole("valued"));
        sum += (Int128)terms.Whole("perThousand") * agreement.Whole("handles") / 1000;
        if (terms.Whole("flat") > 0)
        {
            // one that ended before it began has no span, rather than some below zero
            long over = Math.Max(0, Math.Min(time, agreement.Whole("until")) - terms.Whole("from"));
            sum += (Int128)terms.Whole("flat") * (over / (terms.Whole("flatDays") * Durations.Day));
        }

        return (long)Int128.Min(sum, long.MaxValue);
    }

    /// <summary>Determines whether an agreement asks for any fee.</summary>
    public static bool AreAsked(Row terms) => terms.Whole("ppm") > 0 || terms.Whole("perThousand") > 0 || terms.Whole("flat") > 0;

    /// <summary>Determines whether a period of an agreement is over; the last one ends with the tail.</summary>
    public static bool IsPeriodOver(Row agreement, long period, long time)
    {
        Row terms = agreement.Inner("terms");
        return period <= LastPeriod(agreement)
            && time
                >= Math.Min(
                    terms.Whole("from") + ((period + 1) * terms.Whole("period")),
                    agreement.Whole("until") + terms.Whole("tail")
                );
    }

    /// <summary>The most periods of an agreement, its tail included.</summary>
    public const long MaxPeriods = 1000;

    /// <summary>The number of the last period of an agreement: the one in which its tail ends.</summary>
    public static long LastPeriod(Row agreement)
    {
        Row terms = agreement.Inner("terms");
        long span = Math.Max(1, agreement.Whole("until") + terms.Whole("tail") - terms.Whole("from"));
        return (span - 1) / terms.Whole("period");
    }

    /// <summary>The number of the period in which a time lies: never one that is closed, nor one after the last.</summary>
    public static long PeriodAt(Row agreement, long time)
    {
        Row terms = agreement.Inner("terms");
        long period = Math.Max(0, time - terms.Whole("from")) / terms.Whole("period");
        return Math.Max(agreement.Whole("period"), Math.Min(period, LastPeriod(agreement)));
    }

    /// <summary>The fee that is booked for a cumulative value: floor(ppm × cumulative / 10⁶).</summary>
    public static long Booked(long ppm, long cumulative)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cumulative);
        ArgumentOutOfRangeException.ThrowIfNegative(ppm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ppm, Million);
        return (long)((Int128)ppm * cumulative / Million);
    }

    /// <summary>
    /// The shares of a booked fee by weights, and the dust, which is less than the number of receivers; with weights of zero all
    /// is dust.
    /// </summary>
    public static long[] Split(long booked, IReadOnlyList<long> weights, out long dust)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegative(booked);
        Int128 total = 0;
        foreach (long weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            total += weight;
        }

        var shares = new long[weights.Count];
        dust = booked;
        for (int i = 0; i < shares.Length && total > 0; i++)
        {
            shares[i] = (long)((Int128)booked * weights[i] / total);
            dust -= shares[i];
        }

        return shares;
    }
}
