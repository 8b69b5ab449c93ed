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
    /// <summary>Describes what the proof of the statistics would be; with counts, whether they hold.</summary>
    public static BoundedIntegers Measure(
        IReadOnlyList<Statistic> statistics,
        TableSchema schema,
        TableAxes axes,
        BigInteger rows,
        ulong[]? counts = null
    )
    {
        var measured = new BoundedIntegers(null, 0, counts, rows);
        foreach (Statistic statistic in statistics)
        {
            if (measured.Fault is null)
            {
                statistic.Constrain(measured, schema, axes);
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
    )
    {
        Start(t, subject, rows, cube, statistics);
        Scalar[] z = ContingencyTableWitness.ToScalars(counts.ToArray(), counts.Length);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(z.AsSpan()))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        var cs = new ConstraintSystem(t, rng) { ChecksWitness = forge is null };
        int first = cs.Attach(GeneratorFamily.Cube, z.Length, null, z, blinding);
        var integers = new BoundedIntegers(cs, first, counts.ToArray(), rows) { ChangeMessage = forge };
        foreach (Statistic statistic in statistics)
        {
            statistic.Constrain(integers, schema, subject.Axes);
        }

        return cs.Finish();
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static string? Collect(
        Transcript t,
        ContingencyTableSubject subject,
        BigInteger rows,
        CompressedPoint cube,
        IReadOnlyList<Statistic> statistics,
        TableSchema schema,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    )
    {
        BoundedIntegers measured = Measure(statistics, schema, subject.Axes, rows);
        if (measured.Fault is not null)
        {
            return measured.Fault;
        }

        if (proof.Length != measured.ProofSize(subject.Axes.CellCount))
        {
            return "a proof of these inequalities has another length";
        }

        Start(t, subject, rows, cube, statistics);
        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(proof));
        var cs = new ConstraintSystem(t, reader, equation);
        int first = cs.Attach(
            GeneratorFamily.Cube,
            subject.Axes.CellCount,
            new MultiscalarEquation().Add(cube, Scalar.One),
            [],
            Scalar.Zero
        );
        var integers = new BoundedIntegers(cs, first, null, rows);
        foreach (Statistic statistic in statistics)
        {
            statistic.Constrain(integers, schema, subject.Axes);
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
        IReadOnlyList<Statistic> statistics
    )
    {
        t.Append("dom-sep"u8, "zkhealth hidden statistics v1"u8);
        t.Append("subject"u8, subject.Digest.Span);
        t.Append("rows"u8, rows.ToByteArray());
        t.AppendPoint("cube"u8, cube);
        t.AppendUInt64("count"u8, (ulong)statistics.Count);
        foreach (Statistic statistic in statistics)
        {
            var w = new CborWriter(CborConformanceMode.Canonical);
            statistic.Write(w);
            t.Append("statement"u8, w.Encode());
        }
    }
}
