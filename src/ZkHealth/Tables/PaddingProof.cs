using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The proof that columns are zero beyond the declared rows, so that nobody counts rows that no row proof could open.
/// </summary>
/// <remarks>
/// Whole matrix rows of padding are the identity, to be seen by everybody. In the one that is partly padding the columns, joined
/// by powers of δ, open to zero under the weights 1, ε, ε², … of its padding: one linear proof, 32·(2·log2(width) + 3) bytes.
/// </remarks>
internal static class PaddingProof
{
    /// <summary>Bytes of a proof, whatever the number of columns; 0 where no matrix row is partly padding.</summary>
    public static int Size(TableLayout layout) => layout.LastFilled == 0 ? 0 : LinearProof.Size(layout.Width);

    /// <summary>The failure where a matrix row of padding is not empty; else null. Costs no more than reading the
    /// points.</summary>
    public static string? Fault(TableCommitment table, IEnumerable<int> columns)
    {
        int from = RistrettoPoint.Size * table.Layout.FilledRows;
        return columns.Any(j => !table.Columns[j].IsRow && table.Columns[j].Points.Span[from..].ContainsAnyExcept((byte)0))
            ? "a row of padding is not empty"
            : null;
    }

    /// <summary>Appends the proof for the columns of a statement that the transcript has absorbed.</summary>
    public static void Prove(Transcript t, TranscriptRng rng, TableOpening table, IReadOnlyList<int> columns, ProofWriter proof)
    {
        TableLayout layout = table.Commitment.Layout;
        if (layout.LastFilled == 0)
        {
            return;
        }

        (Scalar[] mix, LinearStatement statement) = Start(t, layout, columns.Count);
        int start = (layout.FilledRows - 1) * layout.Width;
        using var own = new SecretArray<Scalar>(layout.Width);
        Scalar[] z = own.Values;
        Scalar blinding = Scalar.Zero;
        for (int k = 0; k < mix.Length; k++)
        {
            ReadOnlySpan<uint> codes = table.Codes(columns[k])[start..];
            for (int i = 0; i < Math.Min(codes.Length, z.Length); i++)
            {
                z[i] += mix[k] * Scalar.FromUInt64(codes[i]);
            }

            blinding += mix[k] * table.Blindings(columns[k])[layout.FilledRows - 1];
        }

        LinearProof.Prove(t, rng, statement, z, blinding, Scalar.Zero, proof);
    }

    /// <summary>Walks the proof; its equation goes to the batch.</summary>
    public static void Collect(
        Transcript t,
        ProofReader reader,
        TableCommitment table,
        IReadOnlyList<int> columns,
        VerificationBatch batch
    )
    {
        TableLayout layout = table.Layout;
        if (layout.LastFilled == 0)
        {
            return;
        }

        (Scalar[] mix, LinearStatement statement) = Start(t, layout, columns.Count);
        var (joined, equation) = (new MultiscalarEquation(), new MultiscalarEquation());
        for (int k = 0; k < mix.Length; k++)
        {
            table.Columns[columns[k]].AddTo(joined, layout.FilledRows - 1, [mix[k]]);
        }

        LinearProof.Verify(t, reader, statement, joined, new MultiscalarEquation(), equation);
        batch.Add("a row beyond the declared ones is not empty", equation);
    }

    /// <summary>Powers of delta for the columns, and the weights of the entries: 0 for declared rows, powers of epsilon for
    /// padding.</summary>
    private static (Scalar[] Mix, LinearStatement Statement) Start(Transcript t, TableLayout layout, int columns)
    {
        t.Append("dom-sep"u8, Labels.Padding);
        var mix = new Scalar[columns];
        ScalarVector.Powers(t.ChallengeScalar("delta"u8), mix);
        var weights = new Scalar[layout.Width];
        ScalarVector.Powers(t.ChallengeScalar("epsilon"u8), weights.AsSpan(layout.LastFilled));
        return (mix, new LinearStatement(new GeneratorBasis(GeneratorFamily.Column, layout.Width), weights, null));
    }
}
