using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>The CSV files of a folder as tables of a trial.</summary>
public sealed class TrialTablesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private void Write(string name, params byte[][] lines) =>
        File.WriteAllBytes(Path.Combine(_folder, name), [.. lines.SelectMany(l => l)]);

    /// <summary>
    /// To find the list of all person_id, every file of the folder was read to its end, and one that could not be read failed a
    /// question about others (finding 9 of the reviewer of notes). Of a file without the column the header alone is read, so that
    /// a fault of its records is none; a file that has the column and cannot be read is named.
    /// </summary>
    [Fact]
    public void Files_that_the_question_does_not_name_cannot_fail_it()
    {
        Write("aaa.csv");
        Write("aab.csv", [.. "ort,name\n1,K"u8, 0xF6, .. "ln\n"u8]);
        Write("aac.csv", [.. "person_id,name\n1,K"u8, 0xF6, .. "ln\n"u8]);
        Write("aad.csv", [.. "<html>"u8]);
        Write("persons.csv", [.. "person_id,sex\n1,F\n2,M\n3,F\n"u8]);
        Write("visits.csv", [.. "person_id,code\n1,A\n1,B\n2,A\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "visits" }, [], new HashSet<string> { "person_id" });
        IReadOnlyDictionary<string, TableOpeningFile> tables = files.Commit(new byte[32]);
        Assert.Equal(["persons", "visits"], tables.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith(
            "aac is not taken as the list of all person_id: ",
            Assert.Single(files.Notes),
            StringComparison.Ordinal
        );
        foreach (TableOpeningFile table in tables.Values)
        {
            table.Dispose();
        }
    }

    /// <summary>A column without a value in any row was left out, so that a question whether it has one named a column that was
    /// not there.</summary>
    [Fact]
    public void A_column_without_a_value_is_kept()
    {
        Write("p.csv", [.. "sex,died\nf,\nm,NULL\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "p" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["p"];
        Assert.Equal("p.died has no value in any row: it is taken for a column of texts", Assert.Single(files.Notes));
        int died = table.Coded.Schema.IndexOf("died");
        Assert.Equal([0u, 0u], table.Coded.Codes(died).ToArray());
    }
}
