using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Transcripts;

/// <summary>
/// Collects a prover's secrets into a <see cref="TranscriptRng"/>. With the witness absorbed, random values stay secret
/// even if the system's randomness fails.
/// </summary>
internal sealed class TranscriptRngBuilder : IDisposable
{
    /// <summary>Bytes of system randomness taken.</summary>
    internal const int SeedSize = 32;

    private Strobe128? _strobe;

    internal TranscriptRngBuilder(Strobe128 strobe) => _strobe = strobe;

    /// <summary>Absorbs a secret of the prover.</summary>
    /// <returns>This builder.</returns>
    public TranscriptRngBuilder RekeyWithWitness(ReadOnlySpan<byte> label, ReadOnlySpan<byte> witness)
    {
        var current = Current();
        Transcript.Frame(current, label, witness.Length);
        current.Key(witness);
        return this;
    }

    /// <summary>Absorbs 32 bytes of system randomness. The builder is spent.</summary>
    public TranscriptRng Complete()
    {
        using var seed = new SecretSpan<byte>(stackalloc byte[SeedSize]);
        RandomNumberGenerator.Fill(seed.Span);
        return Complete(seed.Span);
    }

    /// <summary>Absorbs <paramref name="seed"/> in place of system randomness. For tests.</summary>
    internal TranscriptRng Complete(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"The seed must have {SeedSize} bytes.", nameof(seed));
        }

        var current = Current();
        _strobe = null;
        current.MetaAd("rng"u8, more: false);
        current.Key(seed);
        return new TranscriptRng(current);
    }

    /// <summary>Wipes the secrets of a builder that was not completed.</summary>
    public void Dispose()
    {
        _strobe?.Clear();
        _strobe = null;
    }

    private Strobe128 Current() => _strobe ?? throw new InvalidOperationException("The builder is completed or disposed.");
}
