using System.Security.Cryptography;
using ZkHealth.Aggregation;

namespace ZkHealth.Testing;

/// <summary>A board in memory, for tests and simulations: one log, a view of it for each author, and forks that a dishonest board
/// shows.</summary>
public sealed class MemoryBoard : IBulletinBoard
{
    private readonly Log _log;

    /// <summary>An empty board, open for reading.</summary>
    public MemoryBoard(string origin)
        : this(new Log(origin, new BlobMemory()), null) { }

    private MemoryBoard(Log log, PartyId? author) => (_log, Author) = (log, author);

    /// <inheritdoc/>
    public string Origin => _log.Origin;

    /// <inheritdoc/>
    public PartyId? Author { get; }

    /// <inheritdoc/>
    public IBlobStore Blobs => _log.Blobs;

    /// <summary>The same board for an author.</summary>
    public MemoryBoard As(PartyId author) => new(_log, author);

    /// <summary>A board that has the same entries now and goes its own way from here, under the same name.</summary>
    public MemoryBoard Fork()
    {
        lock (_log)
        {
            return new MemoryBoard(_log.Copy(), Author);
        }
    }

    /// <summary>Takes away what lies beside the board, as whoever holds its folder can.</summary>
    public void DropBlob(ReadOnlySpan<byte> hash) => _log.Blobs.Drop(hash);

    /// <inheritdoc/>
    public long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        if (kind.Length > 64 || subject.Length is 0 or > 64 || body.Length > 1 << 20)
        {
            throw new ArgumentException(
                "expected a kind of at most 64 characters, a subject of 1 to 64 bytes, a body of at most 1 MiB",
                nameof(body)
            );
        }

        PartyId author = Author ?? throw new InvalidOperationException("the board is open for reading alone");
        lock (_log)
        {
            return _log.Add(author, kind, subject.ToArray(), body.ToArray());
        }
    }

    /// <inheritdoc/>
    public BoardEntry? Read(long position)
    {
        lock (_log)
        {
            return position >= 0 && position < _log.Entries.Count ? _log.Entries[(int)position] : null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject)
    {
        lock (_log)
        {
            return _log.Index.TryGetValue((kind, Convert.ToHexString(subject)), out List<long>? found) ? [.. found] : [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> FindAll(string kind)
    {
        lock (_log)
        {
            return [.. _log.Entries.Where(e => e.Kind == kind).Select(e => e.Position)];
        }
    }

    /// <summary>The clock of the log, in seconds: the time that an entry gets.</summary>
    public long Now
    {
        get => _log.Now;
        set => _log.Now = value;
    }

    /// <inheritdoc/>
    public long? FindAfter(long seconds)
    {
        lock (_log)
        {
            int first = _log.Times.FindIndex(t => t > seconds);
            return first < 0 ? null : first;
        }
    }

    /// <inheritdoc/>
    public BoardCheckpoint GetCheckpoint()
    {
        lock (_log)
        {
            return new BoardCheckpoint(_log.Entries.Count, _log.Heads[^1]);
        }
    }

    /// <inheritdoc/>
    public bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        lock (_log)
        {
            return older.Size <= newer.Size && Holds(older) && Holds(newer);
        }
    }

    private bool Holds(BoardCheckpoint c) => c.Size < _log.Heads.Count && c.Token.Span.SequenceEqual(_log.Heads[(int)c.Size]);

    /// <summary>Entries, and for each size the hash of everything before it.</summary>
    private sealed class Log(string origin, BlobMemory blobs)
    {
        public string Origin => origin;

        public BlobMemory Blobs => blobs;

        public List<BoardEntry> Entries { get; private init; } = [];

        public List<byte[]> Heads { get; private init; } = [new byte[32]];

        public Dictionary<(string Kind, string Subject), List<long>> Index { get; private init; } = [];

        public List<long> Times { get; private init; } = [];

        public long Now { get; set; }

        public Log Copy() =>
            new(origin, blobs)
            {
                Entries = [.. Entries],
                Heads = [.. Heads],
                Index = Index.ToDictionary(p => p.Key, p => (List<long>)[.. p.Value]),
                Times = [.. Times],
                Now = Now,
            };

        public long Add(PartyId author, string kind, byte[] subject, byte[] body)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Heads[^1]);
            hash.AppendData(author.ToBytes());
            foreach (byte[] part in (byte[][])[System.Text.Encoding.ASCII.GetBytes(kind), subject, body])
            {
                hash.AppendData(SHA256.HashData(part));
            }

            (string, string) key = (kind, Convert.ToHexString(subject));
            (Index.TryGetValue(key, out List<long>? there) ? there : Index[key] = []).Add(Entries.Count);
            Times.Add(Times.Count == 0 ? Now : Math.Max(Times[^1], Now));
            Entries.Add(new BoardEntry(Entries.Count, author, kind, subject, body));
            Heads.Add(hash.GetHashAndReset());
            return Entries.Count - 1;
        }
    }

    private sealed class BlobMemory : IBlobStore
    {
        private readonly Dictionary<string, byte[]> _blobs = [];

        public byte[] Put(ReadOnlySpan<byte> bytes)
        {
            byte[] hash = SHA256.HashData(bytes),
                copy = bytes.ToArray();
            lock (_blobs)
            {
                _blobs.TryAdd(Convert.ToHexString(hash), copy);
            }

            return hash;
        }

        public void Drop(ReadOnlySpan<byte> hash)
        {
            lock (_blobs)
            {
                _blobs.Remove(Convert.ToHexString(hash));
            }
        }

        public byte[]? Read(ReadOnlySpan<byte> hash, long maxSize)
        {
            lock (_blobs)
            {
                return _blobs.TryGetValue(Convert.ToHexString(hash), out byte[]? bytes) && bytes.Length <= maxSize ? bytes : null;
            }
        }
    }
}
