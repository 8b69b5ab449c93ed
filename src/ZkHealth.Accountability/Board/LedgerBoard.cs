using System.Diagnostics.CodeAnalysis;
using System.Text;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// A ledger as the bulletin board of the aggregation: an entry's author is the owner whose key signed it (SHA-256 of the Ed25519
/// key), the token of a checkpoint is the ledger's signed note.
/// </summary>
/// <remarks>
/// Nothing is taken from the ledger's own index: the board reads every entry up to the latest checkpoint once, makes the index
/// from them, and holds the checkpoint to their hashes, so that a ledger cannot hide an entry from a search. A ledger that later
/// shows other entries than those read is refused. Signatures are verified when entries are read, many at once; where the ledger
/// was opened with a memory, that is kept for the next process.
/// </remarks>
public sealed class LedgerBoard : IBulletinBoard, IReleaseHistory
{
    private readonly ILedger _ledger;
    private readonly SigningKey? _author;
    private readonly EntryIndex _index;
    private (long Size, StandingSessions Read)? _sessions;

    /// <summary>A board over a ledger.</summary>
    /// <param name="ledger">The ledger; it stays with the caller.</param>
    /// <param name="blobs">What lies beside it.</param>
    /// <param name="author">The key that signs what <see cref="Append"/> writes, or null to read only; it stays with the
    /// caller.</param>
    public LedgerBoard(ILedger ledger, IBlobStore blobs, SigningKey? author = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(blobs);
        (_ledger, Blobs, _author, _index) = (ledger, blobs, author, new EntryIndex(ledger, (ledger as SqliteLedger)?.Memory));
        Author = author is null ? null : PartyOf(author.Public);
    }

    /// <inheritdoc/>
    public string Origin => _ledger.Key.Name;

    /// <inheritdoc/>
    public PartyId? Author { get; }

    /// <inheritdoc/>
    public IBlobStore Blobs { get; }

    /// <summary>By what name the owner of a key takes part.</summary>
    public static PartyId PartyOf(VerifyingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new PartyId(key.OwnerId.Span);
    }

    /// <inheritdoc/>
    public long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body)
    {
        if (_author is null)
        {
            throw new InvalidOperationException("the board was opened without a key, to read only");
        }

        var entry = new EntryBody(kind, subject, body);
        try
        {
            return OwnerEntries.Append(_ledger, _author, entry);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public BoardEntry? Read(long position)
    {
        if (_index.Read(position) is not LedgerLeaf leaf)
        {
            return null;
        }

        return leaf.Entry is LedgerEntry entry
            ? new BoardEntry(position, PartyOf(entry.Signer), entry.Body.Kind, entry.Body.Subject, entry.Body.Payload)
            : new BoardEntry(position, PartyOf(_ledger.Key.Key), "tick", default, default);
    }

    bool IReleaseHistory.HasReleasedExactly(PartyId owner, string dataSet, long before) =>
        Budget.ReleasesOf(_index.Contents.Before(before).Find, owner.ToBytes(), dataSet).Any(r => r.Release.IsExact);

    bool IReleaseHistory.AllowsVersions(PartyId owner, string dataSet, long before) =>
        Budget.PolicyOf(_index.Contents.Before(before).Find, owner.ToBytes(), dataSet) is { AllowsVersions: true };

    string? IReleaseHistory.Refusal(PartyId owner, AggregationSession session, long before)
    {
        ArgumentNullException.ThrowIfNull(session);
        return Budget.Refusal(_index.Contents, Sessions(), owner, session, before);
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(kind);
        byte[] key = subject.ToArray();
        return Indexed(i => i.Find(kind, key));
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> FindAll(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return Indexed(i => i.Find(kind, null));
    }

    /// <inheritdoc/>
    /// <remarks>The time is that of the leaf, asserted by the ledger.</remarks>
    public long? FindAfter(long seconds) => Indexed(i => i.FindAfter(seconds));

    /// <inheritdoc/>
    public BoardCheckpoint GetCheckpoint()
    {
        Checkpoint latest = Indexed(i => i.Checkpoint);
        return new BoardCheckpoint(latest.Size, Encoding.UTF8.GetBytes(latest.ToString()));
    }

    /// <inheritdoc/>
    public bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        return TryParse(older, out Checkpoint? first)
            && TryParse(newer, out Checkpoint? second)
            && LogConsistency.Begins(_ledger, first, second);
    }

    /// <summary>The sessions of the log as it is now, for as long as nothing comes.</summary>
    private StandingSessions Sessions()
    {
        long size = Indexed(i => i.Checkpoint.Size);
        if (_sessions?.Size != size)
        {
            _sessions = (size, Budget.SessionsOf(_index.Contents));
        }

        return _sessions.Value.Read;
    }

    private bool TryParse(BoardCheckpoint checkpoint, [NotNullWhen(true)] out Checkpoint? parsed) =>
        Checkpoint.TryParse(Encoding.UTF8.GetString(checkpoint.Token.Span), _ledger.Key, out parsed)
        && parsed.Size == checkpoint.Size;

    private T Indexed<T>(Func<EntryIndex, T> look)
    {
        _index.Update();
        return look(_index);
    }
}
