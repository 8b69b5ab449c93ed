using System.Globalization;

namespace ZkHealth.Data;

/// <summary>The form of numbers in a source: the decimal sign, and what stands between groups of three digits (null for
/// nothing).</summary>
internal readonly record struct NumberFormat(char Decimal, char? Thousands)
{
    public static readonly NumberFormat Invariant = new('.', null);
}

/// <summary>The part that is cut off a number, against half of the last digit that is kept.</summary>
internal enum Rest
{
    None,
    BelowHalf,
    Half,
    AboveHalf,
}

/// <summary>
/// Numbers as texts, exact at any length: a sign, digits in which thousands stand strictly in groups of three, a fraction, an
/// exponent. Nothing is rounded by a binary or decimal type on the way, so that 64.99999999999999999999999999999999 stays below
/// 65.
/// </summary>
internal static class NumberText
{
    /// <summary>Numbers of more digits before the point than this are larger than every limit of a column.</summary>
    private const int MostDigits = 30;

    private const int MostExponent = 1_000_000;

    /// <summary>Cuts a number off after so many digits behind the point, towards minus infinity.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="scale">The digits behind the point that are kept.</param>
    /// <param name="units">The number in units of 10^−scale; ±10^30 for everything beyond.</param>
    /// <param name="rest">What was cut off.</param>
    public static bool TryCut(ReadOnlySpan<char> text, NumberFormat format, int scale, out Int128 units, out Rest rest)
    {
        (units, rest) = (0, Rest.None);
        bool negative = text is ['-', ..];
        ReadOnlySpan<char> unsigned = text is ['-' or '+', ..] ? text[1..] : text;
        int exponent = 0,
            e = unsigned.IndexOfAny('e', 'E');
        if (e >= 0 && !TryExponent(unsigned[(e + 1)..], out exponent))
        {
            return false;
        }

        ReadOnlySpan<char> mantissa = e < 0 ? unsigned : unsigned[..e];
        int point = mantissa.IndexOf(format.Decimal);
        ReadOnlySpan<char> whole = point < 0 ? mantissa : mantissa[..point],
            fraction = point < 0 ? default : mantissa[(point + 1)..];
        Span<char> digits = mantissa.Length <= 256 ? stackalloc char[mantissa.Length] : new char[mantissa.Length];
        if (
            !TryWhole(whole, format.Thousands, digits, out int count)
            || fraction.ContainsAnyExceptInRange('0', '9')
            || count + fraction.Length == 0
        )
        {
            return false;
        }

        fraction.CopyTo(digits[count..]);
        digits = digits[..(count + fraction.Length)];

        // the number is digits·10^(exponent − fraction); the first count + exponent + scale digits are kept
        Cut(digits, count + exponent + scale, out units, out rest);
        if (negative)
        {
            units = rest == Rest.None ? -units : -units - 1;
            rest =
                rest is Rest.None or Rest.Half ? rest
                : rest == Rest.BelowHalf ? Rest.AboveHalf
                : Rest.BelowHalf;
        }

        return true;
    }

    /// <summary>A number of at most so many digits behind the point in units of 10^−scale.</summary>
    public static Int128 Units(decimal number, int scale)
    {
        for (int i = 0; i < scale; i++)
        {
            number *= 10;
        }

        return (Int128)number;
    }

    private static void Cut(ReadOnlySpan<char> digits, int kept, out Int128 units, out Rest rest)
    {
        (units, rest) = (0, Rest.None);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        if (zeros == digits.Length)
        {
            return;
        }

        if (kept - zeros > MostDigits)
        {
            units = Int128.Parse("1" + new string('0', MostDigits), CultureInfo.InvariantCulture);
            return;
        }

        for (int i = zeros; i < kept; i++)
        {
            units = units * 10 + (i < digits.Length ? digits[i] - '0' : 0);
        }

        if (kept >= digits.Length)
        {
            return;
        }

        // a first digit cut off that stands before all digits is a zero
        int first = kept < 0 ? 0 : digits[kept] - '0';
        bool more = digits[Math.Max(0, kept + 1)..].ContainsAnyExcept('0');
        rest = (first, more) switch
        {
            (0, false) => Rest.None,
            (< 5, _) => Rest.BelowHalf,
            (5, false) => Rest.Half,
            _ => Rest.AboveHalf,
        };
    }

    private static bool TryExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        ReadOnlySpan<char> digits = text is ['-' or '+', ..] ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        digits = digits.TrimStart('0');
        exponent =
            digits.Length > 6 ? MostExponent
            : digits.IsEmpty ? 0
            : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        exponent = text[0] == '-' ? -exponent : exponent;
        return true;
    }

    /// <summary>The digits before the point, without what stands between thousands: if any does, it stands between all groups of
    /// three.</summary>
    private static bool TryWhole(ReadOnlySpan<char> whole, char? thousands, Span<char> digits, out int count)
    {
        count = 0;
        int first = thousands is char sign ? whole.IndexOf(sign) : -1;
        for (int i = 0; i < whole.Length; i++)
        {
            bool isSign = first >= 0 && i >= first && (i - first) % 4 == 0;
            if (isSign ? whole[i] != thousands : !char.IsAsciiDigit(whole[i]))
            {
                return false;
            }

            if (!isSign)
            {
                digits[count++] = whole[i];
            }
        }

        return first < 0 || (first is >= 1 and <= 3 && (whole.Length - first) % 4 == 0);
    }
}
