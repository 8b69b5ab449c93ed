using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Proposes a schema file for a source: kinds, labels, bands, missing codes and, as comments, what somebody has to
/// decide.</summary>
public static partial class SchemaDraft
{
    private const int MaxColumns = 4096;

    /// <summary>Reads a source to its end and proposes a schema under which it can be imported, as far as that can be told from
    /// the texts.</summary>
    /// <param name="source">The bytes of the file.</param>
    /// <param name="file">Its name in error messages.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="options">How the source is read.</param>
    /// <param name="progress">Told now and then how far the reading is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The text of a schema file: JSON with comments.</returns>
    /// <exception cref="ImportException">The source cannot be read, or no column of it can be proposed.</exception>
    public static string Propose(
        Stream source,
        string file,
        string table,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        List<ColumnSketch> columns = [];
        var none = new TableSchema(table, [new NumberColumn("nothing", 0, 0)]);
        var room = new TextRoom();
        var schema = ImportSchema.Of(
            none,
            header =>
            {
                if (columns.Count > 0)
                {
                    return columns;
                }

                if (header.Count > MaxColumns)
                {
                    throw new ImportException(
                        file,
                        $"the header names {header.Count} columns, a draft is made of at most {MaxColumns}; take those that you need into a file of their own"
                    );
                }

                return columns = [.. header.Select(name => new ColumnSketch(name, room))];
            }
        );
        ImportReport report = CsvImporter.Check(source, file, schema, options, progress, cancellationToken);
        if (report.Rows == 0)
        {
            throw new ImportException(file, ImportException.NoRows);
        }

        var text = new StringBuilder();
        text.Append(
            "// A draft: look at every column. docs/schema.md explains kinds and members; zkhealth check FILE --schema THIS lists what does not fit.\n"
        );
        text.Append(
            "// Names, values, labels and ranges of columns are public, they stand in every proof: take columns out whose values name people, and give\n"
                + "// ranges that are known beforehand, as min and max here are the least and the greatest number of this file.\n"
        );
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"// Read: {report.Rows} rows{Form(report)}.\n");
        if (report.FaultCount > 0)
        {
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"// {report.FaultCount} faults of lines, the first on line {report.Faults[0].Line}: {Comment(report.Faults[0].Problem)}.\n"
            );
        }

        text.Append("{\n  \"name\": ").Append(Quote(table)).Append(",\n  \"columns\": [");
        List<(List<string> Notes, List<string>? Members)> proposals = Proposals(columns);
        foreach ((ColumnSketch column, (List<string> notes, _)) in columns.Zip(proposals))
        {
            if (
                options?.Asked is null
                && report.Encoding == SourceEncoding.Utf8.Title
                && Chinese(column) is { Length: > 0 } readings
            )
            {
                notes.Add(
                    $"read as GB18030 its texts are {Visible.List(readings.Take(3))}: if that reads right, draft again with --encoding gb18030"
                );
            }
        }

        int last = proposals.FindLastIndex(p => p.Members is not null);
        for (int i = 0; i < proposals.Count; i++)
        {
            (List<string> notes, List<string>? members) = proposals[i];
            foreach (string note in notes)
            {
                text.Append("\n    // ").Append(Comment($"{columns[i].Source}: {note}"));
            }

            if (members is not null)
            {
                text.Append("\n    { ")
                    .AppendJoin(", ", [$"\"name\": {Quote(columns[i].Source)}", .. members])
                    .Append(i < last ? " }," : " }");
            }
        }

        text.Append("\n  ]\n}\n");
        return proposals.Exists(p => p.Members is not null && !IsPerson(p.Members))
            ? text.ToString()
            : throw new ImportException(
                file,
                "no column can be proposed: every one holds identifiers or texts that hardly repeat; write the schema by hand (docs/schema.md)"
            );
    }

    private static List<(List<string> Notes, List<string>? Members)> Proposals(List<ColumnSketch> columns)
    {
        var proposals = new List<(List<string> Notes, List<string>? Members)>();
        foreach (ColumnSketch column in columns)
        {
            var notes = new List<string>();
            bool persons = proposals.Exists(p => IsPerson(p.Members));
            proposals.Add((notes, ColumnProposal.Propose(column, persons, notes.Add)));
        }

        NoteDays(columns, proposals);
        return proposals;
    }

    /// <summary>Notes how the days between two dates become a column, where two names say that one is the end of what the other
    /// begins.</summary>
    private static void NoteDays(List<ColumnSketch> columns, List<(List<string> Notes, List<string>? Members)> proposals)
    {
        int[] dates =
        [
            .. Enumerable.Range(0, columns.Count).Where(i => proposals[i].Members?.Contains("\"kind\": \"date\"") == true),
        ];
        int[] begins = [.. dates.Where(i => BeginName().IsMatch(columns[i].Source))],
            ends = [.. dates.Where(i => EndName().IsMatch(columns[i].Source))];
        if (
            begins.Length != 1
            || ends.Length != 1
            || ColumnProposal.DateOf(columns[ends[0]])?.Format is not DateFormat format
            || ColumnProposal.DateOf(columns[begins[0]])?.Format != format
        )
        {
            return;
        }

        proposals[ends[0]]
            .Notes.Add(
                $"days: {{ \"name\": \"days\", \"kind\": \"integer\", \"from\": {{ \"days\": {Texts([columns[begins[0]].Source, columns[ends[0]].Source])} }}, "
                    + $"{(format == DateFormat.Iso ? "" : $"\"format\": \"{DateText.Names[(int)format]}\", ")}\"min\": 0, \"max\": 365, \"topCode\": \"365+\" }} counts those from '{columns[begins[0]].Source}'"
            );
    }

    /// <summary>
    /// The readings as GB18030 of texts that were read as UTF-8 and may be so by chance: none has an ASCII letter, all
    /// have letters of Latin with marks, and in GB18030 they are Chinese. Empty where they are not.
    /// </summary>
    private static string[] Chinese(ColumnSketch column)
    {
        string[] texts = [.. column.Texts.Keys.Where(t => !Ascii.IsValid(t))];
        string?[] readings =
        [
            .. texts.Select(t =>
                t.All(c => c is >= '\u0080' and <= '\u024F') ? SourceEncoding.Gb18030.TextOf(Encoding.UTF8.GetBytes(t)) : null
            ),
        ];
        return readings.All(r => r?.All(c => c is >= '\u4E00' and <= '\u9FFF') == true) ? [.. readings.Select(r => r!)] : [];
    }

    private static bool IsPerson(List<string>? members) => members is ["\"kind\": \"person\"", ..];

    /// <summary>A text of JSON, non-ASCII letters as they are.</summary>
    internal static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    internal static string Texts(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";

    private static string Comment(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    [GeneratedRegex("admi|aufnahme|入院|start|begin", RegexOptions.IgnoreCase)]
    private static partial Regex BeginName();

    [GeneratedRegex("discharge|entlass|出院|end$|stop", RegexOptions.IgnoreCase)]
    private static partial Regex EndName();

    private static string Form(ImportReport report) =>
        $", {report.Encoding}, fields between {(report.Delimiter == '\t' ? "tabs" : report.Delimiter.ToString())}";
}
