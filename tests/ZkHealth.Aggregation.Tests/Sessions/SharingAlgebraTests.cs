using System.Numerics;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests;

public class SharingAlgebraTests
{
    private static Scalar S(long x) => Scalar.FromInt64(x);

    private static Scalar At(Scalar[] coefficients, int x) =>
        coefficients.Reverse().Aggregate(Scalar.Zero, (sum, c) => sum * S(x) + c);

    private static Scalar[] RandomScalars(Random random, int n) =>
        [
            .. Enumerable
                .Range(0, n)
                .Select(_ =>
                {
                    var wide = new byte[64];
                    random.NextBytes(wide);
                    return Scalar.FromUniformBytes(wide);
                }),
        ];

    [Theory]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    public void Interpolation_at_every_set_of_t_points_gives_the_constant_term_and_every_coefficient(int s, int t)
    {
        Scalar[] f = RandomScalars(new Random(s), t);
        int sets = 0;
        for (int mask = 0; mask < 1 << s; mask++)
        {
            int[] points = [.. Enumerable.Range(1, s).Where(a => (mask >> (a - 1) & 1) != 0)];
            if (points.Length != t)
            {
                continue;
            }

            Scalar[] values = [.. points.Select(a => At(f, a))];
            Assert.Equal(f[0], ScalarVector.Dot(Lagrange.Weights(points, 0), values));
            Assert.Equal(At(f, 99), ScalarVector.Dot(Lagrange.Weights(points, 99), values));
            Scalar[][] coefficients = Lagrange.Coefficients(points);
            Assert.Equal(f, coefficients.Select(row => ScalarVector.Dot(row, values)));
            sets++;
        }

        Assert.Equal(Enumerable.Range(0, t).Aggregate(1, (x, k) => x * (s - k) / (k + 1)), sets);
    }

    [Property(MaxTest = 50)]
    public void Shares_of_sums_are_sums_of_shares(int seed)
    {
        var random = new Random(seed);
        Scalar[] f = RandomScalars(random, 3),
            g = RandomScalars(random, 3),
            sum = new Scalar[3];
        ScalarVector.Add(f, g, sum);
        Assert.Equal(At(f, 4) + At(g, 4), At(sum, 4));
        Scalar[] weights = Lagrange.Weights([1, 3, 5], 0);
        Assert.Equal(f[0] + g[0], ScalarVector.Dot(weights, [At(f, 1) + At(g, 1), At(f, 3) + At(g, 3), At(f, 5) + At(g, 5)]));
    }

    /// <summary>
    /// Everything that t − 1 colluding members see of the honest dealers, written in exponents of H for generators G_j = g_j·H
    /// (here g_j are known, so that equality of commitments is equality of scalars): all commitments to coefficients, their own
    /// shares, and the opened values of all members. For any other honest inputs with the same sum there are polynomials that
    /// give exactly the same.
    /// </summary>
    [Property(MaxTest = 30)]
    public void The_view_of_a_coalition_below_t_is_the_same_for_all_inputs_with_the_same_sum(int seed)
    {
        const int S_ = 5,
            T = 3,
            N = 4,
            Dealers = 3;
        var random = new Random(seed);
        int[] coalition = [2, 5];
        Scalar[] g = RandomScalars(random, N),
            w = RandomScalars(random, N);

        // polynomials of the values (N of them) and of the blinding, for each dealer: [dealer][k][entry]
        Scalar[][][] f =
        [
            .. Enumerable
                .Range(0, Dealers)
                .Select(_ => Enumerable.Range(0, T).Select(_ => RandomScalars(random, N + 1)).ToArray()),
        ];
        Scalar[][] other = [.. Enumerable.Range(0, Dealers).Select(_ => RandomScalars(random, N))];
        for (int j = 0; j < N; j++)
        {
            // any inputs at all, but the last dealer's, which makes the sum the same
            other[^1][j] =
                f.Select(p => p[0][j]).Aggregate((x, y) => x + y) - other[..^1].Select(x => x[j]).Aggregate((x, y) => x + y);
        }

        // L(0) = 1, L(a) = 0 in the coalition; F' = F + (x' − x)·L, and the blinding takes the difference back from every
        // commitment
        Scalar[] zeroBut = Lagrange.Coefficients([0, .. coalition]).Select(row => row[0]).ToArray();
        Scalar[][][] changed =
        [
            .. f.Select(
                (p, i) =>
                    p.Select(
                            (coefficient, k) =>
                            {
                                Scalar[] c = (Scalar[])coefficient.Clone();
                                Scalar back = Scalar.Zero;
                                for (int j = 0; j < N; j++)
                                {
                                    Scalar delta = (other[i][j] - p[0][j]) * zeroBut[k];
                                    c[j] += delta;
                                    back += delta * g[j];
                                }

                                c[N] -= back;
                                return c;
                            }
                        )
                        .ToArray()
            ),
        ];

        Assert.Equal(other.SelectMany(x => x), changed.SelectMany(p => p[0][..N]));
        Assert.NotEqual(f[0][0], changed[0][0]);
        Assert.Equal(View(f), View(changed));

        Scalar[] View(Scalar[][][] polynomials)
        {
            var seen = new List<Scalar>();
            Scalar Share(int dealer, int entry, int a) => At([.. polynomials[dealer].Select(c => c[entry])], a);
            for (int i = 0; i < Dealers; i++)
            {
                seen.AddRange(polynomials[i].Select(c => ScalarVector.Dot(c.AsSpan(0, N), g) + c[N]));
                seen.AddRange(coalition.SelectMany(a => Enumerable.Range(0, N + 1).Select(j => Share(i, j, a))));
            }

            for (int a = 1; a <= S_; a++)
            {
                Scalar[] summed =
                [
                    .. Enumerable
                        .Range(0, N)
                        .Select(j => Enumerable.Range(0, Dealers).Select(i => Share(i, j, a)).Aggregate((x, y) => x + y)),
                ];
                seen.Add(ScalarVector.Dot(w, summed));
            }

            return [.. seen];
        }
    }

    [Fact]
    public void Values_are_lifted_and_never_reduced()
    {
        Assert.Equal(-5, SumComputation.Lift(S(-5)));
        Assert.Equal(
            BigInteger.One << 200,
            SumComputation.Lift(Scalar.FromUInt128(UInt128.One << 100) * Scalar.FromUInt128(UInt128.One << 100))
        );
        Assert.Null(AggregationTerms.CheckBounds([(BigInteger.One << 200) - 1]));
        Assert.NotNull(AggregationTerms.CheckBounds([1, BigInteger.One << 200]));
    }

    [Fact]
    public void A_result_outside_the_bound_is_an_error()
    {
        using var region = new Region(hospitals: 4, members: 3);
        using var updates = new Updates(region, 16, 7);
        AggregationTerms terms = region.Session.Terms; // entries of at most 4·7 = 28
        DealLayout layout = DealLayout.Of(terms, DealRole.Contribution);
        var check = new VectorCheck(terms, new RistrettoPoint[2 * layout.Chunks]);
        foreach (
            (long value, bool fits) in ((long, bool)[])
                [(28, true), (29, false), (-28, true), (-29, false), (long.MaxValue, false)]
        )
        {
            Scalar[] scalars = [.. Enumerable.Range(0, (int)layout.Scalars).Select(j => j == 3 ? S(value) : Scalar.Zero)];
            Assert.Equal(fits, check.Interpolate([Messages.Join(scalars)], [Scalar.One], out _) is not null);
        }
    }

    [Fact]
    public void Terms_that_are_not_in_order_are_refused()
    {
        using var region = new Region(hospitals: 6, members: 5);
        AggregationTerms terms = region.Terms();
        Assert.Null(terms.Check());
        Assert.Equal(4, terms.Quorum);
        foreach (
            AggregationTerms wrong in (AggregationTerms[])
                [
                    terms with
                    {
                        Threshold = 2,
                    },
                    terms with
                    {
                        Threshold = 6,
                    },
                    terms with
                    {
                        Committee = [.. terms.Committee.Take(4)],
                    },
                    terms with
                    {
                        Committee = [.. terms.Committee.Reverse()],
                    },
                    terms with
                    {
                        Hospitals = [terms.Hospitals[0], .. terms.Hospitals],
                    },
                    terms with
                    {
                        Minimum = 2,
                    },
                    terms with
                    {
                        Minimum = 3,
                        Coalition = 2,
                    },
                    terms with
                    {
                        Coalition = 0,
                    },
                    terms with
                    {
                        Minimum = 7,
                    },
                    terms with
                    {
                        WeightCap = 2,
                    },
                    terms with
                    {
                        Rows = 63,
                    },
                    terms with
                    {
                        Axes = TableAxes.Create([1], [2]),
                    },
                    terms with
                    {
                        PlannedCutOffs = [3, 2, 1],
                    },
                    terms with
                    {
                        Question = new StatisticsQuery([]),
                    },
                    terms with
                    {
                        Question = new StatisticsQuery([Statistic.CountBounds(Region.Yes, 3, null)]),
                    },
                    terms with
                    {
                        Noise = new NoiseTerms(new PrivacyLoss(1m, 0.000000001m), 1, 135),
                    },
                    terms with
                    {
                        CloseQuorum = 6,
                    },
                    terms with
                    {
                        Question = new VectorSumQuery(),
                    },
                ]
        )
        {
            Assert.NotNull(wrong.Check());
        }

        Assert.True(AggregationTerms.TryDecode(terms.Encode(), out AggregationTerms? decoded, out _));
        Assert.Equal(terms.Encode(), decoded.Encode());
    }

    [Property(MaxTest = 200)]
    public void Hostile_bytes_never_throw(byte[] bytes)
    {
        bytes ??= [];
        Assert.False(
            AggregationTerms.TryDecode(bytes, out _, out _)
                || AggregationSession.TryDecode(bytes, out _, out _)
                || Registration.TryDecode(bytes, out _, out _)
                || SessionKey.TryDecode(bytes, out _, out _)
                || PhaseClosed.TryDecode(bytes, out _, out _)
                || ShareAcknowledgement.TryDecode(bytes, out _, out _)
                || Complaint.TryDecode(bytes, out _, out _)
                || CiphertextDisclosure.TryDecode(bytes, out _, out _)
                || ContributorSetSignature.TryDecode(bytes, out _, out _)
                || BudgetDebit.TryDecode(bytes, out _, out _)
                || BeaconShare.TryDecode(bytes, out _, out _)
                || SumShare.TryDecode(bytes, out _, out _)
                || AggregateResult.TryDecode(bytes, out _, out _)
        );
    }

    [Fact]
    public void Every_changed_byte_of_a_Deal_and_of_a_sum_share_is_found()
    {
        using Region region = new Region(hospitals: 4, members: 3).Open();
        byte[] body = region.Forge(0).Dealing.Encode();
        for (int at = 0; at < body.Length; at += 41)
        {
            byte[] changed = [.. body];
            changed[at] ^= 1;
            Assert.False(
                Dealing.TryDecode(changed, region.Session, region.Hospitals[0], out Dealing? deal, out _) && IsValid(deal),
                $"byte {at}"
            );
        }

        Assert.True(Dealing.TryDecode(body, region.Session, region.Hospitals[0], out Dealing? honest, out _) && IsValid(honest));
        Assert.False(Dealing.TryDecode(body.AsMemory(0, body.Length - 1), region.Session, region.Hospitals[0], out _, out _));

        bool IsValid(Dealing deal)
        {
            if (
                CheckedDealing.TryCreate(region.Session, new DealId(DealRole.Contribution, region.Hospitals[0]), deal, 0, out _)
                is not CheckedDealing made
            )
            {
                return false;
            }

            var batch = new ZkHealth.Proofs.VerificationBatch();
            return made.CollectDealing(region.Session, batch) is null
                && made.CollectContribution(region.Session, AggregationRules.None, batch) is null
                && batch.Verify().IsAccepted;
        }
    }
}
