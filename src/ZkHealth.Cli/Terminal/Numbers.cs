using System.Globalization;
using System.Numerics;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Terminal;

/// <summary>Exact numbers as users write them.</summary>
internal static class Numbers
{
    /// <summary>A fraction p/q, a whole number or a decimal such as 0.05 or -1.5, reduced.</summary>
    public static Fraction Fraction(string text, string option)
    {
        string[] parts = text.Split('/');
        if (parts.Length == 2 && TryWhole(parts[0], out long p) && TryWhole(parts[1], out long q) && q > 0)
        {
            return Reduce(p, q);
        }

        string[] digits = text.Split('.');
        if (
            parts.Length == 1
            && digits.Length <= 2
            && (digits.Length == 1 || (digits[1].Length is >= 1 and <= 9 && digits[1].All(char.IsAsciiDigit)))
            && TryWhole(string.Concat(digits), out p)
        )
        {
            return Reduce(p, (long)BigInteger.Pow(10, digits.Length == 1 ? 0 : digits[1].Length));
        }

        throw new UsageException($"{option}: expected a fraction such as 1/20, or a number such as 0.05, got '{text}'");
    }

    /// <summary>A whole number from 0 to <paramref name="most"/>.</summary>
    public static long Whole(string text, string option, long most = int.MaxValue) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most
            ? value
            : throw new UsageException($"{option}: expected whole numbers from 0 to {most}, got '{text}'");

    private static bool TryWhole(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && value is > -(1L << 62) and < 1L << 62;

    private static Fraction Reduce(long p, long q)
    {
        long divisor = (long)BigInteger.GreatestCommonDivisor(p, q);
        return new Fraction(p / divisor, q / divisor);
    }
}
