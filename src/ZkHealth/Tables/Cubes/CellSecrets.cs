using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>The counts of each cube or relation, and the blindings of their commitments: what the prover alone knows.</summary>
internal sealed class CellSecrets(SecretArray<ulong>[] counts, SecretArray<Scalar> blindings) : IDisposable
{
    /// <summary>For each cube its counts in the order of the cells; padding rows are in cell 0.</summary>
    public SecretArray<ulong>[] Counts { get; } = counts;

    public SecretArray<Scalar> Blindings { get; } = blindings;

    /// <summary>Takes the counts of one cube after the other; where one cannot be had, those before it are cleared.</summary>
    /// <param name="cubes">The number of cubes.</param>
    /// <param name="count">Gives the counts of a cube.</param>
    public static CellSecrets Of(int cubes, Func<int, SecretArray<ulong>> count)
    {
        var counts = new SecretArray<ulong>[cubes];
        try
        {
            for (int c = 0; c < cubes; c++)
            {
                counts[c] = count(c);
            }
        }
        catch
        {
            Array.ForEach(counts, n => n?.Dispose());
            throw;
        }

        return new CellSecrets(counts, new SecretArray<Scalar>(cubes));
    }

    /// <summary>Adds up those of segments along the same axes.</summary>
    public static CellSecrets Sum(IReadOnlyList<CellSecrets> segments)
    {
        CellSecrets first = segments[0];
        var sum = new CellSecrets(
            [.. first.Counts.Select(n => new SecretArray<ulong>(n.Length))],
            new SecretArray<Scalar>(first.Blindings.Length)
        );
        foreach (CellSecrets segment in segments)
        {
            for (int c = 0; c < sum.Counts.Length; c++)
            {
                sum.Blindings[c] += segment.Blindings[c];
                for (int i = 0; i < sum.Counts[c].Length; i++)
                {
                    sum.Counts[c][i] += segment.Counts[c][i];
                }
            }
        }

        return sum;
    }

    /// <summary>The commitments to the counts.</summary>
    public CompressedPoint[] Points() => [.. Counts.Select((n, c) => Point(n.Values, Blindings[c]))];

    /// <summary>The commitment to the counts of a cube.</summary>
    public static CompressedPoint Point(ulong[] counts, in Scalar blinding) =>
        VectorCommitment.Commit(GeneratorFamily.Cube, counts, blinding).Compress();

    /// <summary>Clears the counts and the blindings.</summary>
    public void Dispose()
    {
        Array.ForEach(Counts, n => n.Dispose());
        Blindings.Dispose();
    }
}
