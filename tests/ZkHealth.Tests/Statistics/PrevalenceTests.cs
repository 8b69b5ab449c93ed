using FsCheck.Xunit;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;

namespace ZkHealth.Tests.Statistics;

public class PrevalenceTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            new BandColumn("age", [new Band("0-44", 0, 44), new Band("45-64", 45, 64), new Band("65+", 65, null)]),
            new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")]),
        ]
    );

    private static readonly StatisticContext Context = new("surveillance", "region", "ledger.example");
    private static readonly uint[][] Codes = MakeCodes(2000);
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly byte[] File = MakeProof().Encode();

    private static uint[][] MakeCodes(int rows) => RandomTable.Codes(Schema, rows, new Random(11));

    private static ContingencyTableOpening Prove() => RandomTable.Cube(Schema, Codes, TableAxes.Create([1, 2], [3, 4]));

    private static StatisticsProof MakeProof() =>
        StatisticsProof.Prove(
            Cubes,
            [
                new RateStatistic(
                    Predicate.In(Schema, "diabetes", "yes"),
                    Predicate.Known(Schema, "diabetes") & Predicate.Between(Schema, "age", "45", "64")
                ),
            ],
            Context
        );

    private static StatisticsProof Decode(byte[] bytes)
    {
        Assert.True(StatisticsProof.TryDecode(bytes, out StatisticsProof? proof, out string? reason), reason);
        return proof!;
    }

    [Fact]
    public void The_released_rate_is_a_direct_count()
    {
        StatisticsProof proof = Decode(File);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        Assert.Equal(
            (ulong)Enumerable.Range(0, 2000).Count(i => Codes[0][i] == 2 && Codes[1][i] == 2),
            proof.RateOf(0).Numerator
        );
        Assert.Equal(
            (ulong)Enumerable.Range(0, 2000).Count(i => Codes[0][i] != 0 && Codes[1][i] == 2),
            proof.RateOf(0).Denominator
        );
        Assert.Equal(Context, proof.Context);
        Assert.False(proof.Table.Columns[3].HasPoints);
    }

    /// <summary>StatementTests changes every byte of a file of rates.</summary>
    [Fact]
    public void A_changed_byte_of_the_file_is_found()
    {
        for (int at = 0; at < File.Length; at += at < 700 ? 7 : 61)
        {
            byte[] bad = [.. File];
            bad[at] ^= 1;
            Assert.False(
                StatisticsProof.TryDecode(bad, out StatisticsProof? proof, out _) && proof!.Verify().IsAccepted,
                $"byte {at}"
            );
        }

        Assert.False(StatisticsProof.TryDecode(File.AsMemory(..^1), out _, out _));
        Assert.False(StatisticsProof.TryDecode((byte[])[.. File, 0], out _, out _));
    }

    [Property]
    public bool Hostile_bytes_are_refused_without_an_exception(byte[] bytes, ushort at)
    {
        byte[] mixed = [.. File];
        bytes.AsSpan(0, Math.Min(bytes.Length, 16)).CopyTo(mixed.AsSpan(at % (mixed.Length - 16)));
        bool accepted = StatisticsProof.TryDecode(mixed, out StatisticsProof? proof, out _) && proof!.Verify().IsAccepted;
        return !StatisticsProof.TryDecode(bytes, out _, out _)
            && accepted == mixed.AsSpan().SequenceEqual(File)
            && !TableSchema.TryDecode(bytes, out _, out _)
            && !ReferenceFile.Check(bytes).IsAccepted;
    }

    [Fact]
    public void Mistakes_name_the_column_and_the_value()
    {
        Assert.Contains(
            "'weight'",
            Assert.Throws<ArgumentException>(() => Predicate.Known(Schema, "weight")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'maybe'",
            Assert.Throws<ArgumentException>(() => Predicate.In(Schema, "diabetes", "maybe")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'45-64'",
            Assert.Throws<ArgumentException>(() => Predicate.Between(Schema, "age", "50", "64")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => Predicate.Between(Schema, "sex", "1", "2"));
        Assert.Throws<ArgumentException>(() =>
            StatisticsProof.Prove(
                Cubes,
                [new RateStatistic(Predicate.In(Schema, "sex", "f"), Predicate.Known(Schema, "diabetes"))],
                Context
            )
        );
        Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [], Context));
        Assert.Throws<ArgumentException>(() => Predicate.AtLeast(Schema, "age", "70"));
        Assert.Throws<ArgumentException>(() => Predicate.AtMost(Schema, "age", "-1"));
        Assert.Throws<ArgumentException>(() =>
            RateStatistic.ByColumns(Schema, Predicate.Known(Schema, "age"), Predicate.Known(Schema, "age"), "weight")
        );
    }

    [Fact]
    public void One_file_holds_a_prevalence_for_each_value_of_a_column()
    {
        Predicate diabetic = Predicate.In(Schema, "diabetes", "yes"),
            known = Predicate.Known(Schema, "diabetes");
        IReadOnlyList<RateStatistic> asked =
        [
            .. RateStatistic.ByColumns(Schema, diabetic, known, "age"),
            new RateStatistic(diabetic, known & Predicate.AtLeast(Schema, "age", "45")),
            new RateStatistic(diabetic, known & Predicate.AtMost(Schema, "age", "44")),
        ];
        StatisticsProof proof = Decode(StatisticsProof.Prove(Cubes, asked, Context).Encode());
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        var strata = new Strata(Schema, asked);
        Assert.Equal(("diabetes = \"yes\"", "diabetes is known"), (strata.Counted, strata.Among));
        Assert.Equal(["age = \"0-44\"", "age = \"45-64\"", "age = \"65+\"", "age >= 45", "age = \"0-44\""], strata.Own);
        for (uint band = 1; band <= 3; band++)
        {
            Assert.Equal(
                (ulong)Enumerable.Range(0, 2000).Count(i => Codes[0][i] == 2 && Codes[1][i] == band),
                proof.RateOf((int)band - 1).Numerator
            );
            Assert.Equal(
                (ulong)Enumerable.Range(0, 2000).Count(i => Codes[0][i] != 0 && Codes[1][i] == band),
                proof.RateOf((int)band - 1).Denominator
            );
        }

        Assert.Equal(proof.RateOf(1).Numerator + proof.RateOf(2).Numerator, proof.RateOf(3).Numerator);
        Assert.Equal(proof.RateOf(0), proof.RateOf(4));
        IReadOnlyDictionary<string, byte[]> files = proof.ExportReference();
        Assert.Equal(["cubes", "statistics"], files.Keys);
        Assert.All(files.Values, f => Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(f)));
    }

    [Fact]
    public void Small_counts_are_not_released()
    {
        var strict = new DisclosureGuard(100_000);
        Assert.Throws<DisclosureException>(() => StatisticsProof.Prove(Cubes, MakeProof().Statistics, Context, strict));
    }

    [Fact]
    public void Wilson_intervals_are_those_of_the_literature()
    {
        // Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29
        Assert.Equal((0.2553, 0.3662), Round(new Rate(81, 263)));
        Assert.Equal((0.0624, 0.1605), Round(new Rate(15, 148)));
        Assert.Equal((0.0, 0.1611), Round(new Rate(0, 20)));
        Assert.Equal((0.0061, 0.1718), Round(new Rate(1, 29)));
        Assert.Null(new Rate(0, 0).Wilson95);
    }

    private static (double, double) Round(Rate rate) => (Math.Round(rate.Wilson95!.Low, 4), Math.Round(rate.Wilson95.High, 4));
}
