using Microsoft.Data.Sqlite;

namespace ZkHealth.Accountability.Traces;

/// <summary>The SQLite file of a history: its tables, its named values, and commands with at most three values $a, $b,
/// $c.</summary>
internal sealed class HistoryDatabase : IDisposable
{
    /// <summary>The form of the tables; a file of another one is made anew.</summary>
    private const long Form = 6;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS leaf (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS proof (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS day (start INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS state (leaf INTEGER PRIMARY KEY, length INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS accused (subject TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS used (request BLOB PRIMARY KEY, taken INTEGER, published INTEGER) WITHOUT ROWID, STRICT;
        CREATE TABLE IF NOT EXISTS term (hash INTEGER, idx INTEGER, PRIMARY KEY (hash, idx)) WITHOUT ROWID, STRICT;
        """;

    /// <summary>The words that are held before they are written: sorted, they go into the index page after page.</summary>
    private const int MostHeld = 1 << 18;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly List<(long Hash, long Index)> _terms = [];
    private SqliteTransaction? _change;

    /// <summary>Opens a file, or makes it.</summary>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public HistoryDatabase(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            _connection.Open();
            Run("PRAGMA synchronous = OFF; PRAGMA cache_size = -16384");
            Run(Tables);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Begins a change, the only one until it ends; a file of another form is forgotten in it.</summary>
    /// <returns>What takes it back where it is not committed.</returns>
    public IDisposable Begin()
    {
        _change = _connection.BeginTransaction();
        if (Number("form") != Form)
        {
            Clear();
        }

        return _change;
    }

    /// <summary>Ends a change.</summary>
    public void Commit()
    {
        WriteTerms();
        _change!.Commit();
    }

    /// <summary>Notes a word of a leaf, to be written with others.</summary>
    public void AddTerm(long hash, long index)
    {
        _terms.Add((hash, index));
        if (_terms.Count == MostHeld)
        {
            WriteTerms();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _terms.Clear();
        foreach (string table in (string[])["leaf", "proof", "day", "state", "accused", "used", "term", "meta"])
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
    public void Run(string text, params ReadOnlySpan<object> values) => Command(text, values).ExecuteNonQuery();

    /// <summary>The first value of a query; null where there is none.</summary>
    public object? Scalar(string text, params ReadOnlySpan<object> values) => Command(text, values).ExecuteScalar();

    /// <summary>The first value of every row of a query.</summary>
    public List<T> Column<T>(string text, params ReadOnlySpan<object> values)
    {
        using SqliteDataReader rows = Command(text, values).ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
        {
            found.Add(rows.GetFieldValue<T>(0));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void WriteTerms()
    {
        _terms.Sort();
        foreach ((long hash, long index) in _terms)
        {
            Run("INSERT OR IGNORE INTO term VALUES ($a, $b)", hash, index);
        }

        _terms.Clear();
    }

    /// <summary>The command of a text, compiled once.</summary>
    private SqliteCommand Command(string text, ReadOnlySpan<object> values)
    {
        if (!_commands.TryGetValue(text, out SqliteCommand? command))
        {
            _commands[text] = command = _connection.CreateCommand();
            command.CommandText = text;
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${(char)('a' + i)}" });
            }
        }

        command.Transaction = _change?.Connection is null ? null : _change;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }
}
