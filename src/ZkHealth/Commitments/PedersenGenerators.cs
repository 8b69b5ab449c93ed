using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Commitments;

/// <summary>
/// The two points under every commitment. Nobody knows a discrete logarithm of H to the base B: H is the image of a hash.
/// </summary>
internal static class PedersenGenerators
{
    /// <summary>Carries values: the base point of ristretto255.</summary>
    public static RistrettoPoint B => RistrettoPoint.Basepoint;

    /// <summary>Carries blindings: the point of SHA3-512 of the encoding of B.</summary>
    public static RistrettoPoint H { get; } = RistrettoPoint.FromUniformBytes(Sha3.Sha3_512(B.Compress().ToBytes()));

    /// <summary>Multiples of B, for constant-time products.</summary>
    public static FixedBaseTable BTable => Tables.B;

    /// <summary>Multiples of H, for constant-time products.</summary>
    public static FixedBaseTable HTable => Tables.H;

    /// <summary>Apart, so that a verifier, who needs no table, never builds one.</summary>
    private static class Tables
    {
        public static readonly FixedBaseTable B = new(PedersenGenerators.B);
        public static readonly FixedBaseTable H = new(PedersenGenerators.H);
    }
}
