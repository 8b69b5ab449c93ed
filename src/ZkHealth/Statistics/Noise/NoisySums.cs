using ZkHealth.Fields;

namespace ZkHealth.Statistics;

/// <summary>The numbers of a release under noise: sums over the cells and over v xor b, for committed bits v and public coins
/// b.</summary>
internal static class NoisySums
{
    /// <summary>The numbers themselves.</summary>
    public static long[] Totals(long[][] rows, ReadOnlySpan<ulong> counts, byte[][] coins, Scalar[] bits)
    {
        var totals = new long[rows.Length];
        for (int j = 0; j < rows.Length; j++)
        {
            totals[j] = Statistic.SumOf(rows[j], counts);
            for (int k = 0; k < coins[j].Length; k++)
            {
                totals[j] += coins[j][k] ^ (bits[j * coins[j].Length + k].IsZero ? 0 : 1);
            }
        }

        return totals;
    }

    /// <summary>The public coins of so many numbers, which follow from the beacon.</summary>
    public static byte[][] Coins(NoiseCommitment commitment, byte[] beacon, int numbers)
    {
        byte[] context = commitment.Digest.ToArray();
        return
        [
            .. Enumerable.Range(0, numbers).Select(j => BinomialNoise.Coins(beacon, context, 0, (uint)j, commitment.Query.Coins)),
        ];
    }

    /// <summary>The cells' weights, then 1 − 2b for the bits of the number, 0 for those of others.</summary>
    public static Scalar[][] Weights(long[][] rows, byte[][] coins) =>
        [
            .. rows.Select(
                (row, j) =>
                {
                    var weights = new Scalar[row.Length + coins.Sum(c => c.Length)];
                    for (int i = 0; i < row.Length; i++)
                    {
                        weights[i] = Scalar.FromInt64(row[i]);
                    }

                    int start = row.Length + j * coins[j].Length;
                    for (int k = 0; k < coins[j].Length; k++)
                    {
                        weights[start + k] = coins[j][k] == 0 ? Scalar.One : Scalar.MinusOne;
                    }

                    return weights;
                }
            ),
        ];
}
