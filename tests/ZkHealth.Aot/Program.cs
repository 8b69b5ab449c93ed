using System.Diagnostics;
using ZkHealth;
using ZkHealth.Statistics;
using ZkHealth.Tables;

var schema = new TableSchema(
    "smoke",
    [ColumnSchema.YesNo("diabetes"), ColumnSchema.OfNumbers("age", 0, 15), ColumnSchema.YesNo("smoker")]
);
var random = new Random(1);
int rows = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1 << 16;
var coded = new CodedTable(
    schema,
    [.. schema.Columns.Skip(1).Select(c => Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray())]
);
using var secret = TableSecret.Create();
var watch = Stopwatch.StartNew();
using TableOpening table = TableOpening.Commit(coded, new byte[32], secret);
double commit = watch.Elapsed.TotalSeconds;
watch.Restart();
using ContingencyTableOpening cubes = ContingencyTableProof.Prove(
    table,
    TableAxes.Create([1, 2, 3], [.. schema.Columns.Skip(1).Select(c => c.Domain)])
);
double prove = watch.Elapsed.TotalSeconds;
var asked = Statistic.Rate(Predicate.In(schema, "diabetes", "yes"), Predicate.Between(schema, "age", "4", "9"));
byte[] file = StatisticsProof.Prove(cubes, [asked], new StatisticContext("smoke", "test", "none")).Encode();
watch.Restart();
bool good =
    StatisticsProof.TryDecode(file, out StatisticsProof? proof, out _)
    && proof.Verify().IsAccepted
    && proof.Released(0)[0]
        == Enumerable.Range(0, rows).Count(i => coded.Codes(1).Span[i] == 2 && coded.Codes(2).Span[i] is >= 5 and <= 10);
double verify = watch.Elapsed.TotalSeconds;
file[^100] ^= 1; // in the proof, before the counts that end the file
good &= StatisticsProof.TryDecode(file, out proof, out _) && !proof.Verify().IsAccepted;
Console.WriteLine(
    FormattableString.Invariant(
        $"{ZkHealthRuntime.Describe()}: commit {commit:F3} s, prove {prove:F3} s, verify {verify:F3} s: {(good ? "ok" : "WRONG")}"
    )
);
return good ? 0 : 1;
