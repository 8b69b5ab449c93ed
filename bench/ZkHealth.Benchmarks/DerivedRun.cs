using System.Globalization;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Derived columns on one core, each the median of some runs (time of the processor) beside the cube of 162 cells of the same
/// run: a map over a list of 16,384 tuples beside that cube, and a total and a join of events on a quarter as many patients:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- derived [LOG2_ROWS]`.
/// </summary>
internal static class DerivedRun
{
    private const int Runs = 3,
        Codes = 1 << 14;
    private static readonly uint[] Domains = [3, 18, 3];

    public static int Run(int log)
    {
        int rows = 1 << log,
            patients = rows / 4;
        var random = new Random(1);
        uint[] Draw(int n, int below) => [.. Enumerable.Range(0, n).Select(_ => (uint)random.Next(below))];
        uint[] codes = Draw(rows, Codes),
            keys = Draw(rows, patients + 1),
            chapters = [.. Enumerable.Range(0, Codes).Select(c => c == 0 ? 0u : (uint)(c % 17) + 1)];
        using TableSecret first = TableSecret.Create(),
            second = TableSecret.Create();
        using TableOpening events = TableOpening.Commit(
            [Draw(rows, 3), Draw(rows, 18), Draw(rows, 3), codes, keys],
            rows,
            new byte[32],
            "events"u8,
            first
        );
        using TableOpening mapped = events.Derive("chapter"u8, [Array.ConvertAll(codes, c => chapters[c])]);
        TableAxes cube = TableAxes.Create([0, 1, 2], Domains),
            byChapter = TableAxes.Create([0, 5, 2], Domains);
        Relation map = Relation.Create(
            [3, 5],
            Enumerable.Range(0, Codes).SelectMany(c => (uint[])[(uint)c, chapters[c]]).ToArray()
        );
        Report("cube of 162 cells", rows, [cube], events);
        Report($"map over {Codes} tuples and a cube", rows, [map, byChapter], mapped);

        using TableOpening people = TableOpening.Commit([Draw(patients, 5)], patients, new byte[32], "patients"u8, second);
        using TableOpening totals = people.Derive("visits"u8, [LinkWitness.Totals(keys, [], patients)]);
        using TableOpening days = people.Derive("days"u8, [LinkWitness.Totals(keys, events.Codes(1), patients)]);
        uint[] values = people.Codes(0).ToArray();
        using TableOpening joined = events.Derive("value"u8, [Array.ConvertAll(keys, k => k == 0 ? 0 : values[k - 1])]);
        Report("total without weight", events, totals, Link.Totals(4, null, 1));
        Report("total of weights", events, days, Link.Totals(4, 1, 1));
        Report("join", joined, people, Link.Join(4, (5, 0)));
        PlanExample(rows, patients);
        return 0;
    }

    /// <summary>
    /// Patients with at least two visits with a code of diabetes, by sex, among those who consented: the example of
    /// docs/derived.md, from committed tables to the bytes of the answer.
    /// </summary>
    private static void PlanExample(int rows, int patients)
    {
        var random = new Random(2);
        uint[] Draw(int n, int from, int below) => [.. Enumerable.Range(0, n).Select(_ => (uint)random.Next(from, below))];
        uint[] persons = [.. Enumerable.Range(1, patients).Select(i => (uint)i)];
        random.Shuffle(persons);
        uint[] keys = Draw(rows, 0, patients + 1),
            codes = [.. Draw(rows, 0, 1000)];
        byte[] hospital = [.. Enumerable.Repeat((byte)1, 32)],
            registrar = [.. Enumerable.Repeat((byte)2, 32)];
        CategoryColumn research = new("research", [new("yes", "yes"), new("no", "no")]);
        using TableOpening consents = Commit(registrar, "consents", [research], Draw(patients, 0, 3));
        using TableOpening people = Commit(
            hospital,
            "patients",
            [
                new CategoryColumn("sex", [new("f", "female"), new("m", "male")]),
                new KeyColumn("person", Convert.ToHexStringLower(registrar) + "/consents"),
            ],
            Draw(patients, 0, 3),
            persons
        );
        using TableOpening visits = Commit(
            hospital,
            "visits",
            [
                new KeyColumn("patient", Convert.ToHexStringLower(people.Commitment.Root.Span)),
                new CategoryColumn("code", [.. Enumerable.Range(1, 999).Select(i => new Category($"{i}", $"code {i}"))]),
            ],
            keys,
            codes
        );

        const int Most = 64;
        IReadOnlyList<long>[] isDiabetes = [.. Enumerable.Range(0, 1000).Select(c => (long[])[c, c is >= 100 and < 140 ? 1 : 0])];
        IReadOnlyList<long>[] isCase =
        [
            .. Enumerable
                .Range(0, 2 * Most)
                .Select(i =>
                    (long[])
                        [
                            i / Most,
                            i % Most,
                            i < Most ? 0
                            : i % Most >= 2 ? 2
                            : 1,
                        ]
                ),
        ];
        var plan = new Plan
        {
            Tables = new Dictionary<string, PlanTable>
            {
                ["visits"] = PlanTables.Of(
                    visits.Commitment,
                    "visits",
                    [new PlanColumn("is diabetes", PlanColumnKind.Number, 2)]
                ),
                ["patients"] = PlanTables.Of(
                    people.Commitment,
                    "patients",
                    [
                        new("visits", PlanColumnKind.Number, Most),
                        new("case", PlanColumnKind.Coded, 3, ["no", "yes"]),
                        new("research", PlanColumnKind.Coded, 3, ["yes", "no"]),
                    ]
                ),
                ["consents"] = PlanTables.Of(
                    consents.Commitment,
                    "consents",
                    [new PlanColumn("named", PlanColumnKind.Number, 2)],
                    hospital
                ),
            },
            Steps =
            [
                new MapStep("visits", [2], 3, isDiabetes),
                new TotalStep("visits", "patients", 1, 3, 3),
                new MapStep("patients", [0, 3], 4, isCase),
                new TotalStep("patients", "consents", 2, null, 2),
                new JoinStep("patients", "consents", 2, [(5, 1)]),
            ],
            Cubes = [new PlanCube("patients", [1, 4, 5]), new PlanCube("consents", [2])],
            Asked =
            [
                new PlanQuestion(
                    0,
                    [
                        .. new[] { 1, 2 }.SelectMany(sex =>
                            new[] { 2, 1 }.Select(least =>
                                Enumerable
                                    .Range(0, 27)
                                    .Select(i => (i / 9 == sex && i / 3 % 3 >= least && i % 3 == 1) ? 1L : 0)
                                    .ToArray()
                            )
                        ),
                    ]
                ),
            ],
        };
        var tables = new Dictionary<string, TableOpening>
        {
            ["visits"] = visits,
            ["patients"] = people,
            ["consents"] = consents,
        };
        PlanProof? proof = null;
        double prove = Median(() =>
            proof = PlanProof.Prove(plan, tables, new StatisticContext("bench", "bench", "bench"), new DisclosureGuard(0))
        );
        var large = new VerificationContext { Limits = VerificationLimits.ForCells(1 << 20) };
        double verify = Median(() => Check(proof!.Verify(large).Result));
        int proofs =
            proof!.Segments[0].Cubes.Values.Sum(c => c.Proof.Length)
            + proof.Segments[0].Links.Sum(l => l.Proof.Length + l.HiddenSums.Length)
            + proof.Answers.Sum(a => a.Proof.Length);
        Line("the example, end to end (bytes of proofs)", rows, prove, verify, proofs);
        Console.WriteLine($"  the file with the points of columns: {proof.Encode().Length} bytes");
    }

    private static TableOpening Commit(byte[] owner, string name, ColumnSchema[] columns, params uint[][] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(new TableSchema(name, columns), codes), owner, secret);
    }

    private static void Report(string name, int rows, ICubeCells[] cells, TableOpening table)
    {
        ProvenCells? proven = null;
        double prove = Median(() => proven = ContingencyTableProof.ProveCells(new Transcript("bench"u8), table, cells, null));
        double verify = Median(() =>
            Check(ContingencyTableProof.Verify(new Transcript("bench"u8), table.Commitment, cells, proven!.Points, proven.Proof))
        );
        Line(name, rows, prove, verify, proven!.Proof.Length);
    }

    private static void Report(string name, TableOpening events, TableOpening entities, Link link)
    {
        (byte[] Sums, byte[] Proof) proven = ([], []);
        double prove = Median(() => proven = LinkProof.Prove(new Transcript("bench"u8), events, entities, link));
        double verify = Median(() =>
            Check(
                LinkProof.Verify(
                    new Transcript("bench"u8),
                    events.Commitment,
                    entities.Commitment,
                    link,
                    proven.Sums,
                    proven.Proof
                )
            )
        );
        Line(name, (int)events.Commitment.Rows, prove, verify, proven.Proof.Length);
    }

    private static void Line(string name, int rows, double prove, double verify, int bytes) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -40} {rows, 9} rows  prove {prove:F3} s  verify {1000 * verify:F1} ms  {bytes} bytes"
            )
        );

    private static void Check(VerificationResult result)
    {
        if (!result.IsAccepted)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    private static double Median(Action work)
    {
        work();
        var times = new double[Runs];
        for (int i = 0; i < Runs; i++)
        {
            GC.Collect();
            TimeSpan before = Environment.CpuUsage.TotalTime; // of this process: other work on the machine does not count
            work();
            times[i] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        Array.Sort(times);
        return times[Runs / 2];
    }
}
