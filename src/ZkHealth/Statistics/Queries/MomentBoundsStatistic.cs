using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Mean and variance of the numbers of a column lie within public fractions, of at least a public number of rows; sums stay
/// hidden, and the number of rows unless it is asked for.
/// </summary>
/// <remarks>
/// Numbers are v = (min + step·u)/e in units of 1/e = 10^−scale. With n, S = Σu, T = Σu² and N = n·T − S²: the mean is (min·n +
/// step·S)/(e·n), the variance step²·N/(e·n)² of a population, step²·N/(e²·n·(n − 1)) of a sample. All is multiplied out to
/// integers; bounds of a standard deviation are those of its square.
/// </remarks>
internal sealed record MomentBoundsStatistic : Statistic
{
    internal const int Kind = 10;

    private const long MaxNumerator = int.MaxValue,
        MaxSquare = MaxNumerator * MaxNumerator;

    /// <summary>The statistic of <see cref="Statistic.MomentBounds"/>; for a standard deviation see <see cref="SquareOf"/>.</summary>
    public MomentBoundsStatistic(
        string column,
        Predicate? condition,
        Fraction? meanAtLeast,
        Fraction? meanAtMost,
        Fraction? varianceAtLeast = null,
        Fraction? varianceAtMost = null,
        bool ofPopulation = false,
        long? minimumRows = null,
        bool showRows = false
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        MeanAtLeast = Fraction.Check(meanAtLeast, -MaxNumerator, MaxNumerator);
        MeanAtMost = Fraction.Check(meanAtMost, -MaxNumerator, MaxNumerator);
        VarianceAtLeast = Fraction.Check(varianceAtLeast, 0, MaxSquare, MaxSquare);
        VarianceAtMost = Fraction.Check(varianceAtMost, 0, MaxSquare, MaxSquare);
        (Column, Condition, OfPopulation, ShowRows) = (column, condition, ofPopulation, showRows);
        long least = HasVariance && !ofPopulation ? 2 : 1;
        MinimumRows = minimumRows ?? least;
        if (MinimumRows < least || MinimumRows > MaxSquare || (!HasVariance && meanAtLeast is null && meanAtMost is null))
        {
            throw new ArgumentException(
                $"expected at least one bound, and a minimum of at least {least} rows",
                nameof(minimumRows)
            );
        }
    }

    public string Column { get; }

    /// <summary>Among which rows; null for all.</summary>
    public Predicate? Condition { get; }

    /// <summary>The lower bound of the mean, or null.</summary>
    public Fraction? MeanAtLeast { get; }

    /// <summary>The upper bound of the mean, or null.</summary>
    public Fraction? MeanAtMost { get; }

    /// <summary>The lower bound of the variance, or null.</summary>
    public Fraction? VarianceAtLeast { get; }

    /// <summary>The upper bound of the variance, or null.</summary>
    public Fraction? VarianceAtMost { get; }

    /// <summary>Tells whether the variance is divided by n; by n − 1 otherwise.</summary>
    public bool OfPopulation { get; }

    /// <summary>The values known are at least so many.</summary>
    public long MinimumRows { get; }

    /// <summary>Tells whether their number is released.</summary>
    public bool ShowRows { get; }

    public override IEnumerable<string> Columns => [Column, .. ColumnsOf(Condition)];

    internal override IEnumerable<Predicate> Conditions => Optional(Condition);

    private bool HasVariance => VarianceAtLeast is not null || VarianceAtMost is not null;

    /// <summary>The bound of a variance that is that of a standard deviation p/q, 0 ≤ p &lt; 2^31.</summary>
    /// <exception cref="ArgumentException">No such fraction.</exception>
    public static Fraction SquareOf(Fraction deviation)
    {
        Fraction.Check(deviation, 0, MaxNumerator);
        return new Fraction(deviation.Numerator * deviation.Numerator, deviation.Denominator * deviation.Denominator);
    }

    public override string Describe(TableSchema schema)
    {
        string mean =
            MeanAtLeast is null && MeanAtMost is null
                ? ""
                : $"the mean of {Quoting.Name(Column)} is {Fraction.Describe(MeanAtLeast, MeanAtMost)}";
        string variance = !HasVariance
            ? ""
            : $"the variance of {Quoting.Name(Column)} (over {(OfPopulation ? "n" : "n - 1")}) is {Fraction.Describe(VarianceAtLeast, VarianceAtMost)}"
                + $" (standard deviation {string.Join(" to ", ((ReadOnlySpan<Fraction?>)[VarianceAtLeast, VarianceAtMost]).ToArray().Select(Root))})";
        return $"{string.Join(" and ", ((string[])[mean, variance]).Where(t => t.Length > 0))}, of at least {MinimumRows} rows{Among(Condition, schema)}"
            + UnknownRows.Describe(UnknownBelow);

        static string Root(Fraction? f) =>
            f is { } square
                ? Math.Sqrt(square.ToDouble()).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)
                : "any";
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is not StatisticColumn column
        || Unknown(schema, axes, Column, Condition) is not null
        || Weigh(schema, axes, With(column.Known, Condition)) is not long[] n
            ? null
            : WithUnknown(schema, axes, ShowRows ? [n] : []);

    internal override bool CountsUnknown => true;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        StatisticColumn.Find(schema, Column) is StatisticColumn column ? LeftOut(schema, axes, Condition, column.Known) : null;

    internal override string Misfit(TableSchema schema, TableAxes axes) =>
        Unknown(schema, axes, Column, Condition) ?? base.Misfit(schema, axes);

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        StatisticColumn source = StatisticColumn.Find(schema, Column)!;
        var column = (NumberColumn)source.Values;
        Predicate rows = With(source.Known, Condition);
        long[] all = Weigh(schema, axes, rows)!;
        int n = ShowRows ? forms.Exact(all, "the rows") : forms.Hidden(all, "the rows");
        forms.Subject(n);
        forms.Within(n, MinimumRows, null);
        UnknownRows.AddForms(forms, all, LeftOut(schema, axes)!.Value.Unknown, UnknownBelow);
        if (column.Domain != 3)
        {
            return;
        }

        // of two values the bounds say how many rows have the second one, s: the mean is min + step·s/n
        long[] second = Weigh(schema, axes, rows, code => source.Code(code) == 2 ? 1 : 0)!;
        int s = forms.Hidden(second, "the larger value"),
            others = forms.Hidden(ReleasedForms.Less(all, second), "the smaller value");
        foreach ((Fraction? bound, int sign) in (ReadOnlySpan<(Fraction?, int)>)[(MeanAtLeast, 1), (MeanAtMost, -1)])
        {
            if (bound is (long p, long q))
            {
                BigInteger step = (BigInteger)q * column.StepUnits * sign,
                    over = ((BigInteger)column.UnitsInOne * p - (BigInteger)q * column.MinUnits) * sign;
                forms.AtLeast(s, step, n, -over, 0);
                forms.AtLeast(n, step - over, others, -step, 0);
            }
        }

        forms.Rule(known => NarrowSmaller(known, column, n, s, others));
    }

    /// <summary>Of n rows with two values, s·(n − s) between bounds says how many have the rarer one: it grows up to
    /// n/2.</summary>
    private void NarrowSmaller(KnownCounts known, NumberColumn column, int n, int s, int others)
    {
        BigInteger rows = known.Low(n),
            over = OfPopulation ? rows * rows : rows * (rows - 1);
        if (!HasVariance || known.Low(n) != known.High(n) || over.IsZero)
        {
            return;
        }

        // the variance is step²·s·(n − s)/over, in units
        BigInteger square = BigInteger.Pow(column.StepUnits, 2),
            one = BigInteger.Pow(column.UnitsInOne, 2);
        bool Reaches(BigInteger x, Fraction bound) => square * x * (rows - x) * bound.Denominator >= one * bound.Numerator * over;
        bool Exceeds(BigInteger x, Fraction bound) => square * x * (rows - x) * bound.Denominator > one * bound.Numerator * over;
        BigInteger low = VarianceAtLeast is { } least ? First(rows / 2, x => Reaches(x, least)) : 0;
        BigInteger high = VarianceAtMost is { } most ? First(rows / 2, x => Exceeds(x, most)) - 1 : rows / 2;
        known.Narrow(2 * (BigInteger)known.True(s) <= rows ? s : others, low, high);
    }

    /// <summary>The code less 1; 0 where a cell of a wide column has none.</summary>
    private static long Index(uint code) => Math.Max(0, code - 1L);

    /// <summary>The first of 0..last of which something is true that is true of all after it; last + 1 where there is
    /// none.</summary>
    private static BigInteger First(BigInteger last, Func<BigInteger, bool> isTrue)
    {
        (BigInteger low, BigInteger high) = (0, last + 1);
        while (low < high)
        {
            BigInteger middle = (low + high) / 2;
            (low, high) = isTrue(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    internal override int ConstraintCount => base.ConstraintCount + 3;

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        StatisticColumn source = StatisticColumn.Find(schema, Column)!;
        var column = (NumberColumn)source.Values;
        Predicate rows = With(source.Known, Condition);

        // u is the code less 1, below 2^20 as every domain of a cube is
        BoundedInteger n = integers.Sum(Weigh(schema, axes, rows));
        BoundedInteger s = integers.Sum(Weigh(schema, axes, rows, code => Index(source.Code(code))));
        var holds = new List<BoundedInteger> { n - MinimumRows };

        // q·step·S + (q·min − e·p)·n ≥ 0 and its negation
        BigInteger e = column.UnitsInOne;
        BoundedInteger Mean(Fraction f) =>
            s * ((BigInteger)f.Denominator * column.StepUnits)
            + n * ((BigInteger)f.Denominator * column.MinUnits - e * f.Numerator);
        holds.AddRange(Within(MeanAtLeast, MeanAtMost, Mean));
        if (HasVariance)
        {
            // q·step²·N − e²·p·(n² or n² − n) ≥ 0 and its negation
            BoundedInteger t = integers.Sum(
                Weigh(schema, axes, rows, code => Index(source.Code(code)) * Index(source.Code(code)))
            );
            BoundedInteger[] products = integers.Products((n, t), (s, s), (n, n));
            BoundedInteger over = OfPopulation ? products[2] : products[2] - n;
            BoundedInteger Variance(Fraction f) =>
                (products[0] - products[1]) * (f.Denominator * BigInteger.Pow(column.StepUnits, 2))
                - over * (e * e * f.Numerator);
            holds.AddRange(Within(VarianceAtLeast, VarianceAtMost, Variance));
        }

        integers.NotNegative([.. holds.Select(x => (x, x.High)), .. FewUnknown(integers, schema, axes)]);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released) =>
        HoldsFor(MinimumRows, released);

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(11);
        w.WriteInt32(Kind);
        w.WriteTextString(Column);
        WriteOptional(w, Condition);
        Fraction.Write(w, MeanAtLeast, MeanAtMost, VarianceAtLeast, VarianceAtMost);
        w.WriteBoolean(OfPopulation);
        w.WriteInt64(MinimumRows);
        w.WriteBoolean(ShowRows);
        w.WriteInt32(UnknownBelow);
        w.WriteEndArray();
    }

    internal static MomentBoundsStatistic ReadBody(CborReader r) =>
        new(
            r.ReadTextString(),
            ReadOptional(r),
            Fraction.Read(r),
            Fraction.Read(r),
            Fraction.Read(r),
            Fraction.Read(r),
            r.ReadBoolean(),
            r.ReadInt64(),
            r.ReadBoolean()
        )
        {
            UnknownBelow = UnknownRows.ReadBelow(r),
        };
}
