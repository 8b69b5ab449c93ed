using System.Text;
using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Data.Tests;

public class CsvImporterTests
{
    private static readonly ImportSchema Schema = ImportSchema.Parse("""
        { "name": "t", "columns": [
          { "name": "d", "source": "diabetes", "kind": "yes-no" },
          { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }
        """u8);

    private static ImportResult Import(byte[] csv, UnknownValues unknown = UnknownValues.Refuse, char delimiter = ',') =>
        CsvImporter.Import(new MemoryStream(csv), "x.csv", Schema, new ImportOptions { Unknown = unknown, Delimiter = delimiter });

    private static ImportResult Import(string csv, UnknownValues unknown = UnknownValues.Refuse, char delimiter = ',') =>
        Import(Encoding.UTF8.GetBytes(csv), unknown, delimiter);

    private static (uint[] D, uint[] Age) Codes(ImportResult result) =>
        (result.Table.Codes(1).ToArray(), result.Table.Codes(2).ToArray());

    [Theory]
    [InlineData("diabetes,age\nyes,30\nno,\n")]
    [InlineData("diabetes,age\r\nyes,30\r\nno,\r\n")]
    [InlineData("diabetes,age\nyes,30\nno,")]
    [InlineData("\uFEFFdiabetes,age\nyes,30\nno,\n")]
    [InlineData("age,name,diabetes\n30,\"Müller, \"\"A\"\"\nB\",yes\n,x,no\n")]
    [InlineData("\"diabetes\",\"age\"\n\"yes\",\"30\"\n no , \n")]
    [InlineData("diabetes, age\nyes,30.0\n\nno,\n")]
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
    [InlineData("diabetes,age\n", "no rows")]
    [InlineData("diabetes,Age\nyes,3\n", "x.csv, line 1: there is no column 'age'; the header has 'diabetes', 'Age'")]
    [InlineData("diabetes,age,age\nyes,3,4\n", "twice")]
    [InlineData("diabetes,age\nyes,3\nno\n", "x.csv, line 3: expected 2 fields, as the header has, got 1")]
    [InlineData("diabetes,age\nyes,3\nno,4,5\n", "x.csv, line 3: expected 2 fields")]
    [InlineData("diabetes,age\nyes,3\nperhaps,4\n", "x.csv, line 3, column 'diabetes': expected one of 'no', 'No', '0', 'yes', 'Yes', '1', got 'perhaps'")]
    [InlineData("diabetes,age\nyes,3\nno,121\n", "x.csv, line 3, column 'age': expected a whole number from 0 to 120, got '121'")]
    [InlineData("diabetes,age\nyes,3\nno,4.5\n", "expected a whole number")]
    [InlineData("diabetes,age\nye\"s,3\n", "quote")]
    [InlineData("diabetes,age\nyes,\"3\n", "quote")]
    [InlineData("diabetes,age\nyes,3\n\"no\"x,3\n", "quote")]
    public void What_cannot_be_imported_is_named(string csv, string message) =>
        Assert.Contains(message, Assert.Throws<ImportException>(() => Import(csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void Lines_are_counted_through_quoted_fields()
    {
        ImportException e = Assert.Throws<ImportException>(() => Import("diabetes,age,note\nyes,3,\"a\nb\nc\"\nno,x,n\n"));
        Assert.Equal((5L, "age", "x"), (e.Line, e.Column, e.Value));
    }

    [Fact]
    public void A_forgotten_quote_does_not_eat_the_file()
    {
        string csv = "diabetes,age\nyes,\"3\n" + string.Concat(Enumerable.Repeat("no,4\n", 40000));
        Assert.Contains("quote", Assert.Throws<ImportException>(() => Import(csv)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        Assert.Contains("UTF-8", Assert.Throws<ImportException>(() => Import([.. "diabetes,age\nyes,"u8, 0xFF, (byte)'\n'])).Message, StringComparison.Ordinal);
        Assert.Throws<ImportException>(() => Import([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("diabetes,age\nyes,3\n")]));
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
        Assert.Equal([new UnknownValue("perhaps", 1, 3), new UnknownValue("maybe", 1, 5)], result.Report.Columns[0].Examples);
    }

    [Property(MaxTest = 300)]
    public void Any_bytes_are_imported_or_refused(byte[] bytes)
    {
        try
        {
            Import([.. "diabetes,age\n"u8, .. bytes ?? []], UnknownValues.Missing);
        }
        catch (ImportException)
        {
        }
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
        ImportResult result = CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), "x", Schema, progress: seen);
        (uint[] d, uint[] age) = Codes(result);
        Assert.Equal(100_000, result.Table.Rows);
        Assert.All(Enumerable.Range(0, 100_000), i => Assert.Equal((i % 3 == 0 ? 2u : 1u, (uint)(i % 121) + 1), (d[i], age[i])));
        Assert.Equal(new ImportProgress(100_000, 1), seen.All[^1]);
        Assert.True(seen.All.Count > 3 && seen.All.Zip(seen.All.Skip(1)).All(p => p.First.Rows <= p.Second.Rows && p.First.Fraction <= p.Second.Fraction));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => CsvImporter.Import(
            new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), "x", Schema, cancellationToken: stop.Token));
    }

    private sealed class Reports : IProgress<ImportProgress>
    {
        public List<ImportProgress> All { get; } = [];

        public void Report(ImportProgress value) => All.Add(value);
    }
}
