using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Eight points with Z = 1, prepared for additions: y + x, y − x, 2dxy, all tight.</summary>
[SkipLocalsInit]
internal struct AffineLanes8
{
    /// <summary>Doubles of a point in memory: three of five limbs and one of padding.</summary>
    public const int RecordSize = AffineRecords.Size;

    /// <summary>Terms whose records are worth touching at once: 32 KiB of them.</summary>
    public const int TouchedAtOnce = 256;

    public FieldLanes8 YPlusX, YMinusX, XY2D;

    /// <summary>For each lane the record at its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(ReadOnlySpan<double> records, ReadOnlySpan<int> offsets, out AffineLanes8 q)
    {
        LaneTranspose.Load8(
            records, offsets, 0, out q.YPlusX.A, out q.YPlusX.B, out q.YPlusX.C, out q.YPlusX.D, out q.YPlusX.E, out q.YMinusX.A, out q.YMinusX.B, out q.YMinusX.C);
        LaneTranspose.Load8(
            records, offsets, 8, out q.YMinusX.D, out q.YMinusX.E, out q.XY2D.A, out q.XY2D.B, out q.XY2D.C, out q.XY2D.D, out q.XY2D.E, out _);
    }

    /// <summary>For each lane the record at its offset, or its negative: the lowest bit of a term is the sign, the rest the
    /// offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadSigned(ReadOnlySpan<double> records, ReadOnlySpan<int> terms, out AffineLanes8 q)
    {
        LaneTranspose.Load8(
            records, terms, 0, out Vector512<double> a0, out Vector512<double> a1, out Vector512<double> a2, out Vector512<double> a3, out Vector512<double> a4,
            out Vector512<double> b0, out Vector512<double> b1, out Vector512<double> b2);
        LaneTranspose.Load8(
            records, terms, 8, out Vector512<double> b3, out Vector512<double> b4,
            out Vector512<double> t0, out Vector512<double> t1, out Vector512<double> t2, out Vector512<double> t3, out Vector512<double> t4, out _);
        LaneTranspose.Widen(terms, out Vector512<long> sign);
        sign <<= 63;
        Vector512<double> negative = (sign >> 63).AsDouble();
        q.YPlusX = new FieldLanes8(
            Vector512.ConditionalSelect(negative, b0, a0), Vector512.ConditionalSelect(negative, b1, a1), Vector512.ConditionalSelect(negative, b2, a2),
            Vector512.ConditionalSelect(negative, b3, a3), Vector512.ConditionalSelect(negative, b4, a4));
        q.YMinusX = new FieldLanes8(
            Vector512.ConditionalSelect(negative, a0, b0), Vector512.ConditionalSelect(negative, a1, b1), Vector512.ConditionalSelect(negative, a2, b2),
            Vector512.ConditionalSelect(negative, a3, b3), Vector512.ConditionalSelect(negative, a4, b4));
        Vector512<double> flip = sign.AsDouble();
        q.XY2D = new FieldLanes8(t0 ^ flip, t1 ^ flip, t2 ^ flip, t3 ^ flip, t4 ^ flip);
    }

    /// <summary>
    /// Reads a word of both cache lines of each record, so that many wait for memory at the same time; one after the other, as
    /// the additions need them, they would cost more than the additions.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Touch(ReadOnlySpan<double> records, ReadOnlySpan<int> terms)
    {
        ReadOnlySpan<long> words = MemoryMarshal.Cast<double, long>(records);
        long any = 0;
        foreach (int term in terms)
        {
            ReadOnlySpan<long> record = words.Slice(term & ~1, RecordSize);
            any += record[0] + record[RecordSize / 2];
        }

        return any;
    }

    /// <summary>Holds the same record in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Broadcast(ReadOnlySpan<double> record, out AffineLanes8 q)
    {
        record = record[..RecordSize];
        q.YPlusX = new FieldLanes8(Vector512.Create(record[0]), Vector512.Create(record[1]), Vector512.Create(record[2]), Vector512.Create(record[3]), Vector512.Create(record[4]));
        q.YMinusX = new FieldLanes8(Vector512.Create(record[5]), Vector512.Create(record[6]), Vector512.Create(record[7]), Vector512.Create(record[8]), Vector512.Create(record[9]));
        q.XY2D = new FieldLanes8(Vector512.Create(record[10]), Vector512.Create(record[11]), Vector512.Create(record[12]), Vector512.Create(record[13]), Vector512.Create(record[14]));
    }

    /// <summary>Writes the record of each lane, <paramref name="stride"/> doubles apart.</summary>
    public readonly void Store(Span<double> records, int stride)
    {
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = stride * i;
        }

        LaneTranspose.Store8(YPlusX.A, YPlusX.B, YPlusX.C, YPlusX.D, YPlusX.E, YMinusX.A, YMinusX.B, YMinusX.C, offsets, 0, records);
        LaneTranspose.Store8(YMinusX.D, YMinusX.E, XY2D.A, XY2D.B, XY2D.C, XY2D.D, XY2D.E, default, offsets, 8, records);
    }

    /// <summary>−q in lanes whose mask is all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Negate(Vector512<ulong> mask, in AffineLanes8 q, out AffineLanes8 r)
    {
        r.YPlusX = FieldLanes8.Select(mask, q.YMinusX, q.YPlusX);
        r.YMinusX = FieldLanes8.Select(mask, q.YPlusX, q.YMinusX);
        r.XY2D = FieldLanes8.Select(mask, -q.XY2D, q.XY2D);
    }

    /// <summary>q = −q in all lanes.</summary>
    public static void Negate(ref AffineLanes8 q)
    {
        (q.YPlusX, q.YMinusX) = (q.YMinusX, q.YPlusX);
        q.XY2D = -q.XY2D;
    }

    /// <summary>Normalises points, unless they are so already, and prepares them, as <see cref="AffinePoint.FromPoints"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromPoints(Span<PointLanes8> points, Span<AffineLanes8> affine)
    {
        PointLanes8.Normalize(points);
        FieldLanes8 twoD = FieldLanes8.Broadcast(FieldElement.TwoD);
        for (int i = 0; i < points.Length; i++)
        {
            FieldLanes8.Carry(points[i].Y + points[i].X, out affine[i].YPlusX);
            FieldLanes8.Carry(points[i].Y - points[i].X, out affine[i].YMinusX);
            FieldLanes8.Multiply(points[i].T, twoD, out affine[i].XY2D);
        }
    }
}

/// <summary>Eight points prepared for additions: y + x, y − x, z, 2dt, all tight.</summary>
[SkipLocalsInit]
internal struct CachedLanes8
{
    public FieldLanes8 YPlusX, YMinusX, Z, T2D;

    // 2d in tight limbs
    private static FieldLanes8 TwoD => new(
        Vector512.Create(-391889346694823.0), Vector512.Create(932731440258427.0), Vector512.Create(1072319116312658.0), Vector512.Create(-435901477914249.0),
        Vector512.Create(633789495995904.0));

    /// <summary>Prepares a point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void From(in PointLanes8 p, out CachedLanes8 q)
    {
        FieldLanes8.Carry(p.Y + p.X, out q.YPlusX);
        FieldLanes8.Carry(p.Y - p.X, out q.YMinusX);
        q.Z = p.Z;
        FieldLanes8.Multiply(p.T, TwoD, out q.T2D);
    }

    /// <summary>−p.</summary>
    public static void Negate(in CachedLanes8 p, out CachedLanes8 q)
    {
        (q.YPlusX, q.YMinusX, q.Z) = (p.YMinusX, p.YPlusX, p.Z);
        q.T2D = -p.T2D;
    }
}
