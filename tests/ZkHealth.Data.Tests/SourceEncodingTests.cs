using System.IO.Compression;
using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>What bytes a source may be made of: encodings, gzip, pipes. Hospitals' systems write GB18030 and UTF-16; research
/// data come as .gz.</summary>
public class SourceEncodingTests
{
    private const string Text = "病案号,性别,diabetes,age\r\n1,女,yes,30\r\n2,\"男\n\",no,\r\n3,ü,no,4\r\n";

    private static readonly ImportSchema Schema = ImportSchema.Parse(
        Encoding.UTF8.GetBytes(
            """
            { "name": "t", "columns": [
              { "name": "sex", "source": "性别", "kind": "category", "values": [ { "code": "女" }, { "code": "男" }, { "code": "ü" } ] },
              { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }
            """
        )
    );

    private static ImportResult Import(byte[] bytes, string? encoding = null) =>
        CsvImporter.Import(new MemoryStream(bytes), "x.csv", Schema, new ImportOptions { Encoding = encoding });

    private static string Fault(byte[] bytes, string? encoding = null) =>
        Assert.Throws<ImportException>(() => Import(bytes, encoding)).Message;

    private static byte[] Encode(string name, string text) =>
        (CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name)).GetBytes(text);

    private static void AssertRead(ImportResult result, string encoding)
    {
        int sex = result.Table.Schema.IndexOf("sex"),
            age = result.Table.Schema.IndexOf("age");
        Assert.Equal([1u, 2u, 3u], result.Table.Codes(sex).ToArray());
        Assert.Equal([31u, 0u, 5u], result.Table.Codes(age).ToArray());
        Assert.Equal(encoding, result.Report.Encoding);
    }

    [Theory]
    [InlineData("utf-8", null, "UTF-8")]
    [InlineData("utf-8", "utf-8", "UTF-8")]
    [InlineData("utf-16", null, "UTF-16")]
    [InlineData("utf-16", "UTF-16LE", "UTF-16")]
    [InlineData("utf-16BE", null, "UTF-16")]
    [InlineData("utf-16BE", "utf-16be", "UTF-16")]
    [InlineData("gb18030", "gb18030", "GB18030")]
    public void Encodings_give_the_same_table(string written, string? asked, string named)
    {
        AssertRead(Import(Encode(written, Text), asked), named);
        AssertRead(Import(Encode(written, "\uFEFF" + Text), asked), named);
    }

    /// <summary>Bytes that are no UTF-8 are never taken for another encoding unasked: the header is shown in those that are
    /// likely.</summary>
    [Fact]
    public void Other_encodings_are_shown_and_asked_for()
    {
        string fault = Fault(Encode("gb18030", Text));
        Assert.Contains(
            "x.csv, line 1: the bytes B2 are not UTF-8; the header is '病案号,性别,diabetes,age' as GB18030 (--encoding gb18030)",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains("--encoding windows-1252", Fault(Encode("windows-1252", "größe,alter\n1,2\n")), StringComparison.Ordinal);
        Assert.Contains(
            "'größe,alter' as Windows-1252",
            Fault(Encode("windows-1252", "größe,alter\n1,2\n")),
            StringComparison.Ordinal
        );

        fault = Fault([
            .. Encoding.UTF8.GetBytes("sex,name,性别,age\n1,ü,女,3\n"),
            .. "2,"u8,
            .. Encode("gb18030", "男"),
            .. ",女,4\n"u8,
        ]);
        Assert.Contains("x.csv, line 3: the bytes C4 are not UTF-8", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_at_fault_is_shown_where_the_header_is_plain()
    {
        ImportSchema schema = ImportSchema.Parse(
            """{ "name": "t", "columns": [ { "name": "age", "kind": "integer", "min": 0, "max": 120 } ] }"""u8
        );
        byte[] bytes = [.. "name,age\r\n"u8, .. Encoding.UTF8.GetBytes("ü,1\r\n"), .. Encode("windows-1252", "Müller,2\r\n")];
        string fault = Assert.Throws<ImportException>(() => CsvImporter.Import(new MemoryStream(bytes), "x.csv", schema)).Message;
        Assert.Contains("line 3: the bytes FC", fault, StringComparison.Ordinal);
        Assert.Contains(
            "the line is 'M黮ler,2' as GB18030 (--encoding gb18030) and 'Müller,2' as Windows-1252 (--encoding windows-1252)",
            fault,
            StringComparison.Ordinal
        );
    }

    /// <summary>The decoder is strict: bytes that are nothing in the encoding asked for are an error at their line, wherever
    /// buffers end.</summary>
    [Theory]
    [InlineData("gb18030", new byte[] { 0xFF })]
    [InlineData("gb18030", new byte[] { 0x81, 0x30, 0x81 })]
    [InlineData("gb18030", new byte[] { 0x80 })]
    [InlineData("utf-8", new byte[] { 0xC3 })]
    [InlineData("utf-8", new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData("utf-16le", new byte[] { 0x00, 0xD8, 0x41, 0x00 })]
    public void Invalid_bytes_are_errors_with_their_line(string name, byte[] invalid)
    {
        byte[] before = Encode(name == "utf-16le" ? "utf-16" : name, "性别,age\r\n女,1\r\n\"男\n\",2\n");
        byte[] after = Encode(name == "utf-16le" ? "utf-16" : name, "\n女,1\n");
        Assert.StartsWith("x.csv, line 5: the bytes ", Fault([.. before, .. invalid, .. after], name), StringComparison.Ordinal);
        Assert.Matches("^x.csv, line 5: the (bytes |file ends inside a character)", Fault([.. before, .. invalid], name));

        // a fault before the invalid bytes is met first
        byte[] wrong = Encode(name == "utf-16le" ? "utf-16" : name, "性别,age\r\n女,1\r\nwrong,2\n");
        Assert.Contains("line 3, column '性别'", Fault([.. wrong, .. invalid, .. after], name), StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_bytes_are_found_where_buffers_end()
    {
        byte[] filler = Encoding.UTF8.GetBytes("性别,age\n" + string.Concat(Enumerable.Repeat("女,1\r\n", 9362)));
        Assert.InRange(filler.Length, 65530, 65536 + 30);
        for (int shift = 0; shift < 12; shift++)
        {
            byte[] bytes = [.. filler, .. Enumerable.Repeat((byte)' ', shift), 0xE5, 0xA5, (byte)',', (byte)'1'];
            Assert.StartsWith("x.csv, line 9364: the bytes E5 A5 are", Fault(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_byte_order_mark_must_not_contradict_the_encoding_asked_for() =>
        Assert.Contains(
            "byte order mark of UTF-16 and cannot be GB18030",
            Fault(Encode("utf-16", "\uFEFF" + Text), "gb18030"),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_encoding_that_is_not_known_is_refused() =>
        Assert.Contains(
            "utf-8, utf-16le, utf-16be, gb18030, windows-1252",
            Assert.Throws<ArgumentException>(() => new ImportOptions { Encoding = "latin9" }).Message,
            StringComparison.Ordinal
        );

    /// <summary>The framework's decompression ends a truncated file, or one with something behind it, without an error: rows
    /// would be lost.</summary>
    [Fact]
    public void Gzip_of_one_or_more_members_is_read_to_its_end_or_refused()
    {
        byte[] text = Encoding.UTF8.GetBytes(Text);
        byte[] whole = Gzip(text),
            first = Gzip(text[..40]),
            second = Gzip(text[40..]);
        AssertRead(Import(whole), "UTF-8");
        AssertRead(Import([.. first, .. second, .. Gzip([])]), "UTF-8");
        AssertRead(Import(Gzip(Encode("utf-16", "\uFEFF" + Text))), "UTF-16");
        Assert.All(
            Enumerable.Range(2, whole.Length - 2),
            n => Assert.Contains("gzip", Fault(whole[..n]), StringComparison.Ordinal)
        );
        byte[] two = [.. first, .. second];
        Assert.All(
            Enumerable.Range(first.Length + 1, second.Length - 1),
            n => Assert.Contains("gzip", Fault(two[..n]), StringComparison.Ordinal)
        );
        Assert.Contains("something else follows", Fault([.. whole, 1, 2, 3]), StringComparison.Ordinal);
        for (int bit = 80; bit < 8 * whole.Length; bit += 7)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // bits that fill up the last byte of a block mean nothing
                AssertRead(Import(damaged), "UTF-8");
            }
            catch (ImportException) { }
        }
    }

    /// <summary>What comes out of the last block of a cut file is garbage: "the bytes E5 are not UTF-8; save it as UTF-8" sent
    /// people after the encoding of a good file, and values that the schema does not know after its values.</summary>
    [Fact]
    public void A_large_gzip_file_that_is_cut_off_is_called_so_wherever_its_garbage_is_met()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            string.Concat(Text, string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i * 7919 % 10007},女,yes,{i * i % 90}\n")))
        );
        byte[] whole = Gzip(text);
        Assert.Equal(9003, Import(whole).Table.Rows);
        Assert.All(
            Enumerable.Range(1, 40),
            n => Assert.Contains("gzip", Fault(whole[..(whole.Length * n / 41)]), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_file_that_ends_inside_a_character_is_said_to_be_cut_off()
    {
        byte[] text = Encoding.UTF8.GetBytes(Text + "9,女");
        Assert.Contains("the file ends inside a character (E5 A5): it is cut off", Fault(text[..^1]), StringComparison.Ordinal);
    }

    /// <summary>Stored blocks copy what follows a cut: the bytes that seal the file must not come out as they are.</summary>
    [Fact]
    public void A_stored_block_that_is_cut_off_is_refused()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            string.Concat(Text, string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},女,yes,1\n")))
        );
        var stored = new MemoryStream();
        using (var gzip = new GZipStream(stored, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(text);
        }

        byte[] whole = stored.ToArray();
        Assert.Equal(203, Import(whole).Table.Rows);
        Assert.All(
            Enumerable.Range(whole.Length - 150, 150),
            n => Assert.Contains("gzip", Fault(whole[..n]), StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("PK\u0003\u0004xl/workbook.xml", "Excel workbook or a zip file; save the sheet as 'CSV UTF-8'")]
    [InlineData("BZh91AY&SY", "bzip2")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("SQLite format 3\0", "SQLite")]
    [InlineData("  { \"resourceType\": \"Patient\" }\n", "x.csv, line 1: this looks like JSON, not CSV; write the fields as CSV")]
    [InlineData("\uFEFF\n[\n  {\"a\": 1}]", "x.csv, line 2: this looks like JSON")]
    [InlineData("<?xml version=\"1.0\"?>", "XML or HTML")]
    public void Files_of_other_kinds_are_called_by_their_names(string text, string message) =>
        Assert.Contains(message, Fault(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
