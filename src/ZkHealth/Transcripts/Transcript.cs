using System.Buffers.Binary;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Transcripts;

/// <summary>
/// A Merlin v1.0 transcript: the messages of a proof, each under a label and with its length, and the challenges that
/// depend on all before them. Prover and verifier must append the same messages in the same order. The state is public.
/// </summary>
internal sealed class Transcript
{
    private readonly Strobe128 _strobe;

    /// <summary>Starts a transcript for the protocol named by <paramref name="label"/>.</summary>
    public Transcript(ReadOnlySpan<byte> label)
    {
        _strobe = new Strobe128("Merlin v1.0"u8);
        Append("dom-sep"u8, label);
    }

    private Transcript(Strobe128 strobe) => _strobe = strobe;

    /// <summary>A transcript of the same messages that goes its own way from here.</summary>
    public Transcript Clone() => new(_strobe.Clone());

    /// <summary>Appends <paramref name="message"/> under <paramref name="label"/>.</summary>
    public void Append(ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        Frame(_strobe, label, message.Length);
        _strobe.Ad(message);
    }

    /// <summary>Appends <paramref name="value"/> as eight bytes, little-endian.</summary>
    public void AppendUInt64(ReadOnlySpan<byte> label, ulong value)
    {
        Span<byte> message = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, value);
        Append(label, message);
    }

    /// <summary>Appends the canonical encoding of <paramref name="scalar"/>.</summary>
    public void AppendScalar(ReadOnlySpan<byte> label, in Scalar scalar)
    {
        Span<byte> message = stackalloc byte[Scalar.Size];
        scalar.Encode(message);
        Append(label, message);
    }

    /// <summary>Appends <paramref name="point"/> as it stands on the wire; it need not be valid.</summary>
    public void AppendPoint(ReadOnlySpan<byte> label, in CompressedPoint point)
    {
        Span<byte> message = stackalloc byte[RistrettoPoint.Size];
        point.CopyTo(message);
        Append(label, message);
    }

    /// <summary>Fills <paramref name="destination"/> with a challenge; its length is part of the transcript.</summary>
    public void ChallengeBytes(ReadOnlySpan<byte> label, Span<byte> destination)
    {
        Frame(_strobe, label, destination.Length);
        _strobe.Prf(destination);
    }

    /// <summary>Counts the challenges that were drawn, which bounds are made of (docs/soundness.md).</summary>
    internal int Challenges { get; private set; }

    /// <summary>A challenge of 64 bytes modulo the order of the group: within 2⁻²⁶⁰ of uniform.</summary>
    public Scalar ChallengeScalar(ReadOnlySpan<byte> label)
    {
        Challenges++;
        Span<byte> uniform = stackalloc byte[64];
        ChallengeBytes(label, uniform);
        return Scalar.FromUniformBytes(uniform);
    }

    /// <summary>
    /// Starts a generator of a prover's random values, bound to the transcript so far: two different statements never see
    /// the same values, even if the system's randomness repeats.
    /// </summary>
    public TranscriptRngBuilder BuildRng() => new(_strobe.Clone());

    /// <summary>meta-AD(label || LE32(length)): a message of another length, or under another label, is another
    /// message.</summary>
    internal static void Frame(Strobe128 strobe, ReadOnlySpan<byte> label, int length)
    {
        Span<byte> size = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)length);
        strobe.MetaAd(label, more: false);
        strobe.MetaAd(size, more: true);
    }
}
