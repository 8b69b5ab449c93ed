namespace ZkHealth.Data;

/// <summary>The form of a source: its delimiter, and where its header stands.</summary>
/// <param name="Delimiter">The character between fields.</param>
/// <param name="Lines">The lines before the header.</param>
/// <param name="Blank">The blank ones among them.</param>
internal readonly record struct SourceForm(char Delimiter, int Lines, int Blank)
{
    private const int MaxLinesBefore = 1000;

    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    // what such files begin with, and what to do with them
    private static readonly (byte[] Begin, string Problem)[] Formats =
    [
        (
            [0x50, 0x4B, 0x03, 0x04],
            "this is an Excel workbook or a zip file; save the sheet as 'CSV UTF-8', or take the CSV out of the zip file"
        ),
        ([0xD0, 0xCF, 0x11, 0xE0], "this is an old Excel workbook (.xls); save the sheet as 'CSV UTF-8'"),
        ([0x42, 0x5A, 0x68], "this is a bzip2 file; decompress it first, as in bzcat FILE | zkhealth commit -"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "this is an xz file; decompress it first, as in xzcat FILE | zkhealth commit -"),
        ([0x28, 0xB5, 0x2F, 0xFD], "this is a zstd file; decompress it first, as in zstdcat FILE | zkhealth commit -"),
        ([0x50, 0x41, 0x52, 0x31], "this is a Parquet file; write it as CSV"),
        ([0x25, 0x50, 0x44, 0x46], "this is a PDF file; expected CSV"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65, 0x20], "this is an SQLite database; write its table as CSV"),
        ([0xFF, 0xFE, 0x00, 0x00], "the text is UTF-32; save it as UTF-8"),
    ];

    /// <summary>The problem with bytes that begin a file of another kind; null where they may begin a text.</summary>
    public static string? OtherFormat(ReadOnlySpan<byte> head)
    {
        foreach ((byte[] begin, string problem) in Formats)
        {
            if (head.StartsWith(begin))
            {
                return problem;
            }
        }

        return head.StartsWith("-----BEGIN "u8) ? "this is a key or a certificate; expected CSV"
            : head[..Math.Min(head.Length, 16)].IndexOf("zkhealth "u8) >= 0
                ? "this is a table or a proof of zkhealth; expected the CSV"
            : null;
    }

    /// <summary>Reads up to the header: skips blank lines and Excel's line sep=, and finds the delimiter.</summary>
    /// <param name="text">The text from its beginning.</param>
    /// <param name="file">Its name in messages.</param>
    /// <param name="asked">The delimiter asked for, or null.</param>
    /// <param name="sources">The columns that the header must have.</param>
    public static SourceForm Read(SourceText text, string file, char? asked, IReadOnlyCollection<string> sources)
    {
        (int lines, int blank) = (0, 0);
        char? told = null;
        while (true)
        {
            ReadOnlySpan<char> record = text.PeekRecord();
            if (record.StartsWith("\uFEFF"))
            {
                throw new ImportException(
                    file,
                    lines + 1,
                    "the file begins with two byte order marks (\\ufeff); take the second away"
                );
            }

            if (record.Length > CsvImporter.MaxRecord)
            {
                string quote = record.Contains('"') ? ", for a quote in it does not close," : "";
                throw new ImportException(
                    file,
                    lines + 1,
                    $"the first line is longer than {CsvImporter.MaxRecord} characters{quote} and begins with '{Visible.Text(record)}'; expected a header line"
                );
            }

            char? separator = lines == blank ? Separator(record) : null;
            if (separator is null && !record.IsWhiteSpace())
            {
                RefuseMarkup(record.Trim(), file, lines + 1);
                return new SourceForm(FindDelimiter(record, file, lines + 1, told, asked, sources), lines, blank);
            }

            told ??= separator;
            lines++;
            if (lines > MaxLinesBefore)
            {
                throw new ImportException(file, $"the first {MaxLinesBefore} lines are blank; expected a header line");
            }

            blank += separator is null ? 1 : 0;
            if (!text.SkipLine(record.Length))
            {
                throw new ImportException(file, "the file is empty; expected a header line");
            }
        }
    }

    /// <summary>Excel's first line sep=; names the delimiter.</summary>
    private static char? Separator(ReadOnlySpan<char> line)
    {
        line = line.Length > 2 && line[0] == '"' && line[^1] == '"' ? line[1..^1] : line;
        return
            line.Length == 5 && line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && ImportOptions.CanDelimit(line[4])
            ? line[4]
            : null;
    }

    private static char FindDelimiter(
        ReadOnlySpan<char> header,
        string file,
        int line,
        char? told,
        char? asked,
        IReadOnlyCollection<string> sources
    )
    {
        if (told is char t && asked is char a && t != a)
        {
            throw new ImportException(
                file,
                1,
                $"Excel's line sep={Visible.Text([t])} names another delimiter than --delimiter; leave one of them out"
            );
        }

        if ((told ?? asked) is char known)
        {
            return known;
        }

        string text = header.ToString();
        char[] present = [.. Candidates.Where(c => CsvGrammar.Split(text, c).Length > 1)];
        char[] fitting = [.. present.Where(c => sources.All(CsvGrammar.Split(text, c).Contains))];
        return (present.Length, fitting.Length) switch
        {
            (0, _) => ',',
            (1, _) => present[0],
            (_, 1) => fitting[0],
            _ => throw new ImportException(
                file,
                line,
                $"the header may be split at {string.Join(" or at ", present.Select(Name))}: '{Visible.Text(header)}'; add --delimiter to say where"
            ),
        };
    }

    /// <summary>The name of a delimiter in messages.</summary>
    public static string Name(char delimiter) => delimiter == '\t' ? "tab" : $"'{delimiter}'";

    private static void RefuseMarkup(ReadOnlySpan<char> record, string file, int line)
    {
        if (record[0] == '<')
        {
            throw new ImportException(
                file,
                line,
                "this looks like XML or HTML, not CSV; write the table as CSV with a header line"
            );
        }

        ReadOnlySpan<char> inner = record[1..].TrimStart();
        bool json =
            record[0] == '{'
                ? inner.IsEmpty || inner[0] is '"' or '}'
                : record[0] == '[' && (inner.IsEmpty || inner[0] is '{' or '[' or '"');
        if (json)
        {
            throw new ImportException(
                file,
                line,
                "this looks like JSON, not CSV; write the fields as CSV with a header line (for FHIR: "
                    + "jq -r '[.gender, .birthDate] | @csv' for one resource a line)"
            );
        }
    }
}
