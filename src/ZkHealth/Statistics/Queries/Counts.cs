using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Counts how many rows satisfy a condition.</summary>
internal sealed record CountStatistic(Predicate Condition) : Statistic
{
    internal const int Kind = 1;

    public override IEnumerable<string> Columns => Condition.Columns;

    internal override IEnumerable<Predicate> Conditions => [Condition];

    public override string Describe(TableSchema schema) => $"the number of rows where {Condition.Describe(schema)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) => All(Weigh(schema, axes, Condition));

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        released[0] < 0 ? null : [new ReleasedValue("count", released[0])];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(2);
        w.WriteInt32(Kind);
        Condition.Write(w);
        w.WriteEndArray();
    }

    internal static CountStatistic ReadBody(CborReader r) => new(Predicate.Read(r));
}

/// <summary>Counts how many rows have each value of a column, and how many have none.</summary>
internal sealed record HistogramStatistic(string Column, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 3;

    public override IEnumerable<string> Columns => [Column, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema) =>
        $"the number of rows for each value of {Quoting.Name(Column)}{Among(Condition, schema)}{UnknownRows.Describe(UnknownBelow)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        Known(schema, Column) is null || !Bounded(schema.Columns[schema.IndexOf(Column)].Domain, axes)
            ? null
            : WithUnknown(
                schema,
                axes,
                All(
                    Enumerable
                        .Range(1, (int)schema.Columns[schema.IndexOf(Column)].Domain - 1)
                        .Select(code => Weigh(schema, axes, With(new ColumnPredicate(Column, [(uint)code]), Condition)))
                )
            );

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Known(schema, Column) is Predicate known ? LeftOut(schema, axes, Condition, known) : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        !released.ContainsAnyInRange(long.MinValue, -1);

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        schema.IndexOf(Column) is int j and >= 0 && !Bounded(schema.Columns[j].Domain, axes)
            ? TooLarge(schema.Columns[j].Domain, axes)
            : base.Misfit(schema, axes);

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        ColumnSchema column = schema.Columns[schema.IndexOf(Column)];
        IEnumerable<ReleasedValue> counts = Numbers(released)
            .ToArray()
            .Select((n, k) => new ReleasedValue(column.Label((uint)k + 1), n));
        return [.. counts, Unknown(released)];
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static HistogramStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };
}

/// <summary>
/// The Numerator/Denominator quantile of the values of a column: the first value, in the order of codes, up to which at least
/// that share of the rows with a value lies. The verifier sees the counts below it, up to it and in all, and how many rows have
/// no value.
/// </summary>
internal sealed record QuantileStatistic(string Column, int Numerator = 1, int Denominator = 2, Predicate? Condition = null)
    : Statistic
{
    internal const int Kind = 4;

    /// <summary>The code of the quantile; 0 until the owner has filled it in.</summary>
    public uint Code { get; init; }

    public override IEnumerable<string> Columns => [Column, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string label = Code == 0 ? "" : $" is {Quoting.Value(ValuesOf(schema).Label(Code))}";
        return $"the {Numerator}/{Denominator} quantile of {Quoting.Name(Column)}{label}{Among(Condition, schema)}"
            + UnknownRows.Describe(UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        Numerator < 1
        || Denominator is < 2 or > 10_000
        || Numerator >= Denominator
        || StatisticColumn.Find(schema, Column) is not StatisticColumn column
        || Code == 0
        || Unordered(schema, Column) is not null
        || IsTopCoded(schema)
        || Code >= column.Values.Domain
        || Weigh(schema, axes, With(column.Known, Condition), code => column.Code(code)) is not long[] codes
            ? null
            : WithUnknown(
                schema,
                axes,
                All(
                    [.. codes.Select(c => c > 0 && c < Code ? 1L : 0)],
                    [.. codes.Select(c => c > 0 && c <= Code ? 1L : 0)],
                    Weigh(schema, axes, With(column.Known, Condition))
                )
            );

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is StatisticColumn column ? LeftOut(schema, axes, Condition, column.Known) : null;

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        Unordered(schema, Column) ?? Missed(schema, axes) ?? base.Misfit(schema, axes);

    private string? Missed(TableSchema schema, TableAxes axes)
    {
        if (
            StatisticColumn.Find(schema, Column) is not StatisticColumn column
            || Weigh(schema, axes, With(column.Known, Condition)) is null
        )
        {
            return null;
        }

        if (Code == 0)
        {
            return "no row satisfies the condition and has a value of the column";
        }

        return IsTopCoded(schema) ? $"the quantile is among the numbers that are not known: {column.Values.Label(Code)}" : null;
    }

    private bool IsTopCoded(TableSchema schema) => ValuesOf(schema) is NumberColumn numbers && numbers.IsTopCoded(Code);

    private ColumnSchema ValuesOf(TableSchema schema) => StatisticColumn.Find(schema, Column)!.Values;

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        // below·den < num·n ≤ upTo·den; counts are below 2^31
        (long below, long upTo, long n) = (released[0], released[1], released[2]);
        if (
            below < 0
            || upTo < below
            || n < upTo
            || n > int.MaxValue
            || below * Denominator >= Numerator * n
            || upTo * Denominator < Numerator * n
            || Unknown(released) is { Value: < 0 }
        )
        {
            return null;
        }

        // a band, a day or a stage has a name and no number: its code would be read as one
        ColumnSchema column = ValuesOf(schema);
        ReleasedValue value = column is NumberColumn number
            ? new ReleasedValue("quantile", (double)number.Value(Code))
            : ReleasedValue.NoNumber("quantile", column.Label(Code));
        return [value, new ReleasedValue("rows", n), Unknown(released)];
    }

    internal override IEnumerable<long> PeopleCounted(long[] released) => [released[2]];

    internal override Statistic Resolve(
        TableSchema schema,
        TableAxes axes,
        ReadOnlySpan<ulong> counts,
        ReadOnlySpan<byte> suppressionKey
    )
    {
        // the code of every cell that counts, 0 of the others
        if (
            StatisticColumn.Find(schema, Column) is not StatisticColumn column
            || Weigh(schema, axes, With(column.Known, Condition), code => column.Code(code)) is not long[] codes
        )
        {
            return this;
        }

        var rows = new long[column.Values.Domain];
        for (int i = 0; i < codes.Length; i++)
        {
            rows[codes[i]] += codes[i] == 0 ? 0 : (long)counts[i];
        }

        long n = rows.Sum(),
            upTo = 0;
        for (uint code = 1; code < rows.Length && n > 0; code++)
        {
            upTo += rows[code];
            if (upTo * Denominator >= Numerator * n)
            {
                return this with { Code = code };
            }
        }

        return this;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(7);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        w.WriteInt32(Numerator);
        w.WriteInt32(Denominator);
        WriteOptional(w, Condition);
        w.WriteUInt32(Code);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static QuantileStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), r.ReadInt32(), r.ReadInt32(), ReadOptional(r))
        {
            Code = r.ReadUInt32(),
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
}
