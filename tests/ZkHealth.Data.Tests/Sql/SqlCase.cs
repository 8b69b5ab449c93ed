using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Four CSV files as hospitals have them (values missing, visits that name nobody), committed once, and the same files
/// in DuckDB.</summary>
public partial class SqlCase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth-sql").FullName;
    private readonly IReadOnlyDictionary<string, TableOpeningFile> _tables;
    private readonly Dictionary<string, string> _identifiers;
    private readonly DuckDBConnection _duck = new("DataSource=:memory:");

    public SqlCase()
        : this(Write, "visits.person_id=patients.person_id", "consents.person_id=patients.person_id") { }

    /// <param name="write">Writes the files into a folder.</param>
    /// <param name="keys">The keys between them.</param>
    protected SqlCase(Action<string> write, params string[] keys)
    {
        write(_folder);
        _duck.Open();
        TrialKey[] parsed = [.. keys.Select(TrialKey.Parse)];
        var files = new TrialTables(_folder, parsed.SelectMany(k => (string[])[k.Events, k.Entities]).ToHashSet(), parsed);
        _tables = files.Commit(new byte[32], atMost: 16);
        _identifiers = files.Identifiers;
        foreach (string name in _tables.Keys)
        {
            Execute($"CREATE TABLE {name} AS SELECT * FROM read_csv('{Path.Combine(_folder, name + ".csv")}')");
        }
    }

    public IReadOnlyList<SqlTable> Tables =>
        [
            .. _tables.Select(t => new SqlTable(t.Key, t.Value.Committed.Commitment, t.Key)
            {
                Identifier = _identifiers.GetValueOrDefault(t.Key),
            }),
        ];

    private Dictionary<string, TableOpening> Openings => _tables.ToDictionary(t => t.Key, t => t.Value.Committed);

    public SqlQuestion Compile(string sql, int minCount = 0) =>
        SqlQuestion.Compile(
            sql,
            Tables,
            new SqlOptions
            {
                MinCount = minCount,
                ReadFile = (file, column) => SqlFile.ReadList(Path.Combine(_folder, file), column),
            }
        );

    public PlanProof ProofOf(SqlQuestion question) =>
        question.Prove(Openings, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));

    /// <summary>A proof of a query that says that it is of another.</summary>
    internal PlanProof ProofOf(SqlQuestion asked, SqlStatement said)
    {
        var used = Openings.Where(t => asked.Uses(t.Key)).ToDictionary();
        var evaluator = new PlanEvaluator(asked.Plan, used);
        evaluator.Run();
        return PlanProof.Prove([evaluator], new StatisticContext("p", "r", "o"), false, sql: said);
    }

    /// <summary>The answer with all proofs made and verified.</summary>
    public SqlAnswer Prove(SqlQuestion question)
    {
        PlanProof proof = ProofOf(question);
        VerificationResult result = proof
            .Verify(new VerificationContext { Limits = VerificationLimits.ForCells(TableAxes.MaxCells) })
            .Result;
        Assert.True(result.IsAccepted, result.Reason);
        return proof.Answer!;
    }

    /// <summary>The answer from the rows themselves, without proofs.</summary>
    public string[] Ask(string sql)
    {
        return Texts(Prove(Compile(sql)));
    }

    public static string[] Texts(SqlAnswer answer) =>
        [string.Join("|", answer.Columns), .. answer.Rows.Select(row => string.Join("|", row.Select(Text)))];

    /// <summary>The answer of the plan, from the rows and without proofs: each step is taken row by row, each number added
    /// up.</summary>
    internal SqlAnswer Evaluate(SqlQuestion question) => Evaluate(question, Openings);

    /// <summary>The answer of the plan from the rows of tables.</summary>
    internal static SqlAnswer Evaluate(SqlQuestion question, Dictionary<string, TableOpening> tables)
    {
        var used = tables.Where(t => question.Uses(t.Key)).ToDictionary();
        var evaluator = new PlanEvaluator(question.Plan, used);
        evaluator.Run();
        return question.Read([.. question.Plan.Asked.Select(asked => Answer(question.Plan, asked, used, evaluator))]);
    }

    private static PlanAnswer Answer(
        Plan plan,
        PlanQuestion asked,
        Dictionary<string, TableOpening> used,
        PlanEvaluator evaluator
    )
    {
        PlanCube cube = plan.Cubes[asked.Cube];
        PlanTable table = plan.Tables[cube.Table];
        var counts = new ulong[asked.Weights[0].Count];
        for (int row = 0; row < used[cube.Table].Commitment.Rows; row++)
        {
            long cell = 0;
            foreach (int j in cube.Columns)
            {
                uint code =
                    j < table.Columns.Count
                        ? used[cube.Table].Codes(j)[row]
                        : evaluator.Derived(cube.Table)[j - table.Columns.Count].Span[row];
                cell = (cell * table.All[j].Domain) + code;
            }

            counts[cell]++;
        }

        long[] values = [.. asked.Weights.Select(w => PlanProof.Sum(w, counts))];
        int[] withheld = [.. PlanProof.Small(asked, values)];
        return new PlanAnswer([.. PlanProof.Shown(asked, withheld, values)], default) { Withheld = withheld };
    }

    /// <summary>Compares the answers to queries that are accepted with DuckDB's; the number of these.</summary>
    public int AssertSame(Func<string> next, int queries)
    {
        int answered = 0;
        for (int i = 0; i < queries; i++)
        {
            string sql = next();
            string[] mine;
            try
            {
                mine = Texts(Evaluate(Compile(sql)));
            }
            catch (SqlException)
            {
                continue;
            }

            answered++;
            AssertSame(sql, mine);
        }

        return answered;
    }

    /// <summary>Holds the rows of an answer, in any order, to those of DuckDB.</summary>
    public void AssertSame(string sql, string[] rows)
    {
        string[] theirs = Duck(sql);
        Assert.True(
            theirs.Order(StringComparer.Ordinal).SequenceEqual(rows.Order(StringComparer.Ordinal)),
            $"{sql}\nDuckDB: {string.Join("; ", theirs)}\nhere: {string.Join("; ", rows)}"
        );
    }

    /// <summary>The answer of DuckDB to the same text.</summary>
    public string[] Duck(string sql) =>
        Duck(_duck, ListFile().Replace(sql, file => $"'{Path.Combine(_folder, file.Groups[1].Value)}'"));

    /// <summary>The answer of a database of DuckDB.</summary>
    public static string[] Duck(DuckDBConnection database, string sql)
    {
        using DuckDBCommand command = database.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string> { string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)) };
        while (reader.Read())
        {
            rows.Add(
                string.Join(
                    "|",
                    Enumerable.Range(0, reader.FieldCount).Select(j => Text(reader.IsDBNull(j) ? null : reader.GetValue(j)))
                )
            );
        }

        return [.. rows];
    }

    public void Dispose()
    {
        _duck.Dispose();
        foreach (TableOpeningFile table in _tables.Values)
        {
            table.Dispose();
        }

        Directory.Delete(_folder, true);
        GC.SuppressFinalize(this);
    }

    [GeneratedRegex(@"'(\w+\.csv)'")]
    private static partial Regex ListFile();

    private void Execute(string sql)
    {
        using DuckDBCommand command = _duck.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static string Text(object? value) =>
        value switch
        {
            null => "NULL",
            string text => text,
            bool truth => truth ? "true" : "false",
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            // sums of doubles are rounded in another order there, and ORDER BY takes the sign from 0
            _ => (
                Convert.ToDouble(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + 0.0
            ).ToString("G12", CultureInfo.InvariantCulture),
        };

    private static void Write(string folder)
    {
        var random = new Random(5);
        string Some(double part, string text) => random.NextDouble() < part ? text : "";
        string Day(DateOnly from, int days) =>
            from.AddDays(random.Next(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string Pick(params string[] texts) => texts[random.Next(texts.Length)];
        Lines(
            folder,
            "patients",
            "person_id,sex,birth,smoker,bmi",
            120,
            i =>
                $"P{i:D4},{Pick("F", "M", "F", "M", "")},{Some(0.95, Day(new DateOnly(1930, 1, 1), 30000))},{Pick("true", "false", "")},"
                + Some(0.8, (18 + random.Next(220) / 10m).ToString(CultureInfo.InvariantCulture))
        );
        Lines(
            folder,
            "visits",
            "visit_id,person_id,code,visit_date,days,cost",
            300,
            i =>
                $"{i},{Some(0.9, $"P{random.Next(60):D4}")},{Pick("E11.0", "E11.9", "I10", "J45", "")},{Day(new DateOnly(2020, 1, 1), 900)},"
                + $"{Pick("", "0", "1", "2", "5")},{Pick("", "10.25", "99.5", "3.0")}"
        );
        Lines(folder, "consents", "person_id,research", 60, i => $"P{2 * i:D4},{Pick("yes", "no")}");
        Lines(folder, "diabetes", "code", 2, i => i == 0 ? "E11.0" : "E11.9");

        Lines(folder, "slashes", "day", 1, _ => "2026/05/01");
        Lines(folder, "none", "code", 0, _ => "");

        Lines(folder, "padded", "code,days", 1, _ => " E11.0,1 ");

        // a blank value is NULL; one that stands twice is one
        Lines(folder, "blank", "code,days", 4, i => ((string[])["E11.0,1", ",5", "J45,", "E11.0,1"])[i]);

        // truth values as programs write them, and what DuckDB takes for texts
        Lines(folder, "truths", "python,short,other", 2, i => i == 0 ? "True,f,Y" : "True,NO,Y");
        Lines(folder, "zeros", "first,plus", 1, _ => "02,+2");

        // as lists write numbers: with zeros that say nothing
        Lines(folder, "numbers", "days,cost", 2, i => i == 0 ? "2.0,10.250" : "1.0,3");
    }

    protected static void Lines(string folder, string name, string header, int rows, Func<int, string> line) =>
        File.WriteAllLines(Path.Combine(folder, name + ".csv"), Enumerable.Range(0, rows).Select(line).Prepend(header));
}
