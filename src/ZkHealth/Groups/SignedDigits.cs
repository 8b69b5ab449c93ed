using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Scalars as sums of signed digits.</summary>
internal static class SignedDigits
{
    /// <summary>Digits of <see cref="VarTimeNaf5"/>.</summary>
    public const int Naf = 256;

    /// <summary>64 digits in −8..8 with k = sum of digit_i·16^i. Constant time.</summary>
    [ConstantTime]
    public static void Radix16(in Scalar k, Span<sbyte> digits)
    {
        using var limbs = new SecretSpan<ulong>(stackalloc ulong[4]);
        k.ToCanonical(limbs.Span);
        int carry = 0;
        for (int i = 0; i < 64; i++)
        {
            int digit = (int)(limbs.Span[i >> 4] >> (4 * (i & 15)) & 15) + carry;
            carry = (digit + 8) >> 4;
            digits[i] = (sbyte)(digit - (carry << 4)); // the top digit is at most 2: no carry is left
        }
    }

    /// <summary>Limbs of 64 bits of an integer of which digits are taken.</summary>
    public const int Limbs = 4;

    /// <summary>Stands for scalars of any value where a bound in bits is asked: l is little above 2^252.</summary>
    public const int ScalarBits = 252;

    /// <summary>
    /// The number of digits of <see cref="Radix(ReadOnlySpan{ulong}, int, Span{short})"/> for scalars below 2^scalarBits. They
    /// cover a bit more, so the top one is at most 2^(bits−1). Of a scalar of any value it is that only for k ≥ 2^252; as k is
    /// below l, its bits from 125 on are then zero, and no carry comes.
    /// </summary>
    public static int Count(int bits, int scalarBits = ScalarBits) => scalarBits / bits + 1;

    /// <summary>Digits in −2^(bits−1)..2^(bits−1) with k = sum of digit_i·2^(bits·i), bits at most 15.</summary>
    public static void Radix(in Scalar k, int bits, Span<short> digits)
    {
        Span<ulong> limbs = stackalloc ulong[Limbs];
        k.ToCanonical(limbs);
        Radix(limbs, bits, digits);
    }

    /// <summary>Does the same for the four limbs of an integer.</summary>
    public static void Radix(ReadOnlySpan<ulong> limbs, int bits, Span<short> digits)
    {
        int carry = 0,
            half = 1 << (bits - 1);
        for (int i = 0; i < digits.Length; i++)
        {
            int at = i * bits,
                limb = at >> 6,
                shift = at & 63;
            ulong word = limbs[limb] >> shift;
            if (shift + bits > 64 && limb + 1 < limbs.Length)
            {
                word |= limbs[limb + 1] << (64 - shift);
            }

            int digit = (int)(word & ((1UL << bits) - 1)) + carry;
            carry = digit > half ? 1 : 0;
            digits[i] = (short)(digit - (carry << bits));
        }
    }

    /// <summary>Odd digits in −15..15 or zero, no two non-zero ones within five places (wNAF of width 5). Variable
    /// time.</summary>
    public static void VarTimeNaf5(in Scalar k, Span<sbyte> digits)
    {
        Span<ulong> limbs = stackalloc ulong[5];
        k.ToCanonical(limbs[..4]);
        limbs[4] = 0;
        digits.Clear();
        int carry = 0;
        for (int at = 0; at < 254; )
        {
            int limb = at >> 6,
                shift = at & 63;
            ulong word = limbs[limb] >> shift;
            if (shift > 59)
            {
                word |= limbs[limb + 1] << (64 - shift);
            }

            int window = (int)(word & 31) + carry;
            if ((window & 1) == 0)
            {
                at++;
                continue;
            }

            carry = window > 16 ? 1 : 0;
            digits[at] = (sbyte)(window - (carry << 5));
            at += 5;
        }
    }
}
