using System.Numerics;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Statistics;

/// <summary>The distance of hidden counts from a public profile, as inequalities between integers: of weights P_k of sum P, with
/// a common denominator D (<see cref="ConformityStatistic"/>).</summary>
internal sealed class ProfileDistance(IReadOnlyList<long> profile, ConformityBound bound)
{
    private readonly BigInteger _all = profile.Aggregate(BigInteger.Zero, (sum, weight) => sum + weight);

    /// <summary>Pearson's chi-square is at most p/q.</summary>
    public (BoundedInteger X, BigInteger Largest) ChiSquare(BoundedIntegers integers, BoundedInteger[] observed, BoundedInteger n)
    {
        // D·q·n² + D·p·n − q·Σ A_k·O_k², at most D·p·n, since Σ A_k·O_k² ≥ D·n² (Cauchy and Schwarz)
        BigInteger d = 1;
        foreach (long weight in profile)
        {
            d = Common(d, weight / BigInteger.GreatestCommonDivisor(_all, weight), 64);
        }

        BoundedInteger[] squares = integers.Products([.. observed.Select(o => (o, o)), (n, n)]);
        BoundedInteger slack = BoundedInteger.Sum(
            [.. squares, n],
            [.. profile.Select(w => -bound.Q * Ceiling(d * _all, w)), d * bound.Q, d * bound.P]
        );
        return (slack, d * bound.P * n.High);
    }

    /// <summary>D·O_k − low_k·n ≥ 0 and high_k·n − D·O_k ≥ 0 for low_k = ⌈D·(p_k − t)⌉ and high_k = ⌊D·(p_k + t)⌋, where these
    /// say something.</summary>
    public IEnumerable<(BoundedInteger X, BigInteger Largest)> Shares(BoundedInteger[] observed, BoundedInteger n)
    {
        BigInteger d = bound.Q / BigInteger.GreatestCommonDivisor(bound.P, bound.Q);
        foreach (long weight in profile)
        {
            d = Common(d, _all / BigInteger.GreatestCommonDivisor(_all, weight), 40);
        }

        for (int k = 0; k < observed.Length; k++)
        {
            // D·(P_k/P ± p/q) over the denominator P·q
            BigInteger share = d * profile[k] * bound.Q,
                tolerance = d * _all * bound.P,
                over = _all * bound.Q;
            BigInteger low = Ceiling(share - tolerance, over),
                high = (share + tolerance) / over;
            BigInteger width = (BigInteger.Min(high, d) - BigInteger.Max(low, 0)) * n.High;
            if (low.Sign > 0)
            {
                yield return (observed[k] * d - n * low, width);
            }

            if (high < d)
            {
                yield return (n * high - observed[k] * d, width);
            }
        }
    }

    /// <summary>The least common multiple where it has at most so many bits, 2^bits otherwise and from then on.</summary>
    private static BigInteger Common(BigInteger a, BigInteger b, int bits)
    {
        BigInteger limit = BigInteger.One << bits,
            multiple = a / BigInteger.GreatestCommonDivisor(a, b) * b;
        return a == limit || multiple > limit ? limit : multiple;
    }

    /// <summary>⌈a/b⌉ for b &gt; 0: the division of big integers cuts towards zero.</summary>
    private static BigInteger Ceiling(BigInteger a, BigInteger b) => a.Sign > 0 ? (a + b - 1) / b : a / b;
}
