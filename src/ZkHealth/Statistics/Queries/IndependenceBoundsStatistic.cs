using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Pearson's chi-square of a 2×2 table, without a correction, is at least or at most a public value, and each margin of the table
/// at least a public number of rows; the table stays hidden.
/// </summary>
/// <remarks>
/// X² = n·(ad − bc)²/(r₁·r₂·c₁·c₂). Both sides, with q and p, stay below 2^181 for up to 2^30 rows. For an r×c table this form
/// has r + c + 1 such factors, which fit below l up to 3×3 only: larger tables have no hidden form yet (docs/decisions.md).
/// </remarks>
internal sealed record IndependenceBoundsStatistic : Statistic
{
    internal const int Kind = 13;

    /// <summary>The statistic of <see cref="Statistic.IndependenceBounds"/>; for bounds see
    /// <see cref="ChiSquare.CriticalValue"/>.</summary>
    public IndependenceBoundsStatistic(
        Predicate exposure,
        Predicate outcome,
        Predicate? condition,
        Fraction? atLeast,
        Fraction? atMost,
        long minimumMargin = 10
    )
    {
        ArgumentNullException.ThrowIfNull(exposure);
        ArgumentNullException.ThrowIfNull(outcome);
        AtLeast = Fraction.Check(atLeast, 0, int.MaxValue);
        AtMost = Fraction.Check(atMost, 0, int.MaxValue);
        if ((atLeast is null && atMost is null) || minimumMargin < 1)
        {
            throw new ArgumentException("expected at least one bound, and margins of at least 1", nameof(minimumMargin));
        }

        (Exposure, Outcome, Condition, MinimumMargin) = (exposure, outcome, condition, minimumMargin);
    }

    public Predicate Exposure { get; }

    public Predicate Outcome { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The lower bound of chi-square, or null.</summary>
    public Fraction? AtLeast { get; }

    /// <summary>The upper bound, or null.</summary>
    public Fraction? AtMost { get; }

    /// <summary>Each margin has at least so many rows.</summary>
    public long MinimumMargin { get; }

    public override IEnumerable<string> Columns =>
        [.. IsKnown(Exposure).Columns, .. IsKnown(Outcome).Columns, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [Exposure, Outcome, .. Optional(Condition)];

    private Predicate[] Cells => TwoByTwoStatistic.Cells(Exposure, Outcome, Condition);

    public override string Describe(TableSchema schema)
    {
        string p = string.Join(
            ", ",
            new[] { AtLeast, AtMost }
                .OfType<Fraction>()
                .Select(f =>
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{f.ToDouble():0.######} has p-value {ChiSquare.UpperTail(f.ToDouble(), 1):0.######}"
                    )
                )
        );
        return $"Pearson's chi-square of exposure ({Exposure.Describe(schema)}) and outcome ({Outcome.Describe(schema)}){Among(Condition, schema)} is "
            + $"{Fraction.Describe(AtLeast, AtMost)} ({p}), each margin of the 2×2 table at least {MinimumMargin}"
            + UnknownRows.Describe(UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        Cells.Any(c => Weigh(schema, axes, c) is null) ? null : WithUnknown(schema, axes, []);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        LeftOut(schema, axes, Condition, IsKnown(Exposure) & IsKnown(Outcome));

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        long[][] cells = [.. Cells.Select(c => Weigh(schema, axes, c)!)];
        foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(0, 1), (2, 3), (0, 2), (1, 3)])
        {
            int margin = forms.Hidden([.. cells[x].Zip(cells[y], (a, b) => a + b)], "a margin");
            forms.Subject(margin);
            forms.Within(margin, MinimumMargin, null);
        }

        (long[] among, long[] unknown) = LeftOut(schema, axes)!.Value;
        UnknownRows.AddForms(forms, among, unknown, UnknownBelow);
    }

    internal override int ConstraintCount => base.ConstraintCount + 4;

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        BoundedInteger[] cells = [.. Cells.Select(condition => integers.Sum(Weigh(schema, axes, condition)))];
        (BoundedInteger a, BoundedInteger b, BoundedInteger c, BoundedInteger d) = (cells[0], cells[1], cells[2], cells[3]);

        // sums of disjoint conditions stay within the larger bound, which is 0 of a condition that no cell of the cube satisfies
        static BoundedInteger Sum(BoundedInteger x, BoundedInteger y) => (x + y) with { High = BigInteger.Max(x.High, y.High) };
        (BoundedInteger r1, BoundedInteger r2, BoundedInteger c1, BoundedInteger c2) = (
            Sum(a, b),
            Sum(c, d),
            Sum(a, c),
            Sum(b, d)
        );
        BoundedInteger[] second = integers.Products((a, d), (b, c), (r1, r2), (c1, c2));
        BoundedInteger difference = second[0] - second[1];
        BoundedInteger[] fourth = integers.Products((difference, difference), (second[2], second[3]));
        BoundedInteger fifth = integers.Products((Sum(r1, r2), fourth[0]))[0] with { Low = 0 };

        // q·n·(ad − bc)² − p·r₁·r₂·c₁·c₂ ≥ 0 and its negation
        BoundedInteger Above(Fraction f) => fifth * f.Denominator - fourth[1] * f.Numerator;
        IEnumerable<BoundedInteger> margins = ((BoundedInteger[])[r1, r2, c1, c2]).Select(m => m - MinimumMargin);
        IEnumerable<BoundedInteger> holds = margins.Concat(Within(AtLeast, AtMost, Above));
        integers.NotNegative([.. holds.Select(x => (x, x.High)), .. FewUnknown(integers, schema, axes)]);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        HoldsFor(MinimumMargin, released);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(8);
        w.WriteInt32(Kind);
        Exposure.Write(w);
        Outcome.Write(w);
        WriteOptional(w, Condition);
        Fraction.Write(w, AtLeast, AtMost);
        w.WriteInt64(MinimumMargin);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static IndependenceBoundsStatistic ReadBody(CborReader r) =>
        new(Predicate.Read(r), Predicate.Read(r), ReadOptional(r), Fraction.Read(r), Fraction.Read(r), r.ReadInt64())
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
}
