using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Encoding, decoding and the one-way map of RFC 9496, section 4.3, for eight points at once; see
/// <see cref="RistrettoEncoding"/>.</summary>
[SkipLocalsInit]
internal static class RistrettoLanes8
{
    /// <summary>Decodes 32 bytes a lane; all ones in the lanes of the mask that hold no canonical encoding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<ulong> Decode(ReadOnlySpan<byte> bytes, Span<RistrettoPoint> points)
    {
        const int N = FieldLanes8.Count;
        FieldLanes8 s = FieldLanes8.FromBytes(bytes, 32), one = FieldLanes8.One;
        Span<byte> canonical = stackalloc byte[32 * N];
        s.Encode(canonical);
        Span<ulong> bad = stackalloc ulong[N];
        for (int i = 0; i < N; i++)
        {
            bad[i] = canonical.Slice(32 * i, 32).SequenceEqual(bytes.Slice(32 * i, 32)) && (bytes[32 * i] & 1) == 0 ? 0 : ulong.MaxValue;
        }

        FieldLanes8.Square(s, out FieldLanes8 ss);
        FieldLanes8.Carry(one - ss, out FieldLanes8 u1);
        FieldLanes8.Carry(one + ss, out FieldLanes8 u2);
        FieldLanes8.Square(u2, out FieldLanes8 u2Squared);
        FieldLanes8.Square(u1, out FieldLanes8 t);
        FieldLanes8.Multiply(t, FieldLanes8.Broadcast(FieldElement.D), out t);
        FieldLanes8.Carry(-t - u2Squared, out FieldLanes8 v);
        FieldLanes8.Multiply(v, u2Squared, out t);
        Vector512<ulong> square = FieldLanes8.SqrtRatioM1(one, t, out FieldLanes8 invSqrt);
        FieldLanes8.Multiply(invSqrt, u2, out FieldLanes8 denX);
        FieldLanes8.Multiply(invSqrt, denX, out t);
        FieldLanes8.Multiply(t, v, out FieldLanes8 denY);
        FieldLanes8.Multiply(s + s, denX, out t);
        t.Abs(out FieldLanes8 x);
        FieldLanes8.Multiply(u1, denY, out FieldLanes8 y);
        FieldLanes8.Multiply(x, y, out t);
        new PointLanes8 { X = x, Y = y, Z = one, T = t }.Store(points);
        return Vector512.Create<ulong>(bad) | ~square | t.NegativeMask() | y.ZeroMask();
    }

    /// <summary>Encodes a point a lane to 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(ReadOnlySpan<RistrettoPoint> points, Span<byte> bytes)
    {
        PointLanes8 p = PointLanes8.Load(points);
        FieldLanes8.Carry(p.Z - p.Y, out FieldLanes8 t);
        FieldLanes8.Multiply(p.Z + p.Y, t, out FieldLanes8 u1);
        FieldLanes8.Multiply(p.X, p.Y, out FieldLanes8 u2);
        FieldLanes8.Square(u2, out t);
        FieldLanes8.Multiply(t, u1, out t);
        FieldLanes8.SqrtRatioM1(FieldLanes8.One, t, out FieldLanes8 invSqrt);
        FieldLanes8.Multiply(invSqrt, u1, out FieldLanes8 den1);
        FieldLanes8.Multiply(invSqrt, u2, out FieldLanes8 den2);
        FieldLanes8.Multiply(den1, den2, out t);
        FieldLanes8.Multiply(t, p.T, out FieldLanes8 zInverse);
        FieldLanes8.Multiply(p.T, zInverse, out t);
        Vector512<ulong> rotate = t.NegativeMask();
        FieldLanes8 i = FieldLanes8.Broadcast(FieldElement.SqrtMinusOne);
        FieldLanes8.Multiply(p.Y, i, out FieldLanes8 iy);
        FieldLanes8.Multiply(p.X, i, out FieldLanes8 ix);
        FieldLanes8.Multiply(den1, FieldLanes8.Broadcast(RistrettoEncoding.InvSqrtAMinusD), out t);
        FieldLanes8 x = FieldLanes8.Select(rotate, iy, p.X), y = FieldLanes8.Select(rotate, ix, p.Y), den = FieldLanes8.Select(rotate, t, den2);
        FieldLanes8.Multiply(x, zInverse, out t);
        y = FieldLanes8.Select(t.NegativeMask(), -y, y);
        FieldLanes8.Multiply(p.Z - y, den, out t);
        t.Abs(out t);
        t.Encode(bytes);
    }

    /// <summary>Maps 64 uniform bytes a lane to a point (4.3.4), the sum of the maps of both halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromUniformBytes(ReadOnlySpan<byte> bytes, Span<RistrettoPoint> points)
    {
        using var frame = new LaneFrame<CachedSumLanes8>();
        ref CachedSumLanes8 f = ref frame.Value;
        f.Sum = Map(FieldLanes8.FromBytes(bytes, 64));
        f.Point = Map(FieldLanes8.FromBytes(bytes[32..], 64));
        CachedLanes8.From(f.Point, out f.Term);
        PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        f.Sum.Store(points);
    }

    /// <summary>Gives a multiple of Count points the coordinate Z = 1.</summary>
    public static void Normalize(Span<RistrettoPoint> points)
    {
        PointLanes8[] lanes = ArrayPool<PointLanes8>.Shared.Rent(points.Length / FieldLanes8.Count);
        Span<PointLanes8> own = lanes.AsSpan(0, points.Length / FieldLanes8.Count);
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = PointLanes8.Load(points[(i * FieldLanes8.Count)..]);
        }

        PointLanes8.Normalize(own);
        for (int i = 0; i < own.Length; i++)
        {
            own[i].Store(points[(i * FieldLanes8.Count)..]);
        }

        ArrayPool<PointLanes8>.Shared.Return(lanes);
    }

    private static PointLanes8 Map(in FieldLanes8 t)
    {
        FieldLanes8 one = FieldLanes8.One, d = FieldLanes8.Broadcast(FieldElement.D);
        FieldLanes8.Square(t, out FieldLanes8 a);
        FieldLanes8.Multiply(a, FieldLanes8.Broadcast(FieldElement.SqrtMinusOne), out FieldLanes8 r);
        FieldLanes8.Multiply(r + one, FieldLanes8.Broadcast(RistrettoEncoding.OneMinusDSquared), out FieldLanes8 u);
        FieldLanes8.Multiply(r, d, out a);
        FieldLanes8.Carry(r + d, out FieldLanes8 b);
        FieldLanes8.Multiply(-one - a, b, out FieldLanes8 v);
        Vector512<ulong> square = FieldLanes8.SqrtRatioM1(u, v, out FieldLanes8 s);
        FieldLanes8.Multiply(s, t, out a);
        a.Abs(out a);
        s = FieldLanes8.Select(square, s, -a);
        FieldLanes8 c = FieldLanes8.Select(square, -one, r);
        FieldLanes8.Multiply(r - one, c, out a);
        FieldLanes8.Multiply(a, FieldLanes8.Broadcast(RistrettoEncoding.DMinusOneSquared), out a);
        FieldLanes8.Square(s, out FieldLanes8 ss);
        FieldLanes8.Multiply(s + s, v, out FieldLanes8 w0);
        FieldLanes8.Multiply(a - v, FieldLanes8.Broadcast(RistrettoEncoding.SqrtADMinusOne), out FieldLanes8 w1);
        FieldLanes8.Carry(one - ss, out FieldLanes8 w2);
        FieldLanes8.Carry(one + ss, out FieldLanes8 w3);
        PointLanes8 p = default;
        FieldLanes8.Multiply(w0, w3, out p.X);
        FieldLanes8.Multiply(w2, w1, out p.Y);
        FieldLanes8.Multiply(w1, w3, out p.Z);
        FieldLanes8.Multiply(w0, w2, out p.T);
        return p;
    }
}
