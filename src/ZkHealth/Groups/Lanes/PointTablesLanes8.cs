using System.Buffers;
using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>The loops of <see cref="PointTables"/>. Variable time in scalars: their digits become addresses.</summary>
[SkipLocalsInit]
internal static class PointTablesLanes8
{
    /// <summary>Positions of batches whose multiples are normalised together: about 600 KiB.</summary>
    private const int PositionsAtOnce = 16;

    /// <summary>Writes the records of a multiple of Count points, from record <paramref name="first"/> on.</summary>
    public static void Build(ReadOnlySpan<RistrettoPoint> points, int positions, Span<double> records, int first)
    {
        // so many batches share one inversion
        int own = positions * PointTables.Entries, block = Math.Max(1, PositionsAtOnce / positions);
        PointLanes8[] multiples = ArrayPool<PointLanes8>.Shared.Rent(block * own);
        AffineLanes8[] affine = ArrayPool<AffineLanes8>.Shared.Rent(block * own);
        for (int from = 0; from < points.Length; from += block * FieldLanes8.Count)
        {
            int batches = Math.Min(block, (points.Length - from) / FieldLanes8.Count);
            for (int b = 0; b < batches; b++)
            {
                Multiples(points[(from + b * FieldLanes8.Count)..], positions, multiples.AsSpan(b * own, own));
            }

            AffineLanes8.FromPoints(multiples.AsSpan(0, batches * own), affine);
            for (int i = 0; i < batches * own; i++)
            {
                int record = first + (from + i / own * FieldLanes8.Count) * own + i % own;
                affine[i].Store(records[(record * AffineLanes8.RecordSize)..], own * AffineLanes8.RecordSize);
            }
        }

        ArrayPool<PointLanes8>.Shared.Return(multiples);
        ArrayPool<AffineLanes8>.Shared.Return(affine);
    }

    /// <summary>d·2^(i·s)·P for d in 1..Entries and the positions i, of a point for each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiples(ReadOnlySpan<RistrettoPoint> points, int positions, Span<PointLanes8> multiples)
    {
        int windows = PointTables.Windows(positions);
        using var frame = new LaneFrame<CachedSumLanes8>();
        ref CachedSumLanes8 f = ref frame.Value;
        f.Point = PointLanes8.Load(points);
        for (int k = 0; k < positions; k++)
        {
            for (int i = 0; k > 0 && i < windows * PointTables.Bits; i++)
            {
                PointLanes8.Double(ref f.Point, ref f.Scratch, i == windows * PointTables.Bits - 1);
            }

            CachedLanes8.From(f.Point, out f.Term);
            f.Sum = f.Point;
            multiples[k * PointTables.Entries] = f.Sum;
            for (int j = 1; j < PointTables.Entries; j++)
            {
                PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
                multiples[k * PointTables.Entries + j] = f.Sum;
            }
        }
    }

    /// <summary>
    /// One sum with all lanes, or two with half of the lanes each: the digits of a window that are not zero are dealt out to the
    /// lanes. Sum s has the terms from ends[s − 1] to ends[s] − 1; digits are those of <see cref="PointTables"/>, term by term.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(
        ReadOnlySpan<double> records, int positions, ReadOnlySpan<short> digits, ReadOnlySpan<int> indices, ReadOnlySpan<int> ends, Span<RistrettoPoint> sums)
    {
        const int N = FieldLanes8.Count, Digits = PointTables.Digits;
        int windows = PointTables.Windows(positions), share = N / sums.Length, largest = indices.Length * positions;
        Span<int> counts = stackalloc int[2];
        int padded = (largest + share - 1) / share * share;
        using var room = new SecretArray<int>(sums.Length * padded);
        int[] terms = room.Values;
        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        f.Sum = PointLanes8.Identity;
        bool started = false;
        for (int w = windows - 1; w >= 0; w--)
        {
            for (int i = 1; started && i <= PointTables.Bits; i++)
            {
                PointLanes8.Double(ref f.Sum, ref f.Scratch, i == PointTables.Bits);
            }

            // a term is the offset of its record and, in the lowest bit, its sign; the terms of a sum are dealt out to its share
            // of the lanes
            int most = 0;
            for (int s = 0, i = 0; s < sums.Length; s++)
            {
                int count = 0;
                for (; i < ends[s]; i++)
                {
                    int record = PointTables.FirstRecord(indices[i], positions) - 1;
                    for (int at = w; at < Digits; at += windows, record += PointTables.Entries)
                    {
                        int digit = digits[Digits * i + at], sign = digit >> 31;
                        terms[Place(count, s, share)] = (record + ((digit ^ sign) - sign)) * AffineLanes8.RecordSize | (sign & 1);
                        count += digit != 0 ? 1 : 0;
                    }
                }

                counts[s] = count;
                most = Math.Max(most, count);
            }

            started |= most > 0;
            int steps = (most + share - 1) / share;
            for (int s = 0; s < sums.Length; s++)
            {
                for (int i = counts[s]; i < steps * share; i++)
                {
                    terms[Place(i, s, share)] = 0;
                }
            }

            ReadOnlySpan<int> listed = terms.AsSpan(0, steps * N);
            for (int at = 0; at < listed.Length; at += N)
            {
                if (at % AffineLanes8.TouchedAtOnce == 0)
                {
                    f.Touched += AffineLanes8.Touch(records, listed.Slice(at, Math.Min(AffineLanes8.TouchedAtOnce, listed.Length - at)));
                }

                AffineLanes8.LoadSigned(records, listed.Slice(at, N), out f.Term);
                PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            }
        }

        Span<RistrettoPoint> lanes = stackalloc RistrettoPoint[N];
        f.Sum.Store(lanes);
        for (int s = 0; s < sums.Length; s++)
        {
            sums[s] = lanes[s * share];
            for (int k = 1; k < share; k++)
            {
                sums[s] += lanes[s * share + k];
            }
        }
    }

    /// <summary>Says where the i-th term of a sum lies: a step has share terms of each sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(int i, int sum, int share) => (i & -share) * (FieldLanes8.Count / share) + sum * share + (i & share - 1);

    /// <summary>folded[j] = sum over i of k_i·P[indices[i·m + j]] for j below m, the digits of the k_i given one after the
    /// other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(ReadOnlySpan<double> records, int positions, ReadOnlySpan<short> digits, ReadOnlySpan<int> indices, Span<RistrettoPoint> folded)
    {
        const int N = FieldLanes8.Count, Digits = PointTables.Digits;
        int windows = PointTables.Windows(positions), m = folded.Length, scalars = indices.Length / m;
        Span<int> offsets = stackalloc int[N];
        Span<RistrettoPoint> lanes = stackalloc RistrettoPoint[N];
        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        for (int j = 0; j < m; j += N)
        {
            f.Sum = PointLanes8.Identity;
            for (int w = windows - 1; w >= 0; w--)
            {
                for (int i = 1; w < windows - 1 && i <= PointTables.Bits; i++)
                {
                    PointLanes8.Double(ref f.Sum, ref f.Scratch, i == PointTables.Bits);
                }

                for (int i = 0; i < scalars; i++)
                {
                    for (int at = w, position = 0; at < Digits; at += windows, position++)
                    {
                        int digit = digits[Digits * i + at];
                        if (digit == 0)
                        {
                            continue;
                        }

                        int entry = position * PointTables.Entries + Math.Abs(digit) - 1;
                        for (int k = 0; k < N; k++)
                        {
                            int index = indices[i * m + Math.Min(j + k, m - 1)];
                            offsets[k] = (PointTables.FirstRecord(index, positions) + entry) * AffineLanes8.RecordSize;
                        }

                        AffineLanes8.Load(records, offsets, out f.Term);
                        if (digit < 0)
                        {
                            AffineLanes8.Negate(ref f.Term);
                        }

                        PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
                    }
                }
            }

            f.Sum.Store(lanes);
            lanes[..Math.Min(N, m - j)].CopyTo(folded[j..]);
        }
    }
}
