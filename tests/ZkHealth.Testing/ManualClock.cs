namespace ZkHealth.Testing;

/// <summary>A clock that a test sets.</summary>
public sealed class ManualClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A clock that stands at a time of a ledger, in ms.</summary>
    public static ManualClock At(long time) => new() { Now = DateTimeOffset.FromUnixTimeMilliseconds(time) };

    public override DateTimeOffset GetUtcNow() => Now;
}
