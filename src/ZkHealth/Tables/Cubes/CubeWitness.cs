using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>What the prover knows of the cubes, and the values that follow from it.</summary>
/// <remarks>Look-ups by code make its memory accesses depend on the codes (see docs/security.md).</remarks>
internal sealed class CubeWitness(CommittedTable table, CubeStatement statement, ulong[][] counts, Scalar[] blindings)
{
    /// <summary>Above this domain a code is multiplied instead of looked up.</summary>
    private const int LargestLookup = 1 << 12;

    /// <summary>Randomness bound to the transcript, the codes' blindings, the counts and the system generator.</summary>
    public static TranscriptRng Randomness(Transcript t, CommittedTable table, ulong[][] counts)
    {
        Transcript own = t.Clone();
        own.Append("table"u8, table.Commitment.Root.Span);
        TranscriptRngBuilder builder = own.BuildRng();
        for (int j = 0; j < table.Commitment.Columns.Count; j++)
        {
            builder = builder.RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(table.Blindings(j)));
        }

        foreach (ulong[] n in counts)
        {
            builder = builder.RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(n.AsSpan()));
        }

        return builder.Complete();
    }

    public static Scalar[] ToScalars(ulong[] values, int size)
    {
        var scalars = new Scalar[size];
        for (int i = 0; i < values.Length; i++)
        {
            scalars[i] = Scalar.FromUInt64(values[i]);
        }

        return scalars;
    }

    /// <summary>For each cube the tree over its leaves alpha − sum of gamma^j·a_j.</summary>
    public FractionTree[] Trees(CubeChallenges challenges, int degreeOfParallelism) =>
        [.. statement.Axes.Select((axes, c) => new FractionTree(Leaves(axes, challenges.Joins[c], challenges.Alpha, degreeOfParallelism), degreeOfParallelism))];

    /// <summary>S, P, Q of every cube: P/Q = S is the sum over the rows, S·Q = P.</summary>
    public Scalar[] Roots(FractionTree[] trees, CubeChallenges challenges)
    {
        var roots = new Scalar[3 * trees.Length];
        for (int c = 0; c < trees.Length; c++)
        {
            (roots[3 * c + 1], roots[3 * c + 2]) = trees[c].Root;
            int cells = Math.Min(counts[c].Length, statement.Size);
            roots[3 * c] = ScalarVector.Dot(challenges.Weights[c].AsSpan(0, cells), ToScalars(counts[c], cells));
        }

        return roots;
    }

    /// <summary>The cells of every cube, padded.</summary>
    public Scalar[][] Cells() => [.. counts.Select(n => ToScalars(n, statement.Size))];

    /// <summary>One row of the joined matrix: for each place, sum of shares[j]·left[r]·code.</summary>
    public Scalar[] JoinedRow(Scalar[] shares, Scalar[] left, int degreeOfParallelism, out Scalar blinding)
    {
        int width = table.Commitment.Layout.Width;
        var sum = new Scalar[width];
        blinding = Scalar.Zero;
        foreach (int j in statement.Axes.SelectMany(a => a.Columns).Distinct().Select(j => (int)j))
        {
            uint domain = Domain(j);
            var column = new Scalar[width];
            Chunks.For(width, degreeOfParallelism, (_, from, to) =>
            {
                ReadOnlySpan<uint> codes = table.Codes(j);
                for (int r = 0; r < left.Length && r * width + from < codes.Length; r++)
                {
                    int start = r * width + from;
                    AddMultiples(codes[start..Math.Min(r * width + to, codes.Length)], left[r], domain, column.AsSpan(from));
                }
            });
            Scalar opened = ScalarVector.Dot(left, table.Blindings(j));
            ScalarVector.AddScaled(sum, shares[j], column, sum);
            blinding += shares[j] * opened;
        }

        return sum;
    }

    /// <summary>The cells of all cubes joined by powers of beta.</summary>
    public Scalar[] JoinedCells(Scalar[] mix, out Scalar blinding)
    {
        var sum = new Scalar[statement.Size];
        for (int c = 0; c < mix.Length; c++)
        {
            ScalarVector.AddScaled(sum, mix[c], ToScalars(counts[c], statement.Size), sum);
        }

        blinding = ScalarVector.Dot(mix, blindings);
        return sum;
    }

    private Scalar[] Leaves(CubeAxes axes, Scalar[] join, Scalar alpha, int degreeOfParallelism)
    {
        Scalar[] leaves = GC.AllocateUninitializedArray<Scalar>(table.Commitment.Layout.PaddedRows);
        Chunks.For(leaves.Length, degreeOfParallelism, (_, from, to) =>
        {
            leaves.AsSpan(from, to - from).Fill(alpha);
            for (int j = 0; j < join.Length; j++)
            {
                ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]);
                int end = Math.Min(to, codes.Length);
                if (from < end)
                {
                    AddMultiples(codes[from..end], -join[j], axes.Domains[j], leaves.AsSpan(from, end - from));
                }
            }
        });
        return leaves;
    }

    private uint Domain(int column)
    {
        foreach (CubeAxes axes in statement.Axes)
        {
            for (int j = 0; j < axes.Columns.Count; j++)
            {
                if (axes.Columns[j] == column)
                {
                    return axes.Domains[j];
                }
            }
        }

        return 0;
    }

    /// <summary>dst[i] += k·codes[i], by a table of multiples where the domain is small against the number of codes.</summary>
    private static void AddMultiples(ReadOnlySpan<uint> codes, in Scalar k, uint domain, Span<Scalar> dst)
    {
        if (domain > LargestLookup || domain > codes.Length)
        {
            for (int i = 0; i < codes.Length; i++)
            {
                dst[i] += k * Scalar.FromUInt64(codes[i]);
            }

            return;
        }

        var multiples = new Scalar[domain];
        for (int d = 1; d < multiples.Length; d++)
        {
            multiples[d] = multiples[d - 1] + k;
        }

        for (int i = 0; i < codes.Length; i++)
        {
            uint code = codes[i];
            dst[i] += code < domain ? multiples[code] : k * Scalar.FromUInt64(code);
        }
    }
}
