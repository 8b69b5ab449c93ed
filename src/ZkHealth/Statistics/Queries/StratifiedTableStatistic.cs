using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The 2×2 tables of an exposure and an outcome, one for each value of a column, and what follows from all of them: the common
/// odds ratio and risk ratio of Mantel and Haenszel, and tests that there is no association and that all strata have one odds
/// ratio (<see cref="MantelHaenszel"/>). Rows without a value in the column, or for which exposure or outcome are not known, are
/// in no table; their number is shown.
/// </summary>
internal sealed record StratifiedTableStatistic(Predicate Exposure, Predicate Outcome, string Strata, Predicate? Condition = null)
    : Statistic
{
    internal const int Kind = 15;

    public override IEnumerable<string> Columns =>
        [Strata, .. IsKnown(Exposure).Columns, .. IsKnown(Outcome).Columns, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [Exposure, Outcome, .. Optional(Condition)];

    public override string Describe(TableSchema schema) =>
        $"the tables of exposure ({Exposure.Describe(schema)}) and outcome ({Outcome.Describe(schema)}) by {Quoting.Name(Strata)}{Among(Condition, schema)}"
        + UnknownRows.Describe(UnknownBelow);

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (
            Known(schema, Strata) is not Predicate known
            || !Bounded(Numbers(schema), axes)
            || All(
                TwoByTwoStatistic
                    .Cells(Exposure, Outcome, With(known, Condition))
                    .Select(c => Weigh(schema, axes, c, code => code(Strata)))
            )
                is not long[][] cells
        )
        {
            return null;
        }

        // where a condition holds, the code of the stratum; 0 elsewhere
        return WithUnknown(
            schema,
            axes,
            [
                .. Enumerable
                    .Range(1, StrataCount(schema))
                    .SelectMany(code => cells.Select(cell => Array.ConvertAll(cell, stratum => stratum == code ? 1L : 0))),
            ]
        );
    }

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        schema.IndexOf(Strata) >= 0 && !Bounded(Numbers(schema), axes)
            ? TooLarge(Numbers(schema), axes)
            : base.Misfit(schema, axes);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Known(schema, Strata) is Predicate known
            ? LeftOut(schema, axes, Condition, known & IsKnown(Exposure) & IsKnown(Outcome))
            : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        !released.ContainsAnyInRange(long.MinValue, -1);

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        var values = new List<ReleasedValue>();
        var tables = new TwoByTwoTable[StrataCount(schema)];
        for (int k = 0; k < tables.Length; k++)
        {
            string stratum = schema.Columns[schema.IndexOf(Strata)].Label((uint)k + 1);
            ReadOnlySpan<long> cells = released.Slice(4 * k, 4);
            for (int j = 0; j < 4; j++)
            {
                values.Add(new ReleasedValue($"{stratum}: {TwoByTwoStatistic.CellNames[j]}", cells[j]));
            }

            tables[k] = new TwoByTwoTable(cells[0], cells[1], cells[2], cells[3]);
            values.Add(tables[k].OddsRatio($"{stratum}: odds ratio"));
        }

        return [.. values, .. MantelHaenszel.Values(tables), Unknown(released)];
    }

    private int StrataCount(TableSchema schema) => (int)schema.Columns[schema.IndexOf(Strata)].Domain - 1;

    private long Numbers(TableSchema schema) => 4L * StrataCount(schema) + 1;

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(6);
        w.WriteInt32(Kind);
        Exposure.Write(w);
        Outcome.Write(w);
        w.WriteTextString(Strata);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static StratifiedTableStatistic ReadBody(CborReader r) =>
        new(Predicate.Read(r), Predicate.Read(r), r.ReadTextString(), ReadOptional(r))
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
}
