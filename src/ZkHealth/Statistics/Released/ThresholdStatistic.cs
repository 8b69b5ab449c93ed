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

    internal override long[][] GuardedRows(TableSchema schema, CubeAxes axes) => Denominator is null ? [] : [Weights(schema, axes).Denominator!];

    internal override IEnumerable<long> PeopleCounted(long[] released) => released is [long n, long d] ? [n, d, d - n] : released;

    internal override bool ShowsFew(long[] released, ulong threshold)
    {
        // numerators and those of the denominator that are not in them, from the bounds of a count or, with the denominator shown, of a rate
        static bool Few(Int128 low, Int128 high, ulong threshold) => low >= 1 && high >= low && high < threshold;
        if (Denominator is null)
        {
            return Few(AtLeast?.P ?? 0, AtMost?.P ?? Int128.MaxValue, threshold);
        }

        if (!ShowDenominator)
        {
            return false;
        }

        Int128 d = released[^1], least = AtLeast is (long p, long q) ? (d * p + q - 1) / q : 0, most = AtMost is (long r, long s) ? d * r / s : d;
        return Few(least, most, threshold) || Few(d - most, d - least, threshold);
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
