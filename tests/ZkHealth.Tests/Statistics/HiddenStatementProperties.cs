using System.Numerics;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// What the inequalities say of random counts, against rational arithmetic on the rows written out: the same for every statistic,
/// bounds at, just below and just above the true value. Nothing is proven here; <see cref="BoundsTests"/> prove.
/// </summary>
public class HiddenStatementProperties
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            CategoryColumn.YesNo("ill"),
            new CategoryColumn("group", [new Category("a", "a"), new Category("b", "b"), new Category("c", "c")]),
            new NumberColumn("v", -7, 14, 7),
        ]
    );

    private static readonly TableAxes Axes = TableAxes.Create([1, 2, 3, 0], [3, 4, 5, 2]);
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes"),
        First = Predicate.In(Schema, "group", "a");

    /// <summary>Random counts, often small or none.</summary>
    private static ulong[] Counts(Random random) =>
        [
            .. Enumerable
                .Range(0, Axes.CellCount)
                .Select(_ => random.Next(3) == 0 ? 0 : (ulong)random.Next(random.Next(2) == 0 ? 4 : 1_000_000)),
        ];

    private static bool Holds(Statistic statistic, ulong[] counts)
    {
        Assert.NotNull(statistic.Rows(Schema, Axes));
        BoundedIntegers measured = InequalityProof.Measure([statistic], Schema, Axes, BigInteger.One << 30, counts);
        Assert.Null(measured.Fault);
        return measured.Holds;
    }

    /// <summary>Sum of a weight over rows that are counted.</summary>
    private static BigInteger Sum(ulong[] counts, Func<uint[], bool> counted, Func<uint[], long>? weight = null)
    {
        var (sum, cell) = (BigInteger.Zero, new uint[4]);
        for (int i = 0; i < counts.Length; i++)
        {
            Axes.Cell(i, cell);
            sum += counted(cell) ? counts[i] * (BigInteger)(weight?.Invoke(cell) ?? 1) : 0;
        }

        return sum;
    }

    /// <summary>A bound near p/q: its floor over a random denominator, or that plus or minus one.</summary>
    private static Fraction Near(Random random, BigInteger p, BigInteger q, long least)
    {
        long d = random.Next(1, 1000);
        BigInteger floor = q.IsZero ? 1 : (p * d - (p.Sign < 0 ? q - 1 : 0)) / q;
        return new Fraction((long)BigInteger.Min(int.MaxValue, BigInteger.Max(least, floor + random.Next(-1, 2))), d);
    }

    [Property(MaxTest = 200)]
    public void Conformity(int seed)
    {
        var random = new Random(seed);
        ulong[] counts = Counts(random);
        long[] profile = [.. Enumerable.Range(0, 3).Select(_ => (long)random.Next(1, 50))];
        BigInteger[] o = [.. Enumerable.Range(1, 3).Select(g => Sum(counts, c => c[0] == 2 && c[1] == g))];
        BigInteger n = o[0] + o[1] + o[2],
            all = profile.Sum();

        // X² = Σ (O·W − n·w)²/(n·w·W), over the common denominator n·W·w₁·w₂·w₃
        BigInteger weights = (BigInteger)profile[0] * profile[1] * profile[2],
            over = n * all * weights;
        BigInteger chi = o.Zip(profile, (x, w) => BigInteger.Pow(x * all - n * w, 2) * (weights / w)).Aggregate((x, y) => x + y);
        (long p, long q) = Near(random, chi, over, 0);
        long minimum = random.Next(1, 5);
        Assert.Equal(
            n >= minimum && chi * q <= p * over,
            Holds(Statistic.Conformity(["group"], profile, ConformityBound.ChiSquareAtMost(p, q), Ill, minimum), counts)
        );

        BigInteger worst = o.Zip(profile, (x, w) => BigInteger.Abs(x * all - n * w)).Max();
        (p, q) = Near(random, worst, n * all, 0);
        Assert.Equal(
            n >= minimum && worst * Math.Min(p, q) >= 0 && worst * q <= Math.Min(p, q) * n * all,
            Holds(Statistic.Conformity(["group"], profile, ConformityBound.SharesWithin(Math.Min(p, q), q), Ill, minimum), counts)
        );
    }

    [Property(MaxTest = 200)]
    public void Moments_and_quantiles(int seed)
    {
        var random = new Random(seed);
        ulong[] counts = Counts(random);
        static long Value(uint[] c) => -14 + 7L * c[2];
        bool Counted(uint[] c) => c[0] == 2 && c[2] != 0;
        BigInteger n = Sum(counts, Counted),
            s = Sum(counts, Counted, Value),
            t = Sum(counts, Counted, c => Value(c) * Value(c));
        Fraction mean = Near(random, s, n, -1000);
        Assert.Equal(
            n >= 1 && s * mean.Denominator >= mean.Numerator * n,
            Holds(new MomentBoundsStatistic("v", Ill, mean, null), counts)
        );
        Assert.Equal(
            n >= 1 && s * mean.Denominator <= mean.Numerator * n,
            Holds(new MomentBoundsStatistic("v", Ill, null, mean), counts)
        );
        foreach (bool population in (bool[])[true, false])
        {
            BigInteger spread = n * t - s * s,
                over = population ? n * n : n * (n - 1);
            Fraction variance = Near(random, spread, over, 0);
            bool enough = n >= (population ? 1 : 2);
            Assert.Equal(
                enough && spread * variance.Denominator >= variance.Numerator * over,
                Holds(new MomentBoundsStatistic("v", Ill, null, null, variance, null, population), counts)
            );
            Assert.Equal(
                enough && spread * variance.Denominator <= variance.Numerator * over,
                Holds(new MomentBoundsStatistic("v", Ill, null, null, null, variance, population), counts)
            );
        }

        // the first value up to which the share lies, by walking the values
        int den = random.Next(2, 20),
            num = random.Next(1, den);
        uint quantile = 1;
        while (quantile < 4 && Sum(counts, c => Counted(c) && c[2] <= quantile) * den < num * n)
        {
            quantile++;
        }

        uint low = (uint)random.Next(1, 5),
            high = (uint)random.Next((int)low, 5);
        Assert.Equal(
            n >= 1 && quantile >= low && quantile <= high,
            Holds(Statistic.QuantileBounds(Schema, "v", num, den, $"{Value([0, 0, low])}", $"{Value([0, 0, high])}", Ill), counts)
        );
    }

    [Property(MaxTest = 200)]
    public void Rates_counts_and_tables(int seed)
    {
        var random = new Random(seed);
        ulong[] counts = Counts(random);
        bool all = random.Next(2) == 0;
        BigInteger x = Sum(counts, c => c[0] == 2 && c[1] == 1),
            n = Sum(counts, c => c[1] == 1 && (all || c[0] != 0));
        Fraction rate = Near(random, x, n, 0);
        Assert.Equal(
            n >= 1 && x * rate.Denominator >= rate.Numerator * n,
            Holds(Statistic.RateBounds(Ill, First, rate, null, includeUnknown: all), counts)
        );
        Assert.Equal(
            n >= 1 && x * rate.Denominator <= rate.Numerator * n,
            Holds(Statistic.RateBounds(Ill, First, null, rate, includeUnknown: all), counts)
        );
        long k = (long)BigInteger.Max(0, x + random.Next(-1, 2));
        Assert.Equal(
            (x >= k, x <= k),
            (
                Holds(Statistic.CountBounds(Ill & First, k, null), counts),
                Holds(Statistic.CountBounds(Ill & First, null, k), counts)
            )
        );

        BigInteger[] t =
        [
            .. new[] { (true, 2u), (true, 1u), (false, 2u), (false, 1u) }.Select(e =>
                Sum(counts, c => c[1] != 0 && (c[1] == 1) == e.Item1 && c[0] == e.Item2)
            ),
        ];
        BigInteger[] margins = [t[0] + t[1], t[2] + t[3], t[0] + t[2], t[1] + t[3]];
        BigInteger p = (margins[0] + margins[1]) * BigInteger.Pow(t[0] * t[3] - t[1] * t[2], 2),
            q = margins.Aggregate((a, b) => a * b);
        Fraction chi = Near(random, p, q, 0);
        bool enough = margins.Min() >= 2;
        Assert.Equal(
            enough && p * chi.Denominator >= chi.Numerator * q,
            Holds(new IndependenceBoundsStatistic(First, Ill, null, chi, null, 2), counts)
        );
        Assert.Equal(
            enough && p * chi.Denominator <= chi.Numerator * q,
            Holds(new IndependenceBoundsStatistic(First, Ill, null, null, chi, 2), counts)
        );
    }

    /// <summary>Any bytes in place of some of a valid file: decoding and verifying say no, and whatever decodes can be said in
    /// words.</summary>
    [Property(MaxTest = 60)]
    public void Changed_files_never_throw(int seed, byte[] bytes)
    {
        var random = new Random(seed);
        byte[] file = [.. Valid.Value];

        // half of the changes in the statements, which stand between the cube proof and the proofs
        int statements = file.AsSpan().LastIndexOf("group"u8) - 200,
            at = random.Next(2) == 0 ? random.Next(file.Length) : statements + random.Next(400);
        int count = Math.Min(1 + (bytes?.Length ?? 0) % 4, file.Length - at);
        bool same = true;
        for (int i = 0; i < count; i++)
        {
            byte next = bytes is { Length: > 0 } ? bytes[i % bytes.Length] : (byte)random.Next(256);
            same &= file[at + i] == next;
            file[at + i] = next;
        }

        if (StatisticsProof.TryDecode(file, out StatisticsProof? proof, out _))
        {
            Assert.All(
                Enumerable.Range(0, proof.Statistics.Count),
                k => Assert.NotNull(proof.Statistics[k].Describe(proof.Schema) + proof.Values(k).Count)
            );
            Assert.Equal(same, proof.Verify().IsAccepted);
        }
    }

    private static readonly Lazy<byte[]> Valid = new(() =>
    {
        var random = new Random(3);
        using var secret = TableSecret.Create();
        uint[][] codes = RandomTable.Codes(Schema, 300, random);
        using var table = TableOpening.Commit(new CodedTable(Schema, codes), new byte[32], secret);
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, Axes);
        return StatisticsProof
            .Prove(
                cubes,
                [
                    Statistic.Conformity(["group"], [1, 1, 1], ConformityBound.SharesWithin(1, 2), Ill, 5, true),
                    Statistic.ConformityOfGroups([First, !First], [1, 2], ConformityBound.ChiSquareAtMost(60, 1)),
                    new MomentBoundsStatistic("v", Ill, new(-7, 1), new(14, 1), new(0, 1), new(900, 1)),
                    Statistic.QuantileBounds(Schema, "v", 1, 2, "-7", "14"),
                    Statistic.RateBounds(Ill, First, new(0, 1), new(1, 1)),
                    new IndependenceBoundsStatistic(First, Ill, null, null, new(900, 1), 2),
                    new IndependenceStatistic("group", "ill"),
                ],
                new StatisticContext("p", "r", "o"),
                new DisclosureGuard(0)
            )
            .Encode();
    });
}
