using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Eight points side by side in extended coordinates, as <see cref="RistrettoPoint"/>; coordinates are tight.</summary>
[SkipLocalsInit]
internal struct PointLanes8
{
    /// <summary>Doubles of a point in memory: X, Y, Z, T of five limbs and four of padding.</summary>
    public const int RecordSize = 24;

    /// <summary>Limbs of the four coordinates of a point in memory.</summary>
    private const int Limbs = 20;

    public FieldLanes8 X, Y, Z, T;

    public static PointLanes8 Identity => new() { X = FieldLanes8.Zero, Y = FieldLanes8.One, Z = FieldLanes8.One, T = FieldLanes8.Zero };

    /// <summary>A point for each lane.</summary>
    public static PointLanes8 Load(ReadOnlySpan<RistrettoPoint> points)
    {
        ReadOnlySpan<double> limbs = MemoryMarshal.Cast<RistrettoPoint, double>(points);
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        SetOffsets(offsets);
        PointLanes8 p;
        LaneTranspose.Load8(limbs, offsets, 0, out p.X.A, out p.X.B, out p.X.C, out p.X.D, out p.X.E, out p.Y.A, out p.Y.B, out p.Y.C);
        LaneTranspose.Load8(limbs, offsets, 8, out p.Y.D, out p.Y.E, out p.Z.A, out p.Z.B, out p.Z.C, out p.Z.D, out p.Z.E, out _);
        LaneTranspose.Load8(limbs, offsets, Limbs - 8, out _, out _, out _, out p.T.A, out p.T.B, out p.T.C, out p.T.D, out p.T.E);
        FieldLanes8.FromLimbs(ref p.X);
        FieldLanes8.FromLimbs(ref p.Y);
        FieldLanes8.FromLimbs(ref p.Z);
        FieldLanes8.FromLimbs(ref p.T);
        return p;
    }

    /// <summary>The point of each lane.</summary>
    public readonly void Store(Span<RistrettoPoint> points)
    {
        Span<double> limbs = MemoryMarshal.Cast<RistrettoPoint, double>(points);
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        SetOffsets(offsets);
        X.ToLimbs(out FieldLanes8 x);
        Y.ToLimbs(out FieldLanes8 y);
        Z.ToLimbs(out FieldLanes8 z);
        T.ToLimbs(out FieldLanes8 t);
        LaneTranspose.Store8(x.A, x.B, x.C, x.D, x.E, y.A, y.B, y.C, offsets, 0, limbs);
        LaneTranspose.Store8(y.D, y.E, z.A, z.B, z.C, z.D, z.E, t.A, offsets, 8, limbs);
        LaneTranspose.Store8(z.C, z.D, z.E, t.A, t.B, t.C, t.D, t.E, offsets, Limbs - 8, limbs);
    }

    /// <summary>Sets the places at which the limbs of each point begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetOffsets(Span<int> offsets)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = Limbs * i;
        }
    }

    /// <summary>For each lane the record at its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(ReadOnlySpan<double> records, ReadOnlySpan<int> offsets, out PointLanes8 p)
    {
        LaneTranspose.Load8(records, offsets, 0, out p.X.A, out p.X.B, out p.X.C, out p.X.D, out p.X.E, out p.Y.A, out p.Y.B, out p.Y.C);
        LaneTranspose.Load8(records, offsets, 8, out p.Y.D, out p.Y.E, out p.Z.A, out p.Z.B, out p.Z.C, out p.Z.D, out p.Z.E, out p.T.A);
        LaneTranspose.Load8(records, offsets, 16, out p.T.B, out p.T.C, out p.T.D, out p.T.E, out _, out _, out _, out _);
    }

    /// <summary>Writes the record of each lane to its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Store(Span<double> records, ReadOnlySpan<int> offsets)
    {
        LaneTranspose.Store8(X.A, X.B, X.C, X.D, X.E, Y.A, Y.B, Y.C, offsets, 0, records);
        LaneTranspose.Store8(Y.D, Y.E, Z.A, Z.B, Z.C, Z.D, Z.E, T.A, offsets, 8, records);
        LaneTranspose.Store8(T.B, T.C, T.D, T.E, default, default, default, default, offsets, 16, records);
    }

    /// <summary>Divides the coordinates of points by Z, by one inversion for all lanes (Montgomery's trick); points at the beginning
    /// whose every Z is 1 stay as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(Span<PointLanes8> points)
    {
        int from = 0;
        while (from < points.Length && points[from].Z.IsOne)
        {
            from++;
        }

        points = points[from..];
        if (points.IsEmpty)
        {
            return;
        }

        FieldLanes8[] products = ArrayPool<FieldLanes8>.Shared.Rent(points.Length);
        FieldLanes8 product = FieldLanes8.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            FieldLanes8.Multiply(product, points[i].Z, out product);
        }

        FieldLanes8.Powers(product, out _, out FieldLanes8 inverse);
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldLanes8.Multiply(inverse, products[i], out FieldLanes8 zInverse);
            FieldLanes8.Multiply(inverse, points[i].Z, out inverse);
            FieldLanes8.Multiply(points[i].X, zInverse, out points[i].X);
            FieldLanes8.Multiply(points[i].Y, zInverse, out points[i].Y);
            FieldLanes8.Multiply(points[i].X, points[i].Y, out points[i].T);
            points[i].Z = FieldLanes8.One;
        }

        ArrayPool<FieldLanes8>.Shared.Return(products);
    }

    /// <summary>p = q: one multiplication, where adding q to the neutral element takes seven.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromAffine(in AffineLanes8 q, out PointLanes8 p, ref PointScratchLanes8 s)
    {
        // 2x and 2y: (2x : 2y : 2 : 2xy), all times 2
        s.E = q.YPlusX - q.YMinusX;
        FieldLanes8.Carry(q.YPlusX + q.YMinusX, out s.H);
        FieldLanes8.Carry(s.E + s.E, out p.X);
        FieldLanes8.Carry(s.H + s.H, out p.Y);
        p.Z = new FieldLanes8(Vector512.Create(4.0), default, default, default, default);
        FieldLanes8.Multiply(s.E, s.H, out p.T);
    }

    /// <summary>p = p + q for affine q: seven multiplications.</summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref PointLanes8 p, in AffineLanes8 q, ref PointScratchLanes8 s)
    {
        FieldLanes8.Multiply(p.T, q.XY2D, out s.C);
        s.E = p.Y - p.X;
        s.H = p.Y + p.X;
        FieldLanes8.Multiply(s.E, q.YMinusX, out s.A);
        FieldLanes8.Multiply(s.H, q.YPlusX, out s.B);
        s.D = p.Z + p.Z;
        Complete(ref p, ref s);
    }

    /// <summary>p = p + q for q in cached form: eight multiplications.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref PointLanes8 p, in CachedLanes8 q, ref PointScratchLanes8 s)
    {
        FieldLanes8.Multiply(p.T, q.T2D, out s.C);
        FieldLanes8.Multiply(p.Z, q.Z, out s.D);
        s.E = p.Y - p.X;
        s.H = p.Y + p.X;
        FieldLanes8.Multiply(s.E, q.YMinusX, out s.A);
        FieldLanes8.Multiply(s.H, q.YPlusX, out s.B);
        s.D += s.D;
        Complete(ref p, ref s);
    }

    /// <summary>p = 2·p; without T where a doubling follows, which does not look at it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref PointLanes8 p, ref PointScratchLanes8 s, bool withT = true)
    {
        FieldLanes8.Square(p.X, out s.A);
        FieldLanes8.Square(p.Y, out s.B);
        FieldLanes8.Square(p.Z, out s.C);
        s.E = p.X + p.X;
        FieldLanes8.Multiply(s.E, p.Y, out s.D);                             // −2xy in RistrettoPoint's order of signs: E = H − (X+Y)²
        s.E = -s.D;
        s.H = s.A + s.B;
        FieldLanes8.Carry(s.A - s.B, out s.G);
        s.F = s.C + s.C + s.G;                                               // E and G are tight, F (three tight ones) and H are loose
        FieldLanes8.Multiply(s.H, s.G, out p.Y);
        FieldLanes8.Multiply(s.F, s.G, out p.Z);
        FieldLanes8.Multiply(s.F, s.E, out p.X);
        if (withT)
        {
            FieldLanes8.Multiply(s.H, s.E, out p.T);
        }
    }

    /// <summary>E = B − A, F = D − C, G = D + C, H = B + A: X = EF, Y = GH, Z = FG, T = EH.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Complete(ref PointLanes8 p, ref PointScratchLanes8 s)
    {
        // what depends on c and d alone first: the processor is still busy with a and b; E and G (three tight ones) stay loose
        FieldLanes8.Carry(s.D - s.C, out s.F);
        s.G = s.D + s.C;
        FieldLanes8.Multiply(s.G, s.F, out p.Z);
        s.E = s.B - s.A;
        FieldLanes8.Carry(s.B + s.A, out s.H);
        FieldLanes8.Multiply(s.E, s.F, out p.X);
        FieldLanes8.Multiply(s.G, s.H, out p.Y);
        FieldLanes8.Multiply(s.E, s.H, out p.T);
    }
}

/// <summary>Values that an addition of points computes on the way, named as there. It lies in a
/// <see cref="LaneFrame{T}"/>.</summary>
internal struct PointScratchLanes8
{
    public FieldLanes8 A, B, C, D, E, F, G, H;
}

/// <summary>Room for a sum of affine points in a <see cref="LaneFrame{T}"/>.</summary>
internal struct AffineSumLanes8
{
    public PointLanes8 Sum;
    public AffineLanes8 Term;
    public PointScratchLanes8 Scratch;
    public long Touched;
}

/// <summary>Room for sums of cached points in a <see cref="LaneFrame{T}"/>.</summary>
internal struct CachedSumLanes8
{
    public PointLanes8 Sum, Point;
    public CachedLanes8 Term;
    public PointScratchLanes8 Scratch;
}
