using System.Buffers.Binary;
using ZkHealth.Fields;

namespace ZkHealth.Transcripts;

/// <summary>
/// The random values of one proof: a pseudorandom stream keyed by the transcript, the witness and the system's randomness.
/// Not safe for use by several threads at once.
/// </summary>
internal sealed class TranscriptRng : IDisposable
{
    private Strobe128? _strobe;

    internal TranscriptRng(Strobe128 strobe) => _strobe = strobe;

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_strobe is null, this);
        Span<byte> size = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)destination.Length);
        _strobe.MetaAd(size, more: false);
        _strobe.Prf(destination);
    }

    /// <summary>A random scalar, from 64 bytes.</summary>
    public Scalar NextScalar()
    {
        using var uniform = new SecretSpan<byte>(stackalloc byte[64]);
        Fill(uniform.Span);
        return Scalar.FromUniformBytes(uniform.Span);
    }

    /// <summary>Wipes the state.</summary>
    public void Dispose()
    {
        _strobe?.Clear();
        _strobe = null;
    }
}
