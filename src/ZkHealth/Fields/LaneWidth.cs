using System.Globalization;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ZkHealth.Fields;

/// <summary>
/// The number of lanes of every batch: chosen once, at start, from what the machine has; the environment variable ZKHEALTH_LANES
/// (1, 2, 4 or 8) asks for fewer. One lane is the one-element code.
/// </summary>
internal static class LaneWidth
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ZKHEALTH_LANES";

    /// <summary>8 (AVX-512), 4 (AVX2 with FMA), 2 (arm64, or 128-bit FMA) or 1.</summary>
    public static int Count { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The widest lanes that the machine can do.</summary>
    public static int Widest
    {
        get
        {
            if (Avx512F.IsSupported)
            {
                return 8;
            }

            if (Avx2.IsSupported && Fma.IsSupported)
            {
                return 4;
            }

            if (AdvSimd.Arm64.IsSupported || Fma.IsSupported)
            {
                return 2;
            }

            return 1;
        }
    }

    /// <summary>The name of the lanes and of the instructions that they are made of.</summary>
    public static string Name =>
        Count switch
        {
            8 => "AVX-512, 8 lanes",
            4 => "AVX2 and FMA, 4 lanes",
            2 => AdvSimd.Arm64.IsSupported ? "AdvSimd, 2 lanes" : "128-bit FMA, 2 lanes",
            _ => "one element at a time",
        };

    internal static int Choose(string? asked) =>
        int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is 1 or 2 or 4 or 8
            ? Math.Min(count, Widest)
            : Widest;
}
