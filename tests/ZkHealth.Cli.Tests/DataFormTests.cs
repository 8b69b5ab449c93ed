using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// One file of 200 rows in the forms that hospitals have, as a person commits and asks it: dates of four forms, decimals with a
/// comma, thousands, top codes, a list of 100,000 codes, orders, spellings of yes and no, persons, missing codes; in three
/// encodings, compressed, and with several faults at once. The counts follow from how the rows are made.
/// </summary>
public sealed class DataFormTests : TemporaryFolder
{
    private const string Header = "病案号;born;us;serial;compact;lab;age;smoker;icd10;stage;性别";

    private const string Schema = """
        { "name": "all forms", "missing": ["", "99"], "columns": [
          {"name": "patient", "source": "病案号", "kind": "person"},
          {"name": "born", "kind": "date", "format": "day-first", "unit": "year", "first": "1930-01-01", "last": "2000-12-31"},
          {"name": "age at", "source": "us", "kind": "integer", "format": "month-first", "ageAt": "2026-01-01",
            "min": 0, "max": 120},
          {"name": "serial", "kind": "date", "format": "excel-serial", "unit": "month",
            "first": "2024-01-01", "last": "2024-12-31"},
          {"name": "compact", "kind": "date", "format": "compact", "first": "2024-01-01", "last": "2024-12-31"},
          {"name": "lab", "kind": "number", "min": 0, "max": 2000, "scale": 1, "decimal": ",", "thousands": "."},
          {"name": "age", "kind": "integer", "min": 0, "max": 90, "topCode": "90+", "missing": ["999"]},
          {"name": "smoker", "kind": "yes-no"},
          {"name": "icd10", "kind": "category", "valuesFile": "icd10.csv"},
          {"name": "stage", "kind": "category", "ordered": true, "values": [{"code": "I"}, {"code": "II"}, {"code": "III"}]},
          {"name": "sex", "source": "性别", "kind": "category",
            "values": [{"code": "f", "source": ["女"]}, {"code": "m", "source": ["男"]}]}]}
        """;

    private static readonly string[] Codes =
    [
        .. Enumerable.Range(0, 100_000).Select(i => $"{(char)('A' + i / 4000)}{i % 4000 / 40:00}.{i % 40}"),
    ];

    private static string Row(int i) =>
        string.Join(
            ';',
            $"P{i / 2}",
            $"0{1 + i % 9}.02.{1930 + i % 60}",
            $"0{1 + i % 9}/15/{1930 + i % 60}",
            (new DateOnly(2024, 1, 1).DayNumber - new DateOnly(1899, 12, 30).DayNumber + i).ToString(
                CultureInfo.InvariantCulture
            ),
            $"20240{1 + i % 9}01",
            ((string[])["6,5", "1.234,0", "99", "12,3"])[i % 4],
            ((string[])["45", "90+", ">89", "999"])[i % 4],
            ((string[])["是", "否", "TRUE", "n", ""])[i % 5],
            Codes[i % 10 * 137 + 400],
            ((string[])["I", "II", "III"])[i % 3],
            i % 2 == 1 ? "男" : "女"
        );

    private void Prepare(int codes)
    {
        ListCodes(codes);
        File.WriteAllText(At("s.json"), Schema);
        Run.Json("keygen", "--out", At("k"));
    }

    private void ListCodes(int codes) =>
        File.WriteAllLines(At("icd10.csv"), ["code,label", .. Codes.Take(codes).Select(c => $"{c},diagnosis {c}")]);

    private JsonObject Commit(byte[] source, string name = "in.csv", params string[] more)
    {
        File.WriteAllBytes(At(name), source);
        string[] commit = ["commit", At(name), "--schema", At("s.json"), "--key", At("k"), "--out", At("t.zkt"), "--force"];
        return Run.Json([.. commit, .. more]);
    }

    [Fact]
    public void A_file_in_every_form_is_committed_whole_and_answers()
    {
        Prepare(2_000);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        string text = string.Join("\n", Enumerable.Range(0, 200).Select(Row).Prepend(Header)) + "\n";
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        (string Name, byte[] Bytes, string[] More)[] sources =
        [
            ("gb.csv", Encoding.GetEncoding("gb18030").GetBytes(text), ["--encoding", "gb18030"]),
            ("le.csv", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)], []),
            ("be.csv", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes(text)], []),
            ("tab.csv", Encoding.UTF8.GetBytes(text.Replace(';', '\t')), []),
            ("u8.csv.gz", packed.ToArray(), []),
        ];
        foreach ((string name, byte[] bytes, string[] more) in sources)
        {
            JsonObject committed = Commit(bytes, name, more);
            Assert.Equal((200, 200, 0), ((int)committed["rows"]!, (int)committed["records"]!, (int)committed["refused"]!));
        }

        foreach (
            (string where, int count) in ((string, int)[])
                [
                    ("born <= 1950", 83),
                    ("`age at` >= 70", 98),
                    ("serial >= 2024-03", 140),
                    ("compact >= 2024-05-01", 110),
                    ("lab >= 1234", 50),
                    ("age >= 90", 100),
                    ("age is not known", 50),
                    ("lab is not known", 50),
                    ("smoker = yes", 80),
                    ("smoker is not known", 40),
                    ("stage >= II", 133),
                    ("sex = f and age >= 90", 50),
                ]
        )
        {
            string[] more = ["--purpose", "p", "--requester", "r", "--origin", "o", "--out", At("x.zkp"), "--force"];
            (int code, string output) = Run.Command(["prove", "count", At("t.zkt"), "--where", where, .. more]);
            Assert.True(code == 0 && output.Contains($"count: {count}\n", StringComparison.Ordinal), $"{where}: {output}");
        }

        ListCodes(100_000);
        Assert.Equal(200, (int)Commit(Encoding.UTF8.GetBytes(text))["rows"]!);
    }

    [Fact]
    public void Codes_are_found_by_their_beginning()
    {
        Prepare(2_000);
        Commit(Encoding.UTF8.GetBytes(string.Join("\n", Enumerable.Range(0, 200).Select(Row).Prepend(Header))));
        int expected = Enumerable.Range(0, 200).Count(i => Row(i).Split(';')[8].StartsWith("A1", StringComparison.Ordinal));
        string[] more = ["--purpose", "p", "--requester", "r", "--origin", "o", "--out", At("x.zkp")];
        (_, string output) = Run.Command(["prove", "count", At("t.zkt"), "--where", "icd10 like \"A1%\"", .. more]);
        Assert.Contains($"count: {expected}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_file_are_listed_in_one_pass()
    {
        Prepare(100);
        string Bad(params (int Column, string Value)[] changes)
        {
            string[] fields = Row(0).Split(';');
            fields[8] = Codes[0];
            Array.ForEach(changes, c => fields[c.Column] = c.Value);
            return string.Join(';', fields);
        }

        File.WriteAllLines(
            At("bad.csv"),
            [
                Header,
                Bad(),
                Bad((1, "31.02.1950"), (5, "x1")),
                Bad((2, "13/32/1950"), (7, "perhaps")),
                Bad((8, "Z\u200b99")),
                Bad((3, "0.5x"), (6, "91x")),
                Bad((5, "1.23"), (9, "IV")),
                Bad((10, "男\ufeff")),
            ]
        );
        (int code, string output) = Run.Command("check", At("bad.csv"), "--schema", At("s.json"));
        Assert.Equal(2, code);
        foreach (
            string line in (string[])
                [
                    "7 records; 6 of them cannot be committed",
                    "'31.02.1950' in 1 row on line 3",
                    "'13/32/1950' in 1 row on line 4",
                    "'0.5x' in 1 row on line 6",
                    "'x1' in 1 row on line 3",
                    "'1.23' in 1 row on line 7",
                    "'91x' in 1 row on line 6",
                    "'perhaps' in 1 row on line 4",
                    @"'Z\u200b99' in 1 row on line 5",
                    "'IV' in 1 row on line 7",
                    @"'男\ufeff' in 1 row on line 8",
                ]
        )
        {
            Assert.Contains(line, output, StringComparison.Ordinal);
        }

        // and a draft of the schema is taken as it is
        File.WriteAllLines(At("good.csv"), [Header, .. Enumerable.Range(0, 200).Select(Row)]);
        Run.Json("schema", "draft", At("good.csv"), "--out", At("draft.json"));
        Assert.Equal(0, (int)Run.Json("check", At("good.csv"), "--schema", At("draft.json"))["refused"]!);
    }
}
