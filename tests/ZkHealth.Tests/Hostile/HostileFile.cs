using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Hostile;

/// <summary>What the costliest files that limits admit are made of. Limits are a 16th of the default ones, and what is allocated
/// stays in proportion.</summary>
internal static class HostileFile
{
    public const int Part = 16;

    public static readonly VerificationLimits Limits = new()
    {
        MaxCells = VerificationLimits.DefaultCells / Part,
        MaxMemory = VerificationLimits.Default.MaxMemory / Part,
        MaxWork = VerificationLimits.Default.MaxWork / Part,
    };

    public static readonly StatisticContext Context = new("p", "r", "o");

    /// <summary>Scalars and points at once: the encoding of a point that is below l.</summary>
    public static readonly byte[] Both = Enumerable
        .Range(3, 100)
        .Select(k => PedersenGenerators.BTable.Multiply(Scalar.FromUInt64((ulong)k)).Compress().ToBytes())
        .First(b => b[^1] < 0x10);

    public static byte[] Fill(long size) => [.. Enumerable.Repeat(Both, (int)size / Both.Length).SelectMany(b => b)];
}
