using System.Text;
using System.Text.Json;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs.Membership;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Statistics.Plans;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Hostile;

/// <summary>Scalars, points, proofs, tables and every form of proof file.</summary>
internal static class StatisticDecoders
{
    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("ill"),
            new CategoryColumn("region", [.. "nesw".Select(c => new Category($"{c}", $"{c}"))]),
            new NumberColumn("age", -2, 9, unit: "years"),
            new BandColumn("bmi", [new Band("low", 0, 19), new Band("high", 20, 60)]),
            new NumberColumn("stay", 0, 2),
        ]
    );

    private static readonly StatisticContext Context = new("purpose", "requester", "ledger.test/health");
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes");
    private static readonly Scalar Secret = Scalar.FromUInt64(99).Invert();

    public static List<Decoder> List()
    {
        var random = new Random(8);
        uint[][] codes =
        [
            .. Schema
                .Columns.Skip(1)
                .Select(c => Enumerable.Range(0, 400).Select(i => (uint)random.Next(i == 0 ? 1 : 0, (int)c.Domain)).ToArray()),
        ];
        for (int i = 0; i < 400; i++)
        {
            codes[1][i] = i < 5 ? 4u : (uint)random.Next(0, 4);
        }

        using var secret = TableSecret.Create();
        TableOpening table = TableOpening.Commit(new CodedTable(Schema, codes), [.. Enumerable.Repeat((byte)7, 32)], secret);
        ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, TableAxes.Create([0, 1, 2, 3, 5], [2, 3, 5, 13, 4])),
            small = ContingencyTableProof.Prove(table, TableAxes.Create([1], [3]));
        return [.. Numbers(), .. Files(table, cubes), .. Noise(table, small), .. Members(), .. Proofs(), .. Plans()];
    }

    private static Decoder[] Numbers()
    {
        RistrettoPoint[] points =
        [
            .. Enumerable.Range(1, 20).Select(i => PedersenGenerators.BTable.Multiply(Scalar.FromUInt64((ulong)i).Invert())),
        ];
        return
        [
            new(
                typeof(Scalar),
                nameof(Scalar.TryDecode),
                "",
                Secret.ToBytes(),
                b => Scalar.TryDecode(b, out Scalar s) ? s.ToBytes() : null
            ),
            new(
                typeof(RistrettoEncoding),
                nameof(RistrettoEncoding.TryDecode),
                "",
                points[0].Compress().ToBytes(),
                b =>
                    b.Length == RistrettoPoint.Size && new CompressedPoint(b).TryDecompress(out RistrettoPoint p)
                        ? p.Compress().ToBytes()
                        : null
            ),
            new(
                typeof(RistrettoBatch),
                nameof(RistrettoBatch.TryDecode),
                "20 points",
                [.. points.SelectMany(p => p.Compress().ToBytes())],
                b =>
                {
                    var read = new RistrettoPoint[20];
                    return b.Length == 20 * RistrettoPoint.Size && RistrettoBatch.TryDecode(b, read, out _)
                        ? [.. read.SelectMany(p => p.Compress().ToBytes())]
                        : null;
                }
            ),
        ];
    }

    private static Decoder[] Files(TableOpening table, ContingencyTableOpening cubes)
    {
        var openings = new RecordOpenings();
        RecordProof record = RecordProof.Prove(
            table,
            Schema,
            0,
            [
                EntryQuestion.Show("age"),
                EntryQuestion.Hide("region"),
                EntryQuestion.Inside("ill", [1, 2]),
                EntryQuestion.Outside("bmi", [3 - table.Codes(4)[0]]),
            ],
            Context,
            openings
        );
        Statistic[][] statistics =
        [
            [
                new CountStatistic(Ill),
                new MeanStatistic("age", Ill),
                new QuantileStatistic("age", 9, 10),
                new HistogramStatistic("region", Predicate.Known(Schema, "ill")),
            ],
            [
                new TwoByTwoStatistic(Ill, Predicate.In(Schema, "region", "n")),
                new IndependenceStatistic("region", "ill"),
                new RateStatistic(Ill, Predicate.Known(Schema, "ill")),
                new StandardisedRateStatistic(Ill, "region", [4, 3, 2, 1]),
            ],
            [
                new StratifiedTableStatistic(
                    Ill,
                    Predicate.AtLeast(Schema, "age", "3"),
                    "region",
                    Predicate.Known(Schema, "age")
                ),
                new WeightedMeanStatistic("age", "stay", Ill),
            ],
            [PersonTimeRateStatistic.OfRows(Ill, "stay", null, 1000)],
            [new SuppressedTableStatistic(["region", "ill"], 10, true)],
            [new SuppressedTableStatistic(["region"], 10, false, Ill), new SuppressedTableStatistic(["region"], 11)],
            [
                Statistic.RateBounds(
                    Ill,
                    Predicate.Known(Schema, "ill"),
                    new(1, 100),
                    new(99, 100),
                    showDenominator: true,
                    minimumRows: 10
                ),
                Statistic.CountBounds(Ill, 3, null),
            ],
            [
                Statistic.Conformity(["region"], [3, 3, 3, 1], ConformityBound.SharesWithin(9, 10), Ill, 5, true),
                Statistic.ConformityOfGroups(
                    [Ill, Predicate.In(Schema, "ill", "no")],
                    [1, 1],
                    ConformityBound.ChiSquareAtMost(1000, 1)
                ),
            ],
            [
                new MomentBoundsStatistic("age", Ill, new(-2, 1), new(9, 1), new(1, 10), new(1000, 1)),
                Statistic.QuantileBounds(Schema, "age", 1, 2, "-2", "9", null, 10),
            ],
            [new IndependenceBoundsStatistic(Ill, Predicate.In(Schema, "region", "n"), null, null, new(1000, 1), 1)],
        ];
        return
        [
            new(
                typeof(TableSchema),
                nameof(TableSchema.TryDecode),
                "",
                Schema.Encode(),
                b => TableSchema.TryDecode(b, out TableSchema? s, out _) ? s.Encode() : null
            ),
            new(
                typeof(TableSchema),
                nameof(TableSchema.TryDecode),
                "every kind of column",
                new TableSchema("t", Tables.ColumnSchemaTests.Kinds).Encode(),
                b => TableSchema.TryDecode(b, out TableSchema? s, out _) ? s.Encode() : null
            ),
            new(
                typeof(ContingencyTableOpening),
                nameof(ContingencyTableOpening.TryDecodeSecret),
                "",
                // few cells: each is committed anew by who reads it
                ContingencyTableProof.Prove(table, TableAxes.Create([0, 1, 2], [2, 3, 5])).EncodeSecret(),
                b =>
                    ContingencyTableOpening.TryDecodeSecret(b, table.Commitment, out ContingencyTableOpening? c, out _)
                        ? c.EncodeSecret()
                        : null,
                Work: 1 << 23
            ),
            File(
                "rate",
                StatisticsProof.Prove(cubes, [new RateStatistic(Ill, Predicate.Known(Schema, "ill"))], Context).Encode()
            ),
            File("record", record.Encode()),
            new(
                typeof(RecordOpenings),
                nameof(RecordOpenings.TryDecodeSecret),
                "",
                openings.EncodeSecret(),
                b => RecordOpenings.TryDecodeSecret(b, out RecordOpenings? o, out _) ? o.EncodeSecret() : null
            ),
            .. statistics.Select(s =>
                File(
                    string.Join(", ", s.Select(x => x.GetType().Name)),
                    StatisticsProof.Prove(cubes, s, Context, new DisclosureGuard(0)).Encode()
                )
            ),
        ];
    }

    /// <summary>A proof file of one kind.</summary>
    private static Decoder File(string kind, byte[] valid) =>
        new(
            typeof(ProofFile),
            nameof(ProofFile.TryDecode),
            kind,
            valid,
            b => ProofFile.TryDecode(b, out ProofFile? f, out _) ? f.Encode() : null
        );

    private static Decoder[] Noise(TableOpening table, ContingencyTableOpening cubes)
    {
        NoiseQuery query = NoiseQuery.Create(
            table.Commitment,
            Schema,
            new CountStatistic(Ill),
            Context,
            "clinic",
            new PrivacyLoss(2, 1e-9m),
            1,
            "drand 1"
        );
        OwnedNoise noise = OwnedNoise.Commit(query, table);
        return
        [
            new(
                typeof(NoiseCommitment),
                nameof(NoiseCommitment.TryDecode),
                "",
                noise.Commitment.Encode(),
                b => NoiseCommitment.TryDecode(b, out NoiseCommitment? c, out _) ? c.Encode() : null
            ),
            new(
                typeof(OwnedNoise),
                nameof(OwnedNoise.TryDecodeSecret),
                "",
                noise.EncodeSecret(),
                b => OwnedNoise.TryDecodeSecret(b, out OwnedNoise? n, out _) ? n.EncodeSecret() : null
            ),
            File("noisy release", NoisyRelease.Prove(cubes, noise, new byte[32]).Encode()),
        ];
    }

    private static Decoder[] Members()
    {
        MemberKey[] keys = [.. Enumerable.Range(0, 5).Select(_ => MemberKey.Create())];
        var registry = new KeyRegistry("North", [.. keys.Select((k, i) => new RegisteredMember(k.Public, $"Hospital {i}"))]);
        return
        [
            new(
                typeof(KeyRegistry),
                nameof(KeyRegistry.TryDecode),
                "",
                registry.Encode(),
                b => KeyRegistry.TryDecode(b, out KeyRegistry? r, out _) ? r.Encode() : null
            ),
            new(
                typeof(MemberKey),
                nameof(MemberKey.TryDecodeSecret),
                "",
                Encoding.UTF8.GetBytes(keys[0].EncodeSecret()),
                b =>
                    MemberKey.TryDecodeSecret(Encoding.UTF8.GetString(b), out MemberKey? k)
                        ? Encoding.UTF8.GetBytes(k.EncodeSecret())
                        : null,
                IsCanonical: false,
                IsText: true
            ),
            File("member", AnonymousStatement.Prove(registry, keys[3], "beds are short", "week 12", Context).Encode()),
        ];
    }

    private static Decoder[] Proofs() =>
        [
            new(
                typeof(RangeProof),
                nameof(RangeProof.TryDecode),
                "two of 8 bits",
                RangeProof.Prove(new Transcript("range"u8), [200, 7], [Secret, Secret], 8, out _).Encode(),
                b => RangeProof.TryDecode(b, 8, 2, out RangeProof? p) ? p.Encode() : null
            ),
        ];

    private static Decoder[] Plans()
    {
        using JsonDocument vector = JsonDocument.Parse(
            System.IO.File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", "plan-example.json"))
        );
        byte[] plan = PlanReader.Read(vector.RootElement.GetProperty("plans")[0]).Encode().ToArray();
        return
        [
            new(
                typeof(Plan),
                nameof(Plan.TryDecode),
                "",
                plan,
                b => Plan.TryDecode(b, out Plan? p, out _) ? p.Encode().ToArray() : null
            ),
            File("plan", PlanCase.Of("plan-example")[0].Prove().Encode()),
        ];
    }
}
