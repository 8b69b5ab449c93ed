using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The 2×2 table of an exposure and an outcome, among rows where both are known: a (both), b (exposed without outcome), c (outcome without
/// exposure), d (neither). From it odds ratio, relative risk (intervals by the logarithm; Woolf 1955, Katz 1978) and chi-square.
/// </summary>
/// <param name="Exposure">The exposure.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Condition">Among which rows; null for all.</param>
public sealed record TwoByTwoStatistic(Predicate Exposure, Predicate Outcome, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 5;
    private const double Z = 1.959963984540054;

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [.. Exposure.Columns, .. Outcome.Columns, .. Condition?.Columns ?? []];

    /// <inheritdoc/>
    public override string Describe(TableSchema schema) =>
        $"the table of exposure ({Exposure.Describe(schema)}) and outcome ({Outcome.Describe(schema)}){Among(Condition, schema)}";

    /// <summary>The conditions of a, b, c, d.</summary>
    internal static Predicate[] Cells(Predicate exposure, Predicate outcome, Predicate? condition) =>
        [With(exposure & outcome, condition), With(exposure & !outcome, condition), With(!exposure & outcome, condition), With(!exposure & !outcome, condition)];

    internal override long[][]? Rows(TableSchema schema, CubeAxes axes) =>
        All(Cells(Exposure, Outcome, Condition).Select(cell => Weigh(schema, axes, cell)));

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        (double a, double b, double c, double d) = (released[0], released[1], released[2], released[3]);
        if (a < 0 || b < 0 || c < 0 || d < 0)
        {
            return null;
        }

        double n = a + b + c + d, odds = a * d / (b * c), risk = a / (a + b) / (c / (c + d));
        double oddsSpread = Math.Exp(Z * Math.Sqrt(1 / a + 1 / b + 1 / c + 1 / d)), riskSpread = Math.Exp(Z * Math.Sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)));
        double chi = n * (a * d - b * c) * (a * d - b * c) / ((a + b) * (c + d) * (a + c) * (b + d));
        return
        [
            new ReleasedValue("exposed with outcome", a), new ReleasedValue("exposed without outcome", b),
            new ReleasedValue("outcome without exposure", c), new ReleasedValue("neither", d),
            new ReleasedValue("odds ratio", odds, odds / oddsSpread, odds * oddsSpread),
            new ReleasedValue("relative risk", risk, risk / riskSpread, risk * riskSpread),
            new ReleasedValue("chi-square", chi), new ReleasedValue("p-value", ChiSquare.UpperTail(chi, 1)),
        ];
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteInt32(Kind);
        Exposure.Write(w);
        Outcome.Write(w);
        WriteOptional(w, Condition);
        w.WriteEndArray();
    }

    internal static TwoByTwoStatistic ReadBody(CborReader r) => new(Predicate.Read(r), Predicate.Read(r), ReadOptional(r));
}

/// <summary>
/// Rates of an outcome by the values of a column, and the directly standardised rate Σ w_k·r_k / Σ w_k for a public standard population,
/// with its normal interval of variance Σ w_k²·r_k(1 − r_k)/n_k / (Σ w_k)².
/// </summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Strata">The column of the strata, such as age bands.</param>
/// <param name="Weights">The standard population: a weight from 0 to 10^9 for each value of the column, in the order of codes.</param>
public sealed record StandardisedRateStatistic(Predicate Outcome, string Strata, IReadOnlyList<long> Weights) : Statistic
{
    internal const int Kind = 6;

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [Strata, .. Outcome.Columns];

    /// <inheritdoc/>
    public override string Describe(TableSchema schema) =>
        $"rates of {Outcome.Describe(schema)} by {Strata}, standardised to the weights {string.Join(", ", Weights)}";

    internal override long[][]? Rows(TableSchema schema, CubeAxes axes)
    {
        if (Known(schema, Strata) is null || Weights.Count != schema.Columns[schema.IndexOf(Strata)].Domain - 1
            || !Bounded(2L * Weights.Count, axes) || Weights.Any(w => w is < 0 or > 1_000_000_000) || Weights.All(w => w == 0))
        {
            return null;
        }

        // the outcome is known where it is true or false
        Predicate known = Outcome | !Outcome;
        return All(Enumerable.Range(1, Weights.Count).SelectMany(code =>
        {
            var stratum = new ColumnPredicate(Strata, [(uint)code]);
            return (long[]?[])[Weigh(schema, axes, stratum & Outcome), Weigh(schema, axes, stratum & known)];
        }));
    }

    internal override string Misfit(TableSchema schema, CubeAxes axes) => schema.IndexOf(Strata) is not (int j and >= 0) ? base.Misfit(schema, axes)
        : Weights.Count != schema.Columns[j].Domain - 1 ? $"expected {schema.Columns[j].Domain - 1} weights, one for each value of '{Strata}', got {Weights.Count}"
        : !Bounded(2L * Weights.Count, axes) ? TooLarge(2L * Weights.Count, axes)
        : Weights.Any(w => w is < 0 or > 1_000_000_000) || Weights.All(w => w == 0) ? "expected weights from 0 to 1000000000, not all of them 0" : base.Misfit(schema, axes);

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        var values = new List<ReleasedValue>();
        double sum = 0, variance = 0, all = 0;
        for (int k = 0; k < Weights.Count; k++)
        {
            (long outcome, long n) = (released[2 * k], released[2 * k + 1]);
            if (outcome < 0 || n < outcome)
            {
                return null;
            }

            var rate = new Rate((ulong)outcome, (ulong)n);
            values.Add(new ReleasedValue(schema.Columns[schema.IndexOf(Strata)].Label((uint)k + 1), rate.Value, rate.Wilson95.Low, rate.Wilson95.High));
            if (Weights[k] > 0)
            {
                sum += Weights[k] * rate.Value;
                variance += (double)Weights[k] * Weights[k] * rate.Value * (1 - rate.Value) / n;
                all += Weights[k];
            }
        }

        double half = 1.959963984540054 * Math.Sqrt(variance) / all;
        values.Add(new ReleasedValue("standardised rate", sum / all, sum / all - half, sum / all + half));
        return values;
    }

    internal override IEnumerable<long> PeopleCounted(long[] released) =>
        [.. released, .. Enumerable.Range(0, released.Length / 2).Select(k => released[2 * k + 1] - released[2 * k])];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteInt32(Kind);
        Outcome.Write(w);
        w.WriteTextString(Strata);
        WriteList(w, Weights);
        w.WriteEndArray();
    }

    internal static StandardisedRateStatistic ReadBody(CborReader r) =>
        new(Predicate.Read(r), r.ReadTextString(), CanonicalCbor.ReadList(r, x => x.ReadInt64(), CubeAxes.MaxCells));
}
