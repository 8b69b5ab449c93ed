using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Tests.Fields;

namespace ZkHealth.Tests.Proofs;

/// <summary>
/// A tree whose leaves are looked up by cells is the tree over the same leaves in memory: root, messages of every round and last
/// values are the same scalars, so that no byte of a proof changes.
/// </summary>
public class LogUpTreeTests
{
    private static readonly Scalar[] Values = [.. EdgeValues.Below(EdgeValues.L).Select(EdgeValues.ToScalar)];

    [Theory]
    [InlineData(8, 1)]
    [InlineData(16, 2)]
    [InlineData(1 << 12, 9)]
    [InlineData(1 << 13, 181)] // pairs of cells are looked up up to 2^15
    [InlineData(1 << 13, 182)]
    [InlineData(1 << 12, 512)]
    public void Leaves_that_are_looked_up_give_what_stored_leaves_give(int rows, int count)
    {
        Scalar[] leaves = [.. Enumerable.Range(0, count).Select(i => Values[i % Values.Length] + Scalar.FromUInt64((ulong)i))];
        ushort[] cells = [.. Enumerable.Range(0, rows).Select(i => (ushort)((i * 7919L + i / 3) % count))];
        Scalar[] eq = [.. Enumerable.Range(0, rows / 4).Select(i => Values[i * 5 % Values.Length])];
        Scalar lambda = Values[^2];
        foreach (int threads in new[] { 1, 3 })
        {
            var stored = new LogUpTree([.. cells.Select(c => leaves[c])], threads);
            var lookedUp = new LogUpTree(new LogUpCells(new SecretArray<ushort>([.. cells]), leaves), threads);
            Assert.Equal(stored.Root, lookedUp.Root);
            for (int rounds = 0, mu = int.Log2(rows); rounds < mu; rounds++)
            {
                var expected = new LogUpTables([stored.Take(rounds + 1)], lambda, [Values[^1]], threads);
                var found = new LogUpTables([lookedUp.Take(rounds + 1)], lambda, [Values[^1]], threads);
                for (int round = rounds - 1; round >= 0; round--)
                {
                    int half = 1 << round;
                    Assert.Equal(expected.Message(eq.AsMemory(0, half), half), found.Message(eq.AsMemory(0, half), half));
                    Scalar rho = Values[(rounds + 3 * round) % Values.Length];
                    expected.Fold(rho, half);
                    found.Fold(rho, half);
                }

                Assert.Equal(expected.Final(0), found.Final(0));
            }
        }
    }
}
