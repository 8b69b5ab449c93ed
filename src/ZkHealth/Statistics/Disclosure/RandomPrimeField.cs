using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace ZkHealth.Statistics;

/// <summary>The integers modulo a random prime of 61 bits, in Montgomery's form (Montgomery 1985).</summary>
internal sealed class RandomPrimeField
{
    private readonly ulong _prime,
        _negatedInverse,
        _square;

    public RandomPrimeField()
    {
        _prime = RandomPrime();
        ulong inverse = _prime; // right to 3 bits: p·p = 1 modulo 8
        for (int bits = 3; bits < 64; bits *= 2)
        {
            inverse *= unchecked(2 - _prime * inverse);
        }

        _negatedInverse = unchecked(0 - inverse);
        _square = (ulong)((BigInteger.One << 128) % _prime);
        One = Multiply(1, _square);
    }

    /// <summary>1.</summary>
    public ulong One { get; }

    /// <summary>An integer.</summary>
    public ulong Of(long n)
    {
        ulong magnitude = Multiply((ulong)Int128.Abs(n) % _prime, _square);
        return n < 0 ? Subtract(0, magnitude) : magnitude;
    }

    /// <summary>A random element other than 0.</summary>
    public ulong Random()
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            ulong x = BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 3;
            if (x > 0 && x < _prime)
            {
                return x;
            }
        }
    }

    public ulong Add(ulong a, ulong b)
    {
        ulong sum = a + b;
        return sum >= _prime ? sum - _prime : sum;
    }

    public ulong Subtract(ulong a, ulong b) => a >= b ? a - b : a + _prime - b;

    /// <summary>a·b/2^64: below 2^122/2^64 + p before the last step, so one subtraction is enough.</summary>
    public ulong Multiply(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        ulong t = high + Math.BigMul(unchecked(low * _negatedInverse), _prime, out _) + (low != 0 ? 1UL : 0UL);
        return t >= _prime ? t - _prime : t;
    }

    /// <summary>1/a = a^(p − 2) for a other than 0.</summary>
    public ulong Invert(ulong a)
    {
        ulong result = One;
        for (ulong e = _prime - 2; e > 0; e >>= 1)
        {
            result = (e & 1) == 1 ? Multiply(result, a) : result;
            a = Multiply(a, a);
        }

        return result;
    }

    private static ulong RandomPrime()
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            ulong candidate = (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 3) | (1UL << 60) | 1;
            if (IsPrime(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>Miller's test to the bases of Sorenson and Webster (2015), which is exact below 2^64.</summary>
    private static bool IsPrime(ulong n)
    {
        int twos = BitOperations.TrailingZeroCount(n - 1);
        foreach (int witness in (ReadOnlySpan<int>)[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37])
        {
            BigInteger x = BigInteger.ModPow(witness, (n - 1) >> twos, n);
            bool passes = x.IsOne || x == n - 1;
            for (int k = 1; k < twos && !passes; k++)
            {
                x = x * x % n;
                passes = x == n - 1;
            }

            if (!passes)
            {
                return false;
            }
        }

        return true;
    }
}
