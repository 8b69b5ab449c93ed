namespace ZkHealth.Cli.View;

/// <summary>One bar of a chart.</summary>
internal sealed class Bar
{
    /// <summary>The value it stands for, as text.</summary>
    public required string Label { get; init; }

    /// <summary>Its number as text; where there is none, the reason.</summary>
    public required string Text { get; init; }

    /// <summary>Its number; null for one that is not shown, which is drawn hatched.</summary>
    public double? Value { get; init; }

    /// <summary>The interval of 95 %; null where there is none.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>The number of the compared file it belongs to, from 0.</summary>
    public int Series { get; init; }
}
