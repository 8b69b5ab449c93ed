using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>Interpolation over the integers mod l at small distinct points.</summary>
internal static class Lagrange
{
    /// <summary>
    /// The weights L_j(at) with f(at) = sum of L_j(at)·f(points[j]) for every f of degree below their number:
    /// L_j(x) = product over k ≠ j of (x − p_k)/(p_j − p_k).
    /// </summary>
    public static Scalar[] Weights(ReadOnlySpan<int> points, int at)
    {
        var weights = new Scalar[points.Length];
        for (int j = 0; j < points.Length; j++)
        {
            Scalar numerator = Scalar.One,
                denominator = Scalar.One;
            for (int k = 0; k < points.Length; k++)
            {
                if (k != j)
                {
                    numerator *= Scalar.FromInt64(at - points[k]);
                    denominator *= Scalar.FromInt64(points[j] - points[k]);
                }
            }

            weights[j] = numerator * denominator.Invert();
        }

        return weights;
    }

    /// <summary>coefficients[k][j]: of X^k in L_j, so that the k-th coefficient of f is the sum over j of
    /// coefficients[k][j]·f(points[j]).</summary>
    public static Scalar[][] Coefficients(ReadOnlySpan<int> points)
    {
        int n = points.Length;
        var coefficients = new Scalar[n][];
        for (int k = 0; k < n; k++)
        {
            coefficients[k] = new Scalar[n];
        }

        for (int j = 0; j < n; j++)
        {
            // the product of (X − p_k) over k ≠ j, coefficient by coefficient
            var product = new Scalar[n];
            product[0] = Scalar.One;
            Scalar denominator = Scalar.One;
            int degree = 0;
            for (int k = 0; k < n; k++)
            {
                if (k == j)
                {
                    continue;
                }

                Scalar p = Scalar.FromInt64(points[k]);
                degree++;
                for (int i = degree; i >= 1; i--)
                {
                    product[i] = product[i - 1] - p * product[i];
                }

                product[0] = -(p * product[0]);
                denominator *= Scalar.FromInt64(points[j] - points[k]);
            }

            Scalar inverse = denominator.Invert();
            for (int k = 0; k < n; k++)
            {
                coefficients[k][j] = product[k] * inverse;
            }
        }

        return coefficients;
    }

    /// <summary>1, a, a², …, a^(count − 1).</summary>
    public static Scalar[] Powers(int a, int count)
    {
        var powers = new Scalar[count];
        ScalarVector.Powers(Scalar.FromInt64(a), powers);
        return powers;
    }
}
