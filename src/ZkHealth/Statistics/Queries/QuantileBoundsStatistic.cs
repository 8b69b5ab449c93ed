using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A quantile, as <see cref="QuantileStatistic"/> defines it, lies between two values of a column, of at least a public number of
/// rows; counts stay hidden, and the number of rows unless it is asked for.
/// </summary>
/// <remarks>
/// The quantile is the first value up to which at least the share num/den of the n rows lies. It is at least x where num·n −
/// den·below(x) ≥ 1, and at most y where den·upTo(y) − num·n ≥ 0.
/// </remarks>
internal sealed record QuantileBoundsStatistic : Statistic
{
    internal const int Kind = 11;

    internal QuantileBoundsStatistic(
        string column,
        int numerator,
        int denominator,
        uint? atLeast,
        uint? atMost,
        Predicate? condition,
        long minimumRows,
        bool showRows
    )
    {
        if (
            denominator is < 2 or > 10_000
            || numerator < 1
            || numerator >= denominator
            || minimumRows < 1
            || (atLeast is null && atMost is null)
            || atLeast == 0
            || atMost == 0
            || atLeast > atMost
        )
        {
            throw new ArgumentException(
                "expected a share between 0 and 1 of a denominator up to 10,000, bounds in order, and a minimum of at least 1 row"
            );
        }

        (Column, Numerator, Denominator, AtLeast, AtMost, Condition, MinimumRows, ShowRows) = (
            column,
            numerator,
            denominator,
            atLeast,
            atMost,
            condition,
            minimumRows,
            showRows
        );
    }

    public string Column { get; }

    /// <summary>Of the share.</summary>
    public int Numerator { get; }

    /// <summary>Of the share.</summary>
    public int Denominator { get; }

    /// <summary>The code of the lower bound, or null.</summary>
    public uint? AtLeast { get; }

    /// <summary>The code of the upper bound, or null.</summary>
    public uint? AtMost { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The values known are at least so many.</summary>
    public long MinimumRows { get; }

    /// <summary>Tells whether their number is released.</summary>
    public bool ShowRows { get; }

    public override IEnumerable<string> Columns => [Column, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    public override string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ColumnSchema column = StatisticColumn.Find(schema, Column)!.Values;
        string bounds = string.Join(
            " and ",
            (
                (string?[])
                    [
                        AtLeast is uint low ? $"at least {Quoting.Value(column.Label(low))}" : null,
                        AtMost is uint high ? $"at most {Quoting.Value(column.Label(high))}" : null,
                    ]
            ).Where(b => b is not null)
        );
        return $"the {Numerator}/{Denominator} quantile of {Quoting.Name(Column)} is {bounds}, of at least {MinimumRows} rows{Among(Condition, schema)}"
            + UnknownRows.Describe(UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is not StatisticColumn column
        || Unordered(schema, Column) is not null
        || (AtMost ?? AtLeast) >= column.Values.Domain
        || Weigh(schema, axes, With(column.Known, Condition)) is not long[] n
            ? null
            : WithUnknown(schema, axes, ShowRows ? [n] : []);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is StatisticColumn column ? LeftOut(schema, axes, Condition, column.Known) : null;

    internal override string Misfit(TableSchema schema, TableAxes axes) => Unordered(schema, Column) ?? base.Misfit(schema, axes);

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        StatisticColumn column = StatisticColumn.Find(schema, Column)!;
        Predicate rows = With(column.Known, Condition);
        long[] all = Weigh(schema, axes, rows)!;
        int n = ShowRows ? forms.Exact(all, "the rows") : forms.Hidden(all, "the rows");
        forms.Subject(n);
        forms.Within(n, MinimumRows, null);
        UnknownRows.AddForms(forms, all, LeftOut(schema, axes)!.Value.Unknown, UnknownBelow);
        if (AtLeast is uint low)
        {
            // den·below ≤ num·n − 1, and den·(n − below) ≥ (den − num)·n + 1
            long[] below = Weigh(schema, axes, rows, code => column.Code(code) is uint own && own > 0 && own < low ? 1 : 0)!;
            forms.AtLeast(n, Numerator, forms.Hidden(below, "what is below the bound"), -Denominator, 1);
            forms.AtLeast(
                forms.Hidden(ReleasedForms.Less(all, below), "what is not below the bound"),
                Denominator,
                n,
                Numerator - Denominator,
                1
            );
        }

        if (AtMost is uint high)
        {
            // den·upTo ≥ num·n, and den·(n − upTo) ≤ (den − num)·n
            long[] upTo = Weigh(schema, axes, rows, code => column.Code(code) is uint own && own > 0 && own <= high ? 1 : 0)!;
            forms.AtLeast(forms.Hidden(upTo, "what is up to the bound"), Denominator, n, -Numerator, 0);
            forms.AtLeast(
                n,
                Denominator - Numerator,
                forms.Hidden(ReleasedForms.Less(all, upTo), "what is above the bound"),
                -Denominator,
                0
            );
        }
    }

    internal override int ConstraintCount => base.ConstraintCount + 3;

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        StatisticColumn column = StatisticColumn.Find(schema, Column)!;
        Predicate rows = With(column.Known, Condition);
        BoundedInteger n = integers.Sum(Weigh(schema, axes, rows));
        var holds = new List<(BoundedInteger X, BigInteger Largest)> { (n - MinimumRows, n.High - MinimumRows) };
        if (AtLeast is uint low)
        {
            BoundedInteger below = integers.Sum(
                Weigh(schema, axes, rows, code => column.Code(code) is uint own && own > 0 && own < low ? 1 : 0)
            );
            holds.Add((n * Numerator - below * Denominator - 1, n.High * Numerator));
        }

        if (AtMost is uint high)
        {
            BoundedInteger upTo = integers.Sum(
                Weigh(schema, axes, rows, code => column.Code(code) is uint own && own > 0 && own <= high ? 1 : 0)
            );
            holds.Add((upTo * Denominator - n * Numerator, n.High * (Denominator - Numerator)));
        }

        integers.NotNegative([.. holds, .. FewUnknown(integers, schema, axes)]);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        HoldsFor(MinimumRows, released);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(10);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        w.WriteInt32(Numerator);
        w.WriteInt32(Denominator);
        w.WriteUInt32(AtLeast ?? 0);
        w.WriteUInt32(AtMost ?? 0);
        WriteOptional(w, Condition);
        w.WriteInt64(MinimumRows);
        w.WriteBoolean(ShowRows);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static QuantileBoundsStatistic ReadBody(CborReader r)
    {
        static uint? Bound(uint code) => code == 0 ? null : code;
        return new QuantileBoundsStatistic(
            r.ReadTextString(),
            r.ReadInt32(),
            r.ReadInt32(),
            Bound(r.ReadUInt32()),
            Bound(r.ReadUInt32()),
            ReadOptional(r),
            r.ReadInt64(),
            r.ReadBoolean()
        )
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
    }
}
