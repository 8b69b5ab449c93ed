using System.Formats.Cbor;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Rates of an outcome by the values of a column, and the directly standardised rate Σ w_k·r_k / Σ w_k for a public standard
/// population, with the intervals of Fay and Feuer and of Dobson. Rows without a value in the column of the strata, or of the
/// outcome, are in no stratum; their number is shown.
/// </summary>
internal sealed record StandardisedRateStatistic(Predicate Outcome, string Strata, IReadOnlyList<long> Weights) : Statistic
{
    internal const int Kind = 6;

    public override IEnumerable<string> Columns => [Strata, .. IsKnown(Outcome).Columns, .. ColumnsOf(null)];

    internal override IEnumerable<Predicate> Conditions => [Outcome];

    public override string Describe(TableSchema schema) =>
        $"rates of {Outcome.Describe(schema)} by {Quoting.Name(Strata)}, standardised to the weights {string.Join(", ", Weights)}{UnknownRows.Describe(UnknownBelow)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (
            Known(schema, Strata) is null
            || Weights.Count != schema.Columns[schema.IndexOf(Strata)].Domain - 1
            || !Bounded(2L * Weights.Count + 1, axes)
            || Weights.Any(w => w is < 0 or > 1_000_000_000)
            || Weights.All(w => w == 0)
        )
        {
            return null;
        }

        Predicate known = IsKnown(Outcome);
        return WithUnknown(
            schema,
            axes,
            All(
                Enumerable
                    .Range(1, Weights.Count)
                    .SelectMany(code =>
                    {
                        var stratum = new ColumnPredicate(Strata, [(uint)code]);
                        return (long[]?[])[Weigh(schema, axes, stratum & Outcome), Weigh(schema, axes, stratum & known)];
                    })
            )
        );
    }

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Known(schema, Strata) is Predicate known ? LeftOut(schema, axes, null, known & IsKnown(Outcome)) : null;

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        schema.IndexOf(Strata) is not (int j and >= 0) ? base.Misfit(schema, axes)
        : Weights.Count != schema.Columns[j].Domain - 1
            ? $"expected {schema.Columns[j].Domain - 1} weights, one for each value of '{Strata}', got {Weights.Count}"
        : !Bounded(2L * Weights.Count + 1, axes) ? TooLarge(2L * Weights.Count + 1, axes)
        : Weights.Any(w => w is < 0 or > 1_000_000_000) || Weights.All(w => w == 0)
            ? "expected weights from 0 to 1000000000, not all of them 0"
        : base.Misfit(schema, axes);

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released)
    {
        ReadOnlySpan<long> numbers = Numbers(released);
        for (int k = 0; k < numbers.Length; k += 2)
        {
            if (numbers[k] < 0 || numbers[k + 1] < numbers[k])
            {
                return false;
            }
        }

        return Unknown(released) is not { Value: < 0 };
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        var values = new List<ReleasedValue>();
        (double X, double N)[] strata = new (double, double)[Weights.Count];
        for (int k = 0; k < strata.Length; k++)
        {
            strata[k] = (released[2 * k], released[2 * k + 1]);
            values.Add(new Rate((ulong)released[2 * k], (ulong)released[2 * k + 1]).ToValue(Label(schema, k)));
        }

        int[] empty = [.. Enumerable.Range(0, strata.Length).Where(k => Weights[k] > 0 && strata[k].N == 0)];
        values.Add(
            empty.Length > 0
                ? ReleasedValue.NotDefined(
                    "standardised rate",
                    $"no rows in {string.Join(", ", empty.Select(k => Label(schema, k)))}"
                )
                : Standardise(strata)
        );
        values.Add(Unknown(released));
        return values;
    }

    /// <summary>
    /// With p_k = w_k/Σw and x_k events among n_k rows: the rate y = Σ p_k·x_k/n_k, its variance v = Σ p_k²·x_k/n_k² (events as
    /// Poisson counts), and m the largest p_k/n_k. Gamma: Fay and Feuer (1997), the quantile 0.025 of a gamma distribution of
    /// mean y and variance v, and 0.975 of one of mean y + m and variance v + m². Dobson and others (1991): y + √(v/x)·(L − x) to
    /// y + √(v/x)·(U − x), L and U being the exact limits of x = Σ x_k.
    /// </summary>
    private ReleasedValue Standardise((double X, double N)[] strata)
    {
        double all = Weights.Sum(w => (double)w),
            y = 0,
            v = 0,
            m = 0,
            events = 0;
        for (int k = 0; k < strata.Length; k++)
        {
            if (Weights[k] > 0)
            {
                double weight = Weights[k] / all / strata[k].N;
                (y, v, m, events) = (
                    y + weight * strata[k].X,
                    v + weight * weight * strata[k].X,
                    Math.Max(m, weight),
                    events + strata[k].X
                );
            }
        }

        static double End(bool upper, double mean, double variance) =>
            SpecialFunctions.GammaEnd(upper, mean * mean / variance) * variance / mean;
        var gamma = new ConfidenceInterval("gamma", events == 0 ? 0 : End(false, y, v), End(true, y + m, v + m * m));
        if (events == 0)
        {
            return new ReleasedValue("standardised rate", 0, gamma);
        }

        (double low, double high) = ExactInference.Poisson(events);
        double scale = Math.Sqrt(v / events);
        return new ReleasedValue(
            "standardised rate",
            y,
            gamma,
            new ConfidenceInterval("Dobson", y + scale * (low - events), y + scale * (high - events))
        );
    }

    private string Label(TableSchema schema, int stratum) => schema.Columns[schema.IndexOf(Strata)].Label((uint)stratum + 1);

    internal override IEnumerable<long> PeopleCounted(long[] released) =>
        [
            .. base.PeopleCounted(released),
            .. Enumerable.Range(0, Weights.Count).Select(k => released[2 * k + 1] - released[2 * k]),
        ];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        Outcome.Write(w);
        w.WriteTextString(Strata);
        CanonicalCbor.WriteList(w, Weights, w.WriteInt64);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static StandardisedRateStatistic ReadBody(CborReader r) =>
        new(Predicate.Read(r), r.ReadTextString(), CanonicalCbor.ReadList(r, x => x.ReadInt64(), TableAxes.MaxCells))
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
}
