using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Decoding of points of the Edwards curve for eight points at once; see <see cref="EdwardsEncoding"/>.</summary>
[SkipLocalsInit]
internal static class EdwardsLanes8
{
    /// <summary>Decodes 32 bytes a lane; all ones in the lanes of the mask that hold a point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector512<ulong> Decode(ReadOnlySpan<byte> bytes, Span<RistrettoPoint> points)
    {
        const int N = FieldLanes8.Count;
        FieldLanes8 y = FieldLanes8.FromBytes(bytes, 32), one = FieldLanes8.One;
        Span<ulong> negative = stackalloc ulong[N];
        for (int i = 0; i < N; i++)
        {
            negative[i] = 0 - (ulong)(bytes[32 * i + 31] >> 7);
        }

        FieldLanes8.Square(y, out FieldLanes8 yy);
        FieldLanes8.Carry(yy - one, out FieldLanes8 u);
        FieldLanes8.Multiply(yy, FieldLanes8.Broadcast(FieldElement.D), out FieldLanes8 t);
        FieldLanes8.Carry(t + one, out FieldLanes8 v);
        Vector512<ulong> square = FieldLanes8.SqrtRatioM1(u, v, out FieldLanes8 x);
        x = FieldLanes8.Select(Vector512.Create<ulong>(negative), -x, x);
        FieldLanes8.Multiply(x, y, out t);
        new PointLanes8 { X = x, Y = y, Z = one, T = t }.Store(points);
        return square;
    }
}
