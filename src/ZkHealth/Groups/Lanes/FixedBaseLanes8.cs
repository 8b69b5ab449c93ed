using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Multiples of one base for eight scalars at once, by the windows of <see cref="FixedBaseTable"/>. Constant time: every entry of a window is
/// read and selected by mask.
/// </summary>
internal static class FixedBaseLanes8
{
    /// <summary>sums[i] = sums[i] + scalars[i]·P for Count scalars; records are those of the table, window by window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMultiples(ReadOnlySpan<double> records, ReadOnlySpan<Scalar> scalars, Span<RistrettoPoint> sums)
    {
        const int N = FieldLanes8.Count, Entries = FixedBaseTable.Entries, Record = AffineLanes8.RecordSize;
        Span<sbyte> digits = stackalloc sbyte[FixedBaseTable.Windows * N];
        for (int i = 0; i < N; i++)
        {
            SignedDigits.Radix16(scalars[i], digits.Slice(FixedBaseTable.Windows * i, FixedBaseTable.Windows));
        }

        PointLanes8 sum = PointLanes8.Load(sums);
        Span<ulong> negative = stackalloc ulong[N], magnitude = stackalloc ulong[N];
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

            AffineLanes8.Negate(Vector512.Create<ulong>(negative), chosen, out AffineLanes8 signed);
            PointLanes8.Add(ref sum, signed);
        }

        sum.Store(sums);
        digits.Clear();
        negative.Clear();
        magnitude.Clear();
    }
}
