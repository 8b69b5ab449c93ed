using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate lies between two public fractions, or at least or at most at one, among at least a public number of rows; or a count
/// does. Numerator and denominator, either or neither, are released; what is not stays hidden. For how many rows of the
/// denominator the numerator is not known is shown; they are not counted unless they are included.
/// </summary>
/// <remarks>
/// q·numerator − p·denominator and its like are proven not to be negative (<see cref="BoundedIntegers"/>, which refuses what
/// could wrap).
/// </remarks>
internal sealed record ThresholdStatistic : Statistic
{
    internal const int Kind = 9;

    internal ThresholdStatistic(
        Predicate numerator,
        Predicate? denominator,
        Fraction? atLeast,
        Fraction? atMost,
        bool showNumerator,
        bool showDenominator,
        long minimumRows,
        bool includeUnknown
    )
    {
        ArgumentNullException.ThrowIfNull(numerator);
        Fraction.Check(atLeast, 0, int.MaxValue);
        Fraction.Check(atMost, 0, int.MaxValue);
        if ((atLeast is null && atMost is null) || minimumRows < 0)
        {
            throw new ArgumentException("expected at least one bound, and no negative number of rows");
        }

        if (denominator is null && (atLeast is { Denominator: not 1 } || atMost is { Denominator: not 1 } || showDenominator))
        {
            throw new ArgumentException("expected whole numbers as bounds of a count, which has no denominator to show");
        }

        (Numerator, Denominator, AtLeast, AtMost, ShowNumerator, ShowDenominator, MinimumRows, IncludeUnknown) = (
            numerator,
            denominator,
            atLeast,
            atMost,
            showNumerator,
            showDenominator,
            minimumRows,
            includeUnknown
        );
    }

    /// <summary>The condition that is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows; null for a count.</summary>
    public Predicate? Denominator { get; }

    /// <summary>The lower bound p/q, or p for a count; or null.</summary>
    public Fraction? AtLeast { get; }

    /// <summary>The upper bound p/q, or p for a count; or null.</summary>
    public Fraction? AtMost { get; }

    /// <summary>Tells whether the numerator is released.</summary>
    public bool ShowNumerator { get; }

    /// <summary>Tells whether the denominator is released.</summary>
    public bool ShowDenominator { get; }

    /// <summary>The denominator has at least so many rows; 0 for a count.</summary>
    public long MinimumRows { get; }

    /// <summary>Tells whether rows for which the numerator is not known are in the denominator.</summary>
    public bool IncludeUnknown { get; }

    public override IEnumerable<string> Columns => [.. Numerator.Columns, .. Denominator?.Columns ?? []];

    internal override IEnumerable<Predicate> Conditions => [Numerator, .. Optional(Denominator)];

    public override string Describe(TableSchema schema)
    {
        string bounds = Fraction.Describe(AtLeast, AtMost);
        return Denominator is null
            ? $"the number of rows where {Numerator.Describe(schema)} is {bounds}"
            : $"the rate of {Numerator.Describe(schema)}, among {Denominator.Describe(schema)}, is {bounds}, of at least {MinimumRows} rows"
                + UnknownRows.Describe(IncludeUnknown, UnknownBelow);
    }

    internal override long[][]? Rows(TableSchema schema, TableAxes axes) =>
        Weights(schema, axes) is { } w
            ?
            [
                .. ShowNumerator ? [w.Numerator] : (long[][])[],
                .. ShowDenominator ? [w.Among] : (long[][])[],
                .. ShowsUnknown ? [w.Unknown] : (long[][])[],
            ]
            : null;

    internal override IEnumerable<long> PeopleCounted(long[] released)
    {
        long[] shown = released[..((ShowNumerator ? 1 : 0) + (ShowDenominator ? 1 : 0))];
        return shown.Length == 2 ? [.. shown, shown[1] - shown[0]] : shown;
    }

    internal override bool CountsUnknown => Denominator is not null;

    private protected override (long[] Among, long[] Unknown)? LeftOut(TableSchema schema, TableAxes axes) =>
        Weights(schema, axes) is { } w ? (w.Among, w.Unknown) : null;

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, TableAxes axes)
    {
        (long[] n, long[] d, long[] unknown) = Weights(schema, axes)!.Value;
        int counted = ShowNumerator ? forms.Exact(n, "the numerator") : forms.Hidden(n, "the numerator");
        if (Denominator is null)
        {
            forms.Within(counted, AtLeast?.Numerator ?? 0, AtMost?.Numerator);
            return;
        }

        int among = ShowDenominator ? forms.Exact(d, "the denominator") : forms.Hidden(d, "the denominator");
        int others = forms.Hidden(ReleasedForms.Less(d, n), "what is not counted");
        forms.Subject(among);
        forms.Within(among, MinimumRows, null);
        forms.AtLeast(among, 1, counted, -1, 0);
        forms.AtLeast(among, 1, others, -1, 0);
        if (AtLeast is (long p, long q))
        {
            // q·n − p·d ≥ 0, and so (q − p)·d − q·(d − n) ≥ 0
            forms.AtLeast(counted, q, among, -p, 0);
            forms.AtLeast(among, q - p, others, -q, 0);
        }

        if (AtMost is (long r, long s))
        {
            forms.AtLeast(among, r, counted, -s, 0);
            forms.AtLeast(others, s, among, r - s, 0);
        }

        UnknownRows.AddForms(forms, d, unknown, UnknownBelow);
    }

    internal override int ConstraintCount => 3;

    internal override void Constrain(BoundedIntegers integers, TableSchema schema, TableAxes axes)
    {
        (long[] n, long[] d, _) = Weights(schema, axes)!.Value;
        BoundedInteger numerator = integers.Sum(n);
        BoundedInteger? denominator = Denominator is null ? null : integers.Sum(d);
        var holds = new List<(BoundedInteger X, BigInteger Largest)>();
        if (denominator is not null)
        {
            holds.Add((denominator - MinimumRows, denominator.High - MinimumRows));
        }

        // q·numerator − p·denominator or p, at most (q − p)·denominator where that is bounded, since numerator ≤ denominator
        if (AtLeast is (long p, long q))
        {
            holds.Add(
                denominator is null
                    ? (numerator - p, numerator.High - p)
                    : (numerator * q - denominator * p, denominator.High * Math.Max(0, q - p))
            );
        }

        if (AtMost is (long r, long s))
        {
            holds.Add(
                denominator is null
                    ? (numerator * BigInteger.MinusOne - -r, r)
                    : (denominator * r - numerator * s, denominator.High * r)
            );
        }

        holds.AddRange(FewUnknown(integers, schema, axes));
        integers.NotNegative(holds);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        var values = new List<ReleasedValue> { new("holds", 1) };
        int at = 0;
        foreach (
            (bool shown, string name) in (ReadOnlySpan<(bool, string)>)
                [(ShowNumerator, "numerator"), (ShowDenominator, "denominator")]
        )
        {
            if (shown)
            {
                if (released[at] < 0)
                {
                    return null;
                }

                values.Add(new ReleasedValue(name, released[at++]));
            }
        }

        if (ShowsUnknown && released[at] < 0)
        {
            return null;
        }

        if (Denominator is not null)
        {
            values.Add(Unknown(released));
        }

        return ShowNumerator && ShowDenominator && released[1] < released[0] ? null : values;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(10);
        w.WriteInt32(Kind);
        Numerator.Write(w);
        WriteOptional(w, Denominator);
        Fraction.Write(w, AtLeast, AtMost);
        w.WriteBoolean(ShowNumerator);
        w.WriteBoolean(ShowDenominator);
        w.WriteInt64(MinimumRows);
        UnknownRows.Write(w, IncludeUnknown, UnknownBelow);
        w.WriteEndArray();
    }

    internal static ThresholdStatistic ReadBody(CborReader r)
    {
        (Predicate numerator, Predicate? denominator, Fraction? low, Fraction? high) = (
            Predicate.Read(r),
            ReadOptional(r),
            Fraction.Read(r),
            Fraction.Read(r)
        );
        (bool showNumerator, bool showDenominator, long minimumRows) = (r.ReadBoolean(), r.ReadBoolean(), r.ReadInt64());
        (bool included, int below) = UnknownRows.Read(r);
        bool isCount = denominator is null;
        return isCount == (minimumRows == 0) && !(isCount && (included || below > 0))
            ? new ThresholdStatistic(numerator, denominator, low, high, showNumerator, showDenominator, minimumRows, included)
            {
                UnknownBelow = below,
            }
            : throw new FormatException("a rate has a least number of rows, a count none and no rows that are not known");
    }

    /// <summary>The weights of numerator (within the denominator), denominator and rows that are not known; a count has the first
    /// alone.</summary>
    private (long[] Numerator, long[] Among, long[] Unknown)? Weights(TableSchema schema, TableAxes axes) =>
        Denominator is not null ? WeighRate(schema, axes, Numerator, Denominator, IncludeUnknown)
        : Weigh(schema, axes, Numerator) is long[] counted ? (counted, [], [])
        : null;
}
