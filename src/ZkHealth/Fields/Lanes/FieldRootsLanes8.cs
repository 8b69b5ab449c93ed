using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ZkHealth.Fields;

/// <summary>Powers, inverses and square roots, by the chains of <see cref="FieldElement"/>.</summary>
internal partial struct FieldLanes8
{
    /// <summary>x^(2^n).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(in FieldLanes8 x, int n, out FieldLanes8 power)
    {
        power = x;
        for (int i = 0; i < n; i++)
        {
            Square(power, out power);
        }
    }

    /// <summary>x^((p − 5)/8) = x^(2^252 − 3), and x^(p − 2).</summary>
    public static void Powers(in FieldLanes8 x, out FieldLanes8 p58, out FieldLanes8 inverse)
    {
        Square(x, out FieldLanes8 x2);
        Square(x2, 2, out FieldLanes8 t);
        Multiply(t, x, out FieldLanes8 x9);
        Multiply(x9, x2, out FieldLanes8 x11);
        Square(x11, out t);
        Multiply(t, x9, out FieldLanes8 x5);                                 // 2^5 − 1
        Join(x5, x5, 5, out FieldLanes8 x10);
        Join(x10, x10, 10, out FieldLanes8 x20);
        Join(x20, x20, 20, out FieldLanes8 x40);
        Join(x40, x10, 10, out FieldLanes8 x50);
        Join(x50, x50, 50, out FieldLanes8 x100);
        Join(x100, x100, 100, out FieldLanes8 x200);
        Join(x200, x50, 50, out FieldLanes8 x250);
        Join(x250, x, 2, out p58);
        Join(x250, x11, 5, out inverse);                                     // 2^255 − 32 + 11 = p − 2
    }

    /// <summary>sqrt(u/v) or sqrt(i·u/v), the non-negative root; all ones in lanes where u/v is a square (RFC 9496, 4.2). Tight
    /// inputs.</summary>
    public static Vector512<ulong> SqrtRatioM1(in FieldLanes8 u, in FieldLanes8 v, out FieldLanes8 root)
    {
        FieldLanes8 i = Broadcast(FieldElement.SqrtMinusOne);
        Square(v, out FieldLanes8 t);
        Multiply(t, v, out FieldLanes8 v3);
        Square(v3, out t);
        Multiply(t, v, out FieldLanes8 v7);
        Multiply(u, v7, out t);
        Powers(t, out FieldLanes8 power, out _);
        Multiply(u, v3, out t);
        Multiply(t, power, out FieldLanes8 r);                               // u·v³·(u·v⁷)^((p−5)/8)
        Square(r, out t);
        Multiply(t, v, out FieldLanes8 check);
        Multiply(u, i, out FieldLanes8 ui);
        Vector512<ulong> correct = (check - u).ZeroMask(), flipped = (check + u).ZeroMask(), flippedI = (check + ui).ZeroMask();
        Multiply(r, i, out FieldLanes8 ri);
        Select(flipped | flippedI, ri, r).Abs(out root);
        return correct | flipped;
    }

    /// <summary>x^(2^n)·y.</summary>
    private static void Join(in FieldLanes8 x, in FieldLanes8 y, int n, out FieldLanes8 joined)
    {
        Square(x, n, out FieldLanes8 power);
        Multiply(power, y, out joined);
    }
}
