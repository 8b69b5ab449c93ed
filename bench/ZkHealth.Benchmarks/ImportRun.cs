using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Imports made-up patients (7 columns of 8) from memory in a warm process, checks every code, and commits to a million of them,
/// on one core:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- import [--rows N] [--json]`. Times are processor time of all
/// threads, as the machine may not be quiet: that is what one core alone would take.
/// </summary>
internal static class ImportRun
{
    private const int Million = 1_000_000;
    private const int Runs = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(string[] options)
    {
        int rows = 10 * Million;
        bool json = false;
        for (int i = 0; i < options.Length; i++)
        {
            bool isRows =
                options[i] == "--rows"
                && i + 1 < options.Length
                && int.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out rows);
            json |= options[i] == "--json";
            if ((!isRows && options[i] != "--json") || rows < 1)
            {
                Console.Error.WriteLine("expected import [--rows N] [--json], N at least 1");
                return 2;
            }

            i += isRows ? 1 : 0;
        }

        var csv = new StringWriter(new StringBuilder(40 * Million));
        new SyntheticPatients(1).WriteCsv(csv, Math.Min(rows, Million));
        string text = csv.ToString();
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ImportSchema schema = ImportSchema.Parse(Encoding.UTF8.GetBytes(SyntheticPatients.SchemaJson));
        for (int run = 0; run < 2; run++)
        {
            Committed(schema, bytes, Math.Min(rows, Million)); // warm up: code, generators and their tables
        }

        (double Import, double Commit)[] both =
        [
            .. Enumerable.Range(0, Runs).Select(_ => Committed(schema, bytes, Math.Min(rows, Million))),
        ];
        (double import, double commit) = both.OrderBy(b => b.Import + b.Commit).ElementAt(Runs / 2);
        Measured[] all = [.. Enumerable.Range(0, Runs).Select(_ => Import(schema, bytes, rows)).OrderBy(m => m.Seconds)];
        Measured median = all[Runs / 2];
        bool right = IsRight(Import(schema, bytes, rows).Table, schema, text);
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        rows,
                        columns = schema.Sources.Count(),
                        resultsRight = right,
                        rowsPerSecond = Math.Round(rows / median.Seconds),
                        bytesPerRow = Math.Round(median.Beyond / rows, 2),
                        seconds = Math.Round(median.Seconds, 3),
                        committedRows = Math.Min(rows, Million),
                        importSeconds = Math.Round(import, 3),
                        commitSeconds = Math.Round(commit, 3),
                    },
                    Indented
                )
            );
        }
        else
        {
            Console.WriteLine($"{rows} rows, {schema.Sources.Count()} columns, every code {(right ? "right" : "NOT RIGHT")}");
            Console.WriteLine(
                $"import: {rows / median.Seconds:F0} rows a second ({rows / all[^1].Seconds:F0} to {rows / all[0].Seconds:F0}), {median.Beyond / rows:F1} bytes a row beyond the codes"
            );
            Console.WriteLine(
                $"{Math.Min(rows, Million)} rows: read and coded in {import:F3} s, committed in {commit:F3} s, both {import + commit:F3} s"
            );
        }

        return right ? 0 : 1;
    }

    private static (double Import, double Commit) Committed(ImportSchema schema, byte[] bytes, int rows)
    {
        Measured imported = Import(schema, bytes, rows);
        TimeSpan start = Now();
        using TableOpeningFile table = TableOpeningFile.Commit(imported.Table, new byte[32]);
        return (imported.Seconds, (Now() - start).TotalSeconds);
    }

    private static Measured Import(ImportSchema schema, byte[] bytes, int rows)
    {
        GC.Collect();
        using var source = new Repeated(bytes, rows);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Now();
        ImportResult result = CsvImporter.Import(source, "bench", schema);
        double seconds = (Now() - start).TotalSeconds;
        double beyond =
            GC.GetAllocatedBytesForCurrentThread() - allocated - (double)sizeof(uint) * rows * result.Report.Columns.Count;
        return new Measured(result.Table, seconds, beyond);
    }

    /// <summary>Compares every code with that of a plain reading of the file: split at commas, each text looked up by the label
    /// of its code.</summary>
    private static bool IsRight(CodedTable table, ImportSchema schema, string csv)
    {
        string[] header = csv[..csv.IndexOf('\n', StringComparison.Ordinal)].Split(',');
        var rows = new List<string[]>();
        foreach (string line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            rows.Add(line.Split(','));
        }

        string[] sources = [.. schema.Sources];
        for (int j = 0; j < sources.Length; j++)
        {
            ColumnSchema column = schema.Table.Columns[j + 1]; // behind the public column
            int at = Array.IndexOf(header, sources[j]);
            ReadOnlySpan<uint> codes = table.Codes(j + 1).Span;
            for (int i = 0; i < codes.Length; i++)
            {
                if (codes[i] != Plain(column, rows[i % rows.Count][at]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static uint Plain(ColumnSchema column, string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        int number = column is CategoryColumn ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
        return column switch
        {
            CategoryColumn c => (uint)c.Categories.ToList().FindIndex(v => v.Code == text) + 1,
            BandColumn b => (uint)b.Bands.ToList().FindIndex(v => number >= (v.From ?? number) && number <= (v.To ?? number)) + 1,
            NumberColumn n => (uint)(number - n.Min) + 1,
            _ => uint.MaxValue,
        };
    }

    private static TimeSpan Now()
    {
        using Process process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private sealed record Measured(CodedTable Table, double Seconds, double Beyond);

    /// <summary>A file and its rows again and again, without its header, up to a number of rows.</summary>
    private sealed class Repeated : MemoryStream
    {
        private readonly int _header;
        private readonly int _lastEnd;
        private int _left;

        public Repeated(byte[] bytes, int rows)
            : base(bytes, writable: false)
        {
            _header = Array.IndexOf(bytes, (byte)'\n') + 1;
            int once = bytes.AsSpan(_header).Count((byte)'\n');
            (_left, int rest) = Math.DivRem(rows - 1, once);
            _lastEnd = _header;
            for (int i = 0; i <= rest; i++)
            {
                _lastEnd = Array.IndexOf(bytes, (byte)'\n', _lastEnd) + 1;
            }
        }

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            int end = _left > 0 ? (int)Length : _lastEnd;
            int read = base.Read(buffer[..Math.Min(buffer.Length, end - (int)Position)]);
            if (read > 0 || _left == 0)
            {
                return read;
            }

            (_left, Position) = (_left - 1, _header);
            return Read(buffer);
        }
    }
}
