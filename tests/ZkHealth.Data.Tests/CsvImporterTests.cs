using System.Text;
using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Data.Tests;

public class CsvImporterTests
{
    private static readonly ImportSchema Schema = ImportSchema.Parse(
        """
        { "name": "t", "columns": [
          { "name": "d", "source": "diabetes", "kind": "yes-no" },
          { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }
        """u8
    );

    private static ImportResult Import(byte[] csv, UnknownValues unknown = UnknownValues.Refuse, char? delimiter = null) =>
        CsvImporter.Import(
            new MemoryStream(csv),
            "x.csv",
            Schema,
            new ImportOptions { Unknown = unknown, Delimiter = delimiter }
        );

    private static ImportResult Import(string csv, UnknownValues unknown = UnknownValues.Refuse, char? delimiter = null) =>
        Import(Encoding.UTF8.GetBytes(csv), unknown, delimiter);

    private static (uint[] D, uint[] Age) Codes(ImportResult result) => (Codes(result, "d"), Codes(result, "age"));

    private static uint[] Codes(ImportResult result, string column) =>
        result.Table.Codes(result.Table.Schema.IndexOf(column)).ToArray();

    [Theory]
    [InlineData("diabetes,age\nyes,30\nno,\n")]
    [InlineData("diabetes,age\r\nyes,30\r\nno,\r\n")]
    [InlineData("diabetes,age\nyes,30\nno,")]
    [InlineData("\uFEFFdiabetes,age\nyes,30\nno,\n")]
    [InlineData("age,name,diabetes\n30,\"Müller, \"\"A\"\"\nB\",yes\n,x,no\n")]
    [InlineData("\"diabetes\",\"age\"\n\"yes\",\"30\"\n no , \n")]
    [InlineData("diabetes, age\nyes,30.0\n\nno,\n")]
    [InlineData("diabetes, age\ryes,30.0\r\rno,\n\r\n")]
    [InlineData("\n\r\ndiabetes;age\nyes;30.0\n  \nno;\n")]
    [InlineData("sep=|\r\ndiabetes|age\r\nyes|30\r\nno|\r\n")]
    [InlineData("\uFEFF\"sep=\t\"\ndiabetes\tage\nyes\t30\nno\t\n")]
    [InlineData("\"age\n(years)\",diabetes,\"\"\"age\"\"\",age\n1,\"yes\",\"\",30\n,no,,\n")]
    public void Forms_of_one_table_give_the_same_codes(string csv)
    {
        ImportResult result = Import(csv);
        (uint[] d, uint[] age) = Codes(result);
        Assert.Equal([2u, 1u], d);
        Assert.Equal([31u, 0u], age);
        Assert.Equal((0L, 1L), (result.Report.Columns[0].Missing, result.Report.Columns[1].Missing));
    }

    [Fact]
    public void A_delimiter_can_be_named() => Assert.Equal([2u], Codes(Import("diabetes;age\nyes;30\n", delimiter: ';')).D);

    [Theory]
    [InlineData("", "x.csv: the file is empty")]
    [InlineData("\n\r\n", "x.csv: the file is empty")]
    [InlineData("\n\r\ndiabetes,age\nyes\n", "x.csv, line 4: expected 2 fields")]
    [InlineData("diabetes,age\nyes,3\n\"\"\n", "x.csv, line 3: expected 2 fields")]
    [InlineData("diabetes,age\n", "the file has a header and no rows; a table has at least one, so there is nothing to commit")]
    [InlineData("diabetes,Age\nyes,3\n", "x.csv, line 1: there is no column 'age'; the header has 'diabetes', 'Age'")]
    [InlineData("diabetes,age,age\nyes,3,4\n", "twice")]
    [InlineData("diabetes,age\nyes,3\nno\n", "x.csv, line 3: expected 2 fields, as the header has, got 1")]
    [InlineData("diabetes,age\nyes,3\nno,4,5\n", "x.csv, line 3: expected 2 fields")]
    [InlineData(
        "diabetes,age\nyes,3\nperhaps,4\n",
        "x.csv, line 3, column 'diabetes': expected yes or no (or y/n, true/false, t/f, 1/0, 1.0/0.0, 是/否, in any case of letters), got 'perhaps'"
    )]
    [InlineData("diabetes,age\nyes,3\nno,121\n", "x.csv, line 3, column 'age': expected a whole number from 0 to 120, got '121'")]
    [InlineData("diabetes,age\nyes,3\nno,4.5\n", "expected a whole number")]
    [InlineData(
        "diabetes,age\nye\"s,3\n",
        "x.csv, line 2: a quote stands where none may stand, inside a field: 'ye\"s,3\\u000a'"
    )]
    [InlineData("diabetes,age\nyes,\"3\n", "x.csv, line 2: the quote that opens here does not close: '\"3\\u000a'")]
    [InlineData("diabetes,age\nyes,\"3\nno,4\nno,5\n", "'\"3\\u000ano,4\\u000ano,5\\u000a'; it takes in the 2 lines that follow")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n", "x.csv: this is a key or a certificate; expected CSV")]
    [InlineData("\u0007wzkhealth owned table", "x.csv: this is a table or a proof of zkhealth; expected the CSV")]
    [InlineData(
        "diabetes,age\nyes,3\n\"no\"x,3\n",
        "x.csv, line 3: a quote stands where none may stand: the field that opens with a quote here, '\"no'"
    )]
    [InlineData(
        "diabetes,age,note\nyes,3,\"a\nb\"\nno,4,\"c\nd\ne \"f\" g\"\n",
        "x.csv, line 4: a quote stands where none may stand"
    )]
    [InlineData("diabetes,age,note\nyes,3,\"a\nb\"\nno,4,c\nno,\"5\nx\",\"d\"\n", "x.csv, line 5, column 'age'")]
    [InlineData("\"diabetes\",\"a\"ge\nyes,3\n", "x.csv, line 1: a quote stands where none may stand")]
    public void What_cannot_be_imported_is_named(string csv, string message) =>
        Assert.Contains(message, Assert.Throws<ImportException>(() => Import(csv)).Message, StringComparison.Ordinal);

    /// <summary>F4: the whole header was one name that the schema does not have, and nothing pointed to the delimiter.</summary>
    [Fact]
    public void A_delimiter_that_is_not_the_file_s_is_said_to_be_so()
    {
        string message = Assert.Throws<ImportException>(() => Import("diabetes;age\nyes;3\n", delimiter: ',')).Message;
        Assert.Contains("its fields stand between ';': name it by --delimiter, or leave", message, StringComparison.Ordinal);
    }

    /// <summary>What a date was meant to be was for the reader to find out.</summary>
    [Theory]
    [InlineData("iso", "31.12.1999", "; the column's \"format\" would be \"day-first\"")]
    [InlineData("iso", "1.2.1999", "; the column's \"format\" would be \"day-first\" or \"month-first\"")]
    [InlineData("day-first", "1999-12-31", "; the column's \"format\" would be \"iso\" or \"year-first\"")]
    [InlineData("day-first", "45300", "; the column's \"format\" would be \"excel-serial\"")]
    [InlineData("excel-serial", "19991231", "; the column's \"format\" would be \"compact\"")]
    [InlineData("day-first", "31.12.99", "; years have four digits")]
    [InlineData("iso", "99-12-31", "; years have four digits")]
    [InlineData("iso", "1999-02-30", "")]
    [InlineData("iso", "1899-12-31", "")]
    [InlineData("iso", "soon", "")]
    public void A_date_in_another_form_is_said_to_be_so(string format, string text, string hint)
    {
        ImportSchema schema = ImportSchema.Parse(
            Encoding.UTF8.GetBytes(
                $$"""{"name": "t", "columns": [{"name": "d", "kind": "date", "unit": "year", "first": "1900-01-01", "last": "2026-12-31", "format": "{{format}}"}]}"""
            )
        );
        string message = Assert
            .Throws<ImportException>(() =>
                CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes($"d\n{text}\n")), "x", schema)
            )
            .Message;
        Assert.EndsWith($", got '{text}'{hint}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_counted_through_quoted_fields()
    {
        ImportException e = Assert.Throws<ImportException>(() => Import("diabetes,age,note\nyes,3,\"a\nb\nc\"\nno,x,n\n"));
        Assert.Equal((5L, "age", "x"), (e.Line, e.Column, e.Value));
        e = Assert.Throws<ImportException>(() => Import("note,diabetes,age\n\"a\r\nb\rc\",maybe,5\n"));
        Assert.Equal((4L, "diabetes", "maybe"), (e.Line, e.Column, e.Value));
    }

    /// <summary>A quote that opened and never closed took the rest of a file of millions of rows into one field.</summary>
    [Theory]
    [InlineData("diabetes,age\nyes,\"3\n", 2)]
    [InlineData("diabetes,age,\"note\nyes,3,a\n", 1)]
    [InlineData("diabetes,age,note\nyes,3,\"a\nb\"\nyes,3,\"a\n\"\"b\n", 4)]
    public void A_forgotten_quote_does_not_eat_the_file(string begin, long line)
    {
        byte[] rest = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("no,4\n", 40000)));
        using var source = new LongStream(Encoding.UTF8.GetBytes(begin), rest, 1000);
        ImportException e = Assert.Throws<ImportException>(() => CsvImporter.Import(source, "x.csv", Schema));
        Assert.Equal(line, e.Line);
        Assert.Contains("does not close", e.Message, StringComparison.Ordinal);
        Assert.True(source.BytesRead < 3 * CsvImporter.MaxRecord, $"{source.BytesRead} bytes were read");
    }

    [Fact]
    public void A_record_may_be_as_long_as_the_limit_and_no_longer()
    {
        Assert.Equal(
            1,
            Import("diabetes,age,note\nyes,3,\"" + new string('x', CsvImporter.MaxRecord - 100_000) + "\"\n").Table.Rows
        );
        string message = Assert
            .Throws<ImportException>(() =>
                Import("diabetes,age,note\nyes,3," + new string(',', 9 * CsvImporter.MaxRecord / 4) + "\nyes,4,\n")
            )
            .Message;
        Assert.Contains(
            $"line 2: the record is longer than {CsvImporter.MaxRecord} characters",
            message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("age\n1\n\n2\n", new[] { 2u, 0u, 3u })]
    [InlineData("age\n1\n\n", new[] { 2u, 0u })]
    [InlineData("age\r\n\r\n1\r\n\r\n\r\n2", new[] { 0u, 2u, 0u, 0u, 3u })]
    [InlineData("age\n1\n  \n\"\"\n2", new[] { 2u, 0u, 0u, 3u })]
    public void Blank_lines_are_rows_of_a_file_of_one_column(string csv, uint[] codes)
    {
        ImportSchema schema = ImportSchema.Parse(
            """{ "name": "t", "columns": [ { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }"""u8
        );
        ImportResult result = CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "x", schema);
        Assert.Equal(codes, Codes(result, "age"));
        Assert.Equal(
            (codes.Length, 0, 0, codes.Count(c => c == 0)),
            (result.Report.Records, result.Report.Refused, result.Report.BlankLines, result.Report.Empty)
        );
    }

    [Fact]
    public void Blank_lines_and_rows_without_any_value_are_counted()
    {
        ImportReport report = Import("diabetes,age,id\n\nyes,3,1\n,,2\n \n,,3\nno,,4\n\n").Report;
        Assert.Equal((4, 0, 4, 2, 3), (report.Records, report.Refused, report.Rows, report.Empty, report.BlankLines));
    }

    [Theory]
    [InlineData("diabetes;age\nyes;3\n", ';')]
    [InlineData("diabetes\tage\nyes\t3\n", '\t')]
    [InlineData("diabetes|age\nyes|3\n", '|')]
    [InlineData("\"a, b\";diabetes;age\n;yes;3\n", ';')]
    [InlineData("a, b;diabetes;age\n;yes;3\n", ';')]
    public void The_header_shows_the_delimiter(string csv, char delimiter)
    {
        ImportResult result = Import(csv);
        Assert.Equal((delimiter, 1L), (result.Report.Delimiter, result.Report.Records));
    }

    [Theory]
    [InlineData("a, b;c\n1\n", "x.csv, line 1: the header may be split at ',' or at ';': 'a, b;c'; add --delimiter to say where")]
    [InlineData("diabetes;age\tb\n1\n", "line 1: the header may be split at ';' or at tab")]
    [InlineData("sep=;\ndiabetes,age\nyes,3\n", "x.csv, line 2: there is no column 'diabetes'; the header has 'diabetes,age'")]
    public void A_delimiter_that_is_not_clear_is_asked_for(string csv, string message) =>
        Assert.Contains(message, Assert.Throws<ImportException>(() => Import(csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_delimiter_asked_for_must_not_contradict_the_file_nor_be_part_of_values()
    {
        Assert.Contains(
            "sep=;",
            Assert.Throws<ImportException>(() => Import("sep=;\ndiabetes;age\nyes;3\n", delimiter: ',')).Message,
            StringComparison.Ordinal
        );
        Assert.All("\"\r\nx1é\0", c => Assert.Throws<ArgumentException>(() => new ImportOptions { Delimiter = c }));
        Assert.Equal([2u], Codes(Import("diabetes^age\nyes^30\n", delimiter: '^')).D);
    }

    [Fact]
    public void All_faults_are_found_in_one_pass_by_column_with_counts()
    {
        // a quote that should not stand there swallows the text up to the next one, as in every parser; what follows is read
        // again
        string csv = "diabetes,age\nyes,3\nperhaps,4\nno\n\n,x\nmaybe,500\nye\"s,4\n\"no,5\nmaybe,5\n";
        ImportReport report = CsvImporter.Check(new MemoryStream(Encoding.UTF8.GetBytes(csv + "no\",\nno,6\n")), "x.csv", Schema);
        Assert.Equal((8, 1, 7, 1, 3), (report.Records, report.Rows, report.Refused, report.BlankLines, report.FaultCount));
        Assert.Equal([4L, 8L, 11L], report.Faults.Select(f => f.Line));
        Assert.Equal(
            [("maybe", 2L, 7L), ("perhaps", 1, 3)],
            report.Columns[0].Examples.Select(e => (e.Text, e.Rows, e.Line)).OrderBy(e => e.Text, StringComparer.Ordinal)
        );
        Assert.Equal([("x", 6L), ("500", 7L)], report.Columns[1].Examples.Select(e => (e.Text, e.Line)));
        Assert.Contains("yes or no (or y/n", report.Columns[0].Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_values_become_missing_on_request_and_are_counted()
    {
        ImportResult result = Import("diabetes,age\nyes,3\nperhaps,4\n,x\nmaybe,500\n", UnknownValues.Missing);
        (uint[] d, uint[] age) = Codes(result);
        Assert.Equal([2u, 0u, 0u, 0u], d);
        Assert.Equal([4u, 5u, 0u, 0u], age);
        Assert.Equal((1L, 2L), (result.Report.Columns[0].Missing, result.Report.Columns[0].Unknown));
        Assert.Equal((0L, 2L), (result.Report.Columns[1].Missing, result.Report.Columns[1].Unknown));
        Assert.Equal(
            [("perhaps", 1L, 3L), ("maybe", 1, 5)],
            result.Report.Columns[0].Examples.Select(e => (e.Text, e.Rows, e.Line))
        );
    }

    [Property(MaxTest = 300)]
    public void Any_bytes_are_imported_or_refused(byte[] bytes)
    {
        try
        {
            Import([.. "diabetes,age\n"u8, .. bytes ?? []], UnknownValues.Missing);
        }
        catch (ImportException) { }
    }

    [Fact]
    public void A_long_file_is_read_to_its_end_with_progress()
    {
        var text = new StringBuilder("diabetes,age\n");
        for (int i = 0; i < 100_000; i++)
        {
            text.Append(i % 3 == 0 ? "yes," : "no,").Append(i % 121).Append('\n');
        }

        var seen = new Reports();
        ImportResult result = CsvImporter.Import(
            new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())),
            "x",
            Schema,
            progress: seen
        );
        (uint[] d, uint[] age) = Codes(result);
        Assert.Equal(100_000, result.Table.Rows);
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (i % 3 == 0 ? 2u : 1u, (uint)(i % 121) + 1)), d.Zip(age));
        Assert.Equal(new ImportProgress(100_000, 1), seen.All[^1]);
        Assert.True(
            seen.All.Count > 3
                && seen.All.Zip(seen.All.Skip(1)).All(p => p.First.Rows <= p.Second.Rows && p.First.Fraction <= p.Second.Fraction)
        );
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            CsvImporter.Import(
                new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())),
                "x",
                Schema,
                cancellationToken: stop.Token
            )
        );
    }

    /// <summary>A file that repeats and cannot seek.</summary>
    private sealed class LongStream(byte[] begin, byte[] again, int times) : MemoryStream(begin)
    {
        private int _left = times;

        public long BytesRead { get; private set; }

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            int read = base.Read(buffer);
            if (read == 0 && _left-- > 0)
            {
                read = Math.Min(buffer.Length, again.Length);
                again.AsSpan(0, read).CopyTo(buffer);
            }

            BytesRead += read;
            return read;
        }
    }

    private sealed class Reports : IProgress<ImportProgress>
    {
        public List<ImportProgress> All { get; } = [];

        public void Report(ImportProgress value) => All.Add(value);
    }
}
