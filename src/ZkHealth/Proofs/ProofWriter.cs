using System.Buffers;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>Collects the 32-byte elements of a proof in the order in which the verifier reads them.</summary>
internal sealed class ProofWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public CompressedPoint Add(in RistrettoPoint point)
    {
        CompressedPoint encoded = point.Compress();
        Add(encoded);
        return encoded;
    }

    public void Add(in CompressedPoint point)
    {
        point.CopyTo(_bytes.GetSpan(32)[..32]);
        _bytes.Advance(32);
    }

    public void Add(in Scalar scalar)
    {
        scalar.Encode(_bytes.GetSpan(32)[..32]);
        _bytes.Advance(32);
    }

    /// <summary>Adds a proof that was written apart.</summary>
    public void Add(ReadOnlySpan<byte> proof) => _bytes.Write(proof);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
