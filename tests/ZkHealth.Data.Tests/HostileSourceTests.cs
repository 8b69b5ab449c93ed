using System.IO.Compression;
using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>Sources that do not end, hold nothing but one field, or change while they are read: refused in words, in little
/// memory, soon.</summary>
public sealed class HostileSourceTests : IDisposable
{
    private static readonly ImportSchema Schema = ImportSchema.Parse(
        """
        { "name": "t", "columns": [ { "name": "diabetes", "kind": "yes-no" }, { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }
        """u8
    );

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    public static TheoryData<string, string, string> Endless =>
        new()
        {
            {
                "diabetes,age\nyes,",
                "5",
                "x.csv, line 2: the record is longer than 4194304 characters; what follows was not read"
            },
            { "diabetes,age\nyes,\"", "5", "x.csv, line 2: the quote that opens here does not close" },
            {
                "diabetes,age\nyes,3\n",
                "\0",
                "x.csv, line 3: the record is longer than 4194304 characters, all of them zero bytes"
            },
            { "diabetes,age\nyes,3", ",", "x.csv, line 2: the record is longer than" },
            { "diabetes,age\nyes,3\n", "\"", "x.csv, line 3: " },
            { "", "\0", @"x.csv, line 1: the first line is longer than 4194304 characters and begins with '\u0000\u0000" },
            { "", "a", "x.csv, line 1: the first line is longer than" },
            { "", ",", "x.csv, line 1: the first line is longer than" },
            { "\"", "\n", "x.csv, line 1: the first line is longer than" },
            { "", "\n", "x.csv: the first 1000 lines are blank" },
        };

    [Theory]
    [MemberData(nameof(Endless))]
    public void Sources_of_one_record_are_refused(string begin, string again, string message)
    {
        using var source = new EndlessStream(begin, again);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            message,
            Assert.Throws<ImportException>(() => CsvImporter.Import(source, "x.csv", Schema)).Message,
            StringComparison.Ordinal
        );
        Assert.InRange(source.BytesRead, 0, 3 * CsvImporter.MaxRecord);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
    }

    /// <summary>A drafted header of a million columns made a million dictionaries, and a quadratic list of notes.</summary>
    [Fact]
    public void Drafts_are_made_of_so_many_columns()
    {
        string Message(string header) =>
            Assert
                .Throws<ImportException>(() =>
                    SchemaDraft.Propose(new MemoryStream(Encoding.UTF8.GetBytes(header + "\n")), "x.csv", "t")
                )
                .Message;
        Assert.Contains(
            "x.csv: the header names 4097 columns, a draft is made of at most 4096",
            Message(new string(',', 4096)),
            StringComparison.Ordinal
        );
        using var source = new EndlessStream("", ",");
        Assert.Contains(
            "the first line is longer than",
            Assert.Throws<ImportException>(() => SchemaDraft.Propose(source, "x.csv", "t")).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Long texts that differ are no values that repeat: a draft holds none of them.</summary>
    [Fact]
    public void Drafts_hold_no_long_texts()
    {
        var csv = new StringBuilder("note,d\n");
        for (int i = 0; i < 20; i++)
        {
            csv.Append(new string('x', 100_000)).Append(i).Append(i % 2 == 0 ? ",yes\n" : ",no\n");
        }

        Assert.Contains(
            "// note: thousands of texts that differ: left out",
            SchemaDraft.Propose(new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), "x", "t"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_gzip_bomb_is_refused()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("diabetes,age\nyes,3\n"u8);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        Assert.InRange(packed.Length, 0, 1 << 20);
        packed.Position = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "line 3: the record is longer than",
            Assert.Throws<ImportException>(() => CsvImporter.Import(packed, "x", Schema)).Message,
            StringComparison.Ordinal
        );
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
    }

    /// <summary>Rows without end fill the memory with codes, or with persons: the import stops before, a check keeps neither
    /// codes nor rows.</summary>
    [Fact]
    public void Rows_without_end_are_refused_before_they_fill_the_memory()
    {
        var options = new ImportOptions { MaxMemory = 4 << 20 };
        using var source = new EndlessStream("diabetes,age\n", "yes,3\n");
        string message = Assert.Throws<ImportException>(() => CsvImporter.Import(source, "x.csv", Schema, options)).Message;
        Assert.Contains(
            "the codes need 4 MiB of memory, and there are 4; split the file, or name fewer columns",
            message,
            StringComparison.Ordinal
        );
        Assert.InRange(source.BytesRead, 1 << 20, 5 << 20);

        ImportSchema persons = ImportSchema.Parse(
            """{ "name": "t", "columns": [ { "name": "id", "kind": "person" }, { "name": "d", "kind": "yes-no" } ] }"""u8
        );
        byte[] many = Encoding.UTF8.GetBytes("id,d\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i},yes\n")));
        Assert.Contains(
            "of memory",
            Assert.Throws<ImportException>(() => CsvImporter.Check(new MemoryStream(many), "x", persons, options)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(200_000, CsvImporter.Import(new MemoryStream(many), "x", persons).Table.Rows);

        byte[] rows = Encoding.UTF8.GetBytes("diabetes,age\n" + string.Concat(Enumerable.Repeat("yes,3\n", 1_000_000)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1_000_000, CsvImporter.Check(new MemoryStream(rows), "x", Schema, options).Rows);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>Blank lines counted as no record, after which nobody asked whether to stop.</summary>
    [Fact]
    public void Blank_lines_without_end_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var source = new EndlessStream("diabetes,age\n", "\n") { Read64K = stop.Cancel };
        Assert.Throws<OperationCanceledException>(() =>
            CsvImporter.Check(source, "x.csv", Schema, cancellationToken: stop.Token)
        );
    }

    /// <summary>A file that a program still writes may end inside a value: 12 was read as 1, the last rows were lost, and nothing
    /// was said.</summary>
    [Theory]
    [InlineData("grown")]
    [InlineData("cut")]
    [InlineData("written again")]
    public void A_file_that_changes_while_it_is_read_is_refused(string how)
    {
        string path = Path.Combine(_folder, "a.csv");
        File.WriteAllText(path, "diabetes,age\n" + string.Concat(Enumerable.Repeat("yes,3\n", 100_000)));
        void Change()
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            if (how == "cut")
            {
                file.SetLength(file.Length - 6);
                return;
            }

            file.Seek(0, how == "grown" ? SeekOrigin.End : SeekOrigin.Begin);
            file.Write("\n"u8);
            file.Flush(flushToDisk: true);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(1));
        }

        using (var unchanged = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            Assert.Equal(100_000, CsvImporter.Import(unchanged, path, Schema).Table.Rows);
        }

        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        ImportException fault = Assert.Throws<ImportException>(() =>
            CsvImporter.Import(source, path, Schema, progress: new Once(Change))
        );
        Assert.Contains("the file was changed while it was read", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Does something the first time that progress is told.</summary>
    private sealed class Once(Action act) : IProgress<ImportProgress>
    {
        private Action? _act = act;

        public void Report(ImportProgress value)
        {
            _act?.Invoke();
            _act = null;
        }
    }

    /// <summary>A text, and then another again and again without end.</summary>
    private sealed class EndlessStream(string begin, string again) : MemoryStream(Encoding.UTF8.GetBytes(begin))
    {
        private readonly byte[] _again = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(again, 1 << 16)));
        private int _at;

        public long BytesRead { get; private set; }

        /// <summary>Called with every 64 KiB.</summary>
        public Action? Read64K { get; init; }

        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            int read = base.Read(buffer);
            if (read == 0)
            {
                read = Math.Min(buffer.Length, _again.Length - _at);
                _again.AsSpan(_at, read).CopyTo(buffer);
                _at = (_at + read) % _again.Length;
            }

            if ((BytesRead >> 16) != ((BytesRead + read) >> 16))
            {
                Read64K?.Invoke();
            }

            BytesRead += read;
            return read;
        }
    }
}
