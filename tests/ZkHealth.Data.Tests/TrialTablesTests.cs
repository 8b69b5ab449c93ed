using System.Text;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>The CSV files of a folder as tables of a trial.</summary>
public sealed partial class TrialTablesTests : IDisposable
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

    /// <summary>
    /// Of two files that have each person once, the key led from the name that comes first to the other: whoever joined consents
    /// to visits and their patients was told to name keys, and no keys helped, as an identifier that is a key as well was a key
    /// alone.
    /// </summary>
    [Fact]
    public void What_each_person_has_once_is_joined_in_some_arrangement_of_keys()
    {
        Write("patients.csv", [.. "person_id,sex\n1,F\n2,M\n3,F\n4,M\n"u8]);
        Write("consents.csv", [.. "person_id,research\n1,yes\n2,no\n3,yes\n"u8]);
        Write("visits.csv", [.. "person_id,code\n1,A\n1,B\n2,A\n3,A\n4,A\n"u8]);
        const string Joined =
            "SELECT count(*), count(DISTINCT v.person_id) FROM visits v JOIN patients p ON v.person_id = p.person_id "
            + "JOIN consents c ON c.person_id = p.person_id WHERE c.research = 'yes' AND p.sex = 'F'";
        Assert.Equal([null, "3, 2", null, null], Answers(Joined));
        const string Left =
            "SELECT count(*) FROM patients p LEFT JOIN consents c ON c.person_id = p.person_id WHERE c.research IS NULL";
        Assert.Equal([null, "1", "1", null], Answers(Left));
        const string Events = "SELECT count(*) FROM visits v JOIN patients p USING (person_id) WHERE p.sex = 'M'";
        Assert.Equal(["2"], Answers(Events));
    }

    /// <summary>The answer of a query under each arrangement of keys, proven and verified; null where it is refused.</summary>
    private List<string?> Answers(string sql)
    {
        var answers = new List<string?>();
        for (int arrangement = 0, all = 1; arrangement < all; arrangement++)
        {
            var files = new TrialTables(
                _folder,
                SqlQuestion.TablesIn(sql),
                [],
                SqlQuestion.CountedIn(sql),
                arrangement: arrangement,
                joins: SqlQuestion.JoinsIn(sql)
            );
            all = files.Arrangements;
            IReadOnlyDictionary<string, TableOpeningFile> tables = files.Commit(new byte[32]);
            answers.Add(AnswerOf(sql, tables, files.Identifiers));
            foreach (TableOpeningFile table in tables.Values)
            {
                table.Dispose();
            }
        }

        return answers;
    }

    /// <summary>The rows of the answer under the first arrangement of keys, in words, and what is noted of the files.</summary>
    private (string Rows, string[] Notes) Ask(string sql, int minCount = 0)
    {
        var files = new TrialTables(
            _folder,
            SqlQuestion.TablesIn(sql),
            [],
            SqlQuestion.CountedIn(sql),
            joins: SqlQuestion.JoinsIn(sql)
        );
        IReadOnlyDictionary<string, TableOpeningFile> tables = files.Commit(new byte[32]);
        SqlAnswer answer = Proven(sql, tables, files.Identifiers, minCount);
        foreach (TableOpeningFile table in tables.Values)
        {
            table.Dispose();
        }

        IEnumerable<string> rows = answer.Rows.Select(r => string.Join(", ", r.Select(v => v ?? "NULL")));
        return (string.Join("; ", rows.Concat(answer.Withheld)), [.. files.Notes]);
    }

    private static string? AnswerOf(
        string sql,
        IReadOnlyDictionary<string, TableOpeningFile> tables,
        Dictionary<string, string> identifiers
    )
    {
        try
        {
            return string.Join(", ", Proven(sql, tables, identifiers).Rows[0]);
        }
        catch (SqlException)
        {
            return null;
        }
    }

    private static SqlAnswer Proven(
        string sql,
        IReadOnlyDictionary<string, TableOpeningFile> tables,
        Dictionary<string, string> identifiers,
        int minCount = 0
    )
    {
        SqlTable[] named =
        [
            .. tables.Select(t => new SqlTable(t.Key, t.Value.Committed.Commitment, t.Key)
            {
                Identifier = identifiers.GetValueOrDefault(t.Key),
            }),
        ];
        var question = SqlQuestion.Compile(sql, named, new SqlOptions { MinCount = minCount });
        PlanProof proof = question.Prove(
            tables.ToDictionary(t => t.Key, t => t.Value.Committed),
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        VerificationResult result = proof
            .Verify(new VerificationContext { Limits = VerificationLimits.ForCells(TableAxes.MaxCells) })
            .Result;
        Assert.True(result.IsAccepted, result.Reason);
        return proof.Answer!;
    }

    /// <summary>A column without a value in any row was left out, so that a question whether it has one named a column that was
    /// not there.</summary>
    [Fact]
    public void A_column_without_a_value_is_kept()
    {
        Write("p.csv", [.. "sex,died\nf,\nm,\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "p" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["p"];
        Assert.Equal("p.died has no value in any row: it is taken for a column of texts", Assert.Single(files.Notes));
        int died = table.Coded.Schema.IndexOf("died");
        Assert.Equal([0u, 0u], table.Coded.Codes(died).ToArray());
    }

    /// <summary>Numbers and days of many values are committed by digits, as a schema has them: as one column a cost in cents made
    /// every proof about its table megabytes, and comparisons of it were refused.</summary>
    [Fact]
    public void Columns_of_many_values_are_committed_by_digits()
    {
        Write("stays.csv", [.. "ward,cost,born\na,0.00,1930-02-28\na,999.99,2024-02-29\nb,17.50,1970-01-01\nb,,\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "stays" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["stays"];
        Assert.Equal(
            ["row", "ward", "cost/1024", "cost%1024", "born year", "born day"],
            table.Coded.Schema.Columns.Select(c => c.Name)
        );
        var stays = new SqlTable("stays", table.Committed.Commitment, "stays");
        IReadOnlyList<object?>[] Ask(string sql)
        {
            PlanProof proof = SqlQuestion
                .Compile(sql, [stays])
                .Prove(
                    new Dictionary<string, TableOpening> { ["stays"] = table.Committed },
                    new StatisticContext("p", "r", "o"),
                    new DisclosureGuard(0)
                );
            Assert.InRange(proof.Encode().Length, 1, 1 << 20);
            return [.. proof.Answer!.Rows];
        }

        Assert.Equal(
            [
                ["a", 2m, 999.99m, 1m],
                ["b", 1m, 17.5m, 0m],
            ],
            Ask(
                "SELECT ward, count(cost) AS n, sum(cost) AS s, count(*) FILTER (WHERE cost >= 500.5) AS dear FROM stays GROUP BY ward ORDER BY ward"
            )
        );
        Assert.Equal(
            [
                [2m, 1m],
            ],
            Ask(
                "SELECT count(*) FILTER (WHERE born < DATE '1999-05-06') AS old, count(*) FILTER (WHERE born IS NULL) AS none FROM stays"
            )
        );
    }

    /// <summary>A record at fault was left out of a list of codes without a word: IN found fewer rows, and the count was proven
    /// and verified.</summary>
    [Theory]
    [InlineData("code,label\nE11,x\nI10,y,z\nJ45,y\n", 3)]
    [InlineData("code,label\nE11,x\n\"I10,y\nJ45,y\n", 3)]
    public void A_list_with_a_record_at_fault_is_refused(string csv, long line)
    {
        File.WriteAllText(Path.Combine(_folder, "codes.csv"), csv);
        var refused = Assert.Throws<ImportException>(() => SqlFile.Read(Path.Combine(_folder, "codes.csv"), "code"));
        Assert.Equal(line, refused.Line);
    }

    /// <summary>NA, - and . among texts were taken for no value, so that a count of them was 0 where DuckDB counts a text; among
    /// numbers they say that there is none.</summary>
    [Fact]
    public void Words_for_no_value_are_texts_among_texts()
    {
        Write("p.csv", [.. "result,score\npos,1\nNA,2\n-,.\nneg,4\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "p" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["p"];
        Assert.Equal(
            [
                "p.result has '-', 'NA' in 2 rows, texts as in DuckDB: where that is no value, nullif(result, '-') is NULL",
                "p.score has no value in one row with '.', which DuckDB takes for a value",
            ],
            files.Notes
        );
        Assert.Equal([4u, 2, 1, 3], table.Coded.Codes(table.Coded.Schema.IndexOf("result")).ToArray());
        Assert.Equal([1u, 2, 0, 4], table.Coded.Codes(table.Coded.Schema.IndexOf("score")).ToArray());
    }

    /// <summary>Numbers with a decimal comma and days of the day-first form were texts, of which no mean and no span can be
    /// asked: what every value can be in one way alone is read so, and said; days that can be in two ways, of which DuckDB takes
    /// one, are left out. Of a column that one mistyped number makes one of texts, it is said which.</summary>
    [Fact]
    public void What_all_texts_of_a_column_are_in_one_form_alone_is_kept_as_that()
    {
        string ages = string.Concat(Enumerable.Range(20, 40).Select(i => $"f;7,5;13.2.1960;1.2.1960;{i};1,250\n"));
        Write("p.csv", Encoding.UTF8.GetBytes($"sex;hba1c;born;day;age;count\nm;6,25;31.12.1959;2.1.1960;4o;2,500\n{ages}"));
        var files = new TrialTables(_folder, new HashSet<string> { "p" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["p"];
        TableSchema schema = table.Coded.Schema;
        string[] First(string column) =>
            [.. table.Coded.Codes(schema.IndexOf(column)).ToArray().Take(2).Select(schema.Columns[schema.IndexOf(column)].Label)];
        Assert.Equal(["6.25", "7.50"], First("hba1c"));
        Assert.Equal(["1959-12-31", "1960-02-13"], First("born"));
        Assert.Equal(["2,500", "1,250"], First("count"));
        Assert.Equal(
            [
                "p.hba1c is read as numbers with a decimal comma",
                "p.born is read as dates, day-first",
                "p.day is left out: its days could be day-first or month-first, such as '2.1.1960': write them as 2026-05-31, or give the table a schema with the column's \"format\"",
                "p.age is a column of texts, as 1 of them is no number, such as '4o'",
            ],
            files.Notes
        );
    }

    /// <summary>A folder of files in GB18030 was refused with an option to add that `try` did not have.</summary>
    [Fact]
    public void Files_are_read_in_the_encoding_that_is_named()
    {
        byte[] text = CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes("性别,年龄\n男,30\n女,40\n");
        Write("p.csv", text);
        var named = new ImportOptions { Encoding = "gb18030" };
        var files = new TrialTables(_folder, new HashSet<string> { "p" }, [], null, named);
        using TableOpeningFile table = files.Commit(new byte[32])["p"];
        Assert.True(table.Coded.Schema.IndexOf("年龄") > 0);
        Assert.Equal(["女", "男"], SqlFile.Read(Path.Combine(_folder, "p.csv"), "性别", named).Order(StringComparer.Ordinal));
    }
}
