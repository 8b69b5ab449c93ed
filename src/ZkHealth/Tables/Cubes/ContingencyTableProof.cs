using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The proof that cubes are the true counts of committed columns: a lookup by logarithmic derivatives (Haböck, eprint
/// 2022/1530), one proof for any number of cubes of one table. With f the joined columns and T the joined cells,
/// sum over rows 1/(alpha − f_i) = sum over cells M_d/(alpha − T_d). See docs/protocol.md.
/// </summary>
public static class ContingencyTableProof
{
    /// <summary>The transcript label of proofs that belong to a table.</summary>
    internal static ReadOnlySpan<byte> Label => Labels.ContingencyTable;

    /// <summary>The exact bytes of a proof of these cubes.</summary>
    internal static long Size(TableLayout layout, IReadOnlyList<TableAxes> axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return axes.Count > 0
            ? ContingencyTableStatement.ProofSize(layout, axes)
            : throw new ArgumentException("expected at least one cube", nameof(axes));
    }

    /// <summary>Counts, commits and proves cubes of a table.</summary>
    /// <param name="table">The owner's table.</param>
    /// <param name="axes">One or more cubes; together at most 2^20 cells, each padded to the largest.</param>
    /// <exception cref="ArgumentException">The axes do not fit the table, or a row lies outside the domains.</exception>
    public static ContingencyTableOpening Prove(TableOpening table, params IReadOnlyList<TableAxes> axes) =>
        Prove(table, axes, 1);

    /// <summary>Counts, commits and proves cubes of a table on several cores.</summary>
    /// <param name="table">The owner's table.</param>
    /// <param name="axes">One or more cubes; together at most 2^20 cells, each padded to the largest.</param>
    /// <param name="degreeOfParallelism">Number of cores to use, at least 1.</param>
    /// <param name="progress">Told the share of the work that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work at the next message of the proof.</param>
    /// <exception cref="ArgumentException">The axes do not fit the table, or a row lies outside the domains.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static ContingencyTableOpening Prove(
        TableOpening table,
        IReadOnlyList<TableAxes> axes,
        int degreeOfParallelism,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        return Prove(new Transcript(Label), table, axes, null, degreeOfParallelism, progress, cancellationToken);
    }

    /// <summary>Verifies a proof of the cubes with these points.</summary>
    public static VerificationResult Verify(
        TableCommitment table,
        IReadOnlyList<TableAxes> axes,
        IReadOnlyList<CompressedPoint> points,
        ReadOnlyMemory<byte> proof
    ) => Verify(new Transcript(Label), table, axes, points, proof);

    internal static VerificationResult Verify(
        Transcript t,
        TableCommitment table,
        IReadOnlyList<ICubeCells> axes,
        IReadOnlyList<CompressedPoint> points,
        ReadOnlyMemory<byte> proof
    )
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, table, axes, points, proof, batch));
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    internal static ProofFault? Collect(
        Transcript t,
        TableCommitment table,
        IReadOnlyList<ICubeCells> axes,
        IReadOnlyList<CompressedPoint> points,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    )
    {
        if (
            !ContingencyTableStatement.TryCreate(
                table,
                axes,
                points,
                out ContingencyTableStatement? statement,
                out string? reason
            )
        )
        {
            return reason;
        }

        if (proof.Length != ContingencyTableStatement.ProofSize(table.Layout, axes))
        {
            return ProofFault.Length("a proof of this statement has another length");
        }

        int[] columns = statement.Columns;
        if (PaddingProof.Fault(table, columns) is string fault)
        {
            return fault;
        }

        var equation = new MultiscalarEquation();
        ContingencyTableChallenges challenges = statement.Start(t);
        var reader = new ProofReader(proof);
        using var cs = new ConstraintSystem(t, reader, equation);
        ContingencyTableRelation.Constrain(cs, statement, challenges, null);
        cs.Finish();
        batch.Add("the cubes proof does not hold", equation);
        PaddingProof.Collect(t, reader, table, columns, batch);
        reader.End();
        return reader.Failure;
    }

    /// <summary>The prover of cubes alone.</summary>
    internal static ContingencyTableOpening Prove(
        Transcript t,
        TableOpening table,
        IReadOnlyList<TableAxes> axes,
        ContingencyTableForgery? forge,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(axes);
        ProvenCells proven = ProveCells(t, table, axes, forge, degreeOfParallelism, progress, cancellationToken);
        return new ContingencyTableOpening(
            table.Commitment,
            [.. axes],
            proven.Points,
            proven.Proof,
            proven.Secrets,
            table.SuppressionKey()
        );
    }

    /// <summary>The prover; <paramref name="forge"/> lets a test change the counts or the system before anything is
    /// proven.</summary>
    internal static ProvenCells ProveCells(
        Transcript t,
        TableOpening table,
        IReadOnlyList<ICubeCells> axes,
        ContingencyTableForgery? forge,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        // a round over half as many leaves takes half as long: the k-th message from the end of a layer is most of what is left
        int messages = 0,
            expected = (int)table.Commitment.Layout.LogRows * (table.Commitment.Layout.LogRows + 3) / 2;
        void Step()
        {
            cancellationToken.ThrowIfCancellationRequested();
            double done = Math.Min(1, ++messages / (double)Math.Max(1, expected));
            progress?.Report(0.2 + 0.7 * done * done);
        }

        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(axes);
        var secrets = CellSecrets.Of(
            axes.Count,
            c => ContingencyTableCounter.Count(table, axes[c], forge is not null, degreeOfParallelism)
        );
        try
        {
            forge?.Change(secrets.Counts);
            return ProveCells(t, table, axes, secrets, forge, degreeOfParallelism, Step);
        }
        catch
        {
            secrets.Dispose();
            throw;
        }
    }

    private static ProvenCells ProveCells(
        Transcript t,
        TableOpening table,
        IReadOnlyList<ICubeCells> axes,
        CellSecrets secrets,
        ContingencyTableForgery? forge,
        int degreeOfParallelism,
        Action step
    )
    {
        using TranscriptRng rng = ContingencyTableWitness.Randomness(t, table, axes, secrets.Counts).Complete();
        for (int c = 0; c < axes.Count; c++)
        {
            secrets.Blindings[c] = rng.NextScalar();
        }

        CompressedPoint[] points = secrets.Points();
        if (
            !ContingencyTableStatement.TryCreate(
                table.Commitment,
                axes,
                points,
                out ContingencyTableStatement? statement,
                out string? reason
            )
        )
        {
            throw new ArgumentException(reason, nameof(axes));
        }

        ContingencyTableChallenges challenges = statement.Start(t);
        using var cs = new ConstraintSystem(t, rng)
        {
            ChecksWitness = forge is null,
            TamperMessage = forge?.TamperMessage,
            DegreeOfParallelism = degreeOfParallelism,
            BeforeMessage = step,
        };
        using var witness = new ContingencyTableWitness(table, statement, secrets);
        forge?.Watch?.Invoke(witness);
        ContingencyTableRelation.Constrain(cs, statement, challenges, witness);
        var proof = new ProofWriter();
        proof.Add(cs.Finish());
        PaddingProof.Prove(t, rng, table, statement.Columns, proof);
        return new ProvenCells(axes, points, proof.ToArray(), secrets);
    }
}
