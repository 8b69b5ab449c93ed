using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate such as a prevalence: how many rows satisfy numerator and denominator, how many the denominator, and for how many of
/// these the numerator is not known, which are not counted in the denominator unless they are included.
/// </summary>
internal sealed record RateStatistic(Predicate Numerator, Predicate Denominator, bool IncludeUnknown = false) : Statistic
{
    internal const int Kind = 14;

    /// <summary>
    /// A rate for each combination of the values of columns, the first column most significant: one numerator, and the
    /// denominator narrowed to rows with those values.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// No column, one that the schema has not, or more than <see cref="Predicate.MaxCombinations"/> combinations.
    /// </exception>
    public static IReadOnlyList<RateStatistic> ByColumns(
        TableSchema schema,
        Predicate numerator,
        Predicate denominator,
        params IReadOnlyList<string> columns
    ) => [.. Predicate.Combinations(schema, columns).Select(stratum => new RateStatistic(numerator, denominator & stratum))];

    public override IEnumerable<string> Columns => [.. Numerator.Columns, .. Denominator.Columns];

    internal override IEnumerable<Predicate> Conditions => [Numerator, Denominator];

    public override string Describe(TableSchema schema) =>
        $"the rate of {Numerator.Describe(schema)}{Among(Denominator, schema)}{UnknownRows.Describe(IncludeUnknown, UnknownBelow)}";

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        WeighRate(schema, axes, Numerator, Denominator, IncludeUnknown) is not { } w ? null
        : UnknownBelow == 0 ? [w.Numerator, w.Among, w.Unknown]
        : [w.Numerator, w.Among];

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        WeighRate(schema, axes, Numerator, Denominator, IncludeUnknown) is { } w ? (w.Among, w.Unknown) : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        released[0] >= 0
        && released[1] >= released[0]
        && (UnknownBelow > 0 || (released[2] >= 0 && (!IncludeUnknown || released[2] <= released[1] - released[0])));

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        !Agrees(schema, released)
            ? null
            :
            [
                new ReleasedValue("numerator", released[0]),
                new ReleasedValue("denominator", released[1]),
                new Rate((ulong)released[0], (ulong)released[1]).ToValue("rate"),
                Unknown(released),
            ];

    internal override IEnumerable<long> PeopleCounted(long[] released) => [released[0], released[1], released[1] - released[0]];

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        (long[] numerator, long[] among, long[] unknown) = WeighRate(schema, axes, Numerator, Denominator, IncludeUnknown)!.Value;
        forms.Exact(numerator, "the numerator");
        forms.Exact(among, "the denominator");
        UnknownRows.AddForms(forms, among, unknown, UnknownBelow);
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        Numerator.Write(w);
        Denominator.Write(w);
        UnknownRows.Write(w, IncludeUnknown, UnknownBelow);
        w.WriteEndArray();
    }

    internal static RateStatistic ReadBody(CborReader r)
    {
        (Predicate numerator, Predicate denominator) = (Predicate.Read(r), Predicate.Read(r));
        (bool included, int below) = UnknownRows.Read(r);
        return new RateStatistic(numerator, denominator, included) { UnknownBelow = below };
    }
}
