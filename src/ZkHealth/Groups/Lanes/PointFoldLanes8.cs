using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Folds of vectors of points in lanes. Variable time in the factor, which is public.</summary>
[SkipLocalsInit]
internal static class PointFoldLanes8
{
    /// <summary>low[j] = low[j] + u·high[j] for a multiple of Count points; u is public, given by its digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(Span<RistrettoPoint> low, ReadOnlySpan<RistrettoPoint> high, ReadOnlySpan<sbyte> digits)
    {
        int top = digits.LastIndexOfAnyExcept((sbyte)0);
        using var frame = new LaneFrame<FoldLanes8>();
        ref FoldLanes8 f = ref frame.Value;
        Span<CachedLanes8> table = f.Table;
        for (int j = 0; j < low.Length; j += FieldLanes8.Count)
        {
            f.Multiple = PointLanes8.Load(high[j..]);
            CachedLanes8.From(f.Multiple, out table[0]);
            f.Sum = f.Multiple;
            PointLanes8.Double(ref f.Sum, ref f.Scratch);
            CachedLanes8.From(f.Sum, out f.Term);
            for (int k = 1; k < table.Length; k++)
            {
                PointLanes8.Add(ref f.Multiple, f.Term, ref f.Scratch);
                CachedLanes8.From(f.Multiple, out table[k]);
            }

            f.Sum = PointLanes8.Identity;
            for (int i = top; i >= 0; i--)
            {
                int digit = digits[i];
                PointLanes8.Double(ref f.Sum, ref f.Scratch, digit != 0 || i == 0);
                if (digit > 0)
                {
                    PointLanes8.Add(ref f.Sum, table[digit >> 1], ref f.Scratch);
                }
                else if (digit < 0)
                {
                    CachedLanes8.Negate(table[-digit >> 1], out f.Term);
                    PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
                }
            }

            f.Multiple = PointLanes8.Load(low[j..]);
            CachedLanes8.From(f.Multiple, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            f.Sum.Store(low[j..]);
        }
    }
}

/// <summary>Room for folding in a <see cref="LaneFrame{T}"/>.</summary>
internal struct FoldLanes8
{
    public PointLanes8 Sum, Multiple;
    public CachedLanes8 Term;
    public PointScratchLanes8 Scratch;
    public OddMultiplesLanes8 Table;
}

/// <summary>P, 3P, … 15P.</summary>
[InlineArray(8)]
internal struct OddMultiplesLanes8
{
    private CachedLanes8 _first;
}
