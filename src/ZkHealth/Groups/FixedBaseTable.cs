using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Multiples of one base, j·16^i·P for i below 64 and j in 1..8: a multiplication is 64 additions. Constant time: every
/// entry of a window is read.
/// </summary>
internal sealed class FixedBaseTable
{
    /// <summary>Multiples of a window, and windows.</summary>
    public const int Entries = 8,
        Windows = 64;

    private readonly AffinePoint[] _table;
    private readonly double[] _records,
        _columns;

    public FixedBaseTable(in RistrettoPoint point)
    {
        var multiples = new RistrettoPoint[Windows * Entries];
        RistrettoPoint window = point;
        for (int i = 0; i < Windows; i++)
        {
            RistrettoPoint multiple = window;
            for (int j = 0; j < Entries; j++, multiple += window)
            {
                multiples[Entries * i + j] = multiple;
            }

            window = window.Double().Double().Double().Double();
        }

        _table = AffinePoint.FromPoints(multiples);
        _records = LaneWidth.Count > 1 ? AffineRecords.From(_table) : [];
        _columns = LaneWidth.Count switch
        {
            8 => FixedBaseLanes8.Columns(_records),
            4 => FixedBaseLanes4.Columns(_records),
            2 => FixedBaseLanes2.Columns(_records),
            _ => [],
        };
    }

    /// <summary>sums[i] = sums[i] + scalars[i]·P.</summary>
    public void AddMultiples(ReadOnlySpan<Scalar> scalars, Span<RistrettoPoint> sums)
    {
        int i = 0;
        for (int lanes = LaneWidth.Count; lanes > 1 && i + lanes <= sums.Length; i += lanes)
        {
            switch (lanes)
            {
                case 8:
                    FixedBaseLanes8.AddMultiples(_records, scalars.Slice(i, lanes), sums.Slice(i, lanes));
                    break;
                case 4:
                    FixedBaseLanes4.AddMultiples(_records, scalars.Slice(i, lanes), sums.Slice(i, lanes));
                    break;
                default:
                    FixedBaseLanes2.AddMultiples(_records, scalars.Slice(i, lanes), sums.Slice(i, lanes));
                    break;
            }
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += Multiply(scalars[i]);
        }
    }

    /// <summary>k·P.</summary>
    public RistrettoPoint Multiply(in Scalar k) =>
        LaneWidth.Count switch
        {
            8 => FixedBaseLanes8.Multiply(_columns, k),
            4 => FixedBaseLanes4.Multiply(_columns, k),
            2 => FixedBaseLanes2.Multiply(_columns, k),
            _ => MultiplyOne(k),
        };

    /// <summary>k·P, one addition after the other.</summary>
    [ConstantTime]
    internal RistrettoPoint MultiplyOne(in Scalar k)
    {
        using var digits = new SecretSpan<sbyte>(stackalloc sbyte[Windows]);
        SignedDigits.Radix16(k, digits.Span);
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int i = 0; i < Windows; i++)
        {
            sum = RistrettoPoint.Add(sum, AffinePoint.Select(_table.AsSpan(Entries * i, Entries), digits.Span[i]));
        }

        return sum;
    }
}
