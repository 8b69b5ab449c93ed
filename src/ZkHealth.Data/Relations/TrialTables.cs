using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>The CSV files of a folder as tables that keep every value, with keys between them: for trying queries.</summary>
internal sealed class TrialTables
{
    private readonly Dictionary<string, TrialFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<TrialKey> _keys = [];

    /// <param name="folder">The folder; files are NAME.csv and NAME.csv.gz, beside them perhaps NAME.schema.json.</param>
    /// <param name="names">The names of tables that are needed.</param>
    /// <param name="keys">The keys between them; where there are none, columns of one name are keys where one of two files has
    /// each value once.</param>
    public TrialTables(string folder, IReadOnlySet<string> names, IReadOnlyList<TrialKey> keys)
    {
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
            if (
                name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                && (names.Contains(name[..^4]) || keys.Any(k => Is(k, name[..^4]) && names.Contains(k.Events)))
            )
            {
                _files[name[..^4]] = new TrialFile(name[..^4], path);
            }
        }

        if (_files.Count == 0)
        {
            throw new ArgumentException($"{folder} holds no CSV file that the query names", nameof(folder));
        }

        foreach (TrialKey key in keys)
        {
            if (_files.ContainsKey(key.Events) && !_files.ContainsKey(key.Entities) && Known(folder, key.Entities) is string path)
            {
                _files[key.Entities] = new TrialFile(key.Entities, path);
            }
        }

        _keys.AddRange(
            keys.Count > 0 ? keys.Where(k => _files.ContainsKey(k.Events) && _files.ContainsKey(k.Entities)) : Guessed()
        );
    }

    /// <summary>Describes what could not be kept, for people.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Reads the files and commits to them, entities before those that name them.</summary>
    /// <param name="commit">Commits to a table of a name.</param>
    public void Commit(Func<string, CodedTable, TableCommitment> commit)
    {
        var roots = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var identifiers = new Dictionary<(string, string), Dictionary<string, uint>>();
        while (roots.Count < _files.Count)
        {
            TrialFile file =
                _files.Values.FirstOrDefault(f =>
                    !roots.ContainsKey(f.Name) && _keys.Where(k => Same(k.Events, f.Name)).All(k => roots.ContainsKey(k.Entities))
                ) ?? throw new ArgumentException("the keys run in a circle: a table is committed after those that it names");
            foreach (TrialKey key in _keys.Where(k => Same(k.Entities, file.Name)))
            {
                identifiers[(file.Name, key.Identifier)] = file.Identifiers(key.Identifier);
            }

            CodedTable table = file.Read(
                [
                    .. _keys
                        .Where(k => Same(k.Events, file.Name))
                        .Select(k => (k.Column, roots[k.Entities], identifiers[(_files[k.Entities].Name, k.Identifier)])),
                ],
                _keys.Where(k => Same(k.Entities, file.Name)).Select(k => k.Identifier).ToHashSet(),
                Notes
            );
            roots[file.Name] = Convert.ToHexStringLower(commit(file.Name, table).Root.Span);
        }
    }

    private static bool Is(TrialKey key, string name) => Same(key.Entities, name);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string? Known(string folder, string name) =>
        Directory
            .EnumerateFiles(folder)
            .FirstOrDefault(p => Same(Path.GetFileName(p), name + ".csv") || Same(Path.GetFileName(p), name + ".csv.gz"));

    /// <summary>Keys by names: of columns that two files have, one of them each value once.</summary>
    private IEnumerable<TrialKey> Guessed()
    {
        foreach (TrialFile entities in _files.Values)
        {
            foreach (TrialFile events in _files.Values.Where(f => f != entities))
            {
                string? shared = entities.Header.FirstOrDefault(h => events.Header.Contains(h) && entities.IsIdentifier(h));
                if (shared is not null && (!events.IsIdentifier(shared) || string.CompareOrdinal(events.Name, entities.Name) < 0))
                {
                    yield return new TrialKey(events.Name, shared, entities.Name, shared);
                }
            }
        }
    }
}
