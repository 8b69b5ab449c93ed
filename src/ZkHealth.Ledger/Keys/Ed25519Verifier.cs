using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Ledger;

/// <summary>
/// Verification of Ed25519 signatures by one rule for one and for many: that of ZIP 215. A and R are any encodings of points, s
/// is below l, and 8·(s·B − R − k·A) is the neutral point, k = SHA-512(R ‖ A ‖ message) mod l.
/// </summary>
/// <remarks>
/// Many at once: a sum of the equations with random weights of 128 bits, which holds where one of them does not with a
/// probability of at most 2^−128. Factor 8 is what makes both ways agree. Times depend on what is verified, which is public.
/// </remarks>
internal static class Ed25519Verifier
{
    /// <summary>Signatures in one sum; more would need more memory and gain little.</summary>
    public const int ChunkSize = 2048;

    private static readonly RistrettoPoint Base = Basepoint();

    /// <summary>Determines whether a signature is valid.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="message">The message.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (
            key.Length != VerifyingKey.Size
            || signature.Length != VerifyingKey.SignatureSize
            || !Scalar.TryDecode(signature[32..], out Scalar s)
            || !EdwardsEncoding.TryDecode(key, out RistrettoPoint a)
            || !EdwardsEncoding.TryDecode(signature[..32], out RistrettoPoint r)
        )
        {
            return false;
        }

        Scalar k = Challenge(signature[..32], key, message);
        return IsSmall(MultiScalar.VarTime([s, -k], [Base, a]) - r);
    }

    /// <summary>Determines whether all signatures are valid, verified on all cores.</summary>
    public static bool AreValid(IReadOnlyList<SignedMessage> messages)
    {
        if (messages.Count <= ChunkSize)
        {
            return IsChunkValid(messages, 0, messages.Count);
        }

        int chunks = (messages.Count + ChunkSize - 1) / ChunkSize,
            bad = 0;
        Parallel.For(
            0,
            chunks,
            i =>
            {
                int start = i * ChunkSize;
                if (Volatile.Read(ref bad) == 0 && !IsChunkValid(messages, start, Math.Min(messages.Count, start + ChunkSize)))
                {
                    Volatile.Write(ref bad, 1);
                }
            }
        );
        return bad == 0;
    }

    private static bool IsChunkValid(IReadOnlyList<SignedMessage> messages, int start, int end)
    {
        int n = end - start;
        if (n < 4)
        {
            return Enumerable.Range(start, n).All(i => messages[i].Key.Verify(messages[i].Message, messages[i].Signature));
        }

        for (int i = start; i < end; i++)
        {
            if (messages[i].Signature.Length != VerifyingKey.SignatureSize)
            {
                return false;
            }
        }

        // B, R of each signature, A of each key
        var scalars = new List<Scalar>(2 * n) { Scalar.Zero };
        var points = new RistrettoPoint[2 * n + 1];
        var places = new Dictionary<VerifyingKey, int>();
        var commitments = new byte[32 * n];
        for (int i = 0; i < n; i++)
        {
            messages[start + i].Signature.AsSpan(0, 32).CopyTo(commitments.AsSpan(32 * i));
        }

        if (!EdwardsEncoding.TryDecode(commitments, points.AsSpan(1, n)))
        {
            return false;
        }

        points[0] = Base;
        Scalar sum = Scalar.Zero;
        UInt128[] weights = new UInt128[n];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(weights.AsSpan()));
        Scalar[] z = [.. weights.Select(Scalar.FromUInt128)];
        scalars.AddRange(z.Select(w => -w));
        for (int i = 0; i < n; i++)
        {
            SignedMessage m = messages[start + i];
            if (!Scalar.TryDecode(m.Signature.AsSpan(32), out Scalar s))
            {
                return false;
            }

            sum += z[i] * s;
            if (!places.TryGetValue(m.Key, out int place))
            {
                places[m.Key] = place = scalars.Count;
                if (!m.Key.IsOfPrimeOrder || !EdwardsEncoding.TryDecode(m.Key.Bytes.Span, out points[place]))
                {
                    return false;
                }

                scalars.Add(Scalar.Zero);
            }

            scalars[place] -= z[i] * Challenge(m.Signature.AsSpan(0, 32), m.Key.Bytes.Span, m.Message);
        }

        scalars[0] = sum;
        return IsSmall(MultiScalar.VarTime(CollectionsMarshal.AsSpan(scalars), points.AsSpan(0, scalars.Count)));
    }

    /// <summary>Determines whether eight times the point is the neutral one.</summary>
    private static bool IsSmall(in RistrettoPoint p) => p.Double().Double().Double().IsIdentity;

    /// <summary>SHA-512(R ‖ A ‖ message) mod l.</summary>
    private static Scalar Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        int size = 64 + message.Length;
        Span<byte> all = size <= 1024 ? stackalloc byte[size] : new byte[size];
        r.CopyTo(all);
        key.CopyTo(all[32..]);
        message.CopyTo(all[64..]);
        SHA512.HashData(all, hash);
        return Scalar.FromUniformBytes(hash);
    }

    /// <summary>The point with y = 4/5 and even x (RFC 8032, 5.1).</summary>
    private static RistrettoPoint Basepoint()
    {
        Span<byte> encoding = stackalloc byte[32];
        encoding.Fill(0x66);
        encoding[0] = 0x58;
        return EdwardsEncoding.TryDecode(encoding, out RistrettoPoint point)
            ? point
            : throw new InvalidOperationException("the base point is a point");
    }
}
