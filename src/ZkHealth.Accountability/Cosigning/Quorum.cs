namespace ZkHealth.Accountability;

/// <summary>Tells whether enough witnesses have cosigned: all but f of n = 3f + 1, so that two quorums share an honest
/// one.</summary>
/// <param name="witnesses">The witnesses in the state; 0 where there are none.</param>
/// <param name="cosigned">Those of them whose cosignature is right.</param>
internal sealed class Quorum(long witnesses, int cosigned)
{
    /// <summary>The witnesses in the state.</summary>
    public long Witnesses { get; } = witnesses;

    /// <summary>Those of them whose cosignature is right.</summary>
    public int Cosigned { get; } = cosigned;

    /// <summary>Counts how many are needed.</summary>
    public long Needed => Witnesses - (Math.Max(0, Witnesses - 1) / 3);

    /// <summary>Tells whether there are witnesses, and enough of them have cosigned.</summary>
    public bool IsReached => Witnesses > 0 && Cosigned >= Needed;

    /// <summary>In words.</summary>
    public override string ToString() =>
        Witnesses == 0 ? "no witnesses: time and order are asserted by the owner of the log"
        : IsReached ? $"cosigned by {Cosigned} of {Witnesses} witnesses ({Needed} needed)"
        : $"not enough witnesses: cosigned by {Cosigned} of {Witnesses}, {Needed} needed; time and order are asserted by the owner of the log";
}
