using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>
/// The embedded ledger: one SQLite file that several processes may use at once. An entry, the tree and the checkpoint over
/// them change in one transaction, synced to the disk before it is acknowledged.
/// </summary>
/// <remarks>Whoever can write the file and has its key can also rewrite it; others notice by the checkpoints they kept.</remarks>
public sealed class SqliteLedger : ILedger, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SigningKey? _signer;
    private readonly ILogRules? _rules;
    private readonly Lock _lock = new();
    private (string Note, Checkpoint Checkpoint)? _latest;

    private SqliteLedger(SqliteConnection connection, NoteKey key, SigningKey? signer, ILogRules? rules) =>
        (_connection, Key, _signer, _rules) = (connection, key, signer, rules);

    /// <inheritdoc/>
    public NoteKey Key { get; }

    /// <summary>Makes a new ledger file and opens it.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="origin">The name of the log, the same for ever.</param>
    /// <param name="signer">The key that signs checkpoints; it stays with the caller.</param>
    /// <param name="rules">The rules by which entries are refused; null for none.</param>
    /// <exception cref="ArgumentException">The origin is none.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static SqliteLedger Create(string path, string origin, SigningKey signer, ILogRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        var key = new NoteKey(origin, signer.Public);
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists");
        }

        // made beside its place and moved there, so that a ledger is whole or not there
        string draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            SqliteStore.Guard(() =>
            {
                using SqliteConnection connection = SqliteStore.Connect(draft, SqliteOpenMode.ReadWriteCreate);
                using SqliteTransaction transaction = connection.BeginTransaction();
                SqliteStore.CreateTables(connection, key);
                SaveCheckpoint(connection, Checkpoint.Sign(origin, 0, MerkleHash.Empty(), signer));
                transaction.Commit();
                return 0;
            });
            File.Move(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }

        return Open(path, signer, rules);
    }

    /// <summary>Opens a ledger file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="signer">The key of its checkpoints, or null to read only.</param>
    /// <param name="rules">The rules by which entries are refused; null for none.</param>
    /// <exception cref="ArgumentException">The key is not that of the ledger.</exception>
    /// <exception cref="IOException">The file is missing, or not a ledger.</exception>
    public static SqliteLedger Open(string path, SigningKey? signer = null, ILogRules? rules = null)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no ledger {path}", path);
        }

        SqliteConnection connection = SqliteStore.Guard(() =>
            signer is null ? SqliteStore.ConnectToRead(path) : SqliteStore.Connect(path, SqliteOpenMode.ReadWrite));
        try
        {
            NoteKey key = SqliteStore.Guard(() => ReadKey(connection));
            return signer is null || key.Key.Equals(signer.Public)
                ? new SqliteLedger(connection, key, signer, rules)
                : throw new ArgumentException("expected the key of this ledger", nameof(signer));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public AppendResult Append(ReadOnlyMemory<byte> entry)
    {
        if (_signer is null)
        {
            throw new InvalidOperationException("the ledger was opened without its key, to read only");
        }

        if (!LedgerEntry.TryDecode(entry, out LedgerEntry? decoded, out string? reason))
        {
            return AppendResult.Refuse(reason);
        }

        if (decoded.Origin != Key.Name)
        {
            return AppendResult.Refuse($"it is for the ledger {decoded.Origin}");
        }

        lock (_lock)
        {
            return SqliteStore.Guard(() => Append(decoded));
        }
    }

    /// <inheritdoc/>
    public Checkpoint GetCheckpoint() => Locked(ReadCheckpoint);

    /// <inheritdoc/>
    public byte[]? Read(long index) =>
        Locked(() => (byte[]?)SqliteStore.Scalar(_connection, "SELECT bytes FROM entry WHERE idx = $i", ("$i", index)));

    /// <inheritdoc/>
    public long NextSequence(VerifyingKey signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Locked(() => ReadNextSequence(signer));
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject)
    {
        ArgumentNullException.ThrowIfNull(kind);
        byte[] key = subject.ToArray();
        return Locked(() => SqliteStore.Query(
            _connection, r => r.GetInt64(0), "SELECT idx FROM entry WHERE kind = $k AND subject = $s ORDER BY idx", ("$k", kind), ("$s", key)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => Locked(() =>
    {
        CheckSize(size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return Memories(MerkleTree.Inclusion(index, size, ReadNode));
    });

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) => Locked(() =>
    {
        CheckSize(newSize);
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        return Memories(MerkleTree.Consistency(oldSize, newSize, ReadNode));
    });

    /// <summary>Closes the file. The signing key stays with the caller.</summary>
    public void Dispose() => _connection.Dispose();

    internal static NoteKey ReadKey(SqliteConnection connection)
    {
        if (SqliteStore.Scalar(connection, "SELECT value FROM meta WHERE name = 'version'") is not SqliteStore.Version)
        {
            throw new IOException("the file is not a ledger of version 1");
        }

        string? key = SqliteStore.Scalar(connection, "SELECT value FROM meta WHERE name = 'key'") as string;
        return NoteKey.TryParse(key, out NoteKey? parsed) ? parsed : throw new IOException("the ledger names no key");
    }

    private AppendResult Append(LedgerEntry entry)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
        byte[] bytes = entry.Encode();
        long next = ReadNextSequence(entry.Signer);
        if (entry.Sequence > next)
        {
            return AppendResult.Refuse($"its sequence number is {entry.Sequence}, the signer's next one is {next}");
        }

        if (entry.Sequence < next)
        {
            (long there, byte[] same) = SqliteStore.Query(
                _connection, r => (r.GetInt64(0), r.GetFieldValue<byte[]>(1)),
                "SELECT idx, bytes FROM entry WHERE signer = $k AND sequence = $n", ("$k", entry.Signer.Bytes.ToArray()), ("$n", entry.Sequence))[0];
            return same.AsSpan().SequenceEqual(bytes)
                ? new AppendResult(AppendStatus.AlreadyThere, there, null)
                : AppendResult.Refuse($"the signer has used sequence number {entry.Sequence} for another entry");
        }

        if (_rules?.Refusal(entry, FindDecoded) is string refusal)
        {
            return AppendResult.Refuse(refusal);
        }

        long index = ReadCheckpoint().Size;
        SqliteStore.Execute(
            _connection, "INSERT INTO entry VALUES ($i, $b, $k, $n, $kind, $s)",
            ("$i", index), ("$b", bytes), ("$k", entry.Signer.Bytes.ToArray()), ("$n", entry.Sequence),
            ("$kind", entry.Body.Kind), ("$s", entry.Body.Subject.ToArray()));
        foreach ((int level, long at, byte[] hash) in MerkleTree.Append(index, MerkleHash.Leaf(bytes), ReadNode))
        {
            SqliteStore.Execute(_connection, "INSERT INTO node VALUES ($l, $i, $h)", ("$l", level), ("$i", at), ("$h", hash));
        }

        SaveCheckpoint(_connection, Checkpoint.Sign(Key.Name, index + 1, MerkleTree.Root(index + 1, ReadNode), _signer!));
        transaction.Commit();
        return new AppendResult(AppendStatus.Appended, index, null);
    }

    /// <summary>Entries of a kind, whose signatures were verified when they were appended.</summary>
    private List<LoggedEntry> FindDecoded(string kind, byte[]? subject)
    {
        static (long, byte[]) Row(SqliteDataReader r) => (r.GetInt64(0), r.GetFieldValue<byte[]>(1));
        List<(long, byte[])> rows = subject is null
            ? SqliteStore.Query(_connection, Row, "SELECT idx, bytes FROM entry WHERE kind = $k ORDER BY idx", ("$k", kind))
            : SqliteStore.Query(_connection, Row, "SELECT idx, bytes FROM entry WHERE kind = $k AND subject = $s ORDER BY idx", ("$k", kind), ("$s", subject));
        var entries = new List<LoggedEntry>();
        foreach ((long index, byte[] bytes) in rows)
        {
            if (!LedgerEntry.TryDecodeUnverified(bytes, out LedgerEntry? entry, out string? reason))
            {
                throw new IOException($"entry {index}: {reason}; audit the ledger");
            }

            entries.Add(new LoggedEntry(index, entry));
        }

        return entries;
    }

    private static void SaveCheckpoint(SqliteConnection connection, Checkpoint checkpoint) =>
        SqliteStore.Execute(connection, "INSERT INTO checkpoint VALUES ($n, $t)", ("$n", checkpoint.Size), ("$t", checkpoint.ToString()));

    private Checkpoint ReadCheckpoint()
    {
        string? note = SqliteStore.Scalar(_connection, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") as string;
        if (_latest is { } latest && latest.Note == note)
        {
            return latest.Checkpoint;                                        // its signature was verified when it was first read
        }

        if (!Checkpoint.TryParse(note, Key, out Checkpoint? checkpoint))
        {
            throw new IOException("the ledger's last checkpoint is not signed by its key; audit it");
        }

        _latest = (note!, checkpoint);
        return checkpoint;
    }

    private long ReadNextSequence(VerifyingKey signer) => 1 + (long)SqliteStore.Scalar(
        _connection, "SELECT COALESCE(MAX(sequence), -1) FROM entry WHERE signer = $k", ("$k", signer.Bytes.ToArray()))!;

    private byte[] ReadNode(int level, long index) =>
        SqliteStore.Scalar(_connection, "SELECT hash FROM node WHERE level = $l AND idx = $i", ("$l", level), ("$i", index)) as byte[]
            ?? throw new IOException($"the ledger lacks a hash of its tree (level {level}, number {index}); audit it");

    private void CheckSize(long size)
    {
        long now = ReadCheckpoint().Size;
        if (size < 0 || size > now)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"expected 0 to {now}, the size of the ledger");
        }
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
