using System.Formats.Cbor;
using System.Numerics;
using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>A statement about hidden numbers.</summary>
/// <param name="Encoding">How it enters the transcript.</param>
/// <param name="Constrain">Demands what it says.</param>
internal readonly record struct HiddenStatement(ReadOnlyMemory<byte> Encoding, Action<BoundedIntegers> Constrain)
{
    /// <summary>The statements of statistics over a cube.</summary>
    public static HiddenStatement[] Of(IEnumerable<Statistic> statistics, TableSchema schema, TableAxes axes) =>
        [
            .. statistics.Select(statistic =>
            {
                var w = new CborWriter(CborConformanceMode.Canonical);
                statistic.Write(w);
                return new HiddenStatement(w.Encode(), integers => statistic.Constrain(integers, schema, axes));
            }),
        ];
}

/// <summary>
/// Inequalities between hidden integers of a proven cube, linear and of higher degree, any number of statistics in one proof: the
/// cube is attached to a constraint system, products and bits are its messages.
/// </summary>
/// <remarks>
/// The bound of all integers follows from the rows of all roots of the subject, which a verifier knows. As for
/// <see cref="LinearStatistics"/>, the cube point must have been seen proven for the subject.
/// </remarks>
internal static class InequalityProof
{
    /// <summary>Lays out a proof of the statistics; with counts, checks that they hold.</summary>
    public static BoundedIntegers Measure(
        IReadOnlyList<Statistic> statistics,
        TableSchema schema,
        TableAxes axes,
        BigInteger rows,
        ulong[]? counts = null
    ) => Measure(HiddenStatement.Of(statistics, schema, axes), rows, counts);

    /// <inheritdoc cref="Measure(IReadOnlyList{Statistic}, TableSchema, TableAxes, BigInteger, ulong[])"/>
    public static BoundedIntegers Measure(IReadOnlyList<HiddenStatement> statements, BigInteger rows, ulong[]? counts = null)
    {
        var measured = new BoundedIntegers(null, 0, counts, rows);
        foreach (HiddenStatement statement in statements)
        {
            if (measured.Fault is null)
            {
                statement.Constrain(measured);
            }
        }

        return measured;
    }

    /// <summary>Proves. With <paramref name="forge"/>, tests prove false statements.</summary>
    public static byte[] Prove(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        ReadOnlySpan<ulong> counts,
        Scalar blinding,
        IReadOnlyList<Statistic> statistics,
        TableSchema schema,
        Action<int, Scalar[]>? forge = null
    ) => Prove(t, subject, rows, cube, counts, blinding, HiddenStatement.Of(statistics, schema, subject.Axes), forge);

    /// <summary>Proves. With <paramref name="forge"/>, tests prove false statements.</summary>
    public static byte[] Prove(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        ReadOnlySpan<ulong> counts,
        Scalar blinding,
        IReadOnlyList<HiddenStatement> statements,
        Action<int, Scalar[]>? forge = null
    )
    {
        Start(t, subject, rows, cube, statements);
        Scalar[] z = ContingencyTableWitness.ToScalars(counts.ToArray(), counts.Length);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(z.AsSpan()))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        using var cs = new ConstraintSystem(t, rng) { ChecksWitness = forge is null };
        int first = cs.Attach(GeneratorFamily.Cube, z.Length, null, z, blinding);
        var integers = new BoundedIntegers(cs, first, counts.ToArray(), rows) { ChangeMessage = forge };
        foreach (HiddenStatement statement in statements)
        {
            statement.Constrain(integers);
        }

        return cs.Finish();
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        IReadOnlyList<Statistic> statistics,
        TableSchema schema,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    ) => Collect(t, subject, rows, cube, HiddenStatement.Of(statistics, schema, subject.Axes), proof, batch);

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        IReadOnlyList<HiddenStatement> statements,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    )
    {
        BoundedIntegers measured = Measure(statements, rows);
        if (measured.Fault is not null)
        {
            return measured.Fault;
        }

        if (proof.Length != measured.ProofSize(subject.Axes.CellCount))
        {
            return ProofFault.Length("a proof of these inequalities has another length");
        }

        Start(t, subject, rows, cube, statements);
        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(proof));
        using var cs = new ConstraintSystem(t, reader, equation);
        int first = cs.Attach(
            GeneratorFamily.Cube,
            subject.Axes.CellCount,
            new MultiscalarEquation().Add(cube, Scalar.One),
            [],
            Scalar.Zero
        );
        var integers = new BoundedIntegers(cs, first, null, rows);
        foreach (HiddenStatement statement in statements)
        {
            statement.Constrain(integers);
        }

        cs.Finish();
        reader.End();
        batch.Add("a statement about hidden numbers is not proven", equation);
        return reader.Failure;
    }

    /// <summary>Everything the statements say enters before the first challenge; the schema is in the roots.</summary>
    private static void Start(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        IReadOnlyList<HiddenStatement> statements
    )
    {
        t.Append("dom-sep"u8, Labels.HiddenStatistics);
        t.Append("subject"u8, subject.Digest.Span);
        t.Append("rows"u8, rows.ToByteArray());
        t.AppendPoint("cube"u8, cube);
        t.AppendUInt64("count"u8, (ulong)statements.Count);
        foreach (HiddenStatement statement in statements)
        {
            t.Append("statement"u8, statement.Encoding.Span);
        }
    }
}
