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

    /// <summary>Checks all; where the batch fails, parts of it, to say which equation is the first that does not hold.</summary>
    public VerificationResult Verify()
    {
        Scalar[] weights = [.. _equations.Select(_ => RandomWeight())];
        if (IsZero(0, _equations.Count, weights, out bool decoded))
        {
            return VerificationResult.Accepted;
        }

        // of equations [from, to) one fails, and none before: the first mostly, or else the longer the part, the fewer are left
        (int from, int to) = (0, _equations.Count);
        for (int length = 1; to - from > 1; length = Math.Min(2 * length, to - from))
        {
            int middle = from + Math.Min(length, (to - from) / 2);
            if (IsZero(from, middle, weights, out bool part))
            {
                from = middle;
            }
            else
            {
                (to, decoded) = (middle, part);
            }
        }

        string check = _equations[from].Check;
        return decoded
            ? VerificationResult.Rejected(check, VerdictReason.ProofInvalid)
            : VerificationResult.Rejected(ProofFault.Encoding("an encoding is not a point: " + check));
    }

    /// <summary>Determines whether all equations [from, to) hold, and whether their points could be decoded.</summary>
    private bool IsZero(int from, int to, Scalar[] weights, out bool decoded)
    {
        var total = new MultiscalarEquation();
        for (int i = from; i < to; i++)
        {
            total.AddScaled(_equations[i].Equation, weights[i]);
        }

        decoded = total.TryEvaluate(out RistrettoPoint sum);
        return decoded && sum.IsIdentity;
    }

    private static Scalar RandomWeight()
    {
        Span<byte> wide = stackalloc byte[64];
        RandomNumberGenerator.Fill(wide);
        return Scalar.FromUniformBytes(wide);
    }
}
