using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth commit` with the files that hospitals have: what is printed, and how it is refused.</summary>
public sealed class CommitCommandTests : TemporaryFolder
{
    private const string Schema = """
        { "name": "t", "columns": [ { "name": "diabetes", "kind": "yes-no" }, { "name": "age", "kind": "integer", "min": 0, "max": 120, "round": "down" } ] }
        """;

    public CommitCommandTests()
    {
        File.WriteAllText(At("schema.json"), Schema);
        Run.Json("keygen", "--out", At("key"));
    }

    private string[] Commit(string csv, params string[] more) =>
        ["commit", csv, "--schema", At("schema.json"), "--key", At("key"), .. more];

    private string Source(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    [Fact]
    public void Records_are_accounted_for()
    {
        string csv = Source("a.csv", "diabetes,age\nyes,30.5\n,\n\nperhaps,4\n,\nno,5\n");
        (int code, string output) = Run.Command(Commit(csv, "--unknown", "missing"));
        Assert.Equal(0, code);
        Assert.Contains(
            "rows:    5 committed of 5 records read, 0 refused; 1 blank line left out",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("warning: 2 rows have no value in any column", output, StringComparison.Ordinal);
        Assert.Contains(
            "  diabetes: 2 values, 2 missing, 1 unknown values taken as missing (such as 'perhaps')",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("  age: 3 values, 2 missing, 1 rounded", output, StringComparison.Ordinal);

        JsonObject json = Run.Json(Commit(csv, "--unknown", "missing", "--force"));
        Assert.Equal(
            (5, 5, 0, 1, 2),
            ((int)json["records"]!, (int)json["rows"]!, (int)json["refused"]!, (int)json["blankLines"]!, (int)json["emptyRows"]!)
        );
        Assert.Equal(
            ("UTF-8", ",", 1),
            ((string)json["encoding"]!, (string)json["delimiter"]!, (int)json["columns"]![1]!["rounded"]!)
        );
    }

    private const string PatientSchema = """
        { "name": "patients", "columns": [
          { "name": "person", "source": "person_id", "kind": "identifier" },
          { "name": "sex", "kind": "category", "values": [{ "code": "f" }, { "code": "m" }] } ] }
        """;

    private const string VisitSchema = """
        { "name": "visits", "columns": [
          { "name": "patient", "source": "person_id", "kind": "key", "of": "patients", "atMost": 2 },
          { "name": "inpatient", "kind": "yes-no" } ] }
        """;

    private string[] Related(string visits, params string[] more)
    {
        Source("patients.schema.json", PatientSchema);
        Source("visits.schema.json", VisitSchema);
        return
        [
            "commit",
            Source("visits.csv", visits),
            Source("patients.csv", "person_id,sex\nA7,f\nB9,m\n"),
            "--key",
            At("key"),
            .. more,
        ];
    }

    [Fact]
    public void Related_files_become_tables_with_keys()
    {
        string[] command = Related("person_id,inpatient\nB9,yes\nC1,no\n,no\nB9,no\n");
        (int code, string output) = Run.Command(command);
        Assert.Equal(0, code);
        Assert.Contains("  person: 2 values, 0 missing; the identifiers are forgotten", output, StringComparison.Ordinal);
        Assert.Contains("  patient: 2 values, 1 missing, 1 name nobody", output, StringComparison.Ordinal);

        JsonArray tables = Run.Json([.. command, "--force"])["tables"]!.AsArray();
        Assert.Equal([At("patients.zkt"), At("visits.zkt")], tables.Select(t => (string)t!["table"]!));
        Assert.Equal((2, 4, 1), ((int)tables[0]!["rows"]!, (int)tables[1]!["rows"]!, (int)tables[1]!["columns"]![0]!["nobody"]!));
    }

    /// <summary>One entry binds all segments of a version; a month appended is another version.</summary>
    [Fact]
    public void Segments_are_published_together()
    {
        string[] tables = [At("may.zkt"), At("june.zkt")];
        Run.Json(Commit(Source("may.csv", "diabetes,age\nyes,3\n")));
        Run.Json(Commit(Source("june.csv", "diabetes,age\nno,4\nyes,5\n")));
        string[] Publish(params string[] paths) =>
            ["publish", .. paths, "--ledger", At("ledger"), "--key", At("key"), "--data-set", "visits"];
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/segments");
        JsonObject one = Run.Json(Publish(tables[0])),
            two = Run.Json(Publish(tables));
        Assert.Equal((0, 1, At("june.receipt")), ((int)one["entry"]!, (int)two["entry"]!, (string)two["receipt"]!));
        Assert.NotEqual((string)one["root"]!, (string)two["root"]!);
        (int code, string output) = Run.Command(Publish(tables)[..^2]);
        Assert.Equal(2, code);
        Assert.Contains("--data-set: expected a name", output, StringComparison.Ordinal);
        (code, output) = Run.Command(Publish(tables[0], tables[0]));
        Assert.Equal(2, code);
        Assert.Contains("one of them stands there twice", output, StringComparison.Ordinal);
    }

    /// <summary>All or none: patients without their visits would be published in vain.</summary>
    [Fact]
    public void Related_files_at_fault_leave_no_table()
    {
        (int code, string output) = Run.Command(Related("person_id,inpatient\nB9,yes\nB9,no\nB9,no\n"));
        Assert.Equal(2, code);
        Assert.Contains("1 row of 'patients' is named by more than 2 rows each", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder, "*.zkt"));

        string[] visits = [.. Related("person_id,inpatient\nB9,yes\n").Where(w => w != At("patients.csv"))];
        (code, output) = Run.Command(visits);
        Assert.Equal(2, code);
        Assert.Contains("names rows of the table 'patients': give its source too", output, StringComparison.Ordinal);
        (code, output) = Run.Command([.. visits, "--schema", At("schema.json"), "--schema", At("schema.json")]);
        Assert.Equal(2, code);
        Assert.Contains("--schema: expected one for each CSV", output, StringComparison.Ordinal);
        (code, output) = Run.Command(Related("person_id,inpatient\nB9,yes\n", "--out", At("x.zkt")));
        Assert.Equal(2, code);
        Assert.Contains("--out: expected one CSV", output, StringComparison.Ordinal);
        File.Delete(At("visits.schema.json"));
        (code, output) = Run.Command(visits);
        Assert.Equal(2, code);
        Assert.Contains("zkhealth schema draft proposes one", output, StringComparison.Ordinal);
    }

    /// <summary>A pipe has no length; the progress asked for it, and "Stream does not support seeking" was all that
    /// came.</summary>
    [Fact]
    public void Pipes_and_gzip_are_read()
    {
        byte[] csv = Encoding.UTF8.GetBytes("diabetes;age\nyes;30\nno;4\n");
        using (FileStream file = File.Create(At("a.csv.gz")))
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        {
            gzip.Write(csv);
        }

        JsonObject json = Run.Json(Commit(At("a.csv.gz")));
        Assert.Equal((At("a.zkt"), 2), ((string)json["table"]!, (int)json["rows"]!));
        File.WriteAllBytes(At("cut.csv.gz"), File.ReadAllBytes(At("a.csv.gz"))[..^9]);
        Run.Usage("cut.csv.gz: the gzip file is ", Commit(At("cut.csv.gz")));

        foreach (string name in OperatingSystem.IsWindows() ? (string[])["-"] : ["-", "/dev/stdin"])
        {
            (int code, string output) = Piped(File.ReadAllBytes(At("a.csv.gz")), Commit(name, "--out", At("p.zkt"), "--force"));
            Assert.True(code == 0 && output.Contains("2 committed of 2 records read", StringComparison.Ordinal), output);
            (code, output) = Piped(csv[..^2], Commit(name, "--out", At("p.zkt"), "--force"));
            Assert.True(code == 0, output);
        }

        (int fault, string message) = Piped("diabetes,age\nmaybe,1\n"u8.ToArray(), Commit("-", "--out", At("q.zkt")));
        Assert.True(
            fault == 2 && message.Contains("standard input, line 2, column 'diabetes'", StringComparison.Ordinal),
            message
        );
        Run.Usage("--out: expected the file to write", Commit("-"));
        Assert.False(File.Exists(At("q.zkt")));
    }

    [Fact]
    public void Encodings_and_delimiters_are_asked_for()
    {
        Encoding latin = Encoding.Latin1;
        File.WriteAllBytes(At("latin.csv"), latin.GetBytes("diabetes,age,größe\nyes,1,2\n"));
        Run.Usage("line 1: the bytes F6 are not UTF-8; the header is ", Commit(At("latin.csv")));
        Run.Usage("'diabetes,age,größe' as Windows-1252 (--encoding windows-1252)", Commit(At("latin.csv")));
        Assert.Equal("Windows-1252", (string)Run.Json(Commit(At("latin.csv"), "--encoding", "windows-1252"))["encoding"]!);
        Run.Usage(
            "--encoding: expected one of utf-8, utf-16le, utf-16be, gb18030, windows-1252",
            Commit(At("latin.csv"), "--encoding", "latin9")
        );
        Run.Usage("--delimiter: expected one character, or tab", Commit(At("latin.csv"), "--delimiter", ",,"));
        Run.Usage("--delimiter: expected a tab, or printable ASCII", Commit(At("latin.csv"), "--delimiter", "x"));
        Run.Usage("add --delimiter to say where", Commit(Source("both.csv", "a,b;diabetes,age\n1\n")));
        Assert.Equal(
            "\t",
            (string)Run.Json(Commit(Source("tab.csv", "diabetes\tage\nyes\t1\n"), "--delimiter", "tab"))["delimiter"]!
        );
    }

    [Fact]
    public void What_cannot_be_read_or_written_is_said_before_any_work()
    {
        string csv = Source("a.csv", "diabetes,age\nyes,30\n");
        Directory.CreateDirectory(At("dir.csv"));
        Run.Usage("dir.csv is a folder; expected a CSV file in it", Commit(At("dir.csv"), "--out", At("x.zkt")));
        Run.Usage("--out: ", Commit(csv, "--out", At("dir.csv")));

        // a name that was mistyped asked for a schema beside it
        Run.Usage($"there is no file {At("b.csv")}", "commit", At("b.csv"), "--key", At("h.key"));
        Run.Usage("dir.csv is a folder; expected a file to write", Commit(csv, "--out", At("dir.csv")));
        Run.Usage("there is no folder", Commit(csv, "--out", Path.Combine(Folder, "none", "x.zkt")));
        if (OperatingSystem.IsLinux())
        {
            Run.Usage("--out: /proc/x.zkt cannot be written", Commit(csv, "--out", "/proc/x.zkt"));
        }
    }

    [Fact]
    public void Columns_whose_cubes_are_large_are_noted()
    {
        File.WriteAllText(
            At("schema.json"),
            Schema
                .Replace("120", "1000", StringComparison.Ordinal)
                .Replace(
                    "\"columns\": [",
                    "\"columns\": [ { \"name\": \"sbp\", \"kind\": \"integer\", \"min\": 0, \"max\": 300 },",
                    StringComparison.Ordinal
                )
        );
        (_, string output) = Run.Command(Commit(Source("a.csv", "sbp,diabetes,age\n120,yes,30\n")));
        Assert.Contains(
            "note:    age has 1002 values and sbp 302: a question about both needs a cube of 302604 cells; bands make it smaller",
            output,
            StringComparison.Ordinal
        );
    }

    /// <summary>Case 16: exit code 2, and the line where the quote opens.</summary>
    [SkippableFact]
    public void A_quote_left_open_is_refused()
    {
        string cases = Path.Combine(Run.Root, "..", "shared", "cases", "16-backslash-quotes-eat-rows");
        Skip.IfNot(Directory.Exists(cases), "../shared/cases is not here");
        foreach ((string csv, int line) in ((string, int)[])[("open-quote-twice.csv", 7), ("in.csv", 5), ("note-last.csv", 5)])
        {
            Run.Usage(
                $"{csv}, line {line}: ",
                "commit",
                Path.Combine(cases, csv),
                "--schema",
                Path.Combine(cases, "schema.json"),
                "--key",
                At("key"),
                "--out",
                At("x.zkt")
            );
        }
    }

    private static (int Code, string Output) Piped(byte[] input, string[] arguments)
    {
        using Process process = Run.Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
