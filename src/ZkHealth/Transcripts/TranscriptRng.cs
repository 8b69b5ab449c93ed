using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Transcripts;

/// <summary>
/// The random values of one proof: a pseudorandom stream keyed by the transcript, the witness and the system's randomness.
/// Not safe for use by several threads at once.
/// </summary>
public sealed class TranscriptRng : IDisposable
{
    private Strobe128? strobe;

    internal TranscriptRng(Strobe128 strobe) => this.strobe = strobe;

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(strobe is null, this);
        Span<byte> size = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)destination.Length);
        strobe.MetaAd(size, more: false);
        strobe.Prf(destination, more: false);
    }

    /// <summary>A uniform scalar: 64 bytes reduced mod l.</summary>
    public Scalar NextScalar()
    {
        Span<byte> wide = stackalloc byte[64];
        Fill(wide);
        Scalar scalar = Scalar.FromUniformBytes(wide);
        CryptographicOperations.ZeroMemory(wide);
        return scalar;
    }

    /// <summary>Wipes the state.</summary>
    public void Dispose()
    {
        strobe?.Clear();
        strobe = null;
    }
}
