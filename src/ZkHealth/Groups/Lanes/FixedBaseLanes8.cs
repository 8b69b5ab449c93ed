using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Multiples of one base for eight scalars at once, by the windows of <see cref="FixedBaseTable"/>. Constant time: every entry of
/// a window is read and selected by mask.
/// </summary>
[SkipLocalsInit]
internal static class FixedBaseLanes8
{
    /// <summary>Limbs of a prepared point.</summary>
    private const int Limbs = 15;

    /// <summary>sums[i] = sums[i] + scalars[i]·P for Count scalars; records are those of the table, window by window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMultiples(ReadOnlySpan<double> records, ReadOnlySpan<Scalar> scalars, Span<RistrettoPoint> sums)
    {
        const int N = FieldLanes8.Count, Entries = FixedBaseTable.Entries, Record = AffineLanes8.RecordSize;
        using var digitRoom = new SecretSpan<sbyte>(stackalloc sbyte[FixedBaseTable.Windows * N]);
        Span<sbyte> digits = digitRoom.Span;
        for (int i = 0; i < N; i++)
        {
            SignedDigits.Radix16(scalars[i], digits.Slice(FixedBaseTable.Windows * i, FixedBaseTable.Windows));
        }

        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        f.Sum = PointLanes8.Load(sums);
        using SecretSpan<ulong> signs = new(stackalloc ulong[N]), magnitudes = new(stackalloc ulong[N]);
        Span<ulong> negative = signs.Span, magnitude = magnitudes.Span;
        AffineLanes8 chosen = default;
        for (int w = 0; w < FixedBaseTable.Windows; w++)
        {
            for (int i = 0; i < N; i++)
            {
                int digit = digits[FixedBaseTable.Windows * i + w], sign = digit >> 31;
                negative[i] = (ulong)(long)sign;
                magnitude[i] = (ulong)((digit ^ sign) - sign);
            }

            Vector512<ulong> m = Vector512.Create<ulong>(magnitude);
            chosen.YPlusX = FieldLanes8.One;
            chosen.YMinusX = FieldLanes8.One;
            chosen.XY2D = FieldLanes8.Zero;
            for (int k = 0; k < Entries; k++)
            {
                Vector512<ulong> mask = Vector512.Equals(m, Vector512.Create((ulong)k + 1));
                AffineLanes8.Broadcast(records.Slice((w * Entries + k) * Record, Record), out AffineLanes8 entry);
                chosen.YPlusX = FieldLanes8.Select(mask, entry.YPlusX, chosen.YPlusX);
                chosen.YMinusX = FieldLanes8.Select(mask, entry.YMinusX, chosen.YMinusX);
                chosen.XY2D = FieldLanes8.Select(mask, entry.XY2D, chosen.XY2D);
            }

            AffineLanes8.Negate(Vector512.Create<ulong>(negative), chosen, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        }

        f.Sum.Store(sums);
    }

    /// <summary>
    /// The table as lanes over windows read it: for each step s and entry k the vectors whose lane l is of window l·Steps + s, 15
    /// vectors an entry.
    /// </summary>
    public static double[] Columns(ReadOnlySpan<double> records)
    {
        const int N = FieldLanes8.Count, Steps = FixedBaseTable.Windows / N, Entries = FixedBaseTable.Entries, Record = AffineLanes8.RecordSize;
        var columns = new double[Steps * Entries * Limbs * N];
        for (int s = 0, at = 0; s < Steps; s++)
        {
            for (int k = 0; k < Entries; k++)
            {
                for (int limb = 0; limb < Limbs; limb++)
                {
                    for (int lane = 0; lane < N; lane++, at++)
                    {
                        columns[at] = records[((lane * Steps + s) * Entries + k) * Record + limb];
                    }
                }
            }
        }

        return columns;
    }

    /// <summary>k·P: each lane sums the windows that are its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RistrettoPoint Multiply(ReadOnlySpan<double> columns, in Scalar scalar)
    {
        const int N = FieldLanes8.Count, Steps = FixedBaseTable.Windows / N, Entries = FixedBaseTable.Entries;
        using var digitRoom = new SecretSpan<sbyte>(stackalloc sbyte[FixedBaseTable.Windows]);
        Span<sbyte> digits = digitRoom.Span;
        SignedDigits.Radix16(scalar, digits);
        using SecretSpan<ulong> signs = new(stackalloc ulong[N]), magnitudes = new(stackalloc ulong[N]);
        Span<ulong> negative = signs.Span, magnitude = magnitudes.Span;
        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        f.Sum = PointLanes8.Identity;
        AffineLanes8 chosen = default;
        for (int s = 0; s < Steps; s++)
        {
            for (int lane = 0; lane < N; lane++)
            {
                int digit = digits[lane * Steps + s], sign = digit >> 31;
                negative[lane] = (ulong)(long)sign;
                magnitude[lane] = (ulong)((digit ^ sign) - sign);
            }

            Vector512<ulong> m = Vector512.Create<ulong>(magnitude);
            chosen.YPlusX = FieldLanes8.One;
            chosen.YMinusX = FieldLanes8.One;
            chosen.XY2D = FieldLanes8.Zero;
            for (int k = 0; k < Entries; k++)
            {
                Vector512<ulong> mask = Vector512.Equals(m, Vector512.Create((ulong)k + 1));
                ReadOnlySpan<double> entry = columns.Slice((s * Entries + k) * Limbs * N, Limbs * N);
                chosen.YPlusX = FieldLanes8.Select(mask, FieldLanes8.LoadLimbs(entry), chosen.YPlusX);
                chosen.YMinusX = FieldLanes8.Select(mask, FieldLanes8.LoadLimbs(entry[(5 * N)..]), chosen.YMinusX);
                chosen.XY2D = FieldLanes8.Select(mask, FieldLanes8.LoadLimbs(entry[(10 * N)..]), chosen.XY2D);
            }

            AffineLanes8.Negate(Vector512.Create<ulong>(negative), chosen, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        }

        using var parts = new SecretSpan<RistrettoPoint>(stackalloc RistrettoPoint[N]);
        Span<RistrettoPoint> lanes = parts.Span;
        f.Sum.Store(lanes);
        RistrettoPoint total = lanes[0];
        for (int lane = 1; lane < N; lane++)
        {
            total += lanes[lane];
        }

        return total;
    }
}
