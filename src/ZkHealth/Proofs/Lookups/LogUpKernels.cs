using ZkHealth.Fields;

namespace ZkHealth.Proofs.Lookups;

/// <summary>The inner loops over a layer, in lanes where a range is a whole number of batches.</summary>
internal static class LogUpKernels
{
    private static readonly Scalar Half = Scalar.FromUInt64(2).Invert(),
        Quarter = Half * Half;

    /// <summary>
    /// Adds fractions i and n + i for i in from..to − 1: numerators[i] = p[i]·q[n + i] + p[n + i]·q[i], or q[i] + q[n + i] where
    /// p is empty, which stands for 1; denominators[i] = q[i]·q[n + i].
    /// </summary>
    public static void Sums(
        ReadOnlySpan<Scalar> p,
        ReadOnlySpan<Scalar> q,
        int n,
        Span<Scalar> numerators,
        Span<Scalar> denominators,
        int from,
        int to
    )
    {
        if (p.IsEmpty)
        {
            ReadOnlySpan<Scalar> left = q[from..to],
                right = q[(n + from)..(n + to)];
            ScalarVector.Multiply(left, right, denominators[from..to]);
            ScalarVector.Add(left, right, numerators[from..to]);
            return;
        }

        if (InLanes(to - from))
        {
            switch (LaneWidth.Count)
            {
                case 8:
                    LogUpLanes8.Sums(p, q, n, numerators, denominators, from, to);
                    return;
                case 4:
                    LogUpLanes4.Sums(p, q, n, numerators, denominators, from, to);
                    return;
                default:
                    LogUpLanes2.Sums(p, q, n, numerators, denominators, from, to);
                    return;
            }
        }

        for (int i = from; i < to; i++)
        {
            numerators[i] = p[i] * q[n + i] + p[n + i] * q[i];
            denominators[i] = q[i] * q[n + i];
        }
    }

    /// <summary>
    /// The message of a round over tables p (empty: all 1), q (left parts from 0, right parts from n, each of length 2·half), its
    /// terms from..to − 1.
    /// </summary>
    public static (Scalar AtZero, Scalar Leading) Round(
        ReadOnlySpan<Scalar> eq,
        ReadOnlySpan<Scalar> p,
        ReadOnlySpan<Scalar> q,
        int n,
        int half,
        Scalar lambda,
        int from,
        int to
    )
    {
        if (p.IsEmpty)
        {
            return LeafRound(eq, q, n, half, lambda, from, to);
        }

        // lambda·(p_L·q_R + p_R·q_L) + q_L·q_R, its first part summed apart so that lambda is taken out of the sum
        Scalar numerators = Scalar.Zero,
            denominators = Scalar.Zero,
            topNumerators = Scalar.Zero,
            topDenominators = Scalar.Zero;
        if (InLanes(to - from))
        {
            (numerators, denominators, topNumerators, topDenominators) = LaneWidth.Count switch
            {
                8 => LogUpLanes8.Round(eq, p, q, n, half, from, to),
                4 => LogUpLanes4.Round(eq, p, q, n, half, from, to),
                _ => LogUpLanes2.Round(eq, p, q, n, half, from, to),
            };
            return (Quarter * (lambda * numerators + denominators), Quarter * (lambda * topNumerators + topDenominators));
        }

        for (int j = from; j < to; j++)
        {
            Scalar pl = p[j],
                pr = p[n + j],
                ql = q[j],
                qr = q[n + j];
            Scalar dpl = p[half + j] - pl,
                dpr = p[n + half + j] - pr,
                dql = q[half + j] - ql,
                dqr = q[n + half + j] - qr;
            numerators += eq[j] * (pl * qr + pr * ql);
            denominators += eq[j] * (ql * qr);
            topNumerators += eq[j] * (dpl * dqr + dpr * dql);
            topDenominators += eq[j] * (dql * dqr);
        }

        return (lambda * numerators + denominators, lambda * topNumerators + topDenominators);
    }

    /// <summary>Does the same where all numerators are 1: lambda·(q_L + q_R) + q_L·q_R; its top coefficient has no
    /// lambda.</summary>
    private static (Scalar AtZero, Scalar Leading) LeafRound(
        ReadOnlySpan<Scalar> eq,
        ReadOnlySpan<Scalar> q,
        int n,
        int half,
        Scalar lambda,
        int from,
        int to
    )
    {
        if (InLanes(to - from))
        {
            (Scalar sums, Scalar products, Scalar top) = LaneWidth.Count switch
            {
                8 => LogUpLanes8.LeafRound(eq, q, n, half, from, to),
                4 => LogUpLanes4.LeafRound(eq, q, n, half, from, to),
                _ => LogUpLanes2.LeafRound(eq, q, n, half, from, to),
            };
            return (Half * lambda * sums + Quarter * products, Quarter * top);
        }

        Scalar atZero = Scalar.Zero,
            leading = Scalar.Zero;
        for (int j = from; j < to; j++)
        {
            Scalar ql = q[j],
                qr = q[n + j];
            atZero += eq[j] * (lambda * (ql + qr) + ql * qr);
            leading += eq[j] * ((q[half + j] - ql) * (q[n + half + j] - qr));
        }

        return (atZero, leading);
    }

    private static bool InLanes(int n) => LaneWidth.Count > 1 && n % LaneWidth.Count == 0;
}
