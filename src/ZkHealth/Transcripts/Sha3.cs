namespace ZkHealth.Transcripts;

/// <summary>The fixed-length SHA-3 hashes (FIPS 202) the protocol uses.</summary>
internal static class Sha3
{
    /// <summary>SHA3-512 of <paramref name="data"/>.</summary>
    public static byte[] Sha3_512(ReadOnlySpan<byte> data)
    {
        const int digest = 64;
        var sponge = new KeccakSponge(rate: Keccak.Size - 2 * digest, suffix: 0x06);
        sponge.Absorb(data);
        var output = new byte[digest];
        sponge.Squeeze(output);
        return output;
    }
}
