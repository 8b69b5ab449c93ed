using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>
/// The embedded ledger: one SQLite file that several processes may use at once, and one object that several threads may.
/// Leaves, the tree and the checkpoint over them change in one transaction, synced to the disk before an entry is
/// acknowledged. Readers do not hold up writers.
/// </summary>
/// <remarks>
/// Whoever can write the file and has its key can also rewrite it; whoever can write it can put an older copy in its place.
/// Others notice by the checkpoints that they kept (<see cref="CheckpointMemory"/>).
/// </remarks>
public sealed partial class SqliteLedger : ILedger, IDisposable
{
    /// <summary>The age of the last leaf from which a ledger that is opened for appending says that time has passed, in
    /// milliseconds.</summary>
    private const long TickAfter = 60_000;

    private readonly SqliteConnection _connection;
    private readonly SigningKey? _signer;
    private readonly LogWriter? _writer;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private (string Note, Checkpoint Checkpoint)? _latest;

    private SqliteLedger(
        SqliteConnection connection,
        NoteKey key,
        SigningKey? signer,
        LogRules? rules,
        TimeProvider? clock,
        CheckpointMemory? memory
    )
    {
        (_connection, Key, _signer, _clock, Memory) = (connection, key, signer, clock ?? TimeProvider.System, memory);
        _writer = signer is null ? null : new LogWriter(connection, key, rules ?? NoRules.Instance);
    }

    /// <inheritdoc/>
    public NoteKey Key { get; }

    internal string FilePath => _connection.DataSource;

    /// <summary>The checkpoints that the opener has seen of ledgers; null where nothing is remembered.</summary>
    internal CheckpointMemory? Memory { get; }

    /// <inheritdoc/>
    public Checkpoint GetCheckpoint() => Locked(ReadCheckpoint);

    /// <inheritdoc/>
    public long GetTime() => Math.Max(Now(), Locked(() => LeafRows.LastTime(_connection, ReadCheckpoint().Size)));

    /// <inheritdoc/>
    public byte[]? Read(long index) =>
        Locked(() => (byte[]?)SqliteStore.Scalar(_connection, "SELECT bytes FROM leaf WHERE idx = $i", ("$i", index)));

    /// <summary>The bytes of at most so many leaves from a position on, without a gap; fewer where they are large.</summary>
    internal List<byte[]> ReadLeaves(long from, int count) =>
        Locked(() =>
        {
            var leaves = new List<byte[]>();
            long size = 0;
            SqliteStore.ReadWhile(
                _connection,
                r =>
                {
                    if (r.GetInt64(0) != from + leaves.Count)
                    {
                        return false;
                    }

                    leaves.Add(r.GetFieldValue<byte[]>(1));
                    size += leaves[^1].Length;
                    return size < EntryIndex.ManyBytes;
                },
                "SELECT idx, bytes FROM leaf WHERE idx >= $a AND idx < $b ORDER BY idx",
                ("$a", from),
                ("$b", from + count)
            );
            return leaves;
        });

    /// <summary>The hashes of so many leaves from a position on, one after the other, as the file has them; fewer where it lacks
    /// some.</summary>
    internal byte[] ReadHashes(long from, int count) =>
        Locked(() =>
            SqliteStore
                .Query(
                    _connection,
                    r => r.GetFieldValue<byte[]>(0),
                    "SELECT hash FROM leaf WHERE idx >= $a AND idx < $b ORDER BY idx",
                    ("$a", from),
                    ("$b", from + count)
                )
                .SelectMany(hash => hash)
                .ToArray()
        );

    /// <inheritdoc/>
    public long NextSequence(VerifyingKey signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Locked(() => LeafRows.NextSequence(_connection, signer));
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(kind);
        byte[] key = subject.ToArray();
        return Locked(() =>
            SqliteStore.Query(
                _connection,
                r => r.GetInt64(0),
                "SELECT idx FROM leaf WHERE kind = $k AND subject = $s ORDER BY idx",
                ("$k", kind),
                ("$s", key)
            )
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) =>
        Locked(() =>
        {
            CheckSize(size);
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
            return Memories(MerkleTree.Inclusion(index, size, ReadNode));
        });

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) =>
        Locked(() =>
        {
            CheckSize(newSize);
            ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
            return Memories(MerkleTree.Consistency(oldSize, newSize, ReadNode));
        });

    /// <summary>Copies the ledger, as it is now, into one file that nobody writes to.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public void Export(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists");
        }

        // under another name until it is whole: half a copy would stand in the way of the next one
        string part = path + ".part";
        try
        {
            File.Delete(part);
            Locked(() =>
            {
                SqliteStore.Execute(_connection, "PRAGMA query_only = 0; VACUUM INTO $p", ("$p", Path.GetFullPath(part)));
                return 0;
            });
            File.Move(part, path);
        }
        catch (IOException e)
        {
            File.Delete(part);
            throw new IOException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Closes the file and empties its write-ahead log. The signing key stays with the caller.</summary>
    public void Dispose()
    {
        if (_connection.State == System.Data.ConnectionState.Open)
        {
            // what was appended or read since it was opened has been seen as well
            if (_latest is { } latest)
            {
                Memory?.Keep(Key, latest.Checkpoint);
            }

            if (_signer is not null)
            {
                SaveState(always: false);
                SqliteStore.Truncate(_connection);
            }
        }

        _writer?.Dispose();
        _connection.Dispose();
    }

    internal static NoteKey ReadKey(SqliteConnection connection)
    {
        if (SqliteStore.Scalar(connection, "SELECT value FROM meta WHERE name = 'version'") is not SqliteStore.Version)
        {
            throw new IOException($"the file is not a ledger of version {SqliteStore.Version}");
        }

        string? key = SqliteStore.Scalar(connection, "SELECT value FROM meta WHERE name = 'key'") as string;
        return NoteKey.TryParse(key, out NoteKey? parsed) ? parsed : throw new IOException("the ledger names no key");
    }

    /// <summary>The note of the latest checkpoint.</summary>
    internal static string? ReadNote(SqliteConnection connection) =>
        SqliteStore.Scalar(connection, "SELECT value FROM meta WHERE name = 'checkpoint'") as string;

    private Checkpoint ReadCheckpoint()
    {
        string? note = ReadNote(_connection);
        if (_latest is { } latest && latest.Note == note)
        {
            return latest.Checkpoint; // its signature was verified when it was first read
        }

        if (!Checkpoint.TryParse(note, Key, out Checkpoint? checkpoint))
        {
            throw new IOException("the ledger's last checkpoint is not signed by its key; audit it");
        }

        _latest = (note!, checkpoint);
        return checkpoint;
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private byte[] ReadNode(int level, long index) => SqliteStore.Node(_connection, level, index);

    private void CheckSize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, ReadCheckpoint().Size);
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_lock)
        {
            return SqliteStore.Guard(work);
        }
    }

    private static List<ReadOnlyMemory<byte>> Memories(byte[][] path) => [.. path.Select(p => new ReadOnlyMemory<byte>(p))];
}
