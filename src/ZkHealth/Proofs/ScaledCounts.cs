using ZkHealth.Fields;

namespace ZkHealth.Proofs;

/// <summary>Entries of a prover's hidden vector as a factor times small numbers: z_{start + i} holds factor·counts_i, beside
/// what else is added there.</summary>
/// <remarks>A sum over generators costs a few windows for small numbers where it costs twenty-three for their
/// multiples.</remarks>
internal readonly record struct ScaledCounts(int Start, Scalar Factor, ReadOnlyMemory<ulong> Counts)
{
    private const int LeastCounts = 1 << 11;

    /// <summary>Tells whether sums over the numbers, apart from the rest of the vector, are cheaper than sums over their
    /// multiples.</summary>
    public bool Pays => Counts.Length >= LeastCounts && 2 * Counts.Span.Count(0UL) <= Counts.Length;
}
