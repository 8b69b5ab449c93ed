using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Commitments;

/// <summary>
/// B carries values, H = hash-to-group(SHA3-512(B)) carries blindings: the pair of dalek bulletproofs, so that scalar
/// commitments interoperate.
/// </summary>
internal static class PedersenGenerators
{
    public static RistrettoPoint B { get; } = RistrettoPoint.Basepoint;

    public static RistrettoPoint H { get; } = RistrettoPoint.FromUniformBytes(Sha3.Sha3_512(B.Compress().ToBytes()));

    public static FixedBaseTable BTable { get; } = new(B);

    public static FixedBaseTable HTable { get; } = new(H);
}

/// <summary>Pedersen commitments v·B + s·H to scalars.</summary>
internal static class ScalarCommitment
{
    /// <summary>Commits in constant time.</summary>
    public static RistrettoPoint Commit(in Scalar value, in Scalar blinding) =>
        PedersenGenerators.BTable.Multiply(value) + PedersenGenerators.HTable.Multiply(blinding);
}

/// <summary>Vector commitments ⟨v, G⟩ + s·H under a family of generators.</summary>
internal static class VectorCommitment
{
    /// <summary>Commits; variable time in the values, constant time in the blinding.</summary>
    /// <param name="family">The family.</param>
    /// <param name="values">The values.</param>
    /// <param name="blinding">The blinding.</param>
    /// <param name="start">The first generator used.</param>
    public static RistrettoPoint Commit(GeneratorFamily family, ReadOnlySpan<Scalar> values, in Scalar blinding, int start = 0) =>
        MultiScalar.VarTime(values, family.First(start + values.Length).Slice(start, values.Length))
        + PedersenGenerators.HTable.Multiply(blinding);
}
