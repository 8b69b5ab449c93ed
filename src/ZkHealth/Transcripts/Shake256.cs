namespace ZkHealth.Transcripts;

/// <summary>
/// SHAKE256 (FIPS 202): an extendable-output hash. All input is absorbed before the first squeeze; the output may be taken
/// in pieces, so a sequence of unknown length costs no more than what is taken of it.
/// </summary>
internal sealed class Shake256
{
    private readonly KeccakSponge _sponge = new(rate: 136, suffix: 0x1f);

    /// <summary>Appends <paramref name="data"/> to the input.</summary>
    public void Absorb(ReadOnlySpan<byte> data) => _sponge.Absorb(data);

    /// <summary>Fills <paramref name="destination"/> with the next bytes of the output.</summary>
    public void Squeeze(Span<byte> destination) => _sponge.Squeeze(destination);
}
