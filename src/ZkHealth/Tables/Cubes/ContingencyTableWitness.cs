using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>What the prover knows of the cubes, and the values that follow from it.</summary>
/// <remarks>Look-ups by code make its memory accesses depend on the codes (see docs/security.md).</remarks>
internal sealed class ContingencyTableWitness(TableOpening table, ContingencyTableStatement statement, ulong[][] counts, Scalar[] blindings)
{
    /// <summary>Above this domain a code is multiplied instead of looked up.</summary>
    private const int LargestLookup = 1 << 12;

    /// <summary>Up to so many cells a row's leaf is looked up by its cell.</summary>
    private const int LargestCellLookup = 1 << 15;

    /// <summary>Limbs of sums of scalars.</summary>
    private const int Limbs = 5;

    /// <summary>
    /// Randomness bound to the whole statement (label, table, axes), the blindings of the codes, the counts and the system generator: also with a generator that
    /// repeats itself, two statements share no randomness.
    /// </summary>
    public static TranscriptRngBuilder Randomness(Transcript t, TableOpening table, IReadOnlyList<ICubeCells> axes, ulong[][] counts)
    {
        Transcript own = t.Clone();
        own.Append("table"u8, table.Commitment.Root.Span);
        foreach (ICubeCells cube in axes)
        {
            cube.Absorb(own);
        }

        TranscriptRngBuilder builder = own.BuildRng();
        for (int j = 0; j < table.Commitment.Columns.Count; j++)
        {
            builder = builder.RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(table.Blindings(j)));
        }

        foreach (ulong[] n in counts)
        {
            builder = builder.RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(n.AsSpan()));
        }

        return builder;
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
    public LogUpTree[] Trees(ContingencyTableChallenges challenges, int degreeOfParallelism) =>
        [.. statement.Axes.Select((axes, c) => new LogUpTree(Leaves(axes, challenges.Joins[c], challenges.Alpha, degreeOfParallelism), degreeOfParallelism))];

    /// <summary>S, P, Q of every cube: P/Q = S is the sum over the rows, S·Q = P.</summary>
    public Scalar[] Roots(LogUpTree[] trees, ContingencyTableChallenges challenges)
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
        foreach (int j in statement.Columns)
        {
            uint domain = Domain(j);
            var column = new Scalar[width];
            Chunks.For(width, degreeOfParallelism, (_, from, to) => ColumnRow(j, left, domain, width, from, column.AsSpan(from, to - from)));
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

    private Scalar[] Leaves(ICubeCells axes, Scalar[] join, Scalar alpha, int degreeOfParallelism)
    {
        Scalar[] leaves = GC.AllocateUninitializedArray<Scalar>(table.Commitment.Layout.PaddedRows);
        var cells = new Scalar[axes.CellCount <= Math.Min(LargestCellLookup, leaves.Length / 8) ? axes.CellCount : 0];
        if (cells.Length > 0)
        {
            axes.Leaves(join, alpha, cells);
        }

        Chunks.For(leaves.Length, degreeOfParallelism, (_, from, to) =>
        {
            Span<int> numbers = stackalloc int[ContingencyTableCounter.BlockRows];
            for (int start = from; start < to; start += ContingencyTableCounter.BlockRows)
            {
                Span<Scalar> own = leaves.AsSpan(start, Math.Min(ContingencyTableCounter.BlockRows, to - start));
                if (cells.Length == 0 || !axes.TryCells(table, start, numbers[..own.Length]))
                {
                    Leaves(axes, join, alpha, start, own);
                    continue;
                }

                for (int i = 0; i < own.Length; i++)
                {
                    own[i] = cells[numbers[i]];
                }
            }
        });
        return leaves;
    }

    /// <summary>The leaves of rows from start on, one column after the other.</summary>
    private void Leaves(ICubeCells axes, Scalar[] join, in Scalar alpha, int start, Span<Scalar> leaves)
    {
        leaves.Fill(alpha);
        for (int j = 0; j < join.Length; j++)
        {
            ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]);
            int end = Math.Min(start + leaves.Length, codes.Length);
            if (start < end)
            {
                AddMultiples(codes[start..end], -join[j], axes.Domains[j], leaves);
            }
        }
    }

    /// <summary>sum over matrix rows r of left[r]·code for the places from one on, added up limb by limb and reduced once.</summary>
    private void ColumnRow(int column, Scalar[] left, uint domain, int width, int from, Span<Scalar> sums)
    {
        ReadOnlySpan<uint> codes = table.Codes(column);
        bool lookup = domain <= Math.Min(LargestLookup, sums.Length) && left.Length <= 1 << 13;
        var limbs = new ulong[lookup ? Limbs * sums.Length : 0];
        var multiples = new ulong[lookup ? Limbs * (int)domain : 0];
        for (int r = 0; r < left.Length && r * width + from < codes.Length; r++)
        {
            int start = r * width + from;
            ReadOnlySpan<uint> own = codes[start..Math.Min(start + sums.Length, codes.Length)];
            if (lookup && AllBelow(own, domain))
            {
                Scalar multiple = Scalar.Zero;
                for (int d = 0; d < multiples.Length; d += Limbs, multiple += left[r])
                {
                    multiple.CopyLimbs(multiples.AsSpan(d, Limbs));
                }

                AddLimbs(own, multiples, limbs);
            }
            else
            {
                AddMultiples(own, left[r], domain, sums);
            }
        }

        for (int i = 0; lookup && i < sums.Length; i++)
        {
            sums[i] += Scalar.FromLimbSums(limbs.AsSpan(Limbs * i, Limbs));
        }
    }

    private static bool AllBelow(ReadOnlySpan<uint> codes, uint domain)
    {
        uint largest = 0;
        foreach (uint code in codes)
        {
            largest = Math.Max(largest, code);
        }

        return largest < domain;
    }

    private static void AddLimbs(ReadOnlySpan<uint> codes, ReadOnlySpan<ulong> multiples, Span<ulong> limbs)
    {
        for (int i = 0, at = 0; i < codes.Length; i++, at += Limbs)
        {
            ReadOnlySpan<ulong> multiple = multiples.Slice(Limbs * (int)codes[i], Limbs);
            Span<ulong> sum = limbs.Slice(at, Limbs);
            sum[4] += multiple[4];
            sum[3] += multiple[3];
            sum[2] += multiple[2];
            sum[1] += multiple[1];
            sum[0] += multiple[0];
        }
    }

    private uint Domain(int column)
    {
        foreach (ICubeCells axes in statement.Axes)
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
