using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>
/// SHA-256 (FIPS 180-4) of up to eight texts of 65 bytes at once: a byte, then two hashes, which is what leaves and branches of
/// the state map are. The nodes that an entry changes lie on a few ways to the root, so that those of one depth do not need one
/// another; each is a lane of a vector. Nothing here is secret.
/// </summary>
internal static class NodeHashes
{
    /// <summary>The most texts at once.</summary>
    public const int Lanes = 8;

    private const int Words = 16,
        Rounds = 64,
        TextBits = 8 * (1 + (2 * StateKey.Size));

    private static readonly uint[] Start =
    [
        0x6a09e667,
        0xbb67ae85,
        0x3c6ef372,
        0xa54ff53a,
        0x510e527f,
        0x9b05688c,
        0x1f83d9ab,
        0x5be0cd19,
    ];

    private static readonly uint[] Constants = MakeConstants();

    /// <summary>Tells whether this processor computes the lanes at once.</summary>
    public static bool IsAccelerated => Avx2.IsSupported;

    /// <summary>Hashes prefix ‖ left ‖ right of each lane.</summary>
    /// <param name="texts">The texts, 65 bytes each, one behind the other; 1 to 8.</param>
    /// <param name="hashes">The hashes, 32 bytes each.</param>
    public static void Hash(ReadOnlySpan<byte> texts, Span<byte> hashes)
    {
        int count = texts.Length / (1 + (2 * StateKey.Size));
        if (!IsAccelerated || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                SHA256.HashData(texts.Slice(65 * i, 65), hashes[(StateKey.Size * i)..]);
            }

            return;
        }

        Span<Vector256<uint>> w = stackalloc Vector256<uint>[Words],
            state = stackalloc Vector256<uint>[8];
        Span<uint> words = MemoryMarshal.Cast<Vector256<uint>, uint>(w);
        for (int lane = 0; lane < count; lane++)
        {
            ReadOnlySpan<byte> text = texts.Slice(65 * lane, 65);
            for (int i = 0; i < Words; i++)
            {
                words[(Lanes * i) + lane] = BinaryPrimitives.ReadUInt32BigEndian(text[(4 * i)..]);
            }
        }

        for (int i = 0; i < 8; i++)
        {
            state[i] = Vector256.Create(Start[i]);
        }

        Compress(state, w);

        // the second block: the last byte, the bit behind it, zeros, the length in bits
        w.Clear();
        for (int lane = 0; lane < count; lane++)
        {
            words[lane] = ((uint)texts[(65 * lane) + 64] << 24) | 0x800000;
        }

        w[Words - 1] = Vector256.Create((uint)TextBits);
        Compress(state, w);
        ReadOnlySpan<uint> ends = MemoryMarshal.Cast<Vector256<uint>, uint>(state);
        for (int lane = 0; lane < count; lane++)
        {
            for (int i = 0; i < 8; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(hashes[((StateKey.Size * lane) + (4 * i))..], ends[(Lanes * i) + lane]);
            }
        }
    }

    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> w)
    {
        (Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) = (state[0], state[1], state[2], state[3]);
        (Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, Vector256<uint> h) = (state[4], state[5], state[6], state[7]);
        for (int t = 0; t < Rounds; t++)
        {
            Vector256<uint> word = w[t & 15];
            if (t >= Words)
            {
                Vector256<uint> near = w[(t - 2) & 15],
                    far = w[(t - 15) & 15];
                word += w[(t - 7) & 15];
                word += Rotate(near, 17) ^ Rotate(near, 19) ^ (near >>> 10);
                word += Rotate(far, 7) ^ Rotate(far, 18) ^ (far >>> 3);
                w[t & 15] = word;
            }

            Vector256<uint> first = h + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + ((e & f) ^ (~e & g));
            first += word + Vector256.Create(Constants[t]);
            Vector256<uint> second = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d + first);
            (d, c, b, a) = (c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static Vector256<uint> Rotate(Vector256<uint> x, [System.Diagnostics.CodeAnalysis.ConstantExpected] byte by) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, by) : (x >>> by) | (x << (32 - by));

    /// <summary>The first 32 bits of the fractions of the cube roots of the first 64 primes, by integers alone.</summary>
    private static uint[] MakeConstants()
    {
        var constants = new uint[Rounds];
        int count = 0;
        for (int n = 2; count < Rounds; n++)
        {
            bool prime = true;
            for (int d = 2; d * d <= n; d++)
            {
                prime &= n % d != 0;
            }

            if (prime)
            {
                // the cube root of n · 2⁹⁶, rounded down, is that of n times 2³²
                BigInteger scaled = (BigInteger)n << 96,
                    root = 0;
                for (int bit = 35; bit >= 0; bit--)
                {
                    BigInteger next = root + (BigInteger.One << bit);
                    root = BigInteger.Pow(next, 3) <= scaled ? next : root;
                }

                constants[count++] = (uint)(root & uint.MaxValue);
            }
        }

        return constants;
    }
}
