using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>What the owner keeps gives the same table and the same cubes again, and nothing else does.</summary>
public class KeptTableTests
{
    private static readonly TableSchema Schema = new(
        "kept",
        [
            CategoryColumn.YesNo("a"),
            new CategoryColumn("b", [new Category("x", "x"), new Category("y", "y"), new Category("z", "z")]),
        ]
    );

    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly CodedTable Coded = MakeTable();
    private static readonly TableOpening Table = TableOpening.Commit(Coded, new byte[32], TableSecret.FromBytes(Secret));
    private static readonly byte[] Kept = ContingencyTableProof.Prove(Table, TableAxes.Create([1, 2], [3, 4])).EncodeSecret();

    private static CodedTable MakeTable()
    {
        var random = new Random(5);
        return new CodedTable(Schema, RandomTable.Codes(Schema, 700, random));
    }

    [Fact]
    public void A_restored_table_proves_cubes_of_the_same_root()
    {
        using TableOpening restored = TableOpening.Restore(
            Coded,
            new byte[32],
            TableSecret.FromBytes(Secret),
            [.. Table.Commitment.Columns.Skip(1)]
        );
        Assert.Equal(Table.Commitment.Root.ToArray(), restored.Commitment.Root.ToArray());
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(restored, TableAxes.Create([2], [4]));
        Assert.True(ContingencyTableProof.Verify(Table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
    }

    [Fact]
    public void A_table_restored_with_another_secret_proves_nothing()
    {
        using TableOpening restored = TableOpening.Restore(
            Coded,
            new byte[32],
            TableSecret.Create(),
            [.. Table.Commitment.Columns.Skip(1)]
        );
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(restored, TableAxes.Create([2], [4]));
        Assert.False(ContingencyTableProof.Verify(Table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
        Assert.Throws<ArgumentException>(() =>
            TableOpening.Restore(
                Coded,
                new byte[32],
                TableSecret.Create(),
                [.. Table.Commitment.Columns.Skip(1).Select(c => c.WithoutPoints())]
            )
        );
        Assert.Throws<ArgumentException>(() =>
            TableOpening.Restore(Coded, new byte[32], TableSecret.Create(), [Table.Commitment.Columns[1]])
        );
    }

    [Fact]
    public void Kept_cubes_prove_statistics_without_the_table()
    {
        Assert.True(
            ContingencyTableOpening.TryDecodeSecret(
                Kept,
                Table.Commitment,
                out ContingencyTableOpening? cubes,
                out string? reason
            ),
            reason
        );
        var asked = new RateStatistic(Predicate.In(Schema, "a", "yes"), Predicate.Known(Schema, "a"));
        StatisticsProof proof = StatisticsProof.Prove(cubes, [asked], new StatisticContext("p", "r", "o"));
        Assert.True(proof.Verify().IsAccepted);
        Assert.Equal((ulong)Coded.Codes(1).ToArray().Count(c => c == 2), proof.RateOf(0).Numerator);
        Assert.Equal(Kept, cubes.EncodeSecret());
    }

    [Fact]
    public void Changed_or_foreign_cubes_are_not_taken()
    {
        for (int at = 0; at < Kept.Length; at += at < 300 ? 3 : 101)
        {
            byte[] changed = [.. Kept];
            changed[at] ^= 1;
            Assert.False(
                ContingencyTableOpening.TryDecodeSecret(changed, Table.Commitment, out _, out string? reason),
                $"byte {at}"
            );
            Assert.NotNull(reason);
        }

        Assert.False(ContingencyTableOpening.TryDecodeSecret(Kept.AsMemory(0, Kept.Length - 1), Table.Commitment, out _, out _));
        Assert.False(ContingencyTableOpening.TryDecodeSecret((byte[])[.. Kept, 0], Table.Commitment, out _, out _));
        using TableOpening other = TableOpening.Commit(Coded, new byte[32], TableSecret.Create());
        Assert.False(ContingencyTableOpening.TryDecodeSecret(Kept, other.Commitment, out _, out _));
    }

    [Property(MaxTest = 300)]
    public void Hostile_bytes_never_throw(byte[] bytes) =>
        Assert.False(ContingencyTableOpening.TryDecodeSecret(bytes ?? [], Table.Commitment, out _, out _));
}
