using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Commitments;

/// <summary>Pedersen's commitment ⟨z, G⟩ + s·H to a vector, over the generators of a family.</summary>
internal static class VectorCommitment
{
    /// <summary>The most generators that may have tables.</summary>
    private const int MostTabled = 1 << 10;

    /// <summary>
    /// Σ values[j]·G_{start + j} + blinding·H. The time of the last product depends on nothing; that of the sum depends on
    /// the values, so this is for a prover on a machine of its own, as all of proving is.
    /// </summary>
    public static RistrettoPoint Commit(GeneratorFamily family, ReadOnlySpan<Scalar> values, in Scalar blinding, int start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Span<int> indices = values.Length <= 512 ? stackalloc int[values.Length] : new int[values.Length];
        if (family.TryTables(start, indices))
        {
            return GeneratorFamily.Tables.VarTimeSum(values, indices) + PedersenGenerators.HTable.Multiply(blinding);
        }

        ReadOnlySpan<RistrettoPoint> generators = family.First(checked(start + values.Length))[start..];
        return MultiScalar.VarTime(values, generators) + PedersenGenerators.HTable.Multiply(blinding);
    }

    /// <summary>Σ counts[j]·G_j + blinding·H, in less time where there are more counts than generators with tables.</summary>
    public static RistrettoPoint Commit(GeneratorFamily family, ReadOnlySpan<ulong> counts, in Scalar blinding)
    {
        if (counts.Length > MostTabled)
        {
            return MultiScalar.VarTime(counts, family.First(counts.Length)) + PedersenGenerators.HTable.Multiply(blinding);
        }

        using var values = new SecretArray<Scalar>(counts.Length);
        ScalarVector.FromUInt64(counts, values.Span);
        return Commit(family, values.Span, blinding);
    }
}
