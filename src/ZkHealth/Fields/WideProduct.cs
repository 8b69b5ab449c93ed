using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ZkHealth.Fields;

/// <summary>Products of two words.</summary>
internal static class WideProduct
{
    /// <summary>x·y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 Of(ulong x, ulong y) => new(High(x, y), x * y);

    /// <summary>The high word of x·y. On x86 by an instruction of its own: the out parameter of BigMul would go through
    /// memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong x, ulong y) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) : Math.BigMul(x, y, out _);
}
