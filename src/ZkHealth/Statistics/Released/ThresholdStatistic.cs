using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A rate lies between two public fractions, or at least or at most at one, or a count is at least k; the counts themselves stay hidden
/// unless they are asked for. q·numerator − p·denominator and its like are opened as commitments, and proven to lie in [0, 2^64).
/// </summary>
/// <remarks>
/// Nothing wraps: counts are true and below 2^31 by the cube proof, p, q and k below 2^31, so every difference is below 2^62 in absolute
/// value, and a negative one is no number below 2^64 modulo l.
/// </remarks>
public sealed record ThresholdStatistic : Statistic
{
    internal const int Kind = 7;

    private ThresholdStatistic(Predicate numerator, Predicate? denominator, (long P, long Q)? atLeast, (long P, long Q)? atMost, bool showNumerator, bool showDenominator)
    {
        foreach ((long P, long Q)? bound in (ReadOnlySpan<(long P, long Q)?>)[atLeast, atMost])
        {
            if (bound is { } f && (f.P is < 0 or > int.MaxValue || f.Q is < 1 or > int.MaxValue))
            {
                throw new ArgumentException("expected fractions of whole numbers from 0 to 2^31 − 1, and no denominator of 0");
            }
        }

        if (atLeast is null && atMost is null)
        {
            throw new ArgumentException("expected at least one bound");
        }

        (Numerator, Denominator, AtLeast, AtMost, ShowNumerator, ShowDenominator) = (numerator, denominator, atLeast, atMost, showNumerator, showDenominator);
    }

    /// <summary>What is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows; null for a count.</summary>
    public Predicate? Denominator { get; }

    /// <summary>The lower bound p/q, or p for a count; or null.</summary>
    public (long P, long Q)? AtLeast { get; }

    /// <summary>The upper bound p/q; or null.</summary>
    public (long P, long Q)? AtMost { get; }

    /// <summary>Whether the numerator is released.</summary>
    public bool ShowNumerator { get; }

    /// <summary>Whether the denominator is released.</summary>
    public bool ShowDenominator { get; }

    /// <summary>The rate of numerator and denominator among the denominator lies within the bounds that are given.</summary>
    /// <exception cref="ArgumentException">No bound, or one that is no fraction of whole numbers below 2^31.</exception>
    public static ThresholdStatistic Rate(
        Predicate numerator, Predicate denominator, (long P, long Q)? atLeast, (long P, long Q)? atMost, bool showNumerator = false, bool showDenominator = false)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        return new ThresholdStatistic(numerator, denominator, atLeast, atMost, showNumerator, showDenominator);
    }

    /// <summary>At least so many rows satisfy the condition.</summary>
    /// <exception cref="ArgumentException">k is negative or above 2^31 − 1.</exception>
    public static ThresholdStatistic Count(Predicate condition, long k)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new ThresholdStatistic(condition, null, (k, 1), null, false, false);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Columns => [.. Numerator.Columns, .. Denominator?.Columns ?? []];

    /// <inheritdoc/>
    public override string Describe(TableSchema schema)
    {
        string bounds = string.Join(" and ", ((string?[])[
            AtLeast is (long p, long q) ? $"at least {(Denominator is null ? $"{p}" : $"{p}/{q}")}" : null,
            AtMost is (long r, long s) ? $"at most {r}/{s}" : null]).Where(b => b is not null));
        return Denominator is null
            ? $"the number of rows where {Numerator.Describe(schema)} is {bounds}"
            : $"the rate of {Numerator.Describe(schema)}, among {Denominator.Describe(schema)}, is {bounds}";
    }

    internal override long[][]? Rows(TableSchema schema, CubeAxes axes)
    {
        (long[]? n, long[]? d) = Weights(schema, axes);
        return n is null || d is null ? null : [.. ShowNumerator ? [n] : (long[][])[], .. ShowDenominator ? [d] : (long[][])[]];
    }

    internal override long[][] HiddenRows(TableSchema schema, CubeAxes axes)
    {
        (long[]? n, long[]? d) = Weights(schema, axes);
        var rows = new List<long[]>();
        if (n is not null && d is not null)
        {
            if (AtLeast is (long p, long q))
            {
                // the k of a count is taken off as a constant (see Offset)
                rows.Add([.. n.Select((x, i) => Denominator is null ? x : q * x - p * d[i])]);
            }

            if (AtMost is (long r, long s))
            {
                rows.Add([.. n.Select((x, i) => r * d[i] - s * x)]);
            }
        }

        return [.. rows];
    }

    /// <summary>What is taken off a hidden number before it is proven to be positive.</summary>
    internal long Offset => Denominator is null ? AtLeast!.Value.P : 0;

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
        w.WriteStartArray(7);
        w.WriteInt32(Kind);
        Numerator.Write(w);
        WriteOptional(w, Denominator);
        foreach ((long P, long Q)? bound in (ReadOnlySpan<(long P, long Q)?>)[AtLeast, AtMost])
        {
            w.WriteStartArray(bound is null ? 0 : 2);
            if (bound is (long p, long q))
            {
                w.WriteInt64(p);
                w.WriteInt64(q);
            }

            w.WriteEndArray();
        }

        w.WriteBoolean(ShowNumerator);
        w.WriteBoolean(ShowDenominator);
        w.WriteEndArray();
    }

    internal static ThresholdStatistic ReadBody(CborReader r)
    {
        Predicate numerator = Predicate.Read(r);
        Predicate? denominator = ReadOptional(r);
        (long P, long Q)? Bound() => CanonicalCbor.ReadList(r, x => x.ReadInt64(), 2) switch
        {
            [] => null,
            [long p, long q] => (p, q),
            _ => throw new InvalidOperationException("a bound is no fraction"),
        };
        (long P, long Q)? atLeast = Bound(), atMost = Bound();
        var read = new ThresholdStatistic(numerator, denominator, atLeast, atMost, r.ReadBoolean(), r.ReadBoolean());
        return denominator is null && (atMost is not null || atLeast is not (_, 1) || read.ShowNumerator || read.ShowDenominator)
            ? throw new InvalidOperationException("a count has one whole lower bound and shows nothing") : read;
    }

    /// <summary>The weights of numerator (within the denominator) and denominator; those of a count have no denominator.</summary>
    private (long[]? Numerator, long[]? Denominator) Weights(TableSchema schema, CubeAxes axes) => Denominator is null
        ? (Weigh(schema, axes, Numerator), [])
        : (Weigh(schema, axes, Denominator & Numerator), Weigh(schema, axes, Denominator));
}
