using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>A public bound: a fraction of whole numbers, which need not be reduced.</summary>
/// <param name="numerator">The numerator.</param>
/// <param name="denominator">The denominator, at least 1; statistics say how large both may be.</param>
public readonly struct Fraction(long numerator, long denominator)
{
    /// <summary>The numerator.</summary>
    public long Numerator { get; } = numerator;

    /// <summary>The denominator, at least 1.</summary>
    public long Denominator { get; } = denominator;

    /// <summary>The largest denominator where a statistic says nothing else.</summary>
    internal const long MaxDenominator = int.MaxValue;

    /// <summary>The fraction as it is written, such as 1/20; a whole number without its denominator.</summary>
    public override string ToString() => Denominator == 1 ? $"{Numerator}" : $"{Numerator}/{Denominator}";

    /// <summary>Its value, rounded.</summary>
    internal double ToDouble() => (double)Numerator / Denominator;

    internal void Deconstruct(out long numerator, out long denominator) => (numerator, denominator) = (Numerator, Denominator);

    /// <exception cref="ArgumentException">A numerator outside low..high, or a denominator outside 1..maxDenominator.</exception>
    internal static Fraction? Check(Fraction? bound, long low, long high, long maxDenominator = MaxDenominator) =>
        bound is not { } f || (f.Numerator >= low && f.Numerator <= high && f.Denominator >= 1 && f.Denominator <= maxDenominator)
            ? bound
            : throw new ArgumentException(
                $"expected fractions of whole numbers, numerators from {low} to {high} and denominators from 1 to {maxDenominator}"
            );

    /// <summary>"at least p/q and at most r/s", for those that are there.</summary>
    internal static string Describe(Fraction? atLeast, Fraction? atMost) =>
        string.Join(
            " and ",
            ((string?[])[atLeast is { } low ? $"at least {low}" : null, atMost is { } high ? $"at most {high}" : null]).Where(b =>
                b is not null
            )
        );

    internal static void Write(CborWriter w, params ReadOnlySpan<Fraction?> bounds)
    {
        foreach (Fraction? bound in bounds)
        {
            w.WriteStartArray(bound is null ? 0 : 2);
            if (bound is (long p, long q))
            {
                w.WriteInt64(p);
                w.WriteInt64(q);
            }

            w.WriteEndArray();
        }
    }

    internal static Fraction? Read(CborReader r) =>
        CanonicalCbor.ReadList(r, x => x.ReadInt64(), 2) switch
        {
            [] => null,
            [long p, long q] => new Fraction(p, q),
            _ => throw new FormatException("a bound is no fraction"),
        };
}
