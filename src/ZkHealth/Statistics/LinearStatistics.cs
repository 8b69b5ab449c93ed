using System.Numerics;
using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Linear functions of a proven cube, any number in one proof: V_j = ⟨w_j, counts⟩·B + s_j·H for public weight rows w_j,
/// each revealed (s_j = 0) or left committed. The rows are joined by powers of eta into one linear proof.
/// </summary>
/// <remarks>
/// A verifier accepts statistics only for a cube point that it has seen proven for that root and those axes (for a sum of
/// cubes: each of them, under one schema).
/// </remarks>
internal static class LinearStatistics
{
    /// <summary>Bytes of a proof, with so many entries of a second vector.</summary>
    public static int ProofSize(TableAxes axes, int more = 0) =>
        LinearProof.Size((int)BitOperations.RoundUpToPowerOf2((uint)(axes.CellCount + more)));

    /// <summary>A second vector, over the family noise, whose entries stand after the cells in every weight row.</summary>
    /// <param name="Point">Its commitment, which the verifier has seen proven to hold <paramref name="Count"/> entries of the
    /// family and nothing else.</param>
    /// <param name="Count">Its entries.</param>
    public readonly record struct Second(CompressedPoint Point, int Count);

    /// <summary>Weight rows that are made one by one, twice each: all of them together are too large to be held for a file of
    /// others.</summary>
    /// <param name="Count">How many there are.</param>
    /// <param name="Fill">Makes one: a weight for each cell, and for each entry of a second vector.</param>
    public readonly record struct WeightRows(int Count, Action<int, Scalar[]> Fill)
    {
        public static WeightRows Of(IReadOnlyList<Scalar[]> rows) => new(rows.Count, (j, row) => rows[j].CopyTo(row, 0));

        /// <summary>Rows of whole numbers, most of them 0 or 1: no scalar is made for these.</summary>
        public static WeightRows Of(IReadOnlyList<long[]> rows) => new(rows.Count, (_, _) => { }) { Numbers = rows };

        private IReadOnlyList<long[]>? Numbers { get; init; }

        /// <summary>The digest of a row.</summary>
        /// <param name="j">Which.</param>
        /// <param name="row">Room for it.</param>
        public byte[] Digest(int j, Scalar[] row)
        {
            if (Numbers is not null)
            {
                return WeightDigest.Of(Numbers[j]);
            }

            Fill(j, row);
            return WeightDigest.Of(row);
        }

        /// <summary>Adds a multiple of a row.</summary>
        /// <param name="j">Which.</param>
        /// <param name="row">Room for it.</param>
        /// <param name="factor">Times what.</param>
        /// <param name="sums">To what.</param>
        public void AddScaled(int j, Scalar[] row, in Scalar factor, Scalar[] sums)
        {
            if (Numbers is null)
            {
                Fill(j, row);
                ScalarVector.AddScaled(sums, factor, row, sums);
                return;
            }

            long[] numbers = Numbers[j];
            Scalar up = Scalar.ScaleUp(factor);
            for (int i = 0; i < numbers.Length; i++)
            {
                if (numbers[i] != 0)
                {
                    sums[i] +=
                        numbers[i] == 1 ? factor
                        : numbers[i] is > 0 and <= uint.MaxValue ? up * Scalar.ScaledDown((uint)numbers[i])
                        : factor * Scalar.FromInt64(numbers[i]);
                }
            }
        }
    }

    /// <summary>Proves; returns the points V_j and the proof.</summary>
    public static (CompressedPoint[] Points, byte[] Proof) Prove(
        Transcript t,
        ContingencyTableSubject subject,
        ReadOnlySpan<ulong> counts,
        Scalar blinding,
        IReadOnlyList<Scalar[]> weights,
        ReadOnlySpan<Scalar> valueBlindings,
        Second? second = null,
        Scalar[]? entries = null,
        Scalar secondBlinding = default
    )
    {
        Scalar[] cells = ContingencyTableWitness.ToScalars(counts.ToArray(), counts.Length),
            z = [.. cells, .. entries ?? []];
        CompressedPoint cube = VectorCommitment.Commit(GeneratorFamily.Cube, cells, blinding).Compress();
        blinding += secondBlinding;
        var points = new RistrettoPoint[weights.Count];
        for (int j = 0; j < points.Length; j++)
        {
            points[j] = ScalarCommitment.Commit(ScalarVector.Dot(weights[j], z), valueBlindings[j]);
        }

        CompressedPoint[] encoded = [.. points.Select(p => p.Compress())];
        Joined joined =
            Start(t, subject, cube, encoded, points, WeightRows.Of(weights), second)
            ?? throw new ArgumentException("expected a point", nameof(second));
        using TranscriptRng rng = t.Clone()
            .BuildRng()
            .RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(z.AsSpan()))
            .RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(valueBlindings))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        var proof = new ProofWriter();
        LinearProof.Prove(t, rng, joined.Statement, z, blinding, ScalarVector.Dot(joined.Mix, valueBlindings), proof);
        return (encoded, proof.ToArray());
    }

    /// <summary>As the other, for weights of others.</summary>
    public static ProofFault? Collect(
        Transcript t,
        ContingencyTableSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        IReadOnlyList<Scalar[]> weights,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch
    ) =>
        weights.Any(w => w.Length != subject.Axes.CellCount)
            ? "expected one weight for each cell"
            : Collect(t, subject, cube, points, WeightRows.Of(weights), proof, batch);

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        ContingencyTableSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        WeightRows weights,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        Second? second = null
    )
    {
        int more = second?.Count ?? 0;
        if (points.Count == 0 || points.Count != weights.Count)
        {
            return "expected one point for each weight row";
        }

        if (proof.Length != ProofSize(subject.Axes, more))
        {
            return ProofFault.Length("a proof of these statistics has another length");
        }

        var decoded = new RistrettoPoint[points.Count];
        for (int j = 0; j < decoded.Length; j++)
        {
            if (!points[j].TryDecompress(out decoded[j]))
            {
                return ProofFault.Encoding("the point of a statistic is not a point");
            }
        }

        if (Start(t, subject, cube, points, decoded, weights, second) is not Joined joined)
        {
            return ProofFault.Encoding("the point of a cube or of noise is not a point");
        }

        var c = new MultiscalarEquation().Add(cube, Scalar.One);
        if (second is Second noise)
        {
            c.Add(noise.Point, Scalar.One);
        }

        var v = new MultiscalarEquation();
        for (int j = 0; j < decoded.Length; j++)
        {
            v.Add(points[j], joined.Mix[j]);
        }

        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(proof));
        LinearProof.Verify(t, reader, joined.Statement, c, v, equation);
        reader.End();
        batch.Add("the statistics are not those of the cube", equation);
        return reader.Failure;
    }

    private readonly record struct Joined(LinearStatement Statement, Scalar[] Mix);

    /// <summary>Null where points that must be added up are none.</summary>
    private static Joined? Start(
        Transcript t,
        ContingencyTableSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        RistrettoPoint[] decoded,
        WeightRows weights,
        Second? second
    )
    {
        t.Append("dom-sep"u8, Labels.Statistics);
        t.Append("subject"u8, subject.Digest.Span);
        t.AppendPoint("cube"u8, cube);
        if (second is Second noise)
        {
            t.AppendUInt64("noise"u8, (ulong)noise.Count);
            t.AppendPoint("noise"u8, noise.Point);
        }

        var row = new Scalar[subject.Axes.CellCount + (second?.Count ?? 0)];
        t.AppendUInt64("count"u8, (ulong)points.Count);
        for (int j = 0; j < points.Count; j++)
        {
            t.Append("w"u8, weights.Digest(j, row));
            t.AppendPoint("V"u8, points[j]);
        }

        var mix = new Scalar[points.Count];
        ScalarVector.Powers(t.ChallengeScalar("eta"u8), mix);
        var joined = new Scalar[row.Length];
        for (int j = 0; j < mix.Length; j++)
        {
            weights.AddScaled(j, row, mix[j], joined);
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)joined.Length);
        CompressedPoint v = MultiScalar.VarTime(mix, decoded).Compress();
        return Both(cube, second) is not CompressedPoint c
            ? null
            : new Joined(new LinearStatement(Basis(subject.Axes, second, size), joined, (c, v)), mix);
    }

    /// <summary>The cube, or the sum of both commitments, which opens to the cells followed by the entries.</summary>
    private static CompressedPoint? Both(CompressedPoint cube, Second? second) =>
        second is not Second noise ? cube
        : cube.TryDecompress(out RistrettoPoint a) && noise.Point.TryDecompress(out RistrettoPoint b) ? (a + b).Compress()
        : null;

    private static GeneratorBasis Basis(TableAxes axes, Second? second, int size)
    {
        if (second is not Second noise)
        {
            return new GeneratorBasis(GeneratorFamily.Cube, size);
        }

        var basis = new GeneratorBasis(GeneratorFamily.Cube, axes.CellCount);
        basis.Add(GeneratorFamily.Noise, 0, noise.Count);
        basis.Add(GeneratorFamily.Message, 0, size - basis.Count);
        return basis;
    }
}
