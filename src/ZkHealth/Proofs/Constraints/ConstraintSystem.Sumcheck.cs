using ZkHealth.Fields;

namespace ZkHealth.Proofs.Constraints;

/// <summary>Hidden sumchecks: their messages are committed, and what they leave is a combination.</summary>
internal sealed partial class ConstraintSystem
{
    private Scalar[] _eq = [];

    /// <summary>Makes room for the table of eq of sumchecks up to so many rounds, one after the other: memory that is touched for
    /// the first time costs more than what is written to it.</summary>
    public void Reserve(int rounds)
    {
        if (IsProving && rounds > 0)
        {
            _eq = GC.AllocateUninitializedArray<Scalar>(1 << (rounds - 1));
        }
    }

    /// <summary>
    /// Hidden sumcheck of claim = sum over x of eq(point, x)·F(x), or without eq over as many variables as asked.
    /// </summary>
    /// <remarks>
    /// A message is h(0) and h(∞), both committed. The factor eq of the current variable is never sent: with it
    /// claim = (1 − r)·h(0) + r·h(1), without it claim = h(0) + h(1); the next claim is
    /// h(ρ) = h(0) + (h(1) − h(0) − h(∞))·ρ + h(∞)·ρ². The first coordinate is the top bit of an index.
    /// </remarks>
    /// <param name="claim">What the sum is said to be.</param>
    /// <param name="tables">The prover's tables; null for a verifier.</param>
    /// <param name="point">The point of eq, or null for a sum without eq.</param>
    /// <param name="rounds">The number of variables.</param>
    /// <returns>The challenges, and the combination that equals F at them.</returns>
    public (Scalar[] Point, LinearCombination Claim) Sumcheck(
        LinearCombination claim,
        SumcheckTables? tables,
        Scalar[]? point,
        int rounds
    )
    {
        var rhos = new Scalar[rounds];
        int size = tables is null || point is null || rounds == 0 ? 0 : 1 << (rounds - 1);
        Scalar[] eq = size <= _eq.Length ? _eq : new Scalar[size];
        if (size > 0)
        {
            ScalarVector.EqTable(point!.AsSpan(1), eq, DegreeOfParallelism);
        }

        // r^-1 of every round, by one inversion
        Scalar[] inverses = point is null ? [] : [.. point.AsSpan(0, rounds)];
        ScalarVector.Invert(inverses);
        for (int i = 0; i < rounds; i++)
        {
            int half = 1 << (rounds - 1 - i);
            Scalar[] message = [];
            if (tables is not null)
            {
                (Scalar atZero, Scalar leading) = tables.Message(eq.AsMemory(0, point is null ? 0 : half), half);
                message = [atZero, leading];
            }

            LinearCombination[] h = Commit(2, message);
            Scalar rho = Challenge("rho"u8);
            rhos[i] = rho;

            // h(1) = (claim − (1 − r)·h(0)) / r, or claim − h(0); h(rho) = rho·h(1) + (1 − rho)·h(0) + (rho² − rho)·h(∞)
            Scalar scale = point is null ? Scalar.One : inverses[i];
            Scalar share = point is null ? Scalar.One : (Scalar.One - point[i]) * scale;
            claim = claim * (rho * scale) + h[0] * (Scalar.One - rho - rho * share) + h[1] * (rho * rho - rho);
            if (tables is not null)
            {
                tables.Fold(rho, half);
                if (point is not null && half > 1)
                {
                    // the sum over the first remaining variable drops it: (1 − r) + r = 1
                    Chunks.For(
                        half / 2,
                        DegreeOfParallelism,
                        (_, from, to) =>
                            ScalarVector.Add(
                                eq.AsSpan(from, to - from),
                                eq.AsSpan(half / 2 + from, to - from),
                                eq.AsSpan(from, to - from)
                            )
                    );
                }
            }
        }

        return (rhos, claim);
    }
}
