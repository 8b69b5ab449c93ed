using System.Text;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Whatever a reader is shown is bound to the proof: a third party could once rotate the labels of strata, swap a standard
/// population or call a median another quantile, and the hospital's proof went on verifying (attacks F1 and F5).
/// </summary>
public class StatementTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("ill"),
            new CategoryColumn("area", [new Category("n", "north"), new Category("s", "south")], true),
            new NumberColumn("time", 1, 3),
            new NumberColumn("visits", 0, 1),
        ]
    );

    private static readonly StatisticContext Context = new("survey", "office", "ledger.test/health");
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes"),
        Known = Predicate.Known(Schema, "ill");
    private static readonly TableOpening Table = Commit();
    private static readonly ContingencyTableOpening Cubes = ContingencyTableProof.Prove(
        Table,
        TableAxes.Create(Places("row", "ill", "area"), [2, 3, 3])
    );
    private static readonly ContingencyTableOpening Numbers = ContingencyTableProof.Prove(
        Table,
        TableAxes.Create(Places("row", "ill", "time", "visits"), [2, 3, 4, 3])
    );
    private static readonly DisclosureGuard Nothing = new(0);
    private static readonly MemberKey[] Keys = [.. Enumerable.Range(0, 2).Select(_ => MemberKey.Create())];
    private static readonly KeyRegistry Registry = Register("North", Keys);

    private static uint[] Places(params string[] columns) => [.. columns.Select(c => (uint)Schema.IndexOf(c))];

    private static TableOpening Commit()
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(
            new CodedTable(
                Schema,
                [
                    [1, 2, 2, 1, 2, 0, 1, 2],
                    [1, 2, 1, 2, 1, 1, 1, 0],
                    [1, 2, 3, 1, 2, 3, 1, 0],
                    [1, 2, 1, 2, 2, 2, 0, 1],
                ]
            ),
            new byte[32],
            secret
        );
    }

    private static KeyRegistry Register(string consortium, IEnumerable<MemberKey> keys) =>
        new(consortium, [.. keys.Select((k, i) => new RegisteredMember(k.Public, $"Hospital {i}"))]);

    /// <summary>A file of a kind: what it is bound to, and whether it verifies; null where the bytes are none.</summary>
    private sealed record Kind(byte[] File, Func<byte[], (byte[] Label, Func<VerificationResult> Verify)?> Read);

    private static (byte[] Label, Func<VerificationResult> Verify)? Read(byte[] bytes)
    {
        if (!ProofFile.TryDecode(bytes, out ProofFile? file, out _))
        {
            return null;
        }

        byte[] statement = file switch
        {
            StatisticsProof proof => proof.Statement,
            RecordProof proof => proof.Statement,
            NoisyRelease proof => proof.Statement,
            _ => ((AnonymousStatement)file).Statement,
        };
        return (file.Context.Label(statement), () => file.Verify(new VerificationContext { Registry = Registry }).Result);
    }

    private static readonly Lazy<Dictionary<string, Kind>> Kinds = new(() =>
    {
        NoiseQuery query = NoiseQuery.Create(
            Table.Commitment,
            Schema,
            new CountStatistic(Ill),
            Context,
            "clinic",
            new PrivacyLoss(6, 0.001m),
            1,
            "drand 1"
        );
        ContingencyTableOpening alone = ContingencyTableProof.Prove(Table, TableAxes.Create(Places("ill"), [3]));
        using OwnedNoise noise = OwnedNoise.Commit(query, Table);
        return new()
        {
            ["prevalence"] = new(
                StatisticsProof.Prove(Cubes, RateStatistic.ByColumns(Schema, Ill, Known, "area"), Context, Nothing).Encode(),
                Read
            ),
            ["statistics"] = new(
                StatisticsProof
                    .Prove(
                        Cubes,
                        [new StandardisedRateStatistic(Ill, "area", [1, 1]), Statistic.CountBounds(Ill, 1, null)],
                        Context,
                        Nothing
                    )
                    .Encode(),
                Read
            ),
            ["statistics of strata"] = new(
                StatisticsProof
                    .Prove(
                        Cubes,
                        [new StratifiedTableStatistic(Ill, Predicate.In(Schema, "area", "n"), "area", Known)],
                        Context,
                        Nothing
                    )
                    .Encode(),
                Read
            ),
            ["rates and weights"] = new(
                StatisticsProof
                    .Prove(
                        Numbers,
                        [
                            PersonTimeRateStatistic.OfRows(Ill, "time", null, 1000),
                            PersonTimeRateStatistic.OfCounts("visits", "time", Ill),
                            new WeightedMeanStatistic("time", "visits"),
                        ],
                        Context,
                        Nothing
                    )
                    .Encode(),
                Read
            ),
            ["statistics that leave few rows out"] = new(
                Withholding(new MeanStatistic("visits"), PersonTimeRateStatistic.OfRows(Ill, "time", Known)),
                Read
            ),
            ["record"] = new(
                RecordProof
                    .Prove(
                        Table,
                        Schema,
                        4,
                        [EntryQuestion.Hide("ill"), EntryQuestion.Inside("area", [1])],
                        Context,
                        new RecordOpenings()
                    )
                    .Encode(),
                Read
            ),
            ["record outside"] = new(
                RecordProof
                    .Prove(
                        Table,
                        Schema,
                        4,
                        [EntryQuestion.Show("ill"), EntryQuestion.Outside("area", [2])],
                        Context,
                        new RecordOpenings()
                    )
                    .Encode(),
                Read
            ),
            ["member"] = new(AnonymousStatement.Prove(Registry, Keys[1], "beds are short", "week 12", Context).Encode(), Read),
            ["noise"] = new(
                noise.Commitment.Encode(),
                b =>
                    NoiseCommitment.TryDecode(b, out NoiseCommitment? c, out _)
                        ? (c.Query.Encode(), () => c.Verify(Schema))
                        : null
            ),
            ["noisy release"] = new(NoisyRelease.Prove(alone, noise, new byte[32]).Encode(), Read),
        };
    });

    /// <summary>A file that proves rows without a value to be fewer than 5.</summary>
    private static byte[] Withholding(params Statistic[] statistics)
    {
        ProvenTableFile file = ProvenTableFile.Of(Numbers, Context);
        Statistic[] asked = [.. statistics.Select(s => s with { UnknownBelow = 5 })];
        Assert.True(StatisticsProof.TryRows(file, asked, out long[][][] rows, out _));
        ulong[] counts = Numbers.Counts(0).ToArray();
        return StatisticsProof
            .ProveUnchecked(
                Numbers,
                file,
                asked,
                rows,
                [.. rows.Select(own => own.Select(row => row.Select((w, i) => w * (long)counts[i]).Sum()).ToArray())]
            )
            .Encode();
    }

    public static TheoryData<string> KindNames() =>
        [
            "prevalence",
            "statistics",
            "statistics of strata",
            "rates and weights",
            "statistics that leave few rows out",
            "record",
            "record outside",
            "member",
            "noise",
            "noisy release",
        ];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_file_changed_in_any_byte_is_rejected(string name)
    {
        Kind kind = Kinds.Value[name];
        (byte[] Label, Func<VerificationResult> Verify)? good = kind.Read(kind.File);
        Assert.Equal(VerificationResult.Accepted, good!.Value.Verify());
        int said = 0;
        for (int at = 0; at < kind.File.Length; at++)
        {
            byte[] changed = [.. kind.File];
            changed[at] ^= (byte)(at % 2 == 0 ? 1 : 2);
            if (kind.Read(changed) is (byte[] label, Func<VerificationResult> verify))
            {
                // every byte of the statement, and of points, proofs and proven numbers a part
                bool statement = !label.AsSpan().SequenceEqual(good.Value.Label);
                said += statement ? 1 : 0;
                Assert.False((statement || at % 13 == 0) && verify().IsAccepted, $"byte {at} of {kind.File.Length}");
            }
        }

        Assert.True(said > 20, $"{said} bytes of the statement could be changed at all");
    }

    /// <summary>The end of one file under the head of another: as a third party without any key would do it.</summary>
    private static byte[] Graft(byte[] head, byte[] proof, int length) => [.. head[..^length], .. proof[^length..]];

    /// <summary>The linear proof with its head at the end of a file.</summary>
    private static int Tail(ContingencyTableOpening cubes) => LinearStatistics.ProofSize(cubes.Axes[0]) + 3;

    [Fact]
    public void The_numbers_of_a_hospital_keep_their_words()
    {
        static byte[] Make(Statistic[] statistics) =>
            StatisticsProof.Prove(CubesOf(statistics), statistics, Context, Nothing).Encode();
        static ContingencyTableOpening CubesOf(Statistic[] statistics) =>
            statistics.Any(s => s.Columns.Contains("time")) ? Numbers : Cubes;
        foreach (
            (Statistic[] honest, Statistic[] other) in ((Statistic[], Statistic[])[])
                [
                    ([new StandardisedRateStatistic(Ill, "area", [1, 1])], [new StandardisedRateStatistic(Ill, "area", [1, 9])]),
                    ([new QuantileStatistic("area", 1, 2)], [new QuantileStatistic("area", 49, 100)]),
                    ([new RateStatistic(Ill, Known)], [new CountStatistic(Ill), new CountStatistic(Known)]),
                    (
                        [new TwoByTwoStatistic(Ill, Predicate.In(Schema, "area", "n"))],
                        [new TwoByTwoStatistic(!Predicate.In(Schema, "ill", "no"), Predicate.In(Schema, "area", "n"))]
                    ),
                    (
                        [new StratifiedTableStatistic(Ill, Predicate.In(Schema, "area", "n"), "area")],
                        [new StratifiedTableStatistic(Ill, !Predicate.In(Schema, "area", "s"), "area")]
                    ),
                    ([PersonTimeRateStatistic.OfRows(Ill, "time", null, 1000)], [PersonTimeRateStatistic.OfRows(Ill, "time")]),
                    (
                        [PersonTimeRateStatistic.OfCounts("visits", "time")],
                        [PersonTimeRateStatistic.OfRows(Predicate.EqualTo(Schema, "visits", "1"), "time")]
                    ),
                    (
                        [new WeightedMeanStatistic("time", "visits")],
                        [new WeightedMeanStatistic("time", "visits", Predicate.Known(Schema, "visits"))]
                    ),
                ]
        )
        {
            // the end is also the empty proof of inequalities
            byte[] changed = Graft(Make(other), Make(honest), Tail(CubesOf(honest)) + 1);
            Assert.True(StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out string? reason), reason);
            Assert.False(proof.Verify().IsAccepted, other[0].Describe(Schema));
        }
    }

    [Fact]
    public void Labels_of_strata_cannot_be_exchanged()
    {
        RateStatistic[] strata = [.. RateStatistic.ByColumns(Schema, Ill, Known, "area")];
        byte[] honest = StatisticsProof.Prove(Cubes, strata, Context, Nothing).Encode();
        byte[] changed = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(honest));
        int north = changed.AsSpan().LastIndexOf("north"u8),
            south = changed.AsSpan().LastIndexOf("south"u8);
        "south"u8.CopyTo(changed.AsSpan(north));
        "north"u8.CopyTo(changed.AsSpan(south));
        Assert.False(StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out _) && proof.Verify().IsAccepted);
    }

    /// <summary>Attack F10: tags were made of the topic's text alone, so that a member was known again in every consortium and on
    /// every ledger that chose the same words.</summary>
    [Fact]
    public void Tags_are_of_one_topic_of_one_consortium_on_one_ledger()
    {
        CompressedPoint Tag(KeyRegistry registry, StatisticContext context) =>
            AnonymousStatement.Prove(registry, Keys[0], "", "vote 1", context).Tag;
        CompressedPoint tag = Tag(Registry, Context);
        Assert.Equal(tag, Tag(Registry, Context with { Purpose = "other", Requester = "other" }));
        Assert.Equal(tag, Tag(Register("North", [Keys[0], MemberKey.Create()]), Context)); // a registry that grows keeps the tags
        Assert.NotEqual(tag, Tag(Register("South", Keys), Context));
        Assert.NotEqual(tag, Tag(Registry, Context with { LedgerOrigin = "another" }));
        AnonymousStatement elsewhere = AnonymousStatement.Prove(Register("South", Keys), Keys[0], "", "vote 1", Context);
        Assert.False(elsewhere.Verify(new VerificationContext { Registry = Registry }).IsAccepted);
    }

    /// <summary>An entry under code·B + s·H + δ·G, which nobody can open, was taken for a hidden entry (attack F9).</summary>
    [Fact]
    public void A_hidden_entry_can_be_opened()
    {
        Scalar value = Scalar.FromUInt64(2),
            blinding = Scalar.FromUInt64(77).Invert();
        RistrettoPoint honest = ScalarCommitment.Commit(value, blinding),
            stray = honest + GeneratorFamily.Column.First(2)[1];
        foreach ((RistrettoPoint point, bool accepted) in ((RistrettoPoint, bool)[])[(honest, true), (stray, false)])
        {
            byte[] proof = OpeningProof.Prove(new Transcript("test"u8), point.Compress(), value, blinding);
            var batch = new VerificationBatch();
            Assert.Equal(
                accepted,
                batch.Verify(OpeningProof.Collect(new Transcript("test"u8), point.Compress(), proof, batch, "")).IsAccepted
            );
            Assert.False(
                new VerificationBatch()
                    .Verify(OpeningProof.Collect(new Transcript("test"u8), point.Compress(), proof.AsMemory(1), new(), ""))
                    .IsAccepted
            );
        }

        RecordProof record = RecordProof.Prove(Table, Schema, 4, [EntryQuestion.Hide("ill")], Context, new RecordOpenings());
        Assert.Equal(OpeningProof.Size, record.Entries[0].Proof.Length);
    }

    [Fact]
    public void A_reference_file_has_the_label_of_its_statement()
    {
        StatisticsProof proof = StatisticsProof.Prove(Cubes, [new RateStatistic(Ill, Known)], Context, Nothing);
        string file = Encoding.UTF8.GetString(proof.ExportReference()["statistics"]),
            statement = Convert.ToHexStringLower(proof.Statement);
        Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(Encoding.UTF8.GetBytes(file)));
        string other = statement[..^1] + (statement[^1] == '0' ? '1' : '0');
        Assert.Equal(
            "the label is not that of the statement",
            ReferenceFile.Check(Encoding.UTF8.GetBytes(file.Replace(statement, other, StringComparison.Ordinal))).Reason
        );
    }
}
