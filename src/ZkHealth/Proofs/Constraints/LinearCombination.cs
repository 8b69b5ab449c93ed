using ZkHealth.Fields;

namespace ZkHealth.Proofs.Constraints;

/// <summary>constant + sum of coefficient·variable. Variables may occur more than once; they add up at the end.</summary>
internal sealed class LinearCombination
{
    private readonly (int Variable, Scalar Coefficient)[] _terms;

    private LinearCombination(Scalar constant, (int, Scalar)[] terms)
    {
        Constant = constant;
        _terms = terms;
    }

    public static LinearCombination Zero { get; } = new(Scalar.Zero, []);

    public static LinearCombination One { get; } = new(Scalar.One, []);

    public Scalar Constant { get; }

    public ReadOnlySpan<(int Variable, Scalar Coefficient)> Terms => _terms;

    public static LinearCombination Of(in Scalar constant) => new(constant, []);

    public static LinearCombination Variable(int index) => new(Scalar.Zero, [(index, Scalar.One)]);

    /// <summary>sum of weights[j]·variable(first + j).</summary>
    public static LinearCombination Run(int first, ReadOnlySpan<Scalar> weights)
    {
        var terms = new List<(int, Scalar)>(weights.Length);
        for (int j = 0; j < weights.Length; j++)
        {
            if (!weights[j].IsZero)
            {
                terms.Add((first + j, weights[j]));
            }
        }

        return new LinearCombination(Scalar.Zero, [.. terms]);
    }

    /// <summary>sum of weights[j]·combinations[j].</summary>
    public static LinearCombination Weighted(IReadOnlyList<LinearCombination> combinations, ReadOnlySpan<Scalar> weights)
    {
        if (combinations.Count != weights.Length)
        {
            throw new ArgumentException("expected one weight for each combination", nameof(weights));
        }

        var terms = new (int, Scalar)[combinations.Sum(c => c._terms.Length)];
        Scalar constant = Scalar.Zero;
        int at = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            constant += combinations[j].Constant * weights[j];
            foreach ((int variable, Scalar coefficient) in combinations[j]._terms)
            {
                terms[at++] = (variable, coefficient * weights[j]);
            }
        }

        return new LinearCombination(constant, terms);
    }

    public static LinearCombination operator +(LinearCombination a, LinearCombination b) =>
        new(a.Constant + b.Constant, [.. a._terms, .. b._terms]);

    public static LinearCombination operator -(LinearCombination a, LinearCombination b) => a + b * Scalar.MinusOne;

    public static LinearCombination operator *(LinearCombination a, Scalar k) =>
        new(a.Constant * k, Array.ConvertAll(a._terms, t => (t.Variable, t.Coefficient * k)));

    public static LinearCombination operator -(LinearCombination a, Scalar k) => new(a.Constant - k, a._terms);
}
