namespace ZkHealth.Accountability;

/// <summary>Spans of time in milliseconds.</summary>
internal static class Durations
{
    /// <summary>A second.</summary>
    public const long Second = 1000;

    /// <summary>An hour.</summary>
    public const long Hour = 3600 * Second;

    /// <summary>A day.</summary>
    public const long Day = 24 * Hour;

    /// <summary>A time that no entry reaches (the year 37,648), so that sums of times do not overflow.</summary>
    public const long End = 1L << 50;
}
