using System.Text;

namespace ZkHealth.Ledger;

/// <summary>A log as rules and budgets read it: entries by what they say, the times of leaves, and which checkpoints are
/// its own.</summary>
internal sealed class LogContents
{
    private readonly FindEntries _find;
    private readonly FindAfter _findAfter;
    private readonly Func<string, long> _sizeOf;

    /// <summary>The contents of a log.</summary>
    /// <param name="find">The entries.</param>
    /// <param name="findAfter">The times of the leaves.</param>
    /// <param name="key">The key of the log.</param>
    /// <param name="begins">Determines whether the log begins with the leaves of a checkpoint that its key has signed.</param>
    public LogContents(FindEntries find, FindAfter findAfter, NoteKey key, Func<Checkpoint, bool> begins)
    {
        // budgets ask for the same checkpoints again and again
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        (_find, _findAfter) = (find, findAfter);
        _sizeOf = note =>
        {
            if (!sizes.TryGetValue(note, out long size))
            {
                sizes[note] = size = Checkpoint.TryParse(note, key, out Checkpoint? said) && begins(said) ? said.Size : -1;
            }

            return size;
        };
    }

    private LogContents(LogContents log, long before) =>
        (_find, _findAfter, _sizeOf) = (
            (kind, subject, end) => log._find(kind, subject, Math.Min(before, end)),
            log._findAfter,
            log._sizeOf
        );

    /// <summary>The log with the entries below a position alone.</summary>
    public LogContents Before(long position) => new(this, position);

    /// <inheritdoc cref="FindEntries"/>
    public IReadOnlyList<LoggedEntry> Find(string kind, byte[]? subject, long before = long.MaxValue) =>
        _find(kind, subject, before);

    /// <inheritdoc cref="ZkHealth.Ledger.FindAfter"/>
    public long? FindAfter(long seconds) => _findAfter(seconds);

    /// <summary>Determines whether a signed note is the log's checkpoint of so many leaves, which it has.</summary>
    public bool IsCheckpoint(ReadOnlySpan<byte> note, long size) => _sizeOf(Encoding.UTF8.GetString(note)) == size;
}
