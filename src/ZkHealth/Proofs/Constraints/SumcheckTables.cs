using ZkHealth.Fields;

namespace ZkHealth.Proofs.Constraints;

/// <summary>The prover's side of a hidden sumcheck: tables of values of a polynomial F of degree 2 in each variable.</summary>
internal abstract class SumcheckTables
{
    /// <summary>h(0) and the leading coefficient h(∞) of h(X) = sum over j of eq[j]·F(X, j).</summary>
    /// <param name="eq">The factors eq, one for each j; empty where there is no eq (all ones).</param>
    /// <param name="half">The number of j: half the length of a table.</param>
    public abstract (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half);

    /// <summary>Folds every table: t[j] = t[j] + rho·(t[half + j] − t[j]).</summary>
    public abstract void Fold(in Scalar rho, int half);
}

/// <summary>F = a·b − o: all products of a constraint system at once.</summary>
internal sealed class ProductTables(Scalar[] a, Scalar[] b, Scalar[] o) : SumcheckTables
{
    public Scalar A => a[0];

    public Scalar B => b[0];

    public override (Scalar AtZero, Scalar Leading) Message(ReadOnlyMemory<Scalar> eq, int half)
    {
        Scalar atZero = Scalar.Zero,
            leading = Scalar.Zero;
        ReadOnlySpan<Scalar> e = eq.Span;
        for (int j = 0; j < half; j++)
        {
            atZero += e[j] * (a[j] * b[j] - o[j]);
            leading += e[j] * ((a[half + j] - a[j]) * (b[half + j] - b[j]));
        }

        return (atZero, leading);
    }

    public override void Fold(in Scalar rho, int half)
    {
        ScalarVector.Fold(a.AsSpan(0, 2 * half), rho);
        ScalarVector.Fold(b.AsSpan(0, 2 * half), rho);
        ScalarVector.Fold(o.AsSpan(0, 2 * half), rho);
    }
}
