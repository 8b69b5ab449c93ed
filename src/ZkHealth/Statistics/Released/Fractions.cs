using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Public bounds p/q, each there or not.</summary>
internal static class Fractions
{
    /// <summary>The largest denominator.</summary>
    public const long MaxDenominator = int.MaxValue;

    /// <exception cref="ArgumentException">A numerator outside low..high, or a denominator outside 1..2^31 − 1.</exception>
    public static (long P, long Q)? Check((long P, long Q)? bound, long low, long high, long maxDenominator = MaxDenominator) =>
        bound is not { } f || (f.P >= low && f.P <= high && f.Q >= 1 && f.Q <= maxDenominator)
            ? bound : throw new ArgumentException($"expected fractions of whole numbers, numerators from {low} to {high} and denominators from 1 to {maxDenominator}");

    /// <summary>"at least p/q and at most r/s".</summary>
    public static string Describe((long P, long Q)? atLeast, (long P, long Q)? atMost) => string.Join(" and ", ((string?[])[
        atLeast is { } low ? $"at least {Text(low)}" : null, atMost is { } high ? $"at most {Text(high)}" : null]).Where(b => b is not null));

    public static void Write(CborWriter w, params ReadOnlySpan<(long P, long Q)?> bounds)
    {
        foreach ((long P, long Q)? bound in bounds)
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

    public static (long P, long Q)? Read(CborReader r) => CanonicalCbor.ReadList(r, x => x.ReadInt64(), 2) switch
    {
        [] => null,
        [long p, long q] => (p, q),
        _ => throw new InvalidOperationException("a bound is no fraction"),
    };

    private static string Text((long P, long Q) f) => f.Q == 1 ? $"{f.P}" : $"{f.P}/{f.Q}";
}
