using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>The CSV files of a folder as related tables, for trying queries: under the schemas that lie beside them, or drafts
/// that keep every value.</summary>
internal sealed class TrialTables
{
    private readonly Dictionary<string, TrialFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ImportSchema> _declared = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<TrialKey> _keys = [];
    private readonly string _folder;
    private readonly ImportOptions _options;

    /// <param name="folder">The folder; files are NAME.csv and NAME.csv.gz, beside them perhaps NAME.schema.json.</param>
    /// <param name="names">The names of tables that are needed.</param>
    /// <param name="keys">The keys between them; where there are none, columns that the query joins and those of one name are
    /// keys where one of two files has each value once.</param>
    /// <param name="counted">Columns whose values are counted, count(DISTINCT person_id): they are keys to a file of the folder
    /// that has all their values, each once, even where the query does not name it.</param>
    /// <param name="options">How the files are read.</param>
    /// <param name="arrangement">Which of the <see cref="Arrangements"/> of keys to take, where none are given.</param>
    /// <param name="joins">The columns that the query joins.</param>
    public TrialTables(
        string folder,
        IReadOnlySet<string> names,
        IReadOnlyList<TrialKey> keys,
        IReadOnlySet<string>? counted = null,
        ImportOptions? options = null,
        int arrangement = 0,
        IReadOnlyList<((string Table, string Column)[] One, (string Table, string Column)[] Other)>? joins = null
    )
    {
        (_folder, _options) = (folder, options ?? new());
        foreach (string name in names.Concat(keys.Where(k => names.Contains(k.Events)).Select(k => k.Entities)))
        {
            Add(name);
        }

        if (_files.Count == 0)
        {
            string[] there = [.. Names().Select(n => $"'{n}'")];
            throw new ArgumentException(
                $"{folder} holds no CSV file of {string.Join(" or ", names.Order(StringComparer.Ordinal).Select(n => $"'{n}'"))}"
                    + $", which the query names; it has {(there.Length > 0 ? string.Join(", ", there) : "none at all")}",
                nameof(folder)
            );
        }

        if (keys.Count > 0)
        {
            _keys.AddRange(keys.Where(k => _files.ContainsKey(k.Events) && _files.ContainsKey(k.Entities)));
            return;
        }

        var found = new TrialKeys(_files.Values, _declared, Notes);
        _keys.AddRange(found.Find(joins ?? [], arrangement));
        Arrangements = found.Arrangements;
        TrialFile[] named = [.. _files.Values];
        foreach (string column in counted ?? new HashSet<string>())
        {
            _keys.AddRange(named.Select(events => KeyOfCounted(events, column)).OfType<TrialKey>());
        }
    }

    /// <summary>The names of the tables in the folder.</summary>
    private IEnumerable<string> Names() =>
        Directory
            .EnumerateFiles(_folder)
            .Select(p => Path.GetFileName(p))
            .Select(f => f.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? f[..^3] : f)
            .Where(f => f.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            .Select(f => f[..^4])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal);

    /// <summary>The key of events by a column whose values are counted, to a file that has them all; null where there is
    /// none.</summary>
    private TrialKey? KeyOfCounted(TrialFile events, string counted)
    {
        string? column = events.Header.FirstOrDefault(h => Same(h, counted));
        if (
            column is null
            || _declared.ContainsKey(events.Name)
            || _keys.Any(k => Same(k.Events, events.Name) && k.Column == column)
            || _keys.Any(k => Same(k.Entities, events.Name) && k.Identifier == column)
        )
        {
            return null;
        }

        var values = new Lazy<HashSet<string>>(() => events.Values(column));
        foreach (string name in Names().Where(n => !Same(n, events.Name)))
        {
            TrialFile entities = FileOf(name)!;
            if (HasAll(entities, column, values))
            {
                Add(name);
                return new TrialKey(events.Name, column, entities.Name, column);
            }
        }

        return null;
    }

    /// <summary>Determines whether a file has all values of a column, each once. The query does not name the file: of one without
    /// the column the first line alone is read, and one that cannot be read has none.</summary>
    private bool HasAll(TrialFile entities, string column, Lazy<HashSet<string>> values)
    {
        bool isThere = false;
        try
        {
            isThere = entities.Has(column);
            return isThere && entities.IsIdentifier(column) && values.Value.IsSubsetOf(entities.Values(column));
        }
        catch (Exception e) when (e is ImportException or IOException or UnauthorizedAccessException)
        {
            string note = $"{entities.Name} is not taken as the list of all {column}: {e.Message}";
            if (isThere && !Notes.Contains(note))
            {
                Notes.Add(note);
            }

            return false;
        }
    }

    /// <summary>Counts in how many ways keys can lead between the files: where two have each value of a column once, either may
    /// name the rows of the other.</summary>
    public int Arrangements { get; } = 1;

    /// <summary>The values that could not be kept, in words.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The columns that identify the rows of tables, by the names of their files; of those that are committed.</summary>
    public Dictionary<string, string> Identifiers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Imports the files and commits to them, entities before those that name them.</summary>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="atMost">How many rows name one row of another table at most, where no schema says it.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The tables by the names of their files; they are the caller's to dispose.</returns>
    /// <exception cref="ArgumentException">Keys name what is not there, or go round in a circle.</exception>
    /// <exception cref="ImportException">A file does not fit its schema.</exception>
    public IReadOnlyDictionary<string, TableOpeningFile> Commit(
        ReadOnlySpan<byte> owner,
        uint atMost = KeyColumn.DefaultAtMost,
        int degreeOfParallelism = 1,
        CancellationToken cancellationToken = default
    )
    {
        TrialFile[] files = [.. _files.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];
        ImportSchema[] schemas = [.. files.Select(f => SchemaOf(f, atMost))];
        var related = new RelatedImport();
        var tables = new Dictionary<string, TableOpeningFile>(StringComparer.OrdinalIgnoreCase);
        foreach (int i in RelatedImport.Order(schemas))
        {
            using FileStream source = File.OpenRead(files[i].Path);
            ImportResult imported = related.Import(
                source,
                Path.GetFileName(files[i].Path),
                schemas[i],
                _options,
                cancellationToken: cancellationToken
            );
            foreach (ImportedColumn column in imported.Report.Columns.Where(c => c.Nobody > 0))
            {
                Notes.Add(
                    $"{files[i].Name}.{column.Name}: {column.Nobody} rows name nobody, as their identifier is that of no row there"
                );
            }

            if (schemas[i].IdentifierColumn is string identifier)
            {
                Identifiers[files[i].Name] = identifier;
            }

            tables[files[i].Name] = related.Commit(imported, owner, degreeOfParallelism, cancellationToken: cancellationToken);
        }

        return tables;
    }

    /// <summary>Determines whether times of day were left out of a column, where no schema says so.</summary>
    public bool HasTimes(string table, string column) =>
        !_declared.ContainsKey(table) && _files.TryGetValue(table, out TrialFile? file) && file.HasTimes(column);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the file of a name, and those whose rows its schema names.</summary>
    private void Add(string name)
    {
        if (_files.ContainsKey(name) || FileOf(name) is not TrialFile file)
        {
            return;
        }

        _files[name] = file;
        if (file.Declared() is ImportSchema schema)
        {
            _declared[name] = schema;
            foreach (KeyColumn key in schema.Keys)
            {
                Add(key.Of);
            }
        }
    }

    private TrialFile? FileOf(string name) =>
        Directory
            .EnumerateFiles(_folder)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault(p => Same(Path.GetFileName(p), name + ".csv") || Same(Path.GetFileName(p), name + ".csv.gz"))
            is string path
            ? new TrialFile(Path.GetFileName(path)[..name.Length], path, _options)
            : null;

    private ImportSchema SchemaOf(TrialFile file, uint atMost)
    {
        TrialKey[] own = [.. _keys.Where(k => Same(k.Events, file.Name))];
        string[] identifiers = [.. _keys.Where(k => Same(k.Entities, file.Name)).Select(k => k.Identifier).Distinct()];
        if (identifiers.Length > 1)
        {
            throw new ArgumentException(
                $"the rows of '{file.Name}' are named by one column, got {string.Join(" and ", identifiers)}"
            );
        }

        ImportSchema schema =
            _declared.GetValueOrDefault(file.Name)
            ?? file.Draft(own.Select(k => k.Column).Concat(identifiers).ToHashSet(StringComparer.Ordinal), Notes);
        foreach (TrialKey key in own.Where(k => !IsDeclared(schema, k)))
        {
            schema = schema.WithKey(key.Column, NameOf(key.Entities), atMost, file.ReadingOf(key.Column));
        }

        return identifiers.Length == 0 ? schema : schema.WithIdentifier(identifiers[0], file.ReadingOf(identifiers[0]));
    }

    private static bool IsDeclared(ImportSchema schema, TrialKey key) =>
        schema.CodersOf([]).OfType<KeyCoder>().Any(c => c.Source == key.Column);

    /// <summary>The name of a table as its schema has it.</summary>
    private string NameOf(string file) =>
        _declared.TryGetValue(file, out ImportSchema? schema) ? schema.Table.Name : _files[file].Name;
}
