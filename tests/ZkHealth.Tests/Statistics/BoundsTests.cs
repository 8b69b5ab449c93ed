using System.Formats.Cbor;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Statements about hidden numbers: each proven at its very bound, and one beyond it neither made nor
/// accepted.</summary>
public class BoundsTests
{
    private const int Rows = 900;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            CategoryColumn.YesNo("smoker"),
            new NumberColumn("pressure", -30, 60, 10),
            new CategoryColumn(
                "stage",
                [new Category("0", "none"), new Category("1", "early"), new Category("2", "late")],
                isOrdered: true
            ),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly Predicate Yes = Predicate.In(Schema, "diabetes", "yes"),
        Smoker = Predicate.In(Schema, "smoker", "yes");
    private static readonly Predicate Nobody = Yes & !Yes;

    private static readonly long[] Values =
    [
        .. Where(i => Codes[0][i] == 2 && Codes[2][i] != 0).Select(i => -40 + 10L * Codes[2][i]).Order(),
    ];

    private static uint[][] MakeCodes()
    {
        var random = new Random(41);
        uint[][] codes =
        [
            .. Schema
                .Columns.Skip(1)
                .Select(c => Enumerable.Range(0, Rows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray()),
        ];

        // smoking goes with the later stages
        codes[1] = [.. codes[1].Select((c, i) => c != 0 && codes[3][i] == 3 && random.Next(3) == 0 ? 2 : c)];
        return codes;
    }

    private static int[] Where(Func<int, bool> condition) => [.. Enumerable.Range(0, Rows).Where(condition)];

    private static ContingencyTableOpening Prove()
    {
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(new CodedTable(Schema, Codes), new byte[32], secret);
        return ContingencyTableProof.Prove(table, TableAxes.Create([0, 1, 2, 3, 4], [2, 3, 3, 11, 4]));
    }

    private static StatisticsProof Check(params Statistic[] statistics)
    {
        byte[] file = StatisticsProof.Prove(Cubes, statistics, Context, new DisclosureGuard(0)).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    private static void Untrue(params Statistic[] statistics)
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        foreach (Statistic statistic in statistics)
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(0)));
            Assert.True(StatisticsProof.TryRows(file, [statistic], out long[][][] rows, out string? fault), fault);
            long[] released = [.. rows[0].Select(row => row.Select((w, i) => w * (long)Cubes.Counts(0)[i]).Sum())];
            if (InequalityProof.Measure([statistic], Schema, file.Axes, file.Table.Layout.PaddedRows).Fault is null)
            {
                Assert.False(
                    StatisticsProof.ProveUnchecked(Cubes, file, [statistic], rows, [released], (_, _) => { }).Verify().IsAccepted
                );
            }
        }
    }

    [Fact]
    public void Means_and_variances_lie_within_their_bounds()
    {
        long n = Values.Length,
            sum = Values.Sum(),
            squares = Values.Sum(v => v * v),
            spread = n * squares - sum * sum;
        StatisticsProof proof = Check(
            new MomentBoundsStatistic("pressure", Yes, new(sum, n), new(sum, n)),
            new MomentBoundsStatistic(
                "pressure",
                Yes,
                new(-100, 1),
                null,
                new(spread, n * (n - 1)),
                new(spread, n * (n - 1)),
                showRows: true
            ),
            new MomentBoundsStatistic(
                "pressure",
                Yes,
                null,
                null,
                new(spread, n * n),
                new(spread, n * n),
                ofPopulation: true,
                minimumRows: n
            ),
            new MomentBoundsStatistic("pressure", null, null, null, null, MomentBoundsStatistic.SquareOf(new(50, 1)))
        );
        long unknown = Where(i => Codes[0][i] == 2 && Codes[2][i] == 0).Length;
        Assert.Equal([unknown], proof.Released(0));
        Assert.Equal([n, unknown], proof.Released(1));
        Assert.Equal(
            $"the mean of pressure is at least {sum}/{n} and at most {sum}/{n}, of at least 1 rows, among diabetes = \"yes\"",
            proof.Statistics[0].Describe(Schema)
        );
        Assert.Contains(
            "the variance of pressure (over n - 1) is at most 2500 (standard deviation any to 50)",
            proof.Statistics[3].Describe(Schema),
            StringComparison.Ordinal
        );

        // next to n·(n − 1) and n² the smallest steps there are
        Untrue(
            new MomentBoundsStatistic("pressure", Yes, new(sum + 1, n), null),
            new MomentBoundsStatistic("pressure", Yes, null, new(sum - 1, n)),
            new MomentBoundsStatistic("pressure", Yes, null, null, new(spread + 1, n * (n - 1))),
            new MomentBoundsStatistic("pressure", Yes, null, null, null, new(spread - 1, n * (n - 1))),
            new MomentBoundsStatistic("pressure", Yes, null, null, new(spread + 1, n * n), null, true),
            new MomentBoundsStatistic("pressure", Yes, null, null, null, new(spread - 1, n * n), true),
            new MomentBoundsStatistic("pressure", Yes, new(-100, 1), null, minimumRows: n + 1, showRows: true),
            new MomentBoundsStatistic("pressure", Nobody, new(0, 1), new(0, 1)),
            new MomentBoundsStatistic("pressure", Nobody, null, null, null, new(1, 1), true)
        );
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, null, null));
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, new(1, 0), null));
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, null, null, new(1, 1), minimumRows: 1));
        Assert.Throws<ArgumentException>(() => Check(new MomentBoundsStatistic("stage", Yes, new(1, 1), null)));
    }

    [Fact]
    public void Quantiles_lie_within_their_bounds()
    {
        foreach ((int num, int den) in (ReadOnlySpan<(int, int)>)[(1, 2), (9, 10), (1, 10_000)])
        {
            long quantile = Values[(int)((Values.Length * (long)num + den - 1) / den) - 1];
            QuantileBoundsStatistic Between(long? low, long? high, long minimum = 1, Predicate? among = null) =>
                QuantileBoundsStatistic.Between(
                    Schema,
                    "pressure",
                    num,
                    den,
                    low is null ? null : $"{low}",
                    high is null ? null : $"{high}",
                    among ?? Yes,
                    minimum
                );
            Check(Between(quantile, quantile, Values.Length));
            if (quantile < 60)
            {
                Untrue(Between(quantile + 10, null));
            }

            if (quantile > -30)
            {
                Untrue(Between(null, quantile - 10));
            }

            Untrue(Between(-30, 60, Values.Length + 1), Between(-30, 60, 1, Nobody));
        }

        StatisticsProof proof = Check(QuantileBoundsStatistic.Between(Schema, "stage", 1, 2, "early", "late", showRows: true));
        Assert.Equal([Where(i => Codes[3][i] != 0).Length, Where(i => Codes[3][i] == 0).Length], proof.Released(0));
        Assert.Equal(
            "the 1/2 quantile of stage is at least \"early\" and at most \"late\", of at least 1 rows",
            proof.Statistics[0].Describe(Schema)
        );
        Assert.Throws<ArgumentException>(() => QuantileBoundsStatistic.Between(Schema, "pressure", 1, 2, "7", null));
        Assert.Throws<ArgumentException>(() => QuantileBoundsStatistic.Between(Schema, "pressure", 1, 2, "60", "50"));
        Assert.Throws<ArgumentException>(() => QuantileBoundsStatistic.Between(Schema, "pressure", 1, 1, "60", null));
    }

    [Fact]
    public void Counts_and_rates_lie_within_their_bounds()
    {
        long n = Where(i => Codes[0][i] == 2 && Codes[1][i] == 2).Length,
            d = Where(i => Codes[1][i] == 2 && Codes[0][i] != 0).Length;
        Predicate among = Smoker & Predicate.Known(Schema, "diabetes");
        StatisticsProof proof = Check(
            ThresholdStatistic.Count(Yes & Smoker, n, n),
            ThresholdStatistic.Count(Yes & Smoker, null, n, show: true),
            ThresholdStatistic.Rate(Yes, among, new(n, d), new(n, d), minimumRows: d),
            ThresholdStatistic.Rate(Yes, among, new(0, 1), null, true, true)
        );
        Assert.Equal(
            [
                [],
                [n],
                [0],
                [n, d, 0],
            ],
            Enumerable.Range(0, 4).Select(k => proof.Released(k))
        );
        Assert.EndsWith($"is at most {n}", proof.Statistics[1].Describe(Schema), StringComparison.Ordinal);
        Untrue(
            ThresholdStatistic.Count(Yes & Smoker, n + 1, null),
            ThresholdStatistic.Count(Yes & Smoker, null, n - 1),
            ThresholdStatistic.Count(Yes & Smoker, null, n - 1, show: true),
            ThresholdStatistic.Count(Yes, 2000, null),
            ThresholdStatistic.Rate(Yes, among, new(n + 1, d), null),
            ThresholdStatistic.Rate(Yes, among, null, new(n - 1, d)),
            ThresholdStatistic.Rate(Yes, among, new(0, 1), new(1, 1), minimumRows: d + 1),
            ThresholdStatistic.Rate(Yes, Nobody, new(1, 2), new(1, 4)),
            ThresholdStatistic.Rate(Yes, among, new(3, 2), null)
        );
        Assert.Throws<ArgumentException>(() => ThresholdStatistic.Count(Yes, null, null));
        Assert.Throws<ArgumentException>(() => ThresholdStatistic.Count(Yes, -1, null));
        Assert.Throws<ArgumentException>(() => ThresholdStatistic.Rate(Yes, among, new(1, 2), null, minimumRows: 0));
    }

    [Fact]
    public void Chi_square_of_a_hidden_two_by_two_table_lies_within_its_bounds()
    {
        long[] t =
        [
            .. new[] { (2u, 2u), (2u, 1u), (1u, 2u), (1u, 1u) }.Select(e =>
                (long)Where(i => Codes[1][i] == e.Item1 && Codes[0][i] == e.Item2).Length
            ),
        ];
        long r1 = t[0] + t[1],
            r2 = t[2] + t[3],
            c1 = t[0] + t[2],
            c2 = t[1] + t[3],
            cross = t[0] * t[3] - t[1] * t[2];
        System.Numerics.BigInteger p = (System.Numerics.BigInteger)(r1 + r2) * cross * cross,
            q = (System.Numerics.BigInteger)(r1 * r2) * (c1 * c2);

        // the neighbours of X² with the denominator 10^6
        long floor = (long)(p * 1_000_000 / q),
            least = ((long[])[r1, r2, c1, c2]).Min();
        Check(new IndependenceBoundsStatistic(Smoker, Yes, null, new(floor, 1_000_000), new(floor + 1, 1_000_000), least));
        Untrue(
            new IndependenceBoundsStatistic(Smoker, Yes, null, new(floor + 1, 1_000_000), null),
            new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(floor, 1_000_000)),
            new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), null, least + 1),
            new IndependenceBoundsStatistic(Smoker, Nobody, null, null, new(5, 1))
        );
        Assert.Throws<ArgumentException>(() => new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), null, 0));
    }

    [Fact]
    public void The_table_of_two_columns_and_its_test()
    {
        StatisticsProof proof = Check(
            new IndependenceStatistic("smoker", "stage"),
            new IndependenceStatistic("stage", "diabetes", Yes)
        );
        Assert.Equal(
            Enumerable.Range(0, 6).Select(k => (long)Where(i => Codes[1][i] == k / 3 + 1 && Codes[3][i] == k % 3 + 1).Length),
            proof.Released(0).SkipLast(1)
        );
        ReleasedValue Value(string name, int k = 0) => proof.Values(k).Single(v => v.Name == name);
        Assert.Equal(2, Value("degrees of freedom").Value);
        Assert.InRange(Value("p-value").Value!.Value, 0, 0.05);

        // a table of one column says nothing of independence
        Assert.Equal(0, Value("degrees of freedom", 1).Value);
        Assert.All(
            ["chi-square", "p-value", "Cramér's V", "least count expected"],
            (string name) =>
                Assert.Equal(
                    (null, "only one row or column of the table has counts"),
                    (Value(name, 1).Value, Value(name, 1).Undefined)
                )
        );
        Assert.Throws<ArgumentException>(() => Check(new IndependenceStatistic("smoker", "smoker")));
        Assert.Throws<DisclosureException>(() =>
            StatisticsProof.Prove(Cubes, [new IndependenceStatistic("smoker", "stage")], Context, new DisclosureGuard(500))
        );
    }

    /// <summary>
    /// A margin is bounded by the larger bound of its two cells: by that of the first it was 0 where no cell of the cube can
    /// satisfy the first, and a true statement was refused as one that no counts can satisfy.
    /// </summary>
    [Fact]
    public void Chi_square_of_conditions_that_exclude_each_other()
    {
        Predicate early = Predicate.In(Schema, "stage", "early"),
            late = Predicate.In(Schema, "stage", "late");
        Check(new IndependenceBoundsStatistic(early, late, null, new(1, 1), null, 10));
        Untrue(new IndependenceBoundsStatistic(early, late, null, null, new(1, 1), 10));
    }

    /// <summary>What hidden numbers say of few people is not proven unless the owner asks for it.</summary>
    [Fact]
    public void The_guard_looks_at_hidden_numbers_too()
    {
        long n = Where(i => Codes[0][i] == 2 && Codes[1][i] == 2).Length,
            d = Where(i => Codes[1][i] == 2 && Codes[0][i] != 0).Length;
        Predicate among = Smoker & Predicate.Known(Schema, "diabetes");
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new MomentBoundsStatistic("pressure", Yes, new(-100, 1), null),
                    QuantileBoundsStatistic.Between(Schema, "pressure", 1, 2, "-30", null, Yes),
                    ThresholdStatistic.Rate(Yes, among, new(1, 1000), null),
                    new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(900, 1), 2),
                    ConformityStatistic.ByColumns(["stage"], [1, 1, 1], ConformityBound.SharesWithin(1, 1), Yes, 1),
                ]
        )
        {
            Assert.Throws<DisclosureException>(() =>
                StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(Rows))
            );
            StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(50));
            Assert.NotNull(StatisticsProof.Refusal(Cubes, [statistic], new DisclosureGuard(Rows)));
        }

        // bounds that leave a count, or what is not counted, between 1 and threshold − 1
        var guard = new DisclosureGuard((ulong)n + 1);
        Assert.NotNull(StatisticsProof.Refusal(Cubes, [ThresholdStatistic.Count(Yes & Smoker, 1, n)], guard));
        Assert.Null(StatisticsProof.Refusal(Cubes, [ThresholdStatistic.Count(Yes & Smoker, 1, n + 1)], guard));
        Assert.Null(StatisticsProof.Refusal(Cubes, [ThresholdStatistic.Count(Yes & Smoker, null, n)], guard));
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes,
                [ThresholdStatistic.Rate(Yes, among, new(1, d), new(n, d), showDenominator: true)],
                guard
            )
        );
        Assert.Null(StatisticsProof.Refusal(Cubes, [ThresholdStatistic.Rate(Yes, among, new(1, d), new(n, d))], guard));
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes,
                [ThresholdStatistic.Rate(Yes, among, new(n, d), new(d - 1, d), showDenominator: true)],
                new DisclosureGuard((ulong)(d - n) + 1)
            )
        );
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes,
                [ThresholdStatistic.Rate(Yes, among, new(0, 1), null, true, true)],
                new DisclosureGuard((ulong)(d - n) + 1)
            )
        );
    }

    /// <summary>Several in one file: one proof of all inequalities, every byte of which counts.</summary>
    [Fact]
    public void Every_changed_byte_of_a_file_is_found()
    {
        byte[] file = StatisticsProof
            .Prove(
                Cubes,
                [
                    new CountStatistic(Yes),
                    ThresholdStatistic.Count(Yes, 5, null),
                    QuantileBoundsStatistic.Between(Schema, "stage", 1, 2, "early", null),
                    new MomentBoundsStatistic("pressure", null, new(0, 1), null, null, new(2500, 1)),
                    new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(900, 1), 5),
                ],
                Context
            )
            .Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? whole, out _) && whole.Verify().IsAccepted);
        for (int at = 0; at < file.Length; at += 97)
        {
            byte[] changed = [.. file];
            changed[at] ^= 1;
            Assert.False(
                StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out _) && proof.Verify().IsAccepted,
                $"byte {at}"
            );
        }

        // the proof of the inequalities left out
        Assert.False(StatisticsProof.TryDecode(file.AsMemory(..Items(file)[^1]), out _, out _));
    }

    /// <summary>A proof of one statement is none of another that differs in one field, though both are true.</summary>
    [Fact]
    public void Every_field_of_a_statement_counts()
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Predicate known = Predicate.Known(Schema, "diabetes");
        static QuantileBoundsStatistic Quantile(
            string column = "pressure",
            int p = 1,
            int q = 2,
            string? low = "-30",
            string? high = "60",
            Predicate? among = null,
            long rows = 1,
            bool show = false
        ) => QuantileBoundsStatistic.Between(Schema, column, p, q, low, high, among, rows, show);
        Statistic[][] families =
        [
            [
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 1), new(3000, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-31, 1), new(60, 1), new(0, 1), new(3000, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(61, 1), new(0, 1), new(3000, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 2), new(3000, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 1), new(3001, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 1), new(3000, 1), true),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 1), new(3000, 1), false, 3),
                new MomentBoundsStatistic("pressure", known, new(-30, 1), new(60, 1), new(0, 1), new(3000, 1)),
                new MomentBoundsStatistic("pressure", Yes, new(-30, 1), new(60, 1), new(0, 1), new(3000, 1), showRows: true),
            ],
            [
                Quantile(),
                Quantile("stage", low: "none", high: "late"),
                Quantile(q: 3),
                Quantile(p: 2, q: 3),
                Quantile(low: "-20"),
                Quantile(low: null),
                Quantile(high: "50"),
                Quantile(high: null),
                Quantile(among: Yes),
                Quantile(rows: 2),
                Quantile(show: true),
            ],
            [
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(99, 100)),
                ThresholdStatistic.Rate(!Yes, known, new(1, 100), new(99, 100)),
                ThresholdStatistic.Rate(Yes, known | Smoker, new(1, 100), new(99, 100)),
                ThresholdStatistic.Rate(Yes, known, new(2, 100), new(99, 100)),
                ThresholdStatistic.Rate(Yes, known, new(1, 101), new(99, 100)),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(98, 100)),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), null),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(99, 100), minimumRows: 2),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(99, 100), true),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(99, 100), false, true),
                ThresholdStatistic.Count(Yes, 1, 600),
                ThresholdStatistic.Rate(Yes, known, new(1, 100), new(99, 100), includeUnknown: true),
            ],
            [
                new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), new(900, 1)),
                new IndependenceBoundsStatistic(!Smoker, Yes, null, new(0, 1), new(900, 1)),
                new IndependenceBoundsStatistic(Smoker, !Yes, null, new(0, 1), new(900, 1)),
                new IndependenceBoundsStatistic(Smoker, Yes, known, new(0, 1), new(900, 1)),
                new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 2), new(900, 1)),
                new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), new(901, 1)),
                new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(900, 1)),
                new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), new(900, 1), 11),
            ],
        ];
        foreach (Statistic[] family in families)
        {
            Assert.All(
                family,
                s =>
                    Assert.True(
                        InequalityProof.Measure([s], Schema, file.Axes, 1024, Cubes.Counts(0).ToArray()).Holds,
                        s.Describe(Schema)
                    )
            );
            byte[] proof = InequalityProof.Prove(
                Context.Start([]),
                file.Subject,
                1024,
                file.Cube,
                Cubes.Counts(0),
                Cubes.Blinding(0),
                [family[0]],
                Schema
            );
            for (int k = 0; k < family.Length; k++)
            {
                var batch = new VerificationBatch();
                bool accepted =
                    InequalityProof.Collect(Context.Start([]), file.Subject, 1024, file.Cube, [family[k]], Schema, proof, batch)
                        is null
                    && batch.Verify().IsAccepted;
                Assert.True(accepted == (k == 0), family[k].Describe(Schema));
            }
        }
    }

    /// <summary>Where the items of a file begin. Proofs are random bytes, in which any pattern occurs once in a while: nothing is
    /// looked for in them.</summary>
    private static int[] Items(byte[] file)
    {
        var reader = new CborReader(file, CborConformanceMode.Canonical);
        var starts = new int[reader.ReadStartArray()!.Value];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = file.Length - reader.BytesRemaining;
            reader.SkipValue();
        }

        return starts;
    }

    [Fact]
    public void Proofs_of_nothing_are_rejected()
    {
        // a file of released numbers ends with an empty proof of inequalities
        byte[] released = StatisticsProof.Prove(Cubes, [new CountStatistic(Yes)], Context).Encode();
        Assert.Equal(0x40, released[^1]);
        released = [.. released[..^1], 0x41, 0];
        Assert.True(StatisticsProof.TryDecode(released, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal("rejected: a proof of no inequality", proof.Verify().ToString());

        // a file that releases nothing: no released numbers [[]], an empty proof of them, then that of the inequalities
        byte[] hidden = StatisticsProof.Prove(Cubes, [ThresholdStatistic.Count(Yes, 20, null)], Context).Encode();
        int at = Items(hidden)[^2];
        Assert.Equal([0x81, 0x80, 0x40], hidden[(at - 2)..(at + 1)]);
        byte[] filled = [.. hidden[..at], 0x41, 0, .. hidden[(at + 1)..]];
        Assert.True(StatisticsProof.TryDecode(filled, out proof, out reason), reason);
        Assert.Equal("rejected: a proof of these statistics has another length", proof.Verify().ToString());
    }

    /// <summary>A wrong scalar in any message of a true statement.</summary>
    [Fact]
    public void Wrong_messages_are_rejected()
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Statistic[] asked = [new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(900, 1), 5)];
        long[] unknown = asked[0].Rows(Schema, file.Axes)![0];
        long left = Where(i => Codes[0][i] == 0 || Codes[1][i] == 0).Length;
        for (int message = -1; message < 4; message++)
        {
            int at = message;
            StatisticsProof proof = StatisticsProof.ProveUnchecked(
                Cubes,
                file,
                asked,
                [
                    [unknown],
                ],
                [
                    [left],
                ],
                (m, scalars) => scalars[0] += m == at ? Scalar.One : Scalar.Zero
            );
            Assert.Equal(message < 0, proof.Verify().IsAccepted);
        }
    }
}
