using System.CommandLine;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Terminal;

/// <summary>Holds the owner's tables that a statistic is about: one, or all segments of a data set.</summary>
internal sealed class OwnedVersion : IDisposable
{
    private CodedTable? _coded;
    private SecretArray<uint>? _persons;
    private readonly List<OwnedVersion> _others = [];

    private OwnedVersion(string[] paths, TableOpeningFile[] tables)
    {
        (Paths, Tables) = (paths, tables);
        Version = new DataSetVersion([.. tables.Select(t => t.Committed.Commitment)]);
    }

    /// <summary>The files, in the order of the segments.</summary>
    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<TableOpeningFile> Tables { get; }

    public DataSetVersion Version { get; }

    /// <summary>The schema of the codes, in all segments.</summary>
    public TableSchema Schema => Tables[0].Coded.Schema;

    /// <summary>The rows of all segments.</summary>
    public CodedTable Coded =>
        _coded ??=
            Tables.Count == 1
                ? Tables[0].Coded
                : new CodedTable(Schema, [.. Enumerable.Range(1, Schema.Columns.Count - 1).Select(AllCodes)]);

    /// <summary>For each row the number of its person; segments are cut by person, so nobody is in two of them.</summary>
    public ReadOnlyMemory<uint> Persons => Tables.Count == 1 ? Tables[0].Persons : (_persons ??= AllPersons()).Values;

    /// <summary>The argument by which a command is given them.</summary>
    public static Argument<string[]> Argument() =>
        new("TABLE")
        {
            Description =
                "A committed table (.zkt); of a data set in segments the list that `append` keeps (.zks), or all its tables in their order.",
            Arity = ArgumentArity.OneOrMore,
        };

    /// <summary>Reads tables, and lists of segments in their place.</summary>
    /// <exception cref="UsageException">A file cannot be used, or the tables are no segments of one data set.</exception>
    public static OwnedVersion Read(IReadOnlyList<string> files)
    {
        string[] paths = [.. files.SelectMany(f => SegmentFile.IsNameOf(f) ? SegmentFile.Read(f).Paths : [f])];
        var tables = new List<TableOpeningFile>();
        try
        {
            tables.AddRange(paths.Select(Inputs.Table));
            return new OwnedVersion(paths, [.. tables]);
        }
        catch (Exception e)
        {
            tables.ForEach(t => t.Dispose());
            if (e is ArgumentException)
            {
                throw new UsageException($"{string.Join(", ", paths)}: {UsageException.Problem((ArgumentException)e)}");
            }

            throw;
        }
    }

    /// <summary>The tables of each segment by their names.</summary>
    /// <exception cref="UsageException">They are not cut into as many segments each.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> Segments(
        IReadOnlyDictionary<string, OwnedVersion> tables
    )
    {
        (string name, OwnedVersion first) = tables.First();
        foreach ((string other, OwnedVersion table) in tables)
        {
            if (table.Tables.Count != first.Tables.Count)
            {
                throw new UsageException(
                    $"'{name}' has {first.Tables.Count} segment(s) and '{other}' {table.Tables.Count}: related tables are cut by person, the same way in each"
                );
            }
        }

        return
        [
            .. first.Tables.Select(
                (_, i) => tables.ToDictionary(t => t.Key, t => t.Value.Tables[i].Committed, StringComparer.Ordinal)
            ),
        ];
    }

    /// <summary>The committed tables of all segments.</summary>
    public IReadOnlyList<TableOpening> Openings => [.. Tables.Select(t => t.Committed)];

    /// <summary>This and others, which are read and go with it.</summary>
    /// <exception cref="UsageException">A file cannot be used.</exception>
    public IReadOnlyList<OwnedVersion> WithOthers(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            _others.Add(Read([path]));
        }

        return [this, .. _others];
    }

    public void Dispose()
    {
        _others.ForEach(o => o.Dispose());
        foreach (TableOpeningFile table in Tables)
        {
            table.Dispose();
        }

        _persons?.Dispose();
        _coded?.Clear();
    }

    /// <summary>The codes of a column in all segments, copied once: no half-grown array of them is left behind.</summary>
    private uint[] AllCodes(int column)
    {
        var codes = new uint[Tables.Sum(t => t.Coded.Rows)];
        int at = 0;
        foreach (TableOpeningFile table in Tables)
        {
            table.Coded.Codes(column).Span.CopyTo(codes.AsSpan(at));
            at += table.Coded.Rows;
        }

        return codes;
    }

    private SecretArray<uint> AllPersons() =>
        Tables.Any(t => t.Persons.IsEmpty) ? new(0) : new(PersonNumbers.Join(Tables.Count, i => Tables[i].Persons.Span));
}
