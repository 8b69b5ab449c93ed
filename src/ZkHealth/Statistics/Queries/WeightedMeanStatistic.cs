using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The mean Σwx/Σw of the numbers x of a column, each with the weight w of its row in another column, from five released sums: 1,
/// w, w², wx, wx². How many rows are left out for want of a value or a weight is shown.
/// </summary>
/// <remarks>
/// The standard error is √(v/(n' − 1)), with the variance v = Σwx²/Σw − (Σwx/Σw)² and the effective number of rows n' = (Σw)²/Σw²
/// (Kish 1965): that of weights scaled to sum to n', as statsmodels' DescrStatsW computes it. The interval is normal. Weights of
/// strata and clusters need the design of the survey, which this does not know.
/// </remarks>
internal sealed record WeightedMeanStatistic(string Column, string Weight, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 17;

    private static readonly string[] Names = ["effective number of rows", "mean", "standard error"];

    /// <summary>Products w·x² and w² of a row are at most this, in units of the scales of both columns.</summary>
    private const long MaxProduct = 1L << 62;

    public override IEnumerable<string> Columns => [Column, Weight, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema) =>
        $"number and weighted sums of {Quoting.Name(Column)}, with the weights {Quoting.Name(Weight)}{Among(Condition, schema)}{UnknownRows.Describe(UnknownBelow)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (Counted(schema) is not Predicate counted || Fault(schema, axes) is not null)
        {
            return null;
        }

        (StatisticColumn column, StatisticColumn weight) = (
            StatisticColumn.Find(schema, Column)!,
            StatisticColumn.Find(schema, Weight)!
        );
        Predicate rows = With(counted, Condition);
        long[]? Sum(Func<long, long, long> term) =>
            Weigh(schema, axes, rows, code => term(weight.Units(code), column.Units(code)));
        return WithUnknown(
            schema,
            axes,
            All(Weigh(schema, axes, rows), Sum((w, _) => w), Sum((w, _) => w * w), Sum((w, x) => w * x), Sum((w, x) => w * x * x))
        );
    }

    internal override string Misfit(TableSchema schema, TableAxes axes) => Fault(schema, axes) ?? base.Misfit(schema, axes);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Counted(schema) is Predicate counted ? LeftOut(schema, axes, Condition, counted) : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released)
    {
        // Cauchy and Schwarz: (Σw)² ≤ n·Σw² and (Σwx)² ≤ Σw·Σwx²
        (BigInteger n, BigInteger w, BigInteger ww, BigInteger wx, BigInteger wxx) = (
            released[0],
            released[1],
            released[2],
            released[3],
            released[4]
        );
        return n.Sign >= 0
            && w.Sign >= 0
            && ww.Sign >= 0
            && wxx.Sign >= 0
            && w * w <= n * ww
            && wx * wx <= w * wxx
            && w.IsZero == ww.IsZero
            && Unknown(released) is not { Value: < 0 };
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        ReleasedValue rows = new("rows", released[0]),
            sum = new("sum of weights", (double)released[1] / Numbers(schema, Weight)!.UnitsInOne);
        if (released[1] == 0)
        {
            string reason = released[0] == 0 ? "no rows" : "every weight is 0";
            return [rows, sum, .. Names.Select(name => ReleasedValue.NotDefined(name, reason)), Unknown(released)];
        }

        // exact up to one division each: v = (Σw·Σwx² − (Σwx)²)/(Σw)², n' − 1 = ((Σw)² − Σw²)/Σw²
        (BigInteger w, BigInteger ww, BigInteger wx, BigInteger wxx) = (released[1], released[2], released[3], released[4]);
        double e = Numbers(schema, Column)!.UnitsInOne,
            mean = (double)wx / (double)w / e;
        ReleasedValue effective = new("effective number of rows", (double)(w * w) / (double)ww);
        BigInteger more = w * w - ww;
        if (more.Sign <= 0)
        {
            return
            [
                rows,
                sum,
                effective,
                new ReleasedValue("mean", mean),
                ReleasedValue.NotDefined("standard error", "an effective number of 1 row"),
                Unknown(released),
            ];
        }

        double error = Math.Sqrt((double)(w * wxx - wx * wx) / (double)(w * w) * ((double)ww / (double)more)) / e;
        return
        [
            rows,
            sum,
            effective,
            new ReleasedValue("mean", mean, ConfidenceInterval.Normal("normal", mean, error)),
            new ReleasedValue("standard error", error),
            Unknown(released),
        ];
    }

    private protected override IEnumerable<long[][]> Together(long[][] rows) => [rows[..3], rows];

    internal override IEnumerable<long> PeopleCounted(long[] released) => [released[0]];

    private static NumberColumn? Numbers(TableSchema schema, string column) =>
        StatisticColumn.Find(schema, column)?.Values as NumberColumn;

    private Predicate? Counted(TableSchema schema) =>
        Numbers(schema, Column) is null || Numbers(schema, Weight) is null
            ? null
            : StatisticColumn.Find(schema, Column)!.Known & StatisticColumn.Find(schema, Weight)!.Known;

    /// <summary>Explains why the columns hold no numbers and weights, or null.</summary>
    private string? Fault(TableSchema schema, TableAxes axes)
    {
        if ((Unknown(schema, axes, Column, Condition) ?? Unknown(schema, axes, Weight, Condition)) is string unknown)
        {
            return unknown;
        }

        if (Column == Weight)
        {
            return "expected a column of weights that is not that of the numbers";
        }

        if (Numbers(schema, Column) is not { } column || Numbers(schema, Weight) is not { } weight)
        {
            return null;
        }

        Int128 largest = Int128.Max(Int128.Abs(column.MinUnits), column.MaxUnits),
            most = weight.MaxUnits;
        return weight.MinUnits < 0 ? $"the column '{Weight}' may hold numbers below 0, which are no weights"
            : largest > MeanStatistic.MaxMagnitude
                ? $"the numbers of the column '{Column}' reach beyond {MeanStatistic.MaxMagnitude} units of 10^-{column.Scale}"
            : most > int.MaxValue || most * largest * largest > MaxProduct
                ? $"the weights of the column '{Weight}' reach beyond what fits into 64 bits with squares of '{Column}'"
            : null;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        w.WriteTextString(Weight);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static WeightedMeanStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), r.ReadTextString(), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };
}
