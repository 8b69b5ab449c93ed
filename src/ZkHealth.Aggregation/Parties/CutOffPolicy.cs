namespace ZkHealth.Aggregation;

/// <summary>
/// The moment at which a closer says that a cut-off has come: as soon as nothing more can come; at the planned time of the terms;
/// or, for
/// one that has patience, when nothing new came for a while and enough had come.
/// </summary>
/// <param name="terms">The session's terms.</param>
/// <param name="patience">How long a closer waits for what is not needed; null for one that waits for the planned time.</param>
/// <param name="clock">The closer's clock: the log has none that decides a cut-off.</param>
internal sealed class CutOffPolicy(AggregationTerms terms, TimeSpan? patience, TimeProvider clock)
{
    private long _changed = clock.GetTimestamp();
    private int _stage = -1,
        _there;

    /// <summary>Determines whether nothing new came for as long as the closer waits.</summary>
    public bool IsQuiet => patience is TimeSpan wait && clock.GetElapsedTime(_changed) > wait;

    /// <summary>The next cut-off, 1 to 4, where it is due; else null.</summary>
    /// <param name="status">The session as the board shows it.</param>
    public int? Due(SessionStatus status)
    {
        int stage = status.CutOffs.TakeWhile(p => p >= 0).Count();
        if (stage >= terms.PlannedCutOffs.Count)
        {
            return null;
        }

        (int there, int all, int enough) = Progress(status, stage);
        if (stage != _stage || there != _there)
        {
            (_stage, _there, _changed) = (stage, there, clock.GetTimestamp());
        }

        long planned = terms.PlannedCutOffs[stage];
        bool isTime = planned > 0 && clock.GetUtcNow().ToUnixTimeSeconds() >= planned;
        return there >= all || isTime || (IsQuiet && there >= enough) ? stage + 1 : null;
    }

    /// <summary>Counts what has come in a stage, what can come in all, and what is enough.</summary>
    private (int There, int All, int Enough) Progress(SessionStatus status, int stage)
    {
        int beacons = terms.Noise is null ? 0 : terms.CommitteeSize;
        return stage switch
        {
            0 => (status.Deals.Count, terms.Hospitals.Count + beacons, terms.Minimum + (beacons > 0 ? terms.Threshold : 0)),
            1 => (status.Receipts.Count - status.Undelivered.Count, terms.CommitteeSize, terms.Quorum),
            2 => (-status.Undelivered.Count, 0, int.MinValue),
            _ => (status.Holders.Count, status.Receipts.Count, int.MinValue),
        };
    }
}
