using System.Globalization;
using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>What an import remembers of texts: the same codes as without it, little memory, and nothing that two imports
/// share.</summary>
public class CodeMemoTests
{
    private static readonly string[] Pieces = ["", "\0", "\u0001", "\uFFFF", "a", "ab", " ", "糖", "😀", "1", "abcd"];

    /// <summary>Short texts are found by their characters as a number: no two may have one number, the empty text and zeros
    /// included.</summary>
    [Fact]
    public void Codes_are_those_of_the_coder()
    {
        var random = new Random(3);
        var coder = new Counting();
        var memo = new CodeMemo(coder);
        for (int i = 0; i < 200_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Coded? expected = coder.Code(text);
            Assert.Equal(expected is not null, memo.TryCode(text, out Coded coded));
            Assert.Equal(expected.GetValueOrDefault(), coded);
        }

        Assert.True(memo.TryCode("", out Coded empty) && memo.TryCode("\0\uFFFF\uFFFF\uFFFF", out Coded other) && empty != other);
    }

    /// <summary>Every text that differed was kept, whatever its length: a thousand numbers of a million digits took 2
    /// GB.</summary>
    [Fact]
    public void Long_texts_are_not_kept()
    {
        var coder = new Counting();
        var memo = new CodeMemo(coder);
        foreach (int length in (int[])[1, 64, 65, 100_000])
        {
            int decided = coder.Decided;
            Assert.True(
                memo.TryCode(new string('x', length), out Coded first)
                    && memo.TryCode(new string('x', length), out Coded again)
                    && first == again
            );
            Assert.Equal(length <= 64 ? 1 : 2, coder.Decided - decided);
        }
    }

    /// <summary>At most 40 bytes a row are taken beyond the codes (4 bytes a value), counting everything that is
    /// allocated.</summary>
    [Fact]
    public void Memory_beyond_the_codes_is_bounded_for_each_row()
    {
        const int Rows = 200_000;
        var csv = new StringWriter();
        new SyntheticPatients(5).WriteCsv(csv, Rows);
        byte[] bytes = Encoding.UTF8.GetBytes(csv.ToString());
        ImportSchema schema = ImportSchema.Parse(Encoding.UTF8.GetBytes(SyntheticPatients.SchemaJson));
        CsvImporter.Import(new MemoryStream(bytes), "x", schema);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImportResult result = CsvImporter.Import(new MemoryStream(bytes), "x", schema);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((Rows, 7), (result.Table.Rows, result.Report.Columns.Count));
        Assert.InRange(((double)allocated / Rows) - (7 * sizeof(uint)), 0, 40);
    }

    /// <summary>A schema kept what its imports had met, in a dictionary that imports on two threads wrote to at once: wrong
    /// codes, or a crash.</summary>
    [Fact]
    public void Imports_at_the_same_time_share_nothing()
    {
        ImportSchema schema = ImportSchema.Parse(
            """{ "name": "t", "columns": [ { "name": "v", "kind": "number", "min": 0, "max": 999.999, "scale": 3 } ] }"""u8
        );
        Parallel.For(
            0,
            8,
            thread =>
            {
                var csv = new StringBuilder("v\n");
                int[] values = [.. Enumerable.Range(0, 30_000).Select(i => (i * 7919 + thread * 104_729) % 1_000_000)];
                foreach (int value in values)
                {
                    csv.Append(CultureInfo.InvariantCulture, $"{value / 1000}.{value % 1000:D3}\n");
                }

                ImportResult result = CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), "x", schema);

                // a column of so many values is committed as its quotients and remainders by 1,024
                uint[] quotients = result.Table.Codes(1).ToArray(),
                    remainders = result.Table.Codes(2).ToArray();
                Assert.Equal(values, quotients.Zip(remainders, (q, r) => (int)((1024 * (q - 1)) + r - 1)));
            }
        );
    }

    /// <summary>Gives texts a code that follows from all their characters; none where one of them is a space.</summary>
    private sealed class Counting() : ColumnCoder(new SourceColumn("c", "c", []), uint.MaxValue)
    {
        public override string Expected => "anything";

        public int Decided { get; private set; }

        protected override Coded? Decide(ReadOnlySpan<char> text)
        {
            Decided++;
            uint code = 17;
            foreach (char c in text)
            {
                code = (code * 65_599) + c;
            }

            return text.Contains(' ') ? null : new Coded(code, (CodeNote)(code % 4));
        }
    }
}
