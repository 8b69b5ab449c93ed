using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>Makes and opens ledger files.</summary>
public sealed partial class SqliteLedger
{
    /// <summary>Makes a new ledger file and opens it.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="origin">The name of the log, the same for ever.</param>
    /// <param name="signer">The key that signs checkpoints; it stays with the caller.</param>
    /// <param name="rules">The rules by which entries are refused; null for none.</param>
    /// <param name="clock">The clock of the leaves' times; null for the system's.</param>
    /// <exception cref="ArgumentException">The origin is no name of a log.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static SqliteLedger Create(
        string path,
        string origin,
        SigningKey signer,
        LogRules? rules = null,
        TimeProvider? clock = null
    )
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
                SqliteStore.Execute(connection, "PRAGMA journal_mode = WAL");
                using SqliteTransaction transaction = connection.BeginTransaction();
                SqliteStore.CreateTables(connection, key);
                SaveCheckpoint(connection, Checkpoint.Sign(origin, 0, MerkleHash.Empty(), signer));
                transaction.Commit();
                SqliteStore.Truncate(connection);
                return 0;
            });
            File.Move(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }

        return Open(path, signer, rules, clock);
    }

    /// <summary>Opens a ledger file; with a key, and where its last leaf is older than a minute, a tick is
    /// appended.</summary>
    /// <param name="path">The file.</param>
    /// <param name="signer">The key of its checkpoints, or null to read only.</param>
    /// <param name="rules">The rules by which entries are refused; null for none.</param>
    /// <param name="clock">The clock of the leaves' times; null for the system's.</param>
    /// <param name="memory">What the caller has seen of ledgers: this one is held to it; null for nothing.</param>
    /// <exception cref="ArgumentException">The key is not that of the ledger.</exception>
    /// <exception cref="IOException">The file is missing, not a ledger, cannot be read, or is not what was seen of
    /// it.</exception>
    public static SqliteLedger Open(
        string path,
        SigningKey? signer = null,
        LogRules? rules = null,
        TimeProvider? clock = null,
        CheckpointMemory? memory = null
    )
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no ledger {path}", path);
        }

        if (SqliteStore.IsEmpty(path))
        {
            throw new IOException($"{path} is not a ledger: the file is empty, or a pipe or device");
        }

        SqliteConnection connection = SqliteStore.Guard(() =>
            signer is null ? SqliteStore.ConnectToRead(path) : SqliteStore.Connect(path, SqliteOpenMode.ReadWrite)
        );
        try
        {
            NoteKey key = SqliteStore.Guard(() => ReadKey(connection));
            if (signer is not null && !key.Key.Equals(signer.Public))
            {
                throw new ArgumentException("expected the key of this ledger", nameof(signer));
            }

            var ledger = new SqliteLedger(connection, key, signer, rules, clock, memory);
            memory?.Hold(ledger);
            ledger.TickIfLate();
            return ledger;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
