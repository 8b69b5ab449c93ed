using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Commitments;

/// <summary>
/// Pedersen's commitment v·B + s·H to one scalar: it hides v perfectly, binds it under the discrete logarithm, and sums of
/// commitments are commitments to sums.
/// </summary>
internal static class ScalarCommitment
{
    /// <summary>v·B + s·H, in time that depends on neither.</summary>
    public static RistrettoPoint Commit(in Scalar v, in Scalar blinding) =>
        PedersenGenerators.BTable.Multiply(v) + PedersenGenerators.HTable.Multiply(blinding);
}
