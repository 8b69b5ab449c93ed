using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Mean, variance (of a sample, over n − 1) and standard deviation of the numbers of a column, from three released sums: 1, v,
/// v². The interval of the mean is normal: mean ± 1.96·s/√n.
/// </summary>
internal sealed record MeanStatistic(string Column, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 2;

    private static readonly string[] Names = ["mean", "variance", "standard deviation"];

    /// <summary>Numbers up to this magnitude, in units of 10^−scale: squares of 2^30 rows stay below 2^63.</summary>
    public const long MaxMagnitude = 1 << 16;

    public override IEnumerable<string> Columns => [Column, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema) =>
        $"number, sum and sum of squares of {Quoting.Name(Column)}{Among(Condition, schema)}{UnknownRows.Describe(UnknownBelow)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (
            NumbersOf(schema) is not NumberColumn column
            || IsTooLarge(column)
            || Unknown(schema, axes, Column, Condition) is not null
        )
        {
            return null;
        }

        StatisticColumn source = StatisticColumn.Find(schema, Column)!;
        Predicate rows = With(source.Known, Condition);
        long[]? values = Weigh(schema, axes, rows, source.Units);
        return values is null
            ? null
            : WithUnknown(schema, axes, All(Weigh(schema, axes, rows), values, values.Select(v => v * v).ToArray()));
    }

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        Unknown(schema, axes, Column, Condition)
        ?? (
            NumbersOf(schema) is NumberColumn column && IsTooLarge(column)
                ? $"the numbers of the column '{Column}' reach beyond {MaxMagnitude} units of 10^-{column.Scale}"
                : base.Misfit(schema, axes)
        );

    private static bool IsTooLarge(NumberColumn column) => column.MinUnits < -MaxMagnitude || column.MaxUnits > MaxMagnitude;

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is { Values: NumberColumn } column
            ? LeftOut(schema, axes, Condition, column.Known)
            : null;

    private NumberColumn? NumbersOf(TableSchema schema) => StatisticColumn.Find(schema, Column)?.Values as NumberColumn;

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        // Cauchy and Schwarz: (Σv)² ≤ n·Σv²
        (Int128 n, Int128 sum, Int128 squares) = (released[0], released[1], released[2]);
        if (n < 0 || squares < 0 || n * squares < sum * sum || Unknown(released) is { Value: < 0 })
        {
            return null;
        }

        // n·Σv² − (Σv)² over n·(n − 1), exact up to the division; sums are of units 1/e
        double e = NumbersOf(schema)!.UnitsInOne;
        double mean = (double)sum / ((double)n * e);
        double variance = (double)(n * squares - sum * sum) / ((double)n * (double)(n - 1) * e * e);
        ReleasedValue[] values =
            n == 0 ? [.. Names.Select(name => ReleasedValue.NotDefined(name, "no rows"))]
            : n == 1
                ?
                [
                    new ReleasedValue(Names[0], mean),
                    .. Names[1..].Select(name => ReleasedValue.NotDefined(name, "fewer than 2 rows")),
                ]
            :
            [
                new ReleasedValue(Names[0], mean, ConfidenceInterval.Normal("normal", mean, Math.Sqrt(variance / (double)n))),
                new ReleasedValue(Names[1], variance),
                new ReleasedValue(Names[2], Math.Sqrt(variance)),
            ];
        return [new ReleasedValue("rows", released[0]), .. values, Unknown(released)];
    }

    internal override IEnumerable<long> PeopleCounted(long[] released) => [released[0]];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static MeanStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };
}
