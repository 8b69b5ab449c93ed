using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// f(X) = Π (X − s) over a public set of N values, cut up as Paterson and Stockmeyer do (SIAM J. Comput. 2, 1973, algorithm C),
/// so that f(v) takes about √(2N) products of hidden numbers: 101 for N = 4,096. Sums with public coefficients are free in a
/// constraint system.
/// </summary>
/// <remarks>
/// A monic g of degree k·(2^p − 1) is (X^(k·m) + c)·q + r with m = 2^(p−1), deg c below k, and q, r monic of degree k·(m − 1):
/// one product beside those of q and r, and none for p = 1, given the powers X…X^k, X^2k, …, X^(k·m). In all (k − 1) + (p − 1) +
/// (m − 1) products. f is brought to such a degree by repeating its last factor, which changes no root.
/// </remarks>
internal sealed class VanishingPolynomial
{
    private readonly int _baby; // k
    private readonly int _levels; // p
    private readonly Part _root;

    /// <summary>The polynomial that vanishes on one or more values; a few million multiplications for 4,096.</summary>
    public VanishingPolynomial(ReadOnlySpan<Scalar> values)
    {
        (_baby, _levels) = Shape(values.Length);
        var roots = new Scalar[_baby * ((1 << _levels) - 1)];
        values.CopyTo(roots);
        roots.AsSpan(values.Length).Fill(values[^1]);
        _root = Cut(Product(roots), _baby, _levels);
    }

    /// <summary>Its degree, the repetitions of the last factor included.</summary>
    public int Degree => _baby * ((1 << _levels) - 1);

    /// <summary>Products that f(v) takes for a set of so many values.</summary>
    public static int Products(int count)
    {
        (int baby, int levels) = Shape(count);
        return Products(baby, levels);
    }

    /// <summary>v², …, v^k, v^2k, …, v^(k·m), then the products of the parts: what <see cref="Build"/> takes as hidden
    /// numbers.</summary>
    public Scalar[] Evaluate(in Scalar v, out Scalar result)
    {
        var powers = new Scalar[_baby + 1];
        ScalarVector.Powers(v, powers);
        var products = new List<Scalar>(Products(_baby, _levels));
        products.AddRange(powers.AsSpan(2));
        var giants = new Scalar[_levels];
        giants[0] = powers[_baby];
        for (int i = 1; i < _levels; i++)
        {
            products.Add(giants[i] = giants[i - 1] * giants[i - 1]);
        }

        result = EvaluatePart(_root, _levels, powers, giants, products);
        return [.. products];
    }

    /// <summary>Does the same with hidden numbers: v and the products, each of which is constrained. Gives f(v).</summary>
    public LinearCombination Build(ConstraintSystem cs, LinearCombination v, ReadOnlySpan<LinearCombination> products)
    {
        var powers = new LinearCombination[_baby + 1];
        (powers[0], powers[1]) = (LinearCombination.One, v);
        int at = 0;
        for (int i = 2; i <= _baby; i++)
        {
            cs.Product(powers[i - 1], v, powers[i] = products[at++]);
        }

        var giants = new LinearCombination[_levels];
        giants[0] = powers[_baby];
        for (int i = 1; i < _levels; i++)
        {
            cs.Product(giants[i - 1], giants[i - 1], giants[i] = products[at++]);
        }

        return BuildPart(cs, _root, _levels, powers, giants, products, ref at);
    }

    /// <summary>k and p with k·(2^p − 1) ≥ count and the fewest products.</summary>
    private static (int Baby, int Levels) Shape(int count)
    {
        (int Baby, int Levels) best = (count, 1);
        for (int p = 2; (1 << p) - 1 <= 2 * count; p++)
        {
            int k = (count + (1 << p) - 2) / ((1 << p) - 1);
            best = Products(k, p) < Products(best.Baby, best.Levels) ? (k, p) : best;
        }

        return best;
    }

    private static int Products(int baby, int levels) => baby - 1 + (levels - 1) + ((1 << (levels - 1)) - 1);

    /// <summary>Π (X − s), lowest coefficient first, by halves.</summary>
    private static Scalar[] Product(ReadOnlySpan<Scalar> roots)
    {
        if (roots.Length == 1)
        {
            return [-roots[0], Scalar.One];
        }

        Scalar[] a = Product(roots[..(roots.Length / 2)]),
            b = Product(roots[(roots.Length / 2)..]);
        var product = new Scalar[a.Length + b.Length - 1];
        for (int i = 0; i < a.Length; i++)
        {
            Span<Scalar> at = product.AsSpan(i, b.Length);
            ScalarVector.AddScaled(at, a[i], b, at);
        }

        return product;
    }

    /// <summary>The parts of a monic g of degree k·(2^p − 1).</summary>
    private static Part Cut(Scalar[] g, int k, int p)
    {
        if (p == 1)
        {
            return new Part(g[..k], null, null);
        }

        // g = X^(k·m)·q + rest; rest − X^(k·(m − 1)) = c·q + r
        int m = 1 << (p - 1),
            degree = k * (m - 1);
        Scalar[] q = g[(k * m)..],
            rest = g[..(k * m)],
            c = new Scalar[k];
        rest[degree] -= Scalar.One;
        for (int i = k - 1; i >= 0; i--)
        {
            c[i] = rest[degree + i];
            Span<Scalar> at = rest.AsSpan(i, degree + 1);
            ScalarVector.AddScaled(at, -c[i], q, at);
        }

        return new Part(c, Cut(q, k, p - 1), Cut([.. rest[..degree], Scalar.One], k, p - 1));
    }

    private static Scalar EvaluatePart(Part part, int p, Scalar[] powers, Scalar[] giants, List<Scalar> products)
    {
        Scalar low = giants[p - 1] + ScalarVector.Dot(part.Low, powers.AsSpan(0, part.Low.Length));
        if (part.Quotient is null)
        {
            return low;
        }

        Scalar product = low * EvaluatePart(part.Quotient, p - 1, powers, giants, products);
        products.Add(product);
        return product + EvaluatePart(part.Rest!, p - 1, powers, giants, products);
    }

    private static LinearCombination BuildPart(
        ConstraintSystem cs,
        Part part,
        int p,
        LinearCombination[] powers,
        LinearCombination[] giants,
        ReadOnlySpan<LinearCombination> products,
        ref int at
    )
    {
        LinearCombination low = giants[p - 1] + LinearCombination.Weighted(powers.AsSpan(0, part.Low.Length).ToArray(), part.Low);
        if (part.Quotient is null)
        {
            return low;
        }

        LinearCombination quotient = BuildPart(cs, part.Quotient, p - 1, powers, giants, products, ref at);
        LinearCombination product = products[at++];
        cs.Product(low, quotient, product);
        return product + BuildPart(cs, part.Rest!, p - 1, powers, giants, products, ref at);
    }

    /// <summary>X^(k·m) + Low, times Quotient, plus Rest; without these two X^k + Low.</summary>
    private sealed record Part(Scalar[] Low, Part? Quotient, Part? Rest);
}
