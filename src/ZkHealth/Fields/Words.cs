using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ZkHealth.Fields;

/// <summary>Arithmetic of words of 64 bits, with what is carried to the next. Constant time.</summary>
internal static class Words
{
    /// <summary>x·y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 Of(ulong x, ulong y) => new(High(x, y), x * y);

    /// <summary>The high word of x·y. On x86 by an instruction of its own: the out parameter of BigMul would go through
    /// memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong x, ulong y) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) : Math.BigMul(x, y, out _);

    /// <summary>The low word of x·y + z + carry, whose high word is the next carry: it is below 2^128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong x, ulong y, ulong z, ref ulong carry)
    {
        ulong high = High(x, y),
            low = x * y + z;
        high += low < z ? 1UL : 0;
        low += carry;
        carry = high + (low < carry ? 1UL : 0);
        return low;
    }

    /// <summary>x − y − borrow, and the next borrow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong x, ulong y, ref ulong borrow)
    {
        ulong t = x - y,
            result = t - borrow;
        borrow = (x < y ? 1UL : 0) | (t < borrow ? 1UL : 0);
        return result;
    }
}
