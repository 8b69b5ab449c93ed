namespace ZkHealth.Aggregation;

/// <summary>The entries of a log as sessions are read from it: a board, or the rules of a ledger that look at entries before they
/// are appended.</summary>
internal sealed class EntrySource
{
    private readonly Func<string, ReadOnlyMemory<byte>, IEnumerable<BoardEntry>> _find;
    private readonly Func<long, long?> _findAfter;

    /// <summary>Entries from elsewhere than a board.</summary>
    /// <param name="find">The entries of a kind about a subject, in the order of the log.</param>
    /// <param name="findAfter">As <see cref="IBulletinBoard.FindAfter"/>.</param>
    /// <param name="isOfLog">Determines whether a checkpoint is one of the log.</param>
    public EntrySource(
        Func<string, ReadOnlyMemory<byte>, IEnumerable<BoardEntry>> find,
        Func<long, long?> findAfter,
        Func<BoardCheckpoint, bool> isOfLog
    )
    {
        (_find, _findAfter, IsOfLog) = (find, findAfter, isOfLog);
    }

    /// <summary>The entries of a board.</summary>
    public EntrySource(IBulletinBoard board)
        : this(
            (kind, subject) => board.Find(kind, subject.Span).Select(board.Read).OfType<BoardEntry>(),
            seconds => board.FindAfter(seconds),
            checkpoint => board.IsConsistent(checkpoint, board.GetCheckpoint())
        ) { }

    /// <summary>Determines whether a checkpoint is one of the log.</summary>
    internal Func<BoardCheckpoint, bool> IsOfLog { get; }

    internal IEnumerable<BoardEntry> Find(string kind, ReadOnlyMemory<byte> subject) => _find(kind, subject);

    internal long? FindAfter(long seconds) => _findAfter(seconds);
}
