using System.Reflection;
using System.Runtime.InteropServices;
using ZkHealth.Fields;

namespace ZkHealth;

/// <summary>The machine that the library runs on.</summary>
public static class ZkHealthRuntime
{
    /// <summary>
    /// The back end: "avx512", "avx2", "simd128" or "scalar". Chosen once, at start, from what the machine has; the environment
    /// variable ZKHEALTH_LANES (1, 2, 4 or 8) asks for a narrower one. Results are the same bit for bit.
    /// </summary>
    internal static string Backend =>
        LaneWidth.Count switch
        {
            8 => "avx512",
            4 => "avx2",
            2 => "simd128",
            _ => "scalar",
        };

    /// <summary>The number of elements that are computed side by side: 8, 4, 2 or 1.</summary>
    internal static int Lanes => LaneWidth.Count;

    /// <summary>One line for people: version, back end, processor architecture, runtime.</summary>
    public static string Describe() =>
        $"ZkHealth {Version}, {LaneWidth.Name} ({Backend}), "
        + $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The version of the package, with its pre-release label.</summary>
    private static string? Version =>
        typeof(ZkHealthRuntime)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0];
}
