using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>
/// The tables of the embedded ledger and how they are reached. One file with a write-ahead log, so that readers and writers do
/// not wait for one another; every commit is synced to the disk, and the write-ahead log is emptied at each close.
/// </summary>
internal static class SqliteStore
{
    public const long Version = 2;

    /// <summary>The lowest level of the tree that is stored: hashes below it follow from those of at most 8 leaves.</summary>
    public const int LowestLevel = 4;

    /// <summary>
    /// leaf: the log, with the hashes of its leaves; the columns behind them repeat what the bytes say, to find entries (number
    /// and id: one of them, none for a tick). node:
    /// hashes of complete subtrees of at least 16 leaves. meta: version, key of the log, the latest checkpoint and nothing older,
    /// so that leaves cannot be cut off without the key.
    /// </summary>
    private const string Tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
        CREATE TABLE leaf (
          idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, hash BLOB NOT NULL,
          signer BLOB, sequence INTEGER, id BLOB, kind TEXT, subject BLOB) STRICT;
        CREATE UNIQUE INDEX leaf_sequence ON leaf (signer, sequence) WHERE sequence IS NOT NULL;
        CREATE UNIQUE INDEX leaf_id ON leaf (id) WHERE id IS NOT NULL;
        CREATE INDEX leaf_subject ON leaf (kind, subject) WHERE kind IS NOT NULL;
        CREATE TABLE node (level INTEGER, idx INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID, STRICT;
        """;

    /// <summary>Opens an existing ledger to read, whatever may be written beside it.</summary>
    /// <exception cref="IOException">The write-ahead log beside the file cannot be read without writing.</exception>
    public static SqliteConnection ConnectToRead(string path)
    {
        string wal = path + "-wal";
        SqliteException fault;
        try
        {
            return Probed(Connect(path, SqliteOpenMode.ReadWrite));
        }
        catch (SqliteException e) when (e.SqliteErrorCode is ReadOnly or CannotOpen or Permission)
        {
            fault = e;
        }

        try
        {
            return Probed(Connect(path, SqliteOpenMode.ReadOnly));
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode is ReadOnly or CannotOpen or Permission && !HasContent(wal) && !HasContent(path + "-journal"))
        {
            // everything is in the one file, and nobody here can write it
            return Probed(Connect(path, SqliteOpenMode.ReadOnly, immutable: true));
        }
        catch (SqliteException e) when (e.SqliteErrorCode is ReadOnly or CannotOpen or Permission)
        {
            throw new IOException(
                $"{path} was not closed: entries are still in {(HasContent(wal) ? wal : path + "-journal")}, which cannot be read without writing beside the ledger; "
                    + "let whoever may write there run any command on it, or copy it with `zkhealth ledger export`",
                fault
            );
        }
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode, bool immutable = false)
    {
        // a name that begins with file: would be read as a URI
        string full = Path.GetFullPath(path);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = immutable ? new Uri(full).AbsoluteUri + "?immutable=1" : full,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 60,
            }.ToString()
        );
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 60000");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void CreateTables(SqliteConnection connection, NoteKey key)
    {
        Execute(connection, Tables);
        Execute(connection, "INSERT INTO meta VALUES ('version', $v), ('key', $k)", ("$v", Version), ("$k", key.ToString()));
    }

    /// <summary>Empties the write-ahead log as far as others let it.</summary>
    public static void Truncate(SqliteConnection connection)
    {
        try
        {
            Execute(connection, "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // a reader is in the way: the next one to close does it; nothing depends on it but the size of the file
        }
    }

    public static void Execute(
        SqliteConnection connection,
        string sql,
        params ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(
        SqliteConnection connection,
        string sql,
        params ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        return command.ExecuteScalar();
    }

    public static List<T> Query<T>(
        SqliteConnection connection,
        Func<SqliteDataReader, T> read,
        string sql,
        params ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        var rows = new List<T>();
        ReadWhile(
            connection,
            r =>
            {
                rows.Add(read(r));
                return true;
            },
            sql,
            parameters
        );
        return rows;
    }

    /// <summary>Reads rows until one is not taken, or the first after which no more are wanted.</summary>
    public static void ReadWhile(
        SqliteConnection connection,
        Func<SqliteDataReader, bool> take,
        string sql,
        params ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read() && take(reader)) { }
    }

    /// <summary>Determines whether the leaves begin with those of a checkpoint; there are as many.</summary>
    public static bool Begins(SqliteConnection connection, Checkpoint checkpoint) =>
        MerkleFrontier
            .Read(checkpoint.Size, (level, index) => Node(connection, level, index))
            .Root()
            .AsSpan()
            .SequenceEqual(checkpoint.Root.Span);

    /// <summary>A hash of the tree: stored, or from the leaves below it.</summary>
    public static byte[] Node(SqliteConnection connection, int level, long index)
    {
        if (level >= LowestLevel)
        {
            return (byte[]?)Scalar(
                    connection,
                    "SELECT hash FROM node WHERE level = $l AND idx = $i",
                    ("$l", level),
                    ("$i", index)
                )
                ?? throw new IOException($"the ledger lacks a hash of its tree, level {level}, number {index}; audit it");
        }

        var frontier = new MerkleFrontier();
        foreach (
            byte[] leaf in Query(
                connection,
                r => r.GetFieldValue<byte[]>(0),
                "SELECT hash FROM leaf WHERE idx >= $a AND idx < $b ORDER BY idx",
                ("$a", index << level),
                ("$b", (index + 1) << level)
            )
        )
        {
            frontier.Append(leaf);
        }

        return frontier.Size == 1L << level
            ? frontier.Root()
            : throw new IOException($"the ledger lacks a leaf behind {index << level}; audit it");
    }

    /// <summary>Runs a piece of work; what the database cannot do becomes an IOException that says so.</summary>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            string hint = e.SqliteErrorCode switch
            {
                10 or 13 => " Is the disk full, or gone?", // SQLITE_IOERR and SQLITE_FULL
                11 or 26 => " The file is damaged or cut off: audit it, and put back a whole copy.", // SQLITE_CORRUPT, SQLITE_NOTADB
                8 or 14 => " May its folder be written to? Whoever appends has to.", // SQLITE_READONLY, SQLITE_CANTOPEN
                _ => "",
            };
            throw new IOException($"the ledger's database cannot be used: {e.Message}{hint}", e);
        }
        catch (InvalidCastException e)
        {
            throw new IOException("the ledger's database holds a value of another type", e);
        }
    }

    /// <summary>
    /// Determines whether nothing can be read from a file: it is empty, or a pipe or device, whose length is 0 as well; to open a
    /// pipe waits for somebody to write to it, perhaps for ever.
    /// </summary>
    public static bool IsEmpty(string path) => !HasContent(path);

    private const int Permission = 3,
        ReadOnly = 8,
        CannotOpen = 14;

    private static bool HasContent(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && ((FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file).Length > 0;
    }

    /// <summary>A connection that has read something, so that what cannot be opened fails here.</summary>
    private static SqliteConnection Probed(SqliteConnection connection)
    {
        try
        {
            Execute(connection, "PRAGMA query_only = 1");
            Scalar(connection, "SELECT count(*) FROM sqlite_schema");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteCommand Command(
        SqliteConnection connection,
        string sql,
        ReadOnlySpan<(string Name, object Value)> parameters
    )
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant of this assembly
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
