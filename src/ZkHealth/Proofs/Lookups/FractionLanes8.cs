using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The loops of <see cref="FractionKernels"/> over whole batches of lanes. Products over 2^255 of scalars at rest double them: a sum of
/// products of three comes out four times too large, of two twice, and the caller divides once.
/// </summary>
[SkipLocalsInit]
internal static class FractionLanes8
{
    private const int N = ScalarLanes8.Count;

    /// <summary>Batches between reductions of the sums: factors are below 2l, so half of what values below l allow.</summary>
    private const int Flush = ScalarLanes8.MaxProducts / 2;

    /// <summary>numerators[i] = p[i]·q[n + i] + p[n + i]·q[i] and denominators[i] = q[i]·q[n + i] for i in from..to − 1, a multiple of Count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, Span<Scalar> numerators, Span<Scalar> denominators, int from, int to)
    {
        int n = numerators.Length;
        for (int i = from; i < to; i += N)
        {
            ScalarLanes8.Load(p[i..], out ScalarLanes8 pl);
            ScalarLanes8.Load(p[(n + i)..], out ScalarLanes8 pr);
            LoadTight(q[i..], out ScalarLanes8 ql);
            LoadTight(q[(n + i)..], out ScalarLanes8 qr);
            CrossAndProduct(pl, pr, ql, qr, out ScalarLanes8 sum, out ScalarLanes8 product);
            sum.StoreHalf(numerators[i..]);
            product.StoreHalf(denominators[i..]);
        }
    }

    /// <summary>Four times the sums over j in from..to − 1 of eq·(pl·qr + pr·ql), eq·ql·qr, and the same of the differences high − low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Scalar Numerators, Scalar Denominators, Scalar TopNumerators, Scalar TopDenominators) Round(
        ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, int n, int half, int from, int to)
    {
        Scalar s0 = Scalar.Zero, s1 = Scalar.Zero, s2 = Scalar.Zero, s3 = Scalar.Zero;
        for (int j = from; j < to;)
        {
            ScalarColumnsLanes8 c0 = default, c1 = default, c2 = default, c3 = default;
            int products = 0;
            for (; products < Flush && j < to; products++, j += N)
            {
                LoadTight(eq[j..], out ScalarLanes8 e);
                ScalarLanes8.Load(p[j..], out ScalarLanes8 pl);
                ScalarLanes8.Load(p[(n + j)..], out ScalarLanes8 pr);
                ScalarLanes8.Load(q[j..], out ScalarLanes8 ql);
                ScalarLanes8.Load(q[(n + j)..], out ScalarLanes8 qr);
                ScalarLanes8.Load(p[(half + j)..], out ScalarLanes8 dpl);
                ScalarLanes8.Load(p[(n + half + j)..], out ScalarLanes8 dpr);
                ScalarLanes8.Load(q[(half + j)..], out ScalarLanes8 dql);
                ScalarLanes8.Load(q[(n + half + j)..], out ScalarLanes8 dqr);
                ScalarLanes8.Carry(dql - ql, out dql);
                ScalarLanes8.Carry(dqr - qr, out dqr);
                ScalarLanes8.Carry(ql, out ql);
                ScalarLanes8.Carry(qr, out qr);
                CrossAndProduct(pl, pr, ql, qr, out ScalarLanes8 t, out ScalarLanes8 u);
                ScalarLanes8.MultiplyAdd(t, e, ref c0);
                ScalarLanes8.MultiplyAdd(u, e, ref c1);
                CrossAndProduct(dpl - pl, dpr - pr, dql, dqr, out t, out u);
                ScalarLanes8.MultiplyAdd(t, e, ref c2);
                ScalarLanes8.MultiplyAdd(u, e, ref c3);
            }

            s0 += Sum(c0, products);
            s1 += Sum(c1, products);
            s2 += Sum(c2, products);
            s3 += Sum(c3, products);
        }

        return (s0, s1, s2, s3);
    }

    /// <summary>Twice the sum over j in from..to − 1 of eq·(ql + qr); four times those of eq·ql·qr and of the differences' product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Scalar Sums, Scalar Products, Scalar TopProducts) LeafRound(ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> q, int n, int half, int from, int to)
    {
        Scalar s0 = Scalar.Zero, s1 = Scalar.Zero, s2 = Scalar.Zero;
        for (int j = from; j < to;)
        {
            ScalarColumnsLanes8 c0 = default, c1 = default, c2 = default;
            int products = 0;
            for (; products < Flush && j < to; products++, j += N)
            {
                LoadTight(eq[j..], out ScalarLanes8 e);
                ScalarLanes8.Load(q[j..], out ScalarLanes8 ql);
                LoadTight(q[(n + j)..], out ScalarLanes8 qr);
                ScalarLanes8.Load(q[(half + j)..], out ScalarLanes8 dql);
                ScalarLanes8.Load(q[(n + half + j)..], out ScalarLanes8 dqr);
                ScalarLanes8.MultiplyAdd(ql + qr, e, ref c0);
                ScalarLanes8.Carry(dqr - qr, out dqr);
                ScalarPairsLanes8.Multiply(ql, qr, dql - ql, dqr, out ScalarLanes8 t, out ScalarLanes8 u);
                ScalarLanes8.MultiplyAdd(t, e, ref c1);
                ScalarLanes8.MultiplyAdd(u, e, ref c2);
            }

            s0 += Sum(c0, products);
            s1 += Sum(c1, products);
            s2 += Sum(c2, products);
        }

        return (s0, s1, s2);
    }

    /// <summary>pl·qr + pr·ql in one reduction, and ql·qr, for tight q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CrossAndProduct(
        in ScalarLanes8 pl, in ScalarLanes8 pr, in ScalarLanes8 ql, in ScalarLanes8 qr, out ScalarLanes8 sum, out ScalarLanes8 product)
    {
        ScalarColumnsLanes8 cross = default, columns = default;
        ScalarLanes8.MultiplyAdd(pl, qr, ref cross);
        ScalarLanes8.MultiplyAdd(pr, ql, ref cross);
        ScalarLanes8.MultiplyAdd(ql, qr, ref columns);
        ScalarPairsLanes8.Reduce(cross, 2, columns, 1, out sum, out product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadTight(ReadOnlySpan<Scalar> scalars, out ScalarLanes8 x)
    {
        ScalarLanes8.Load(scalars, out x);
        ScalarLanes8.Carry(x, out x);
    }

    private static Scalar Sum(in ScalarColumnsLanes8 columns, int products)
    {
        ScalarLanes8.Reduce(columns, products, out ScalarLanes8 sum);
        return sum.Sum();
    }
}
