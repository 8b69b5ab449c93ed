namespace ZkHealth.Accountability;

/// <summary>The credit of a subject, 0 to 100: computed from its first admission and its breaches, never stored; months are 30
/// days.</summary>
internal static class Credit
{
    /// <summary>The least credit for everything.</summary>
    public const long Full = 60;

    /// <summary>The least credit for statistics; below, only treatment, emergencies and duties are left.</summary>
    public const long Statistics = 40;

    private const long Month = 30 * Durations.Day;

    /// <summary>max(0, 100 − max(0, 20 − months since admission) − Σ max(0, points − months since the breach)).</summary>
    /// <param name="time">The time of the question, in ms.</param>
    /// <param name="admitted">The subject's first admission.</param>
    /// <param name="breaches">Time and points of the breaches that are provisional or final; later ones do not count.</param>
    public static long At(long time, long admitted, IEnumerable<(long Time, long Points)> breaches)
    {
        Int128 lost = 0;
        foreach ((long at, long points) in breaches)
        {
            if (at <= time)
            {
                lost += Math.Max(0, points - Months(time, at));
            }
        }

        return (long)Int128.Max(0, 100 - Math.Max(0, 20 - Months(time, admitted)) - lost);
    }

    /// <summary>The time from which a breach takes no credit any more.</summary>
    public static long EndOf(long time, long points) => time + (points * Month);

    /// <summary>Whole months, rounded down also before the time.</summary>
    private static long Months(long time, long since)
    {
        long months = (time - since) / Month;
        return (time - since) % Month < 0 ? months - 1 : months;
    }
}
