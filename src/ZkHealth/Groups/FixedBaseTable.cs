using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Multiples of one base, j·16^i·P for i below 64 and j in 1..8: a multiplication is 64 additions. Constant time: every
/// entry of a window is read.
/// </summary>
internal sealed class FixedBaseTable
{
    private const int Entries = 8, Windows = 64;

    private readonly AffinePoint[] _table;

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
    }

    /// <summary>k·P.</summary>
    public RistrettoPoint Multiply(in Scalar k)
    {
        Span<sbyte> digits = stackalloc sbyte[Windows];
        SignedDigits.Radix16(k, digits);
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int i = 0; i < Windows; i++)
        {
            sum = RistrettoPoint.Add(sum, AffinePoint.Select(_table.AsSpan(Entries * i, Entries), digits[i]));
        }

        digits.Clear();
        return sum;
    }
}
