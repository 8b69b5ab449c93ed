using System.Runtime.CompilerServices;

namespace ZkHealth.Groups;

/// <summary>
/// The plan by which codes become indices into tables of multiples. A unit is one table: either one digit of one code, or the
/// whole codes of several neighbouring places, whose table holds all sums of their multiples.
/// </summary>
/// <param name="Bits">Bits of a digit.</param>
/// <param name="Digits">Digits of a code.</param>
/// <param name="Group">Codes of one table; more than one only where a code is one digit.</param>
internal readonly record struct RowSumPlan(int Bits, int Digits, int Group)
{
    private const int MaxLogEntries = 8;

    /// <summary>Entries of a table.</summary>
    public int Entries => 1 << (Bits * Group);

    /// <summary>The tables of a row.</summary>
    public int Units(int width) => Digits > 1 ? width * Digits : (width + Group - 1) / Group;

    /// <summary>The plan that costs least for codes up to a largest one: an addition a unit and row, 2.5 for an entry of a
    /// table.</summary>
    public static RowSumPlan Choose(uint largest, int rows)
    {
        int length = Math.Max(1, 32 - int.LeadingZeroCount((int)largest));
        var best = new RowSumPlan(1, length, 1);
        double least = double.MaxValue;
        for (int bits = 1; bits <= MaxLogEntries; bits++)
        {
            int digits = (length + bits - 1) / bits;
            for (int group = 1; group * bits <= MaxLogEntries && (group == 1 || (digits == 1 && bits == length)); group++)
            {
                double cost = (double)digits / group * (1 + 2.5 * (1 << (bits * group)) / rows);
                if (cost < least)
                {
                    (best, least) = (new RowSumPlan(bits, digits, group), cost);
                }
            }
        }

        return best;
    }

    /// <summary>The point of each member of each unit: generators, or 2^(Bits·d) times a generator for its digit d.</summary>
    public RistrettoPoint[] Bases(ReadOnlySpan<RistrettoPoint> generators)
    {
        if (Digits == 1)
        {
            return generators.ToArray();
        }

        var bases = new RistrettoPoint[generators.Length * Digits];
        for (int j = 0; j < generators.Length; j++)
        {
            RistrettoPoint p = generators[j];
            for (int d = 0; d < Digits; d++)
            {
                bases[j * Digits + d] = p;
                for (int i = 0; i < Bits && d + 1 < Digits; i++)
                {
                    p = p.Double();
                }
            }
        }

        return bases;
    }

    /// <summary>The entry of a unit's table for a row of codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Index(ReadOnlySpan<uint> row, int unit)
    {
        if (Group == 1)
        {
            int place = Digits == 1 ? unit : unit / Digits;
            return (int)(row[place] >> (Bits * (unit - place * Digits))) & ((1 << Bits) - 1);
        }

        int first = unit * Group,
            index = 0;
        for (int m = Math.Min(Group, row.Length - first) - 1; m >= 0; m--)
        {
            index = index << Bits | (int)row[first + m];
        }

        return index;
    }
}
