using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Sources that refer to each other by identifiers, such as visits and their patients: keys are the numbers of rows, and the
/// identifiers are forgotten with this object. Tables are read and committed one after the other, those that are referred to
/// first (<see cref="Order(IReadOnlyList{ImportSchema})"/>), as a key column holds the root of the table whose rows it names.
/// </summary>
public sealed class RelatedImport
{
    private readonly Dictionary<string, NamedRows> _tables = new(StringComparer.Ordinal);

    /// <summary>The order in which sources can be read: positions in the list, tables before those that refer to them.</summary>
    /// <param name="schemas">The schemas of the sources.</param>
    /// <exception cref="ArgumentException">Two tables have one name, a key names a table that is not there or lacks an
    /// identifier, or keys go round in a circle.</exception>
    public static IReadOnlyList<int> Order(IReadOnlyList<ImportSchema> schemas) => Order(schemas, new HashSet<string>());

    /// <summary>The order of sources some of whose keys name rows of registrars' tables, which need no source.</summary>
    internal static IReadOnlyList<int> Order(IReadOnlyList<ImportSchema> schemas, IReadOnlySet<string> registrars)
    {
        ArgumentNullException.ThrowIfNull(schemas);
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < schemas.Count; i++)
        {
            if (!byName.TryAdd(schemas[i].Table.Name, i))
            {
                throw new ArgumentException($"two schemas have the name '{schemas[i].Table.Name}'", nameof(schemas));
            }
        }

        foreach ((ImportSchema schema, KeyColumn key) in schemas.SelectMany(s => Keys(s).Select(k => (s, k))))
        {
            string column = $"the column '{key.Name}' of '{schema.Table.Name}'";
            if (!byName.TryGetValue(key.Of, out int other))
            {
                throw new ArgumentException(
                    $"{column} names rows of the table '{key.Of}': give its source too; there are {Visible.List(byName.Keys)}",
                    nameof(schemas)
                );
            }

            if (schemas[other].IdentifierColumn is null)
            {
                throw new ArgumentException(
                    $"{column} names rows of the table '{key.Of}', whose schema needs a column of the kind \"identifier\"",
                    nameof(schemas)
                );
            }
        }

        var order = new List<int>();
        while (order.Count < schemas.Count)
        {
            int next = Enumerable
                .Range(0, schemas.Count)
                .FirstOrDefault(i => !order.Contains(i) && Keys(schemas[i]).All(k => order.Contains(byName[k.Of])), -1);
            if (next < 0)
            {
                throw new ArgumentException("keys go round in a circle: no table can be committed first", nameof(schemas));
            }

            order.Add(next);
        }

        return order;

        IEnumerable<KeyColumn> Keys(ImportSchema schema) => schema.Keys.Where(k => !registrars.Contains(k.Of));
    }

    /// <summary>Lets keys name the rows of a registrar's table, which was made of a list of persons.</summary>
    /// <param name="handover">How it is referred to.</param>
    /// <param name="persons">The identifiers of its rows.</param>
    internal void AddRegistrar(RegistrarHandover handover, IReadOnlyList<string> persons)
    {
        var identifiers = new Identifiers();
        uint[] rows = [.. persons.Select(p => identifiers.Add(p, out _))];
        _tables[handover.Table] = new NamedRows(identifiers, rows, handover.Of);
    }

    /// <summary>Imports a source; the tables that its keys name have been committed here before.</summary>
    /// <param name="source">The bytes of the file.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="schema">How texts become codes.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the import is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The coded table; where the schema names no person column, its first key tells whom a row is about.</returns>
    /// <exception cref="ImportException">
    /// As for <see cref="CsvImporter.Import"/>; or a key names nobody in any row, or one row of the other table in more rows than
    /// its bound says.
    /// </exception>
    public ImportResult Import(
        Stream source,
        string file,
        ImportSchema schema,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(schema);
        ImportResult result = CsvImporter.Import(source, file, schema.Bind(_tables), options, progress, cancellationToken);
        ReadOnlyMemory<uint> persons = result.Persons;
        foreach (KeyColumn key in schema.Keys)
        {
            ReadOnlyMemory<uint> codes = result.Table.Codes(schema.Table.IndexOf(key.Name));
            RefuseBeyond(key, codes.Span, _tables[key.Of].Count, file);
            persons = persons.IsEmpty ? codes.ToArray() : persons;
        }

        return new ImportResult(result.Table, result.Report)
        {
            Persons = persons,
            Identifiers = result.Identifiers,
            Identified = result.Identified,
        };
    }

    /// <summary>Commits an imported table under a fresh secret; keys of other tables can name its rows then.</summary>
    /// <param name="imported">What <see cref="Import"/> gave.</param>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="progress">Reports the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The owner is not 32 bytes, or a table of this name was committed before.</exception>
    public TableOpeningFile Commit(
        ImportResult imported,
        ReadOnlySpan<byte> owner,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(imported);
        string name = imported.Table.Schema.Name;
        if (_tables.ContainsKey(name))
        {
            throw new ArgumentException($"a table '{name}' was committed before", nameof(imported));
        }

        var table = TableOpeningFile.Commit(
            imported.Table,
            owner,
            imported.Persons.Span,
            degreeOfParallelism,
            progress,
            cancellationToken
        );
        if (imported.Identifiers is Identifiers identifiers)
        {
            string root = Convert.ToHexStringLower(table.Committed.Commitment.Root.Span);
            _tables[name] = new NamedRows(identifiers, imported.Identified, root);
        }

        return table;
    }

    /// <summary>Refuses keys that name nobody, or a row more often than is stated. The largest number itself is not shown: the
    /// bound is published, and would disclose it.</summary>
    private static void RefuseBeyond(KeyColumn key, ReadOnlySpan<uint> codes, int rows, string file)
    {
        var named = new uint[rows + 1];
        foreach (uint code in codes)
        {
            named[code]++;
        }

        if (named[0] == codes.Length)
        {
            throw new ImportException(
                file,
                $"no row of column '{Visible.Text(key.Name)}' names a row of '{Visible.Text(key.Of)}': compare how the two sources write identifiers (leading zeros, upper and lower case)"
            );
        }

        int beyond = named.AsSpan(1).ToArray().Count(n => n > key.AtMost);
        if (beyond > 0)
        {
            throw new ImportException(
                file,
                $"{beyond} {(beyond == 1 ? "row" : "rows")} of '{Visible.Text(key.Of)}' {(beyond == 1 ? "is" : "are")} named by more than {key.AtMost} rows each: "
                    + $"state a larger \"atMost\" for column '{Visible.Text(key.Name)}' in the schema (--at-most of try), which is published with the table"
            );
        }
    }
}
