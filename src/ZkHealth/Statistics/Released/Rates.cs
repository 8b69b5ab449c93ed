using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate such as a prevalence: how many rows satisfy numerator and denominator, how many the denominator. Its own proof file is
/// <see cref="PrevalenceProof"/>; as a statistic it stands beside others, and is what a region adds up.
/// </summary>
/// <param name="Numerator">What is counted.</param>
/// <param name="Denominator">Among which rows.</param>
public sealed record RateStatistic(Predicate Numerator, Predicate Denominator) : Statistic
{
    internal const int Kind = 14;

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [.. Numerator.Columns, .. Denominator.Columns];

    /// <inheritdoc/>
    public override string Describe(TableSchema schema) => $"the rate of {Numerator.Describe(schema)}{Among(Denominator, schema)}";

    internal override long[][]? Rows(TableSchema schema, CubeAxes axes) => All(Weigh(schema, axes, Denominator & Numerator), Weigh(schema, axes, Denominator));

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) => released[0] >= 0 && released[1] >= released[0];

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) => !Agrees(schema, released) ? null :
    [
        new ReleasedValue("numerator", released[0]), new ReleasedValue("denominator", released[1]),
        new Rate((ulong)released[0], (ulong)released[1]).ToValue("rate"),
    ];

    internal override IEnumerable<long> PeopleCounted(long[] released) => [.. released, released[1] - released[0]];

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteInt32(Kind);
        Numerator.Write(w);
        Denominator.Write(w);
        w.WriteEndArray();
    }

    internal static RateStatistic ReadBody(CborReader r) => new(Predicate.Read(r), Predicate.Read(r));
}
