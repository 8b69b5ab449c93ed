namespace ZkHealth.Aggregation;

/// <summary>
/// The public log over which a session runs: entries with an author, in one order, appended and never changed. A ledger
/// implements it; who wrote an entry is proven by the board (the ledger's signed entries), so that a message of the protocol
/// carries no signature of its own.
/// </summary>
/// <remarks>
/// A board is trusted to keep entries, not to be honest: it may show different parties different histories. The protocol's answer
/// is that members accept only checkpoints consistent with those they have seen and that Q of them sign the same set before
/// anything is opened. Everything that decides a session is a function of the entries below a size; no clock is asked but that of
/// the log, and nothing that lies beside the log decides anything by being there or not.
/// </remarks>
public interface IBulletinBoard
{
    /// <summary>The log's name. It is part of what a session's identifier binds.</summary>
    string Origin { get; }

    /// <summary>The author of the entries that <see cref="Append"/> writes; null where the board is open to read only.</summary>
    PartyId? Author { get; }

    /// <summary>The store of what lies beside the board under its hash: bodies too large for an entry.</summary>
    IBlobStore Blobs { get; }

    /// <summary>Appends an entry of <see cref="Author"/> and returns its position when it is durable.</summary>
    /// <param name="kind">One of <see cref="BoardKinds"/>: 1 to 64 printable ASCII characters.</param>
    /// <param name="subject">What it is about, 1 to 64 bytes; for most messages the session's 32 bytes.</param>
    /// <param name="body">The encoded message, at most 1 MiB.</param>
    /// <exception cref="InvalidOperationException">The board is open for reading alone.</exception>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    /// <exception cref="IOException">The board cannot be written; whether the entry stands is then seen by reading.</exception>
    long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body);

    /// <summary>The entry at a position, its author verified; null where there is none.</summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    BoardEntry? Read(long position);

    /// <summary>
    /// The positions of all entries of a kind about a subject, ascending. Complete for what the latest checkpoint holds: where
    /// the index is not of the reader's own making, the implementation has to make it from the entries.
    /// </summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject);

    /// <summary>The positions of all entries of a kind, ascending, about anything; complete as in <see cref="Find"/>.</summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    IReadOnlyList<long> FindAll(string kind);

    /// <summary>
    /// The position of the first entry whose time, kept by the log and never falling, is later than this one; null where there is
    /// none yet, or where the log keeps no times.
    /// </summary>
    /// <param name="seconds">Seconds since 1970-01-01 UTC.</param>
    /// <exception cref="IOException">The board cannot be read.</exception>
    long? FindAfter(long seconds);

    /// <summary>The latest checkpoint of the board.</summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    BoardCheckpoint GetCheckpoint();

    /// <summary>Determines whether the log of the newer checkpoint begins with that of the older one and both are the board's.
    /// Never throws on bad ones.</summary>
    bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer);
}

/// <summary>Bytes that lie beside a board under their SHA-256, for everyone who reads the board: as available as the board
/// itself.</summary>
public interface IBlobStore
{
    /// <summary>Stores bytes durably and returns their SHA-256. What is there already stays.</summary>
    /// <exception cref="IOException">They cannot be stored.</exception>
    byte[] Put(ReadOnlySpan<byte> bytes);

    /// <summary>The bytes with this SHA-256, checked; null where they are not there or are longer than allowed.</summary>
    /// <param name="hash">Their SHA-256, 32 bytes.</param>
    /// <param name="maxSize">The most bytes to read: the reader knows the length that it expects.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    byte[]? Read(ReadOnlySpan<byte> hash, long maxSize);
}

/// <summary>An entry of a board.</summary>
public sealed class BoardEntry
{
    /// <summary>Makes one of its parts.</summary>
    /// <param name="position">Its place in the log, from 0.</param>
    /// <param name="author">Its author, verified by the board.</param>
    /// <param name="kind">What sort of message it is.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="body">The encoded message.</param>
    public BoardEntry(long position, PartyId author, string kind, ReadOnlyMemory<byte> subject, ReadOnlyMemory<byte> body) =>
        (Position, Author, Kind, Subject, Body) = (position, author, kind, subject, body);

    /// <summary>Its place in the log, from 0.</summary>
    public long Position { get; }

    /// <summary>Its author, verified by the board.</summary>
    public PartyId Author { get; }

    /// <summary>The sort of message.</summary>
    public string Kind { get; }

    /// <summary>The subject.</summary>
    public ReadOnlyMemory<byte> Subject { get; }

    /// <summary>The encoded message.</summary>
    public ReadOnlyMemory<byte> Body { get; }
}

/// <summary>A state of the board: the number of its entries, and bytes (a signed note, say) by which the board can be held to
/// them.</summary>
public sealed class BoardCheckpoint
{
    /// <summary>The longest token, in bytes.</summary>
    internal const int MaxTokenSize = 4096;

    private readonly byte[] _token;

    /// <summary>A checkpoint.</summary>
    /// <param name="size">Entries 0 to size − 1 are held to.</param>
    /// <param name="token">What the board understands, 0 to 4096 bytes.</param>
    /// <exception cref="ArgumentException">A negative size, or a token that is too long.</exception>
    public BoardCheckpoint(long size, ReadOnlySpan<byte> token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (token.Length > MaxTokenSize)
        {
            throw new ArgumentException($"expected at most {MaxTokenSize} bytes", nameof(token));
        }

        (Size, _token) = (size, token.ToArray());
    }

    /// <summary>The number of entries.</summary>
    public long Size { get; }

    /// <summary>The board's own mark of that size, which it alone understands.</summary>
    public ReadOnlyMemory<byte> Token => _token;
}
