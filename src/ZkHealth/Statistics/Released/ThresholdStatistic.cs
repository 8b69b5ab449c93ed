using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate lies between two public fractions, or at least or at most at one, among at least a public number of rows; or a count does.
/// Numerator and denominator, either or neither, are released; what is not stays hidden.
/// </summary>
/// <remarks>
/// q·numerator − p·denominator and its like are proven not to be negative (<see cref="HiddenIntegers"/>, which refuses what could wrap).
/// </remarks>
public sealed record ThresholdStatistic : Statistic
{
    internal const int Kind = 9;

    private ThresholdStatistic(
        Predicate numerator, Predicate? denominator, (long P, long Q)? atLeast, (long P, long Q)? atMost, bool showNumerator, bool showDenominator,
        long minimumRows)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        Fractions.Check(atLeast, 0, int.MaxValue);
        Fractions.Check(atMost, 0, int.MaxValue);
        if ((atLeast is null && atMost is null) || minimumRows < 0)
        {
            throw new ArgumentException("expected at least one bound, and no negative number of rows");
        }

        if (denominator is null && (atLeast is not (_, 1) and not null || atMost is not (_, 1) and not null || showDenominator))
        {
            throw new ArgumentException("expected whole numbers as bounds of a count, which has no denominator to show");
        }

        (Numerator, Denominator, AtLeast, AtMost, ShowNumerator, ShowDenominator, MinimumRows) =
            (numerator, denominator, atLeast, atMost, showNumerator, showDenominator, minimumRows);
    }

    /// <summary>What is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows; null for a count.</summary>
    public Predicate? Denominator { get; }

    /// <summary>The lower bound p/q, or p for a count; or null.</summary>
    public (long P, long Q)? AtLeast { get; }

    /// <summary>The upper bound p/q, or p for a count; or null.</summary>
    public (long P, long Q)? AtMost { get; }

    /// <summary>Whether the numerator is released.</summary>
    public bool ShowNumerator { get; }

    /// <summary>Whether the denominator is released.</summary>
    public bool ShowDenominator { get; }

    /// <summary>The denominator has at least so many rows; 0 for a count.</summary>
    public long MinimumRows { get; }

    /// <summary>The rate of numerator and denominator among the denominator lies within the bounds that are given.</summary>
    /// <param name="numerator">What is counted.</param>
    /// <param name="denominator">Among which rows.</param>
    /// <param name="atLeast">The lower bound; or null.</param>
    /// <param name="atMost">The upper bound; or null.</param>
    /// <param name="showNumerator">Whether the numerator is released.</param>
    /// <param name="showDenominator">Whether the denominator is released.</param>
    /// <param name="minimumRows">The denominator has at least so many rows: 1 or more, since a rate of no rows would have every bound.</param>
    /// <exception cref="ArgumentException">No bound, one that is no fraction of whole numbers below 2^31, or a minimum below 1.</exception>
    public static ThresholdStatistic Rate(
        Predicate numerator, Predicate denominator, (long P, long Q)? atLeast, (long P, long Q)? atMost, bool showNumerator = false, bool showDenominator = false,
        long minimumRows = 1)
    {
        ArgumentNullException.ThrowIfNull(denominator);
        return minimumRows >= 1 ? new ThresholdStatistic(numerator, denominator, atLeast, atMost, showNumerator, showDenominator, minimumRows)
            : throw new ArgumentException("expected a minimum of at least 1 row", nameof(minimumRows));
    }

    /// <summary>At least so many rows satisfy the condition.</summary>
    /// <exception cref="ArgumentException">k is negative or above 2^31 − 1.</exception>
    public static ThresholdStatistic Count(Predicate condition, long k) => Count(condition, k, null);

    /// <summary>The number of rows that satisfy the condition lies within the bounds that are given.</summary>
    /// <exception cref="ArgumentException">No bound, or one that is negative or above 2^31 − 1.</exception>
    public static ThresholdStatistic Count(Predicate condition, long? atLeast, long? atMost, bool show = false)
    {
        static (long, long)? Whole(long? k) => k is long value ? (value, 1) : null;
        return new ThresholdStatistic(condition, null, Whole(atLeast), Whole(atMost), show, false, 0);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [.. Numerator.Columns, .. Denominator?.Columns ?? []];

    /// <inheritdoc/>
    public override string Describe(TableSchema schema)
    {
        string bounds = Fractions.Describe(AtLeast, AtMost);
        return Denominator is null
            ? $"the number of rows where {Numerator.Describe(schema)} is {bounds}"
            : $"the rate of {Numerator.Describe(schema)}, among {Denominator.Describe(schema)}, is {bounds}, of at least {MinimumRows} rows";
    }

    internal override long[][]? Rows(TableSchema schema, CubeAxes axes)
    {
        (long[]? n, long[]? d) = Weights(schema, axes);
        return n is null || d is null ? null : [.. ShowNumerator ? [n] : (long[][])[], .. ShowDenominator ? [d] : (long[][])[]];
    }

    internal override IEnumerable<long> PeopleCounted(long[] released) => released is [long n, long d] ? [n, d, d - n] : released;

    private protected override void AddForms(ReleasedForms forms, TableSchema schema, CubeAxes axes)
    {
        (long[]? n, long[]? d) = Weights(schema, axes);
        int counted = ShowNumerator ? forms.Exact(n!, "the numerator") : forms.Hidden(n!, "the numerator");
        if (Denominator is null)
        {
            forms.Within(counted, AtLeast?.P ?? 0, AtMost?.P);
            return;
        }

        int among = ShowDenominator ? forms.Exact(d!, "the denominator") : forms.Hidden(d!, "the denominator");
        int others = forms.Hidden(ReleasedForms.Less(d!, n!), "what is not counted");
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
    }

    internal override int ConstrainedRows => 2;

    internal override void Constrain(HiddenIntegers integers, TableSchema schema, CubeAxes axes)
    {
        (long[]? n, long[]? d) = Weights(schema, axes);
        HiddenInteger numerator = integers.Sum(n);
        HiddenInteger? denominator = Denominator is null ? null : integers.Sum(d);
        var holds = new List<(HiddenInteger X, BigInteger Largest)>();
        if (denominator is not null)
        {
            holds.Add((denominator - MinimumRows, denominator.High - MinimumRows));
        }

        // q·numerator − p·denominator or p, at most (q − p)·denominator where that is bounded, since numerator ≤ denominator
        if (AtLeast is (long p, long q))
        {
            holds.Add(denominator is null ? (numerator - p, numerator.High - p)
                : (numerator * q - denominator * p, denominator.High * Math.Max(0, q - p)));
        }

        if (AtMost is (long r, long s))
        {
            holds.Add(denominator is null ? (numerator * BigInteger.MinusOne - -r, r) : (denominator * r - numerator * s, denominator.High * r));
        }

        integers.NotNegative(holds);
    }

    internal override IReadOnlyList<ReleasedValue>? Derive(TableSchema schema, ReadOnlySpan<long> released)
    {
        var values = new List<ReleasedValue> { new("holds", 1) };
        int at = 0;
        foreach ((bool shown, string name) in (ReadOnlySpan<(bool, string)>)[(ShowNumerator, "numerator"), (ShowDenominator, "denominator")])
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

        return values;
    }

    internal override void Write(CborWriter w)
    {
        w.WriteStartArray(8);
        w.WriteInt32(Kind);
        Numerator.Write(w);
        WriteOptional(w, Denominator);
        Fractions.Write(w, AtLeast, AtMost);
        w.WriteBoolean(ShowNumerator);
        w.WriteBoolean(ShowDenominator);
        w.WriteInt64(MinimumRows);
        w.WriteEndArray();
    }

    internal static ThresholdStatistic ReadBody(CborReader r)
    {
        var read = new ThresholdStatistic(
            Predicate.Read(r), ReadOptional(r), Fractions.Read(r), Fractions.Read(r), r.ReadBoolean(), r.ReadBoolean(), r.ReadInt64());
        return read.Denominator is null == (read.MinimumRows == 0) ? read : throw new InvalidOperationException("a rate has a least number of rows, a count none");
    }

    /// <summary>The weights of numerator (within the denominator) and denominator; those of a count have no denominator.</summary>
    private (long[]? Numerator, long[]? Denominator) Weights(TableSchema schema, CubeAxes axes) => Denominator is null
        ? (Weigh(schema, axes, Numerator), [])
        : (Weigh(schema, axes, Denominator & Numerator), Weigh(schema, axes, Denominator));
}
