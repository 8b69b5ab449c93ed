using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

public class SuppressedTableTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [
            new CategoryColumn("region", [.. "nesw".Select(c => new Category($"{c}", $"{c}"))]),
            new CategoryColumn("kind", [.. "abcde".Select(c => new Category($"{c}", $"{c}"))]),
            CategoryColumn.YesNo("ill"),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly DisclosureGuard NoGuard = new(0);
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes");

    /// <summary>Of kind e few in every region; some rows without a value.</summary>
    private static uint[][] MakeCodes()
    {
        var random = new Random(3);
        var rows = Enumerable
            .Range(0, 900)
            .Select(i => new[] { (uint)random.Next(1, 5), i < 17 ? 5 : (uint)random.Next(0, 5), (uint)random.Next(0, 3) })
            .ToArray();
        return [.. Enumerable.Range(0, 3).Select(j => rows.Select(r => r[j]).ToArray())];
    }

    private static ContingencyTableOpening Prove() => Prove(1, "region", "kind", "ill");

    private static ContingencyTableOpening Prove(byte seed, params string[] columns)
    {
        using var secret = TableSecret.FromBytes([.. Enumerable.Repeat(seed, 32)]);
        using var table = TableOpening.Commit(new CodedTable(Schema, Codes), new byte[32], secret);
        uint[] at = [0, .. columns.Select(c => (uint)Schema.IndexOf(c)).Order()];
        return ContingencyTableProof.Prove(table, TableAxes.Create(at, [.. at.Select(j => Schema.Columns[(int)j].Domain)]));
    }

    private static long Count(Func<uint, bool> region, Func<uint, bool> kind, bool ill) =>
        Enumerable
            .Range(0, Codes[0].Length)
            .Count(i =>
                Codes[0][i] != 0 && Codes[1][i] != 0 && region(Codes[0][i]) && kind(Codes[1][i]) && (!ill || Codes[2][i] == 2)
            );

    private static StatisticsProof Check(Statistic statistic)
    {
        byte[] file = StatisticsProof.Prove(Cubes, [statistic], Context, NoGuard).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Shown_entries_are_direct_counts_and_small_ones_are_not_shown(int threshold, bool zerosShown)
    {
        foreach (bool ill in (bool[])[false, true])
        {
            StatisticsProof proof = Check(
                new SuppressedTableStatistic(["region", "kind"], threshold, zerosShown, ill ? Ill : null)
            );
            var statistic = (SuppressedTableStatistic)proof.Statistics[0];
            var expected = new List<long>();
            for (uint r = 1; r < 5; r++)
            {
                expected.AddRange(Enumerable.Range(1, 5).Select(k => Count(x => x == r, x => x == k, ill)));
            }

            expected.AddRange(Enumerable.Range(1, 4).Select(r => Count(x => x == r, _ => true, ill)));
            expected.AddRange(Enumerable.Range(1, 5).Select(k => Count(_ => true, x => x == k, ill)));
            expected.Add(Count(_ => true, _ => true, ill));
            Assert.Equal(expected.Count, statistic.States.Count);
            int at = 0;
            for (int e = 0; e < expected.Count; e++)
            {
                bool small = expected[e] < threshold && (expected[e] > 0 || !zerosShown);
                Assert.Equal(small && e < 20, statistic.States[e] == EntryState.Small);
                if (statistic.States[e] == EntryState.Shown)
                {
                    Assert.False(small);
                    Assert.Equal(expected[e], proof.Released(0)[at++]);
                }
            }

            Assert.True(threshold == 3 || statistic.States.Contains(EntryState.Small));
            Assert.Equal(
                statistic.States.Contains(EntryState.Small),
                statistic.Describe(Schema).Contains("suppressed, each of them proven to be", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void One_way_histograms_have_a_whole()
    {
        StatisticsProof proof = Check(new SuppressedTableStatistic(["kind"], 20));
        Assert.Equal(Count(_ => true, k => k == 1, false), proof.Values(0)[0].Value);
        Assert.Equal(
            ("e", null, "suppressed: 1 to 19"),
            (proof.Values(0)[4].Name, proof.Values(0)[4].Value, proof.Values(0)[4].Undefined)
        );
        StatisticsProof none = Check(new SuppressedTableStatistic(["kind"], 3));
        Assert.Equal(7, none.Released(0).Count);
        Assert.Contains("no cell is suppressed", none.Statistics[0].Describe(Schema), StringComparison.Ordinal);
    }

    /// <summary>
    /// All rows less those without a value are the whole: where the whole is withheld, the number without a value is as well, and
    /// no bound of it is said. A file that says one is not read.
    /// </summary>
    [Fact]
    public void Rows_without_a_value_are_not_counted_where_the_whole_is_withheld()
    {
        byte[] states = [0, 0, 0, 0, 1, 2];
        SuppressedTableStatistic statistic = new SuppressedTableStatistic(["kind"], 20).With(states);
        StatisticsProof proof = Lie(statistic);
        Assert.True(proof.Verify().IsAccepted);
        ReleasedValue last = proof.Values(0)[^1];
        Assert.Equal(("rows without a value", null, "withheld"), (last.Name, last.Value, last.Undefined));
        Assert.Equal(4, proof.Released(0).Count);
        Assert.Equal(statistic, statistic.Withhold(Schema, Cubes.Axes[0], Cubes.Counts(0), 1000));
        Assert.Null((statistic with { UnknownBelow = 1000 }).Rows(Schema, Cubes.Axes[0]));

        // with the whole shown, all other withheld entries say nothing of it either
        long unknown = Codes[1].Count(c => c == 0);
        Assert.Equal(unknown, Lie(statistic.With([2, 2, 2, 2, 1, 0])).Values(0)[^1].Value);
    }

    /// <summary>
    /// Two patterns of one table, laid over one another, show what each of them withholds. So whoever asks again, of a cube that
    /// was proven again or has other columns too, with the conditions in another order or the table turned, gets the same;
    /// another table's secret gives another.
    /// </summary>
    [Fact]
    public void The_same_question_always_has_the_same_pattern()
    {
        static EntryState[] Pattern(ContingencyTableOpening cubes, Predicate? condition, params string[] by)
        {
            StatisticsProof proof = StatisticsProof.Prove(
                cubes,
                [new SuppressedTableStatistic(by, 12, true, condition)],
                Context,
                NoGuard
            );
            Assert.True(proof.Verify().IsAccepted);
            EntryState[] states = [.. ((SuppressedTableStatistic)proof.Statistics[0]).States];

            // a table of 5 kinds by 4 regions as one of 4 by 5
            return by[0] == "region"
                ? states
                :
                [
                    .. Enumerable.Range(0, 20).Select(e => states[e % 5 * 4 + e / 5]),
                    .. states[25..29],
                    .. states[20..25],
                    states[29],
                ];
        }

        EntryState[] asked = Pattern(Cubes, null, "region", "kind");
        Assert.Contains(EntryState.Small, asked);
        using (ContingencyTableOpening again = Prove(1, "region", "kind"))
        {
            Assert.Equal(asked, Pattern(again, null, "region", "kind"));
            Assert.Equal(asked, Pattern(again, null, "kind", "region"));
            Assert.True(
                ContingencyTableOpening.TryDecodeSecret(
                    again.EncodeSecret(),
                    again.Table,
                    out ContingencyTableOpening? kept,
                    out _
                )
            );
            using (kept)
            {
                Assert.Equal(asked, Pattern(kept, null, "region", "kind"));
            }
        }

        Predicate east = Predicate.In(Schema, "region", "e", "s"),
            early = Predicate.In(Schema, "kind", "a", "b");
        Assert.Equal(Pattern(Cubes, Ill & east & early, "region", "kind"), Pattern(Cubes, early & Ill & east, "kind", "region"));
        using ContingencyTableOpening other = Prove(2, "region", "kind");
        Assert.NotEqual(asked, Pattern(other, null, "region", "kind"));
    }

    [Fact]
    public void A_damaged_key_is_not_proven_from()
    {
        byte[] kept = Cubes.EncodeSecret();
        kept[^20] ^= 1;
        Assert.False(ContingencyTableOpening.TryDecodeSecret(kept, Cubes.Table, out _, out string? reason));
        Assert.Contains("the suppression key is damaged", reason, StringComparison.Ordinal);
    }

    private static StatisticsProof Lie(SuppressedTableStatistic statistic)
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Assert.True(StatisticsProof.TryRows(file, [statistic], out long[][][] rows, out _));
        ulong[] counts = Cubes.Counts(0).ToArray();
        long[] released = [.. rows[0].Select(row => row.Select((w, i) => w * (long)counts[i]).Sum())];
        return StatisticsProof.ProveUnchecked(Cubes, file, [statistic], rows, [released], (_, _) => { });
    }

    [Fact]
    public void Large_or_zero_cells_cannot_be_passed_off_as_small()
    {
        var honest = (SuppressedTableStatistic)
            new SuppressedTableStatistic(["kind"], 20).Resolve(
                Schema,
                Cubes.Axes[0],
                Cubes.Counts(0),
                Cubes.Counted().SuppressionKey
            );
        Assert.True(Lie(honest).Verify().IsAccepted);
        byte[] large = [.. honest.States.Select(s => (byte)s)];
        large[1] = (byte)EntryState.Small;
        Assert.Equal(VerdictReason.ProofInvalid, Lie(honest.With(large)).Verify().Code);

        // 17 of kind e: too large for k = 17, too small only for a range that begins at 18
        Assert.False(Lie(new SuppressedTableStatistic(["kind"], 17).With(large)).Verify().IsAccepted);

        // no row has region n and kind e and is ill beyond what is there: a cell of zero is not 1 to k − 1
        Predicate never = Predicate.In(Schema, "ill", "yes") & Predicate.In(Schema, "ill", "no");
        byte[] zero = [1, 0, 0, 0, 0, 0];
        Assert.False(Lie(new SuppressedTableStatistic(["kind"], 5, true, never).With(zero)).Verify().IsAccepted);
        Assert.True(Lie(new SuppressedTableStatistic(["kind"], 5, false, never).With([1, 1, 1, 1, 1, 2])).Verify().IsAccepted);
    }

    [Fact]
    public void Small_cells_that_are_shown_and_states_that_do_not_fit_are_rejected()
    {
        Assert.Equal(
            "the released numbers contradict a statement",
            Lie(new SuppressedTableStatistic(["kind"], 20).With(new byte[6])).Verify().Reason
        );
        foreach (
            byte[] states in (byte[][])
                [
                    [],
                    [0, 0, 0, 0, 1],
                    [0, 0, 0, 0, 1, 0, 0],
                    [0, 0, 0, 0, 3, 0],
                    [0, 0, 0, 0, 1, 1],
                ]
        )
        {
            Assert.False(
                StatisticsProof.TryRows(
                    ProvenTableFile.Of(Cubes, Context),
                    [new SuppressedTableStatistic(["kind"], 20).With(states)],
                    out _,
                    out _
                )
            );
        }
    }

    [Fact]
    public void Every_byte_after_the_cube_counts()
    {
        byte[] file = StatisticsProof.Prove(Cubes, [new SuppressedTableStatistic(["kind"], 20)], Context, NoGuard).Encode();
        int tail = 3000;
        for (int at = file.Length - tail; at < file.Length; at += 31)
        {
            byte[] changed = [.. file];
            changed[at] ^= 4;
            Assert.False(StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out _) && proof.Verify().IsAccepted);
        }
    }

    [Fact]
    public void What_is_no_table_is_refused()
    {
        Assert.Throws<ArgumentException>("columns", () => new SuppressedTableStatistic([], 5));
        Assert.Throws<ArgumentException>("columns", () => new SuppressedTableStatistic(["kind", "kind"], 5));
        Assert.Throws<ArgumentOutOfRangeException>("threshold", () => new SuppressedTableStatistic(["kind"], 1));
        Assert.Throws<ArgumentException>(() =>
            StatisticsProof.Prove(Cubes, [new SuppressedTableStatistic(["nothing"], 5)], Context, NoGuard)
        );
        Assert.Throws<DisclosureException>(() =>
            StatisticsProof.Prove(Cubes, [new SuppressedTableStatistic(["region", "kind"], 3)], Context)
        );
    }
}
