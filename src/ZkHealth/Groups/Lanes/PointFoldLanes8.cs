using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Folds of vectors of points in lanes. Variable time in the factor, which is public.</summary>
[SkipLocalsInit]
internal static class PointFoldLanes8
{
    /// <summary>
    /// low[j] = low[j] + sum over terms t of u_t·high[t·length + j], length a multiple of Count; the u_t are public, each given
    /// by 256 digits. All terms share their doublings.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(Span<RistrettoPoint> low, ReadOnlySpan<RistrettoPoint> high, int stride, ReadOnlySpan<sbyte> digits)
    {
        int top = 0, terms = digits.Length / SignedDigits.Naf;
        for (int t = 0; t < terms; t++)
        {
            top = Math.Max(top, digits.Slice(t * SignedDigits.Naf, SignedDigits.Naf).LastIndexOfAnyExcept((sbyte)0));
        }

        using var frame = new LaneFrame<FoldLanes8>();
        ref FoldLanes8 f = ref frame.Value;
        for (int j = 0; j < low.Length; j += FieldLanes8.Count)
        {
            for (int t = 0; t < terms; t++)
            {
                OddMultiples(high[(t * stride + j)..], ref f, t);
            }

            f.Sum = PointLanes8.Identity;
            for (int i = top; i >= 0; i--)
            {
                bool adds = i == 0;
                for (int t = 0; t < terms; t++)
                {
                    adds |= digits[t * SignedDigits.Naf + i] != 0;
                }

                PointLanes8.Double(ref f.Sum, ref f.Scratch, adds);
                for (int t = 0; t < terms; t++)
                {
                    AddDigit(ref f, t, digits[t * SignedDigits.Naf + i]);
                }
            }

            f.Multiple = PointLanes8.Load(low[j..]);
            CachedLanes8.From(f.Multiple, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            f.Sum.Store(low[j..]);
        }
    }

    /// <summary>P, 3P, … 15P into the table of a term.</summary>
    private static void OddMultiples(ReadOnlySpan<RistrettoPoint> points, ref FoldLanes8 f, int term)
    {
        Span<CachedLanes8> table = f.Tables[(OddMultiplesLanes8.Each * term)..];
        f.Multiple = PointLanes8.Load(points);
        CachedLanes8.From(f.Multiple, out table[0]);
        f.Sum = f.Multiple;
        PointLanes8.Double(ref f.Sum, ref f.Scratch);
        CachedLanes8.From(f.Sum, out f.Term);
        for (int k = 1; k < OddMultiplesLanes8.Each; k++)
        {
            PointLanes8.Add(ref f.Multiple, f.Term, ref f.Scratch);
            CachedLanes8.From(f.Multiple, out table[k]);
        }
    }

    private static void AddDigit(ref FoldLanes8 f, int term, int digit)
    {
        Span<CachedLanes8> table = f.Tables[(OddMultiplesLanes8.Each * term)..];
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
}

/// <summary>Room for folding in a <see cref="LaneFrame{T}"/>.</summary>
internal struct FoldLanes8
{
    public PointLanes8 Sum, Multiple;
    public CachedLanes8 Term;
    public PointScratchLanes8 Scratch;
    public OddMultiplesLanes8 Tables;
}

/// <summary>P, 3P, … 15P of at most seven terms.</summary>
[InlineArray(56)]
internal struct OddMultiplesLanes8
{
    /// <summary>The multiples of a term.</summary>
    public const int Each = 8;

    private CachedLanes8 _first;
}
