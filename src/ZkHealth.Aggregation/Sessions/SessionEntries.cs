namespace ZkHealth.Aggregation;

/// <summary>The entries of an opened session on a board below a size, and its cut-offs.</summary>
internal sealed class SessionEntries(
    IBulletinBoard board,
    AggregationSession session,
    BoardCheckpoint at,
    long opened,
    SessionCutOffs cutOffs
)
{
    public IBulletinBoard Board => board;

    public AggregationSession Session => session;

    public AggregationTerms Terms => session.Terms;

    /// <summary>The state of the board that is looked at.</summary>
    public BoardCheckpoint At => at;

    /// <summary>The position of the Open.</summary>
    public long Opened => opened;

    /// <summary>The positions of the cut-offs D1 to D5; −1 for those that have not come.</summary>
    public IReadOnlyList<long> CutOffs => cutOffs.Positions;

    /// <summary>The position of a cut-off, 1 to 5; where it has not come, one after what is looked at.</summary>
    public long Limit(int cutOff) => Math.Min(at.Size, cutOffs.Limit(cutOff));

    /// <summary>Tells whether the time of signatures was over before the set was settled.</summary>
    public bool IsGivenUp => cutOffs.Has(PhaseClosed.Last) && cutOffs.Limit(PhaseClosed.Last) < cutOffs.Limit(4);

    /// <summary>The entries of a kind of this session between two positions, both excluded.</summary>
    public IEnumerable<BoardEntry> Find(string kind, long after, long before) =>
        board
            .Find(kind, session.Sid.Span)
            .Where(p => p > after && p < before && p < at.Size)
            .Select(p => board.Read(p)!)
            .Where(e => e is not null);
}
