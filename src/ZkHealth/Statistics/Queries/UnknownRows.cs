using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Proofs.Constraints;

namespace ZkHealth.Statistics;

/// <summary>
/// The rows without a value that a statistic needs: of a rate those of the denominator for which the numerator is not known. They
/// are left out (of a rate unless the asker includes them by name), and their number is shown beside the result. A small number
/// is not shown but proven to be below the guard's threshold.
/// </summary>
internal static class UnknownRows
{
    public const string Name = "rows without a value";

    /// <summary>The bound in place of the number, which is not shown: the threshold where the number lies in 1..threshold − 1; 0
    /// where it is shown.</summary>
    public static int Bound(long[] weights, ReadOnlySpan<ulong> counts, ulong threshold)
    {
        ulong sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += weights[i] == 0 ? 0 : counts[i];
        }

        return sum >= 1 && sum < threshold ? (int)Math.Min(threshold, int.MaxValue) : 0;
    }

    /// <summary>The number, or the words that stand for it.</summary>
    public static ReleasedValue Value(long shown, int below) =>
        below == 0 ? new ReleasedValue(Name, shown) : ReleasedValue.NotShown(Name, $"fewer than {below}");

    /// <summary>
    /// The count as the disclosure guard sees it: released, or known to be below the threshold and perhaps 0. The denominator
    /// itself, whose number is shown where both parts are, does not look at the numerator: it says among whom having no value is
    /// not guarded.
    /// </summary>
    public static void AddForms(ReleasedForms forms, long[] among, long[] weights, int below)
    {
        int all = forms.Hidden([.. among.Zip(weights, (x, y) => x | y)], "all rows asked about"),
            unknown = below == 0 ? forms.Exact(weights, Name) : forms.Hidden(weights, Name);
        if (below > 0)
        {
            forms.Within(unknown, 0, below - 1);
        }

        // where the rows counted are hidden, their number follows from the other two
        if (!among.Zip(weights).Any(w => w.First != 0 && w.Second != 0))
        {
            forms.Sum(all, forms.Hidden(among, "the rows with a value"), unknown);
        }
    }

    /// <summary>below − 1 − number, which is proven not to be negative.</summary>
    public static (BoundedInteger X, BigInteger Largest) FewerThan(BoundedIntegers integers, long[] weights, int below) =>
        (integers.Sum(weights) * BigInteger.MinusOne - (1 - below), below - 1);

    /// <summary>The words of a statement about them.</summary>
    public static string Describe(bool included, int below) =>
        (included ? "; rows without a value are in the denominator, as it was asked" : "")
        + (below == 0 ? "" : $"; fewer than {below} rows of the denominator have no value for it");

    /// <summary>The words of a statistic that is no rate about them.</summary>
    public static string Describe(int below) => below == 0 ? "" : $"; fewer than {below} more rows have no value";

    public static void Write(CborWriter w, bool included, int below)
    {
        w.WriteBoolean(included);
        w.WriteInt32(below);
    }

    public static (bool Included, int Below) Read(CborReader r)
    {
        bool included = r.ReadBoolean();
        return (included, ReadBelow(r));
    }

    public static int ReadBelow(CborReader r) =>
        r.ReadInt32() is int below and (0 or > 1) ? below : throw new FormatException("a bound below which no number is small");
}
