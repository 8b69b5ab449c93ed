using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Proofs.Linear;

/// <summary>The digest by which a transcript absorbs the weights of a linear proof.</summary>
internal static class WeightDigest
{
    /// <summary>SHA-256 of the encodings of whole numbers, as of the scalars that they are.</summary>
    public static byte[] Of(ReadOnlySpan<long> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Scalar.Size * 64];
        while (!weights.IsEmpty)
        {
            int count = Math.Min(weights.Length, 64);
            bytes.Clear();
            for (int i = 0; i < count; i++)
            {
                Span<byte> one = bytes.Slice(Scalar.Size * i, Scalar.Size);
                BinaryPrimitives.WriteInt64LittleEndian(one, weights[i]);
                if (weights[i] < 0)
                {
                    Scalar.FromInt64(weights[i]).Encode(one);
                }
            }

            hash.AppendData(bytes[..(Scalar.Size * count)]);
            weights = weights[count..];
        }

        return hash.GetHashAndReset();
    }

    /// <summary>SHA-256 of the encoded weights, one after the other.</summary>
    public static byte[] Of(ReadOnlySpan<Scalar> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[Scalar.Size * 64];
        while (!weights.IsEmpty)
        {
            int count = Math.Min(weights.Length, 64);
            for (int i = 0; i < count; i++)
            {
                weights[i].Encode(bytes.Slice(Scalar.Size * i, Scalar.Size));
            }

            hash.AppendData(bytes[..(Scalar.Size * count)]);
            weights = weights[count..];
        }

        return hash.GetHashAndReset();
    }
}
