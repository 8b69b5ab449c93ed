using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The 2×2 table of an exposure and an outcome, among rows where both are known: a (both), b (exposed without outcome), c
/// (outcome without exposure), d (neither). From it odds ratio, relative risk, chi-square and Fisher's exact test
/// (<see cref="TwoByTwoTable"/>).
/// </summary>
internal sealed record TwoByTwoStatistic(Predicate Exposure, Predicate Outcome, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 5;

    /// <summary>The names of a, b, c, d.</summary>
    internal static readonly string[] CellNames =
    [
        "exposed with outcome",
        "exposed without outcome",
        "outcome without exposure",
        "neither",
    ];

    public override IEnumerable<string> Columns =>
        [.. IsKnown(Exposure).Columns, .. IsKnown(Outcome).Columns, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [Exposure, Outcome, .. Optional(Condition)];

    public override string Describe(TableSchema schema) =>
        $"the table of exposure ({Exposure.Describe(schema)}) and outcome ({Outcome.Describe(schema)}){Among(Condition, schema)}{UnknownRows.Describe(UnknownBelow)}";

    /// <summary>The conditions of a, b, c, d.</summary>
    internal static Predicate[] Cells(Predicate exposure, Predicate outcome, Predicate? condition) =>
        [
            With(exposure & outcome, condition),
            With(exposure & !outcome, condition),
            With(!exposure & outcome, condition),
            With(!exposure & !outcome, condition),
        ];

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        WithUnknown(schema, axes, All(Cells(Exposure, Outcome, Condition).Select(cell => Weigh(schema, axes, cell))));

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        LeftOut(schema, axes, Condition, IsKnown(Exposure) & IsKnown(Outcome));

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        !released.ContainsAnyInRange(long.MinValue, -1);

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        !Agrees(schema, released)
            ? null
            :
            [
                .. CellNames.Zip(Numbers(released).ToArray(), (name, n) => new ReleasedValue(name, n)),
                .. new TwoByTwoTable(released[0], released[1], released[2], released[3]).Values(),
                Unknown(released),
            ];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        Exposure.Write(w);
        Outcome.Write(w);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static TwoByTwoStatistic ReadBody(CborReader r) =>
        new(Predicate.Read(r), Predicate.Read(r), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };
}
