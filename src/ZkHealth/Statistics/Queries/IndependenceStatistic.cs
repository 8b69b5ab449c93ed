using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// The table of the values of two columns, among rows where both are known, how many others there are, and what follows from it:
/// Pearson's chi-square of independence without a correction, its degrees of freedom and p-value, Cramér's V (Cramér 1946, 21.9),
/// and the least count expected (the test is trusted from about 5 on). Rows and columns of the table without a count are left
/// out.
/// </summary>
/// <param name="First">The column whose values are the rows of the table.</param>
/// <param name="Second">The column whose values are its columns.</param>
/// <param name="Condition">Among which rows; null for all.</param>
internal sealed record IndependenceStatistic(string First, string Second, Predicate? Condition = null) : Statistic
{
    internal const int Kind = 12;

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [First, Second, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    /// <inheritdoc/>
    public override string Describe(TableSchema schema) =>
        $"the table of {Quoting.Name(First)} and {Quoting.Name(Second)} and its test of independence{Among(Condition, schema)}"
        + UnknownRows.Describe(UnknownBelow);

    internal override long[][]? Rows(TableSchema schema, TableAxes axes)
    {
        if (First == Second || Known(schema, First) is null || Known(schema, Second) is null)
        {
            return null;
        }

        (int r, int c) = Size(schema);
        return !Bounded((long)r * c, axes)
            ? null
            : WithUnknown(
                schema,
                axes,
                All(
                    Enumerable
                        .Range(0, r * c)
                        .Select(k =>
                            Weigh(
                                schema,
                                axes,
                                With(
                                    new ColumnPredicate(First, [(uint)(k / c) + 1])
                                        & new ColumnPredicate(Second, [(uint)(k % c) + 1]),
                                    Condition
                                )
                            )
                        )
                )
            );
    }

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Known(schema, First) is Predicate first && Known(schema, Second) is Predicate second
            ? LeftOut(schema, axes, Condition, first & second)
            : null;

    internal override bool Agrees(TableSchema schema, ReadOnlySpan<long> released) =>
        !released.ContainsAnyInRange(long.MinValue, -1);

    internal override string Misfit(TableSchema schema, TableAxes axes)
    {
        if (First == Second)
        {
            return "expected two different columns";
        }

        bool known = schema.IndexOf(First) >= 0 && schema.IndexOf(Second) >= 0;
        return known && Size(schema) is (int r, int c) && !Bounded((long)r * c, axes)
            ? TooLarge((long)r * c, axes)
            : base.Misfit(schema, axes);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        if (!Agrees(schema, released))
        {
            return null;
        }

        (int r, int c) = Size(schema);
        ReadOnlySpan<long> cells = Numbers(released);
        var (rows, columns) = (new double[r], new double[c]);
        double n = 0;
        var values = new List<ReleasedValue>();
        (ColumnSchema first, ColumnSchema second) = (
            schema.Columns[schema.IndexOf(First)],
            schema.Columns[schema.IndexOf(Second)]
        );
        for (int k = 0; k < cells.Length; k++)
        {
            rows[k / c] += cells[k];
            columns[k % c] += cells[k];
            n += cells[k];
            values.Add(new ReleasedValue($"{first.Label((uint)(k / c) + 1)}, {second.Label((uint)(k % c) + 1)}", cells[k]));
        }

        double chi = 0,
            least = double.PositiveInfinity;
        for (int k = 0; k < cells.Length; k++)
        {
            double expected = rows[k / c] * columns[k % c] / n;
            if (expected > 0)
            {
                least = Math.Min(least, expected);
                chi += (cells[k] - expected) * (cells[k] - expected) / expected;
            }
        }

        // rows and columns of zeros are left out: a hostile file may have nothing else
        int smaller = Math.Min(rows.Count(s => s > 0), columns.Count(s => s > 0)) - 1;
        int degrees = smaller < 1 ? 0 : (rows.Count(s => s > 0) - 1) * (columns.Count(s => s > 0) - 1);
        ReleasedValue Value(string name, Func<double> value) =>
            degrees > 0
                ? new ReleasedValue(name, value())
                : ReleasedValue.NotDefined(name, n == 0 ? "no rows" : "only one row or column of the table has counts");
        values.AddRange([
            Value("chi-square", () => chi),
            new ReleasedValue("degrees of freedom", degrees),
            Value("p-value", () => ChiSquare.UpperTail(chi, degrees)),
            Value("Cramér's V", () => Math.Sqrt(chi / (n * smaller))),
            Value("least count expected", () => least),
            Unknown(released),
        ]);
        return values;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt32(Kind);
        w.WriteTextString(First);
        w.WriteTextString(Second);
        WriteOptional(w, Condition);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static IndependenceStatistic ReadBody(CborReader r) =>
        new(r.ReadTextString(), r.ReadTextString(), ReadOptional(r)) { UnknownBelow = UnknownRows.ReadBelow(r) };

    private (int Rows, int Columns) Size(TableSchema schema) =>
        ((int)schema.Columns[schema.IndexOf(First)].Domain - 1, (int)schema.Columns[schema.IndexOf(Second)].Domain - 1);
}

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

    /// <summary>Bounds of the chi-square of a 2×2 table.</summary>
    /// <param name="exposure">The exposure.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="condition">Among which rows; null for all. Only rows where exposure and outcome are known are
    /// counted.</param>
    /// <param name="atLeast">The lower bound p/q, whole numbers below 2^31; or null.</param>
    /// <param name="atMost">The upper bound; or null. See <see cref="ChiSquare.CriticalValue"/>.</param>
    /// <param name="minimumMargin">Rows with and without the exposure, and with and without the outcome, are at least so many
    /// each, 1 or more.</param>
    /// <exception cref="ArgumentException">No bound, or not as described.</exception>
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

    /// <summary>The exposure.</summary>
    public Predicate Exposure { get; }

    /// <summary>The outcome.</summary>
    public Predicate Outcome { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The lower bound of chi-square, or null.</summary>
    public Fraction? AtLeast { get; }

    /// <summary>The upper bound, or null.</summary>
    public Fraction? AtMost { get; }

    /// <summary>Each margin has at least so many rows.</summary>
    public long MinimumMargin { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> Columns =>
        [.. IsKnown(Exposure).Columns, .. IsKnown(Outcome).Columns, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => [Exposure, Outcome, .. Optional(Condition)];

    private Predicate[] Cells => TwoByTwoStatistic.Cells(Exposure, Outcome, Condition);

    /// <inheritdoc/>
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
        var holds = new List<BoundedInteger>(((BoundedInteger[])[r1, r2, c1, c2]).Select(m => m - MinimumMargin));
        if (AtLeast is { } low)
        {
            holds.Add(Above(low));
        }

        if (AtMost is { } high)
        {
            holds.Add(Above(high) * BigInteger.MinusOne);
        }

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
