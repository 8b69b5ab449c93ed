using System.Formats.Cbor;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

/// <summary>Files of statements about hidden numbers: whatever is changed in them is found.</summary>
public partial class BoundsTests
{
    /// <summary>Several in one file: one proof of all inequalities, every byte of which counts.</summary>
    [Fact]
    public void Every_changed_byte_of_a_file_is_found()
    {
        byte[] file = StatisticsProof
            .Prove(
                Cubes,
                [
                    new CountStatistic(Yes),
                    Statistic.CountBounds(Yes, 5, null),
                    Statistic.QuantileBounds(Schema, "stage", 1, 2, "early", null),
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
        static Statistic Quantile(
            string column = "pressure",
            int p = 1,
            int q = 2,
            string? low = "-30",
            string? high = "60",
            Predicate? among = null,
            long rows = 1,
            bool show = false
        ) => Statistic.QuantileBounds(Schema, column, p, q, low, high, among, rows, show);
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
                Statistic.RateBounds(Yes, known, new(1, 100), new(99, 100)),
                Statistic.RateBounds(!Yes, known, new(1, 100), new(99, 100)),
                Statistic.RateBounds(Yes, known | Smoker, new(1, 100), new(99, 100)),
                Statistic.RateBounds(Yes, known, new(2, 100), new(99, 100)),
                Statistic.RateBounds(Yes, known, new(1, 101), new(99, 100)),
                Statistic.RateBounds(Yes, known, new(1, 100), new(98, 100)),
                Statistic.RateBounds(Yes, known, new(1, 100), null),
                Statistic.RateBounds(Yes, known, new(1, 100), new(99, 100), minimumRows: 2),
                Statistic.RateBounds(Yes, known, new(1, 100), new(99, 100), true),
                Statistic.RateBounds(Yes, known, new(1, 100), new(99, 100), false, true),
                Statistic.CountBounds(Yes, 1, 600),
                Statistic.RateBounds(Yes, known, new(1, 100), new(99, 100), includeUnknown: true),
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
        Assert.Equal(VerdictReason.LengthInvalid, proof.Verify().Code);

        // a file that releases nothing: no released numbers [[]], an empty proof of them, then that of the inequalities
        byte[] hidden = StatisticsProof.Prove(Cubes, [Statistic.CountBounds(Yes, 20, null)], Context).Encode();
        int at = Items(hidden)[^2];
        Assert.Equal([0x81, 0x80, 0x40], hidden[(at - 2)..(at + 1)]);
        byte[] filled = [.. hidden[..at], 0x41, 0, .. hidden[(at + 1)..]];
        Assert.True(StatisticsProof.TryDecode(filled, out proof, out reason), reason);
        Assert.Equal(VerdictReason.LengthInvalid, proof.Verify().Code);
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
