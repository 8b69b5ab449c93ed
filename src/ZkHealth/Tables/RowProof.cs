using System.Buffers.Binary;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// Row i of a committed table has these codes in these columns, nothing else shown: a patient checks their own record, an auditor
/// a sample. Or: a commitment V = code·B + s·H holds that entry, nothing shown at all.
/// </summary>
/// <remarks>
/// Row i is place c of matrix row r, whose points P_j = ⟨a_j, G⟩ + ρ_j·H are in the columns. Joined by powers of a challenge,
/// Σ γ^j·P_j opens at place c to Σ γ^j·a_j[c]: one linear proof with the weights e_c, 32·(2·log2(width) + 3) bytes.
/// The prover's multi-scalar multiplications are variable time in the matrix row.
/// </remarks>
internal static class RowProof
{
    /// <summary>Bytes of a proof for a table of this layout, whatever the number of columns.</summary>
    public static int Size(TableLayout layout) => LinearProof.Size(layout.Width);

    /// <summary>Proves the codes of a row in some columns.</summary>
    /// <param name="t">The transcript; it goes on after the proof.</param>
    /// <param name="table">The owner's table.</param>
    /// <param name="row">0 to Rows − 1.</param>
    /// <param name="columns">Which columns, each once.</param>
    /// <param name="codes">The codes, one for each column.</param>
    /// <returns>The proof.</returns>
    /// <exception cref="ArgumentException">No such row or columns.</exception>
    public static byte[] Prove(Transcript t, TableOpening table, long row, IReadOnlyList<int> columns, out uint[] codes)
    {
        CheckPlace(table.Commitment, row, columns);
        codes = [.. columns.Select(j => table.Codes(j)[(int)row])];
        return ProveUnchecked(t, table, row, columns, codes, new Scalar[codes.Length]);
    }

    /// <summary>Proves that commitments hold the codes of a row, without showing them.</summary>
    /// <param name="t">The transcript; it goes on after the proof.</param>
    /// <param name="table">The owner's table.</param>
    /// <param name="row">0 to Rows − 1.</param>
    /// <param name="columns">Which columns, each once.</param>
    /// <param name="blindings">The blinding of each commitment.</param>
    /// <param name="commitments">code·B + blinding·H, one for each column.</param>
    /// <exception cref="ArgumentException">No such row or columns, or not one blinding for each.</exception>
    public static byte[] ProveCommitted(
        Transcript t,
        TableOpening table,
        long row,
        IReadOnlyList<int> columns,
        ReadOnlySpan<Scalar> blindings,
        out CompressedPoint[] commitments
    )
    {
        CheckPlace(table.Commitment, row, columns);
        if (blindings.Length != columns.Count)
        {
            throw new ArgumentException("expected one blinding for each column", nameof(blindings));
        }

        uint[] codes = [.. columns.Select(j => table.Codes(j)[(int)row])];
        commitments = Points(codes, blindings);
        return ProveUnchecked(t, table, row, columns, codes, blindings);
    }

    /// <summary>Verifies the codes of a row.</summary>
    public static VerificationResult Verify(
        Transcript t,
        TableCommitment table,
        long row,
        IReadOnlyList<int> columns,
        IReadOnlyList<uint> codes,
        ReadOnlyMemory<byte> proof
    ) => Verify(t, table, row, columns, Shown(codes), proof);

    /// <summary>Verifies that commitments hold the codes of a row.</summary>
    public static VerificationResult Verify(
        Transcript t,
        TableCommitment table,
        long row,
        IReadOnlyList<int> columns,
        IReadOnlyList<CompressedPoint> commitments,
        ReadOnlyMemory<byte> proof
    )
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, table, row, columns, commitments, proof, batch));
    }

    /// <summary>code·B for each code: what stands in the place of the commitments where codes are shown.</summary>
    public static CompressedPoint[] Shown(IReadOnlyList<uint> codes) => Points([.. codes], new Scalar[codes.Count]);

    internal static ProofFault? Collect(
        Transcript t,
        TableCommitment table,
        long row,
        IReadOnlyList<int> columns,
        IReadOnlyList<CompressedPoint> commitments,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (Fault(table, row, columns) is string fault)
        {
            return fault;
        }

        if (commitments.Count != columns.Count || columns.Any(j => !table.Columns[j].HasPoints))
        {
            return "expected one value for each column, and the points of each";
        }

        if (proof.Length != Size(table.Layout))
        {
            return ProofFault.Length("a proof of this table has another length");
        }

        (int r, int c) = Place(table.Layout, row);
        Scalar[] mix = Start(t, table, row, columns, commitments);
        var (joined, value, equation) = (new MultiscalarEquation(), new MultiscalarEquation(), new MultiscalarEquation());
        for (int k = 0; k < mix.Length; k++)
        {
            table.Columns[columns[k]].AddTo(joined, r, [mix[k]]);
            value.Add(commitments[k], mix[k]);
        }

        var reader = new ProofReader(proof);
        LinearProof.Verify(t, reader, Statement(table.Layout, c), joined, value, equation);
        reader.End();
        batch.Add(name + "the row does not have these values", equation);
        return reader.Failure;
    }

    internal static byte[] ProveUnchecked(
        Transcript t,
        TableOpening table,
        long row,
        IReadOnlyList<int> columns,
        uint[] codes,
        ReadOnlySpan<Scalar> blindings
    )
    {
        TableLayout layout = table.Commitment.Layout;
        (int r, int c) = Place(layout, row);
        Scalar[] mix = Start(t, table.Commitment, row, columns, Points(codes, blindings));
        using var z = new SecretArray<Scalar>(layout.Width);
        Scalar blinding = Scalar.Zero;
        for (int k = 0; k < mix.Length; k++)
        {
            ReadOnlySpan<uint> all = table.Codes(columns[k]);
            for (int i = 0; i < z.Length && r * layout.Width + i < all.Length; i++)
            {
                z[i] += mix[k] * Scalar.FromUInt64(all[r * layout.Width + i]);
            }

            blinding += mix[k] * table.Blindings(columns[k])[r];
        }

        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("row"u8, z.Bytes)
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        var proof = new ProofWriter();
        LinearProof.Prove(t, rng, Statement(layout, c), z.Span, blinding, ScalarVector.Dot(mix, blindings), proof);
        return proof.ToArray();
    }

    /// <summary>Absorbs the statement; gives the powers of gamma.</summary>
    private static Scalar[] Start(
        Transcript t,
        TableCommitment table,
        long row,
        IReadOnlyList<int> columns,
        IReadOnlyList<CompressedPoint> commitments
    )
    {
        t.Append("dom-sep"u8, Labels.Row);
        t.Append("table"u8, table.Root.Span);
        t.AppendUInt64("row"u8, (ulong)row);
        t.AppendUInt64("columns"u8, (ulong)columns.Count);
        Span<byte> index = stackalloc byte[4];
        for (int k = 0; k < columns.Count; k++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(index, columns[k]);
            t.Append("column"u8, index);
            t.AppendPoint("V"u8, commitments[k]);
        }

        var mix = new Scalar[columns.Count];
        ScalarVector.Powers(t.ChallengeScalar("gamma"u8), mix);
        return mix;
    }

    private static LinearStatement Statement(TableLayout layout, int place)
    {
        var weights = new Scalar[layout.Width];
        weights[place] = Scalar.One;
        return new LinearStatement(new GeneratorBasis(GeneratorFamily.Column, layout.Width), weights, null);
    }

    private static CompressedPoint[] Points(uint[] codes, ReadOnlySpan<Scalar> blindings)
    {
        var points = new CompressedPoint[codes.Length];
        for (int k = 0; k < codes.Length; k++)
        {
            points[k] = ScalarCommitment.Commit(Scalar.FromUInt64(codes[k]), blindings[k]).Compress();
        }

        return points;
    }

    private static (int Row, int Place) Place(TableLayout layout, long row) =>
        ((int)(row / layout.Width), (int)(row % layout.Width));

    internal static void CheckPlace(TableCommitment table, long row, IReadOnlyList<int> columns)
    {
        if (Fault(table, row, columns) is string fault)
        {
            throw new ArgumentException(fault, nameof(columns));
        }
    }

    private static string? Fault(TableCommitment table, long row, IReadOnlyList<int> columns) =>
        row < 0 || row >= table.Rows ? $"expected a row from 0 to {table.Rows - 1}"
        : columns.Count == 0 || columns.Any(j => j < 0 || j >= table.Columns.Count) || columns.Distinct().Count() != columns.Count
            ? $"expected one or more distinct columns from 0 to {table.Columns.Count - 1}"
        : null;
}
