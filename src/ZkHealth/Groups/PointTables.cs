using System.Buffers;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Tables of multiples of points, for sums in lanes: d·2^(i·s)·P for d in 1..16 and i below the number of positions. With eight
/// positions a sum needs 30 doublings, whatever its length, and 51 additions a scalar; with one, 250 doublings.
/// </summary>
/// <remarks>
/// Variable time in scalars (docs/security.md). A record takes 128 bytes, so a point 16 KiB with eight positions. Points are only
/// added; an array that a reader has taken keeps its entries. Tables need lanes: with one lane there are none.
/// </remarks>
internal sealed class PointTables(int positions, bool rented = false) : IDisposable
{
    /// <summary>Bits of a digit, in −15..16; digits of a scalar; multiples of a position.</summary>
    public const int Bits = 5,
        Digits = 51,
        Entries = 1 << (Bits - 1);

    /// <summary>Positions where the points are fixed, and where they are used but a few times.</summary>
    public const int Many = 8,
        One = 1;

    // points that there is room for from the start where tables are kept: what a proof needs. Memory that is not written costs
    // nothing; growth by copies would write it twice
    private const int FirstRoom = 1 << 10;

    private static readonly AlignedRecords Empty = new(0);

    private readonly Lock _gate = new();
    private volatile AlignedRecords _records = Empty;
    private int _count;

    /// <summary>Tells whether there are tables: lanes make them worth it.</summary>
    public static bool Exist => LaneWidth.Count > 1;

    /// <summary>Tables of points for a few sums; rented where they are given back after one.</summary>
    public static PointTables Of(ReadOnlySpan<RistrettoPoint> points, bool rented = false)
    {
        var tables = new PointTables(One, rented);
        tables.Add(points);
        return tables;
    }

    /// <summary>Digits of a position: digit i·Windows + w of a scalar belongs to position i, window w.</summary>
    public static int Windows(int positions) => (Digits + positions - 1) / positions;

    /// <summary>The first record of a point; record 0 is that of the neutral element.</summary>
    public static int FirstRecord(int index, int positions) => 1 + index * positions * Entries;

    /// <summary>Gives back the memory of tables that were rented.</summary>
    public void Dispose()
    {
        if (rented)
        {
            _records.Dispose();
            _records = Empty;
        }
    }

    /// <summary>Adds tables of points; returns the index of the first.</summary>
    public int Add(ReadOnlySpan<RistrettoPoint> points)
    {
        lock (_gate)
        {
            int first = _count,
                lanes = LaneWidth.Count,
                padded = (points.Length + lanes - 1) / lanes * lanes;
            AlignedRecords records = _records;
            int needed = FirstRecord(first + padded, positions) * AffineRecords.Size;
            if (records.Length < needed)
            {
                int room = first == 0 ? FirstRecord(FirstRoom, positions) * AffineRecords.Size : 2 * records.Length;
                records = rented
                    ? AlignedRecords.Rent(needed)
                    : new AlignedRecords(positions == One ? needed : Math.Max(needed, room));
                _records.Span.CopyTo(records.Span);
                records.Span[..AffineRecords.Size].Clear();
                (records.Span[0], records.Span[5]) = (1, 1); // y + x = y − x = 1
            }

            if (padded > points.Length)
            {
                var filled = new RistrettoPoint[padded];
                filled.AsSpan().Fill(RistrettoPoint.Identity);
                points.CopyTo(filled);
                points = filled;
            }

            int record = FirstRecord(first, positions);
            switch (lanes)
            {
                case 8:
                    PointTablesLanes8.Build(points, positions, records.Span, record);
                    break;
                case 4:
                    PointTablesLanes4.Build(points, positions, records.Span, record);
                    break;
                default:
                    PointTablesLanes2.Build(points, positions, records.Span, record);
                    break;
            }

            _count = first + padded;
            _records = records;
            return first;
        }
    }

    /// <summary>sum of scalars[i]·P[indices[i]].</summary>
    public RistrettoPoint VarTimeSum(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<int> indices)
    {
        Span<RistrettoPoint> sum = stackalloc RistrettoPoint[1];
        VarTimeSums(scalars, indices, [scalars.Length], sum);
        return sum[0];
    }

    /// <summary>Two sums at once: the terms below the split, and those from it on.</summary>
    public (RistrettoPoint First, RistrettoPoint Second) VarTimeSums(
        ReadOnlySpan<Scalar> scalars,
        ReadOnlySpan<int> indices,
        int split
    )
    {
        Span<RistrettoPoint> sums = stackalloc RistrettoPoint[2];
        VarTimeSums(scalars, indices, [split, scalars.Length], sums);
        return (sums[0], sums[1]);
    }

    /// <summary>folded[j] = sum over i of scalars[i]·P[indices[i·m + j]] for j below m.</summary>
    public void VarTimeFold(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<int> indices, Span<RistrettoPoint> folded)
    {
        short[] digits = DigitsOf(scalars);
        switch (LaneWidth.Count)
        {
            case 8:
                PointTablesLanes8.Fold(_records.Span, positions, digits, indices, folded);
                break;
            case 4:
                PointTablesLanes4.Fold(_records.Span, positions, digits, indices, folded);
                break;
            default:
                PointTablesLanes2.Fold(_records.Span, positions, digits, indices, folded);
                break;
        }

        ArrayPool<short>.Shared.Return(digits, clearArray: true);
    }

    private void VarTimeSums(
        ReadOnlySpan<Scalar> scalars,
        ReadOnlySpan<int> indices,
        ReadOnlySpan<int> ends,
        Span<RistrettoPoint> sums
    )
    {
        if (scalars.Length != indices.Length)
        {
            throw new ArgumentException("expected one scalar for each point", nameof(scalars));
        }

        short[] digits = DigitsOf(scalars);
        switch (LaneWidth.Count)
        {
            case 8:
                PointTablesLanes8.Sum(_records.Span, positions, digits, indices, ends, sums);
                break;
            case 4:
                PointTablesLanes4.Sum(_records.Span, positions, digits, indices, ends, sums);
                break;
            default:
                PointTablesLanes2.Sum(_records.Span, positions, digits, indices, ends, sums);
                break;
        }

        ArrayPool<short>.Shared.Return(digits, clearArray: true);
    }

    private static short[] DigitsOf(ReadOnlySpan<Scalar> scalars)
    {
        short[] digits = ArrayPool<short>.Shared.Rent(Digits * scalars.Length);
        for (int i = 0; i < scalars.Length; i++)
        {
            SignedDigits.Radix(scalars[i], Bits, digits.AsSpan(Digits * i, Digits));
        }

        return digits;
    }
}
