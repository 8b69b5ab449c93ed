using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Proofs.Lookups;

/// <summary>
/// The loops of <see cref="LogUpKernels"/> over whole batches of lanes. Products over 2^255 of scalars at rest double them: a sum
/// of products of three comes out four times too large, of two twice, and the caller divides once.
/// </summary>
[SkipLocalsInit]
internal static class LogUpLanes8
{
    private const int N = ScalarLanes8.Count;

    /// <summary>Batches between reductions of the sums: factors are below 2l, so half of what values below l allow.</summary>
    private const int Flush = ScalarLanes8.MaxProducts / 2;

    /// <summary>numerators[i] = p[i]·q[n + i] + p[n + i]·q[i] and denominators[i] = q[i]·q[n + i] for i in from..to − 1, a
    /// multiple of Count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(
        ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, int n, Span<Scalar> numerators, Span<Scalar> denominators, int from, int to)
    {
        using var frame = new LaneFrame<LogUpFrameLanes8>();
        ref LogUpFrameLanes8 f = ref frame.Value;
        for (int i = from; i < to; i += N)
        {
            ScalarLanes8.Load(p[i..], out f.PL);
            ScalarLanes8.Load(p[(n + i)..], out f.PR);
            LoadTight(q[i..], out f.QL);
            LoadTight(q[(n + i)..], out f.QR);
            CrossAndProduct(f.PL, f.PR, f.QL, f.QR, ref f);
            f.Cross.StoreHalf(numerators[i..]);
            f.Product.StoreHalf(denominators[i..]);
        }
    }

    /// <summary>Four times the sums over j in from..to − 1 of eq·(pl·qr + pr·ql), eq·ql·qr, and the same of the differences high
    /// − low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Scalar Numerators, Scalar Denominators, Scalar TopNumerators, Scalar TopDenominators) Round(
        ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> p, ReadOnlySpan<Scalar> q, int n, int half, int from, int to)
    {
        using var frame = new LaneFrame<LogUpFrameLanes8>();
        ref LogUpFrameLanes8 f = ref frame.Value;
        Scalar s0 = Scalar.Zero, s1 = Scalar.Zero, s2 = Scalar.Zero, s3 = Scalar.Zero;
        for (int j = from; j < to;)
        {
            f.Sums = default;
            int products = 0;
            for (; products < Flush && j < to; products++, j += N)
            {
                LoadTight(eq[j..], out f.E);
                ScalarLanes8.Load(p[j..], out f.PL);
                ScalarLanes8.Load(p[(n + j)..], out f.PR);
                ScalarLanes8.Load(q[j..], out f.QL);
                ScalarLanes8.Load(q[(n + j)..], out f.QR);
                ScalarLanes8.Load(p[(half + j)..], out f.DPL);
                ScalarLanes8.Load(p[(n + half + j)..], out f.DPR);
                ScalarLanes8.Load(q[(half + j)..], out f.DQL);
                ScalarLanes8.Load(q[(n + half + j)..], out f.DQR);
                ScalarLanes8.Subtract(f.DPL, f.PL, out f.DPL);
                ScalarLanes8.Subtract(f.DPR, f.PR, out f.DPR);
                ScalarLanes8.CarriedDifference(f.DQL, f.QL, out f.DQL);
                ScalarLanes8.CarriedDifference(f.DQR, f.QR, out f.DQR);
                ScalarLanes8.Carry(f.QL, out f.QL);
                ScalarLanes8.Carry(f.QR, out f.QR);
                CrossAndProduct(f.PL, f.PR, f.QL, f.QR, ref f);
                ScalarLanes8.MultiplyAdd(f.Cross, f.E, ref f.Sums.C0);
                ScalarLanes8.MultiplyAdd(f.Product, f.E, ref f.Sums.C1);
                CrossAndProduct(f.DPL, f.DPR, f.DQL, f.DQR, ref f);
                ScalarLanes8.MultiplyAdd(f.Cross, f.E, ref f.Sums.C2);
                ScalarLanes8.MultiplyAdd(f.Product, f.E, ref f.Sums.C3);
            }

            s0 += Sum(f.Sums.C0, products);
            s1 += Sum(f.Sums.C1, products);
            s2 += Sum(f.Sums.C2, products);
            s3 += Sum(f.Sums.C3, products);
        }

        return (s0, s1, s2, s3);
    }

    /// <summary>Twice the sum over j in from..to − 1 of eq·(ql + qr); four times those of eq·ql·qr and of the differences'
    /// product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Scalar Sums, Scalar Products, Scalar TopProducts) LeafRound(ReadOnlySpan<Scalar> eq, ReadOnlySpan<Scalar> q, int n, int half, int from, int to)
    {
        using var frame = new LaneFrame<LogUpFrameLanes8>();
        ref LogUpFrameLanes8 f = ref frame.Value;
        Scalar s0 = Scalar.Zero, s1 = Scalar.Zero, s2 = Scalar.Zero;
        for (int j = from; j < to;)
        {
            f.Sums = default;
            int products = 0;
            for (; products < Flush && j < to; products++, j += N)
            {
                LoadTight(eq[j..], out f.E);
                ScalarLanes8.Load(q[j..], out f.QL);
                LoadTight(q[(n + j)..], out f.QR);
                ScalarLanes8.Load(q[(half + j)..], out f.DQL);
                ScalarLanes8.Load(q[(n + half + j)..], out f.DQR);
                ScalarLanes8.Add(f.QL, f.QR, out f.PL);
                ScalarLanes8.MultiplyAdd(f.PL, f.E, ref f.Sums.C0);
                ScalarLanes8.Subtract(f.DQL, f.QL, out f.DQL);
                ScalarLanes8.CarriedDifference(f.DQR, f.QR, out f.DQR);
                ScalarPairsLanes8.Multiply(f.QL, f.QR, f.DQL, f.DQR, ref f.Columns, out f.Cross, out f.Product);
                ScalarLanes8.MultiplyAdd(f.Cross, f.E, ref f.Sums.C1);
                ScalarLanes8.MultiplyAdd(f.Product, f.E, ref f.Sums.C2);
            }

            s0 += Sum(f.Sums.C0, products);
            s1 += Sum(f.Sums.C1, products);
            s2 += Sum(f.Sums.C2, products);
        }

        return (s0, s1, s2);
    }

    /// <summary>f.Cross = pl·qr + pr·ql in one reduction, and f.Product = ql·qr, for tight q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CrossAndProduct(in ScalarLanes8 pl, in ScalarLanes8 pr, in ScalarLanes8 ql, in ScalarLanes8 qr, ref LogUpFrameLanes8 f)
    {
        ScalarLanes8.MultiplyTo(pl, qr, out f.Columns.T);
        ScalarLanes8.MultiplyAdd(pr, ql, ref f.Columns.T);
        ScalarLanes8.MultiplyTo(ql, qr, out f.Columns.U);
        ScalarPairsLanes8.Reduce(f.Columns.T, 2, f.Columns.U, 1, out f.Cross, out f.Product);
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

/// <summary>Room for a round in a <see cref="LaneFrame{T}"/>.</summary>
[SkipLocalsInit]
internal struct LogUpFrameLanes8
{
    public ScalarLanes8 E, PL, PR, QL, QR, DPL, DPR, DQL, DQR, Cross, Product;
    public ScalarPairLanes8 Columns;
    public LogUpSumsLanes8 Sums;
}

/// <summary>The sums of a round before they are reduced.</summary>
[SkipLocalsInit]
internal struct LogUpSumsLanes8
{
    public ScalarColumnsLanes8 C0, C1, C2, C3;
}
