using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Eight points side by side in extended coordinates, as <see cref="RistrettoPoint"/>; coordinates are tight.</summary>
[SkipLocalsInit]
internal struct PointLanes8
{
    /// <summary>Doubles of a point in memory: X, Y, Z, T of five limbs and four of padding.</summary>
    public const int RecordSize = 24;

    public FieldLanes8 X, Y, Z, T;

    public static PointLanes8 Identity => new() { X = FieldLanes8.Zero, Y = FieldLanes8.One, Z = FieldLanes8.One, T = FieldLanes8.Zero };

    /// <summary>A point for each lane.</summary>
    public static PointLanes8 Load(ReadOnlySpan<RistrettoPoint> points)
    {
        Span<FieldElement> x = stackalloc FieldElement[4 * FieldLanes8.Count];
        for (int i = 0; i < FieldLanes8.Count; i++)
        {
            x[i] = points[i].X;
            x[FieldLanes8.Count + i] = points[i].Y;
            x[2 * FieldLanes8.Count + i] = points[i].Z;
            x[3 * FieldLanes8.Count + i] = points[i].T;
        }

        return new PointLanes8
        {
            X = FieldLanes8.Load(x), Y = FieldLanes8.Load(x[FieldLanes8.Count..]),
            Z = FieldLanes8.Load(x[(2 * FieldLanes8.Count)..]), T = FieldLanes8.Load(x[(3 * FieldLanes8.Count)..]),
        };
    }

    /// <summary>The point of each lane.</summary>
    public readonly void Store(Span<RistrettoPoint> points)
    {
        Span<FieldElement> x = stackalloc FieldElement[4 * FieldLanes8.Count];
        X.Store(x);
        Y.Store(x[FieldLanes8.Count..]);
        Z.Store(x[(2 * FieldLanes8.Count)..]);
        T.Store(x[(3 * FieldLanes8.Count)..]);
        for (int i = 0; i < FieldLanes8.Count; i++)
        {
            points[i] = new RistrettoPoint(x[i], x[FieldLanes8.Count + i], x[2 * FieldLanes8.Count + i], x[3 * FieldLanes8.Count + i]);
        }
    }

    /// <summary>For each lane the record at its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(ReadOnlySpan<double> records, ReadOnlySpan<int> offsets, out PointLanes8 p)
    {
        Span<Vector512<double>> v = stackalloc Vector512<double>[RecordSize];
        LaneTranspose.Load8(records, offsets, 0, v);
        LaneTranspose.Load8(records, offsets, 8, v[8..]);
        LaneTranspose.Load8(records, offsets, 16, v[16..]);
        p.X = new FieldLanes8(v[0], v[1], v[2], v[3], v[4]);
        p.Y = new FieldLanes8(v[5], v[6], v[7], v[8], v[9]);
        p.Z = new FieldLanes8(v[10], v[11], v[12], v[13], v[14]);
        p.T = new FieldLanes8(v[15], v[16], v[17], v[18], v[19]);
    }

    /// <summary>Writes the record of each lane to its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<double> records, ReadOnlySpan<int> offsets)
    {
        Span<Vector512<double>> v = stackalloc Vector512<double>[RecordSize];
        (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]) = (X.A, X.B, X.C, X.D, X.E, Y.A, Y.B, Y.C);
        (v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]) = (Y.D, Y.E, Z.A, Z.B, Z.C, Z.D, Z.E, T.A);
        (v[16], v[17], v[18], v[19]) = (T.B, T.C, T.D, T.E);
        v[20..].Clear();
        LaneTranspose.Store8(v, offsets, 0, records);
        LaneTranspose.Store8(v[8..], offsets, 8, records);
        LaneTranspose.Store8(v[16..], offsets, 16, records);
    }

    /// <summary>p = p + q for affine q: seven multiplications.</summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref PointLanes8 p, in AffineLanes8 q)
    {
        FieldLanes8.Multiply(p.T, q.XY2D, out FieldLanes8 c);
        FieldLanes8.Multiply(p.Y - p.X, q.YMinusX, out FieldLanes8 a);
        FieldLanes8.Multiply(p.Y + p.X, q.YPlusX, out FieldLanes8 b);
        Complete(a, b, c, p.Z + p.Z, ref p);
    }

    /// <summary>p = p + q for q in cached form: eight multiplications.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref PointLanes8 p, in CachedLanes8 q)
    {
        FieldLanes8.Multiply(p.T, q.T2D, out FieldLanes8 c);
        FieldLanes8.Multiply(p.Z, q.Z, out FieldLanes8 d);
        FieldLanes8.Multiply(p.Y - p.X, q.YMinusX, out FieldLanes8 a);
        FieldLanes8.Multiply(p.Y + p.X, q.YPlusX, out FieldLanes8 b);
        Complete(a, b, c, d + d, ref p);
    }

    /// <summary>p = 2·p; without T where a doubling follows, which does not look at it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref PointLanes8 p, bool withT = true)
    {
        FieldLanes8.Square(p.X, out FieldLanes8 a);
        FieldLanes8.Square(p.Y, out FieldLanes8 b);
        FieldLanes8.Square(p.Z, out FieldLanes8 z);
        FieldLanes8.Multiply(p.X + p.X, p.Y, out FieldLanes8 e);             // −2xy in RistrettoPoint's order of signs: E = H − (X+Y)²
        FieldLanes8 minusE = -e, h = a + b;
        FieldLanes8.Carry(a - b, out FieldLanes8 g);
        FieldLanes8 f = z + z + g;                                           // E and G are tight, F (three tight ones) and H are loose
        FieldLanes8.Multiply(h, g, out p.Y);
        FieldLanes8.Multiply(f, g, out p.Z);
        FieldLanes8.Multiply(f, minusE, out p.X);
        if (withT)
        {
            FieldLanes8.Multiply(h, minusE, out p.T);
        }
    }

    /// <summary>E = B − A, F = D − C, G = D + C, H = B + A: X = EF, Y = GH, Z = FG, T = EH.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Complete(in FieldLanes8 a, in FieldLanes8 b, in FieldLanes8 c, in FieldLanes8 d, ref PointLanes8 p)
    {
        // what depends on c and d alone first: the processor is still busy with a and b; E and G (three tight ones) stay loose
        FieldLanes8.Carry(d - c, out FieldLanes8 f);
        FieldLanes8 g = d + c;
        FieldLanes8.Multiply(g, f, out p.Z);
        FieldLanes8 e = b - a;
        FieldLanes8.Carry(b + a, out FieldLanes8 h);
        FieldLanes8.Multiply(e, f, out p.X);
        FieldLanes8.Multiply(g, h, out p.Y);
        FieldLanes8.Multiply(e, h, out p.T);
    }
}

/// <summary>Eight points with Z = 1, prepared for additions: y + x, y − x, 2dxy, all tight.</summary>
[SkipLocalsInit]
internal struct AffineLanes8
{
    /// <summary>Doubles of a point in memory: three of five limbs and one of padding.</summary>
    public const int RecordSize = AffineRecords.Size;

    public FieldLanes8 YPlusX, YMinusX, XY2D;

    /// <summary>For each lane the record at its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(ReadOnlySpan<double> records, ReadOnlySpan<int> offsets, out AffineLanes8 q)
    {
        Span<Vector512<double>> v = stackalloc Vector512<double>[RecordSize];
        LaneTranspose.Load8(records, offsets, 0, v);
        LaneTranspose.Load8(records, offsets, 8, v[8..]);
        q.YPlusX = new FieldLanes8(v[0], v[1], v[2], v[3], v[4]);
        q.YMinusX = new FieldLanes8(v[5], v[6], v[7], v[8], v[9]);
        q.XY2D = new FieldLanes8(v[10], v[11], v[12], v[13], v[14]);
    }

    /// <summary>The same record in every lane.</summary>
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

        Span<Vector512<double>> v = stackalloc Vector512<double>[RecordSize];
        (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]) = (YPlusX.A, YPlusX.B, YPlusX.C, YPlusX.D, YPlusX.E, YMinusX.A, YMinusX.B, YMinusX.C);
        (v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]) = (YMinusX.D, YMinusX.E, XY2D.A, XY2D.B, XY2D.C, XY2D.D, XY2D.E, default);
        LaneTranspose.Store8(v, offsets, 0, records);
        LaneTranspose.Store8(v[8..], offsets, 8, records);
    }

    /// <summary>−q in lanes whose mask is all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Negate(Vector512<ulong> mask, in AffineLanes8 q, out AffineLanes8 r)
    {
        r.YPlusX = FieldLanes8.Select(mask, q.YMinusX, q.YPlusX);
        r.YMinusX = FieldLanes8.Select(mask, q.YPlusX, q.YMinusX);
        r.XY2D = FieldLanes8.Select(mask, -q.XY2D, q.XY2D);
    }

    /// <summary>Normalises points by one inversion for all lanes (Montgomery's trick), as <see cref="AffinePoint.FromPoints"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromPoints(ReadOnlySpan<PointLanes8> points, Span<AffineLanes8> affine)
    {
        var products = new FieldLanes8[points.Length];
        FieldLanes8 product = FieldLanes8.One, twoD = FieldLanes8.Broadcast(FieldElement.TwoD);
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
            FieldLanes8.Multiply(points[i].X, zInverse, out FieldLanes8 x);
            FieldLanes8.Multiply(points[i].Y, zInverse, out FieldLanes8 y);
            FieldLanes8.Multiply(x, y, out FieldLanes8 xy);
            FieldLanes8.Carry(y + x, out affine[i].YPlusX);
            FieldLanes8.Carry(y - x, out affine[i].YMinusX);
            FieldLanes8.Multiply(xy, twoD, out affine[i].XY2D);
        }
    }
}

/// <summary>Eight points prepared for additions: y + x, y − x, z, 2dt, all tight.</summary>
[SkipLocalsInit]
internal struct CachedLanes8
{
    public FieldLanes8 YPlusX, YMinusX, Z, T2D;

    public CachedLanes8(in PointLanes8 p)
    {
        FieldLanes8.Carry(p.Y + p.X, out YPlusX);
        FieldLanes8.Carry(p.Y - p.X, out YMinusX);
        Z = p.Z;
        FieldLanes8.Multiply(p.T, FieldLanes8.Broadcast(FieldElement.TwoD), out T2D);
    }

    public static CachedLanes8 operator -(in CachedLanes8 p) => p with { YPlusX = p.YMinusX, YMinusX = p.YPlusX, T2D = -p.T2D };
}
