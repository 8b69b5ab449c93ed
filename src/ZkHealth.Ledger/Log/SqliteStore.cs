using Microsoft.Data.Sqlite;

namespace ZkHealth.Ledger;

/// <summary>The tables of the embedded ledger and how they are reached. One file; every commit is synced to the disk.</summary>
internal static class SqliteStore
{
    public const long Version = 1;

    /// <summary>
    /// entry: the log. node: hashes of complete subtrees. checkpoint: one for each size that was signed. The columns of entry
    /// beside bytes repeat what the bytes say, to find them.
    /// </summary>
    private const string Tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE entry (
          idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, signer BLOB NOT NULL, sequence INTEGER NOT NULL,
          kind TEXT NOT NULL, subject BLOB NOT NULL, UNIQUE (signer, sequence));
        CREATE INDEX entry_subject ON entry (kind, subject);
        CREATE TABLE node (level INTEGER, idx INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
        CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
        """;

    /// <summary>Opens an existing ledger to read. What a killed process left half-done is rolled back, where the file may be written.</summary>
    public static SqliteConnection ConnectToRead(string path)
    {
        SqliteConnection connection;
        try
        {
            connection = Connect(path, SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException)
        {
            return Connect(path, SqliteOpenMode.ReadOnly);
        }

        Execute(connection, "PRAGMA query_only = 1");
        return connection;
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            // a name that begins with file: would be read as a URI
            DataSource = Path.GetFullPath(path),
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 60,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 60000");
            Execute(connection, "PRAGMA synchronous = EXTRA");
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

    public static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        return command.ExecuteScalar();
    }

    public static List<T> Query<T>(
        SqliteConnection connection, Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
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
            throw new IOException($"the ledger's database cannot be used: {e.Message}", e);
        }
        catch (InvalidCastException e)
        {
            throw new IOException("the ledger's database holds a value of another type", e);
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object Value)> parameters)
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
