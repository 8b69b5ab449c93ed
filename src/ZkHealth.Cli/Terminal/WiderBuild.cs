using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ZkHealth.Cli.Terminal;

/// <summary>
/// Native code is for the instructions that it was built for. The tool package for linux-x64 carries it twice, for AVX2 and
/// beside it for AVX-512, which takes a fifth to a quarter less processor time to commit and to prove.
/// </summary>
internal static class WiderBuild
{
    private const string Name = "zkhealth.x86-64-v4";

    /// <summary>Goes on as the build for AVX-512 where there is one and the processor has it; else returns.</summary>
    /// <param name="args">The arguments of the command.</param>
    public static void Become(string[] args)
    {
        string path = Path.Combine(AppContext.BaseDirectory, Name);
        if (Vector512.IsHardwareAccelerated || !OperatingSystem.IsLinux() || !File.Exists(path) || !ProcessorHasIt())
        {
            return;
        }

        // comes back only where it failed: then this build does the work
        _ = Execute(path, [path, .. args, null]);
    }

    /// <summary>The kernel names an instruction set only where it keeps its registers.</summary>
    private static bool ProcessorHasIt()
    {
        try
        {
            using var reader = new StreamReader("/proc/cpuinfo");
            for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
            {
                if (line.StartsWith("flags", StringComparison.Ordinal))
                {
                    string[] flags = line.Split(' ');
                    return Array.TrueForAll(
                        ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
                        set => flags.Contains(set)
                    );
                }
            }
        }
        catch (IOException)
        {
            // no such file in a container without /proc
        }

        return false;
    }

    [DllImport("libc", EntryPoint = "execv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPUTF8Str)] string?[] arguments
    );
}
