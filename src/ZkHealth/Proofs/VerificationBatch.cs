using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// The final equations of any number of proofs, checked as one multi-scalar multiplication. Their weights are the
/// verifier's own randomness, drawn after every proof is fixed: a false equation passes with probability 2^-252.
/// </summary>
internal sealed class VerificationBatch
{
    private readonly List<(string Check, MultiscalarEquation Equation)> _equations = [];

    /// <summary>Adds an equation: its sum must be the identity.</summary>
    public void Add(string check, MultiscalarEquation equation) => _equations.Add((check, equation));

    /// <summary>
    /// Verifies many proofs by one multi-scalar multiplication. The first one that fails before its equation, or else whose
    /// equation alone does not hold, is named by its number. No proof at all says nothing and is rejected.
    /// </summary>
    /// <param name="proofs">The proofs with their statements.</param>
    /// <param name="collect">Walks one, gives its equations to the batch under names that begin with the last argument, and says
    /// what failed.</param>
    public static VerificationResult VerifyAll<T>(IEnumerable<T> proofs, Func<T, VerificationBatch, string, ProofFault?> collect)
    {
        var batch = new VerificationBatch();
        int number = 0;
        foreach (T proof in proofs)
        {
            string name = $"proof {number++}: ";
            if (collect(proof, batch, name) is ProofFault failure)
            {
                return VerificationResult.Rejected(failure.In(name));
            }
        }

        return number > 0 ? batch.Verify() : VerificationResult.Rejected("no proof was given", VerdictReason.ProofInvalid);
    }

    /// <summary>The failure where there is one; else as <see cref="Verify()"/>.</summary>
    public VerificationResult Verify(ProofFault? failure) => failure is null ? Verify() : VerificationResult.Rejected(failure);

    /// <summary>Checks all; where the batch fails, each but the last alone, to say which: it is the last where all others
    /// hold.</summary>
    public VerificationResult Verify()
    {
        var total = new MultiscalarEquation();
        foreach ((_, MultiscalarEquation equation) in _equations)
        {
            total.AddScaled(equation, RandomWeight());
        }

        bool decoded = total.TryEvaluate(out RistrettoPoint sum);
        if (decoded && sum.IsIdentity)
        {
            return VerificationResult.Accepted;
        }

        foreach ((string check, MultiscalarEquation equation) in _equations.SkipLast(1))
        {
            if (!equation.TryEvaluate(out sum))
            {
                return NoPoint(check);
            }

            if (!sum.IsIdentity)
            {
                return False(check);
            }
        }

        return decoded ? False(_equations[^1].Check) : NoPoint(_equations[^1].Check);
    }

    private static VerificationResult NoPoint(string check) =>
        VerificationResult.Rejected(ProofFault.Encoding("an encoding is not a point: " + check));

    private static VerificationResult False(string check) => VerificationResult.Rejected(check, VerdictReason.ProofInvalid);

    private static Scalar RandomWeight()
    {
        Span<byte> wide = stackalloc byte[64];
        RandomNumberGenerator.Fill(wide);
        return Scalar.FromUniformBytes(wide);
    }
}
