using System.Runtime.InteropServices;

namespace ZkHealth.Fields;

/// <summary>
/// Vectors of scalars: span in, span out, destination last (it may be an input). Whole batches go through lanes, what is left
/// over one by one; protocol code never sees a width.
/// </summary>
internal static class ScalarVector
{
    /// <summary>1/2: products in lanes come out doubled.</summary>
    private static readonly Scalar Half = Scalar.FromUInt64(2).Invert();

    /// <summary>dst = a + b.</summary>
    public static void Add(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        Check(a.Length == b.Length && dst.Length >= a.Length);
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Add(a, b, dst),
            4 => ScalarVectorLanes4.Add(a, b, dst),
            2 => ScalarVectorLanes2.Add(a, b, dst),
            _ => 0,
        };
        for (; i < a.Length; i++)
        {
            dst[i] = a[i] + b[i];
        }
    }

    /// <summary>dst = a − b.</summary>
    public static void Subtract(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        Check(a.Length == b.Length && dst.Length >= a.Length);
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Subtract(a, b, dst),
            4 => ScalarVectorLanes4.Subtract(a, b, dst),
            2 => ScalarVectorLanes2.Subtract(a, b, dst),
            _ => 0,
        };
        for (; i < a.Length; i++)
        {
            dst[i] = a[i] - b[i];
        }
    }

    /// <summary>dst[i] = a[i]·b[i].</summary>
    public static void Multiply(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        Check(a.Length == b.Length && dst.Length >= a.Length);
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Multiply(a, b, dst),
            4 => ScalarVectorLanes4.Multiply(a, b, dst),
            2 => ScalarVectorLanes2.Multiply(a, b, dst),
            _ => 0,
        };
        for (; i < a.Length; i++)
        {
            dst[i] = a[i] * b[i];
        }
    }

    /// <summary>dst = k·a.</summary>
    public static void Scale(ReadOnlySpan<Scalar> a, Scalar k, Span<Scalar> dst)
    {
        Check(dst.Length >= a.Length);
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Scale(a, k * Half, dst),
            4 => ScalarVectorLanes4.Scale(a, k * Half, dst),
            2 => ScalarVectorLanes2.Scale(a, k * Half, dst),
            _ => 0,
        };
        for (; i < a.Length; i++)
        {
            dst[i] = a[i] * k;
        }
    }

    /// <summary>dst[i] = a[i].</summary>
    public static void FromUInt64(ReadOnlySpan<ulong> a, Span<Scalar> dst)
    {
        Check(dst.Length >= a.Length);
        for (int i = 0; i < a.Length; i++)
        {
            dst[i] = Scalar.FromUInt64(a[i]);
        }
    }

    /// <summary>The integers in [0, l), four limbs of 64 bits each, least significant first.</summary>
    public static void ToCanonical(ReadOnlySpan<Scalar> a, Span<ulong> limbs) =>
        Scale(a, Scalar.InverseRadix, MemoryMarshal.Cast<ulong, Scalar>(limbs));

    /// <summary>dst = a + k·b.</summary>
    public static void AddScaled(ReadOnlySpan<Scalar> a, Scalar k, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        Check(a.Length == b.Length && dst.Length >= a.Length);
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.AddScaled(a, k * Half, b, dst),
            4 => ScalarVectorLanes4.AddScaled(a, k * Half, b, dst),
            2 => ScalarVectorLanes2.AddScaled(a, k * Half, b, dst),
            _ => 0,
        };
        for (; i < a.Length; i++)
        {
            dst[i] = a[i] + k * b[i];
        }
    }

    /// <summary>t[j] = t[j] + rho·(t[half + j] − t[j]) for the first half of the table.</summary>
    public static void Fold(Span<Scalar> table, Scalar rho)
    {
        int half = table.Length / 2;
        Fold(table[..half], table.Slice(half, half), rho);
    }

    /// <summary>low = low + rho·(high − low).</summary>
    public static void Fold(Span<Scalar> low, ReadOnlySpan<Scalar> high, Scalar rho)
    {
        Check(low.Length == high.Length);
        int j = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Fold(low, high, rho * Half),
            4 => ScalarVectorLanes4.Fold(low, high, rho * Half),
            2 => ScalarVectorLanes2.Fold(low, high, rho * Half),
            _ => 0,
        };
        for (; j < low.Length; j++)
        {
            low[j] += rho * (high[j] - low[j]);
        }
    }

    /// <summary>⟨a, b⟩.</summary>
    public static Scalar Dot(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b)
    {
        Check(a.Length == b.Length);
        Scalar twice = Scalar.Zero;
        int i = LaneWidth.Count switch
        {
            8 => ScalarVectorLanes8.Dot(a, b, out twice),
            4 => ScalarVectorLanes4.Dot(a, b, out twice),
            2 => ScalarVectorLanes2.Dot(a, b, out twice),
            _ => 0,
        };
        Scalar sum = twice * Half;
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>dst = 1, x, x², ….</summary>
    public static void Powers(Scalar x, Span<Scalar> dst)
    {
        Scalar power = Scalar.One;
        for (int i = 0; i < dst.Length; i++)
        {
            dst[i] = power;
            power *= x;
        }
    }

    /// <summary>Inverts every element by one inversion (Montgomery's trick); 0 stays 0.</summary>
    public static void Invert(Span<Scalar> values)
    {
        var products = new Scalar[values.Length];
        Scalar product = Scalar.One;
        for (int i = 0; i < values.Length; i++)
        {
            products[i] = product;
            if (!values[i].IsZero)
            {
                product *= values[i];
            }
        }

        Scalar inverse = product.Invert();
        for (int i = values.Length - 1; i >= 0; i--)
        {
            if (!values[i].IsZero)
            {
                Scalar value = values[i];
                values[i] = inverse * products[i];
                inverse *= value;
            }
        }
    }

    /// <summary>eq(point, i) for every i below 2^n.</summary>
    public static Scalar[] EqTable(ReadOnlySpan<Scalar> point)
    {
        var table = new Scalar[1 << point.Length];
        EqTable(point, table);
        return table;
    }

    /// <summary>eq(point, i) for every i below 2^n; the first coordinate is the top bit of i.</summary>
    public static void EqTable(ReadOnlySpan<Scalar> point, Span<Scalar> dst)
    {
        Check(dst.Length == 1 << point.Length);
        dst[0] = Scalar.One;
        for (int k = point.Length - 1, size = 1; k >= 0; k--, size *= 2)
        {
            Span<Scalar> low = dst[..size],
                high = dst.Slice(size, size);
            Scale(low, point[k], high);
            Subtract(low, high, low);
        }
    }

    /// <summary>Does the same on several cores.</summary>
    public static void EqTable(ReadOnlySpan<Scalar> point, Scalar[] dst, int degreeOfParallelism)
    {
        int split = Math.Max(0, point.Length - 12);
        EqTable(point[split..], dst.AsSpan(0, 1 << (point.Length - split)));
        for (int k = split - 1, size = 1 << (point.Length - split); k >= 0; k--, size *= 2)
        {
            Scalar factor = point[k];
            int n = size;
            Chunks.For(
                n,
                degreeOfParallelism,
                (_, from, to) =>
                {
                    Span<Scalar> low = dst.AsSpan(from, to - from),
                        high = dst.AsSpan(n + from, to - from);
                    Scale(low, factor, high);
                    Subtract(low, high, low);
                }
            );
        }
    }

    private static void Check(bool lengths)
    {
        if (!lengths)
        {
            throw new ArgumentException("vectors of different lengths");
        }
    }
}
