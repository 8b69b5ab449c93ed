using Microsoft.Data.Sqlite;

namespace ZkHealth.Accountability.Traces;

/// <summary>The SQLite file of a history: its tables, its named values, and commands with at most three values $a, $b,
/// $c.</summary>
internal sealed class HistoryDatabase : IDisposable
{
    /// <summary>The form of the tables; a file of another one is made anew.</summary>
    private const long Form = 4;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS leaf (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS proof (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS month (start INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS accused (subject TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS used (request BLOB PRIMARY KEY, taken INTEGER, published INTEGER) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS term (hash INTEGER, idx INTEGER, PRIMARY KEY (hash, idx)) WITHOUT ROWID, STRICT;
        """;

    private readonly SqliteConnection _connection;

    /// <summary>Opens a file, or makes it.</summary>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public HistoryDatabase(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            _connection.Open();
            Run("PRAGMA synchronous = OFF");
            Run(Tables);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Begins a change, the only one until it ends; a file of another form is forgotten in it.</summary>
    public SqliteTransaction Begin()
    {
        SqliteTransaction change = _connection.BeginTransaction();
        if (Number("form") != Form)
        {
            Clear();
        }

        return change;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (string table in (string[])["leaf", "proof", "month", "accused", "used", "term", "meta"])
        {
            Run($"DELETE FROM {table}");
        }

        Set("form", Form);
    }

    /// <summary>A named number; 0 where there is none.</summary>
    public long Number(string name) => Scalar("SELECT value FROM meta WHERE name = $a", name) as long? ?? 0;

    /// <summary>Named bytes; none where there are none.</summary>
    public byte[] Blob(string name) => Scalar("SELECT value FROM meta WHERE name = $a", name) as byte[] ?? [];

    /// <summary>Sets a named value.</summary>
    public void Set(string name, object value) => Run("INSERT OR REPLACE INTO meta VALUES ($a, $b)", name, value);

    /// <summary>Runs a command.</summary>
    public void Run(string text, params object[] values)
    {
        using SqliteCommand command = Command(text, values);
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of a query; null where there is none.</summary>
    public object? Scalar(string text, params object[] values)
    {
        using SqliteCommand command = Command(text, values);
        return command.ExecuteScalar();
    }

    /// <summary>The first value of every row of a query.</summary>
    public List<T> Column<T>(string text, params object[] values)
    {
        using SqliteCommand command = Command(text, values);
        using SqliteDataReader rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
        {
            found.Add(rows.GetFieldValue<T>(0));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string text, object[] values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        }

        return command;
    }
}
