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
    /// <summary>Bytes of a proof.</summary>
    public static int ProofSize(CubeAxes axes) => LinearProof.Size((int)BitOperations.RoundUpToPowerOf2((uint)axes.CellCount));

    /// <summary>Proves; returns the points V_j and the proof.</summary>
    public static (CompressedPoint[] Points, byte[] Proof) Prove(
        Transcript t, CubeSubject subject, ReadOnlySpan<ulong> counts, Scalar blinding, IReadOnlyList<Scalar[]> weights, ReadOnlySpan<Scalar> valueBlindings)
    {
        Scalar[] z = CubeWitness.ToScalars(counts.ToArray(), counts.Length);
        CompressedPoint cube = VectorCommitment.Commit(GeneratorFamily.Cube, z, blinding).Compress();
        var points = new RistrettoPoint[weights.Count];
        for (int j = 0; j < points.Length; j++)
        {
            points[j] = ScalarCommitment.Commit(ScalarVector.Dot(weights[j], z), valueBlindings[j]);
        }

        CompressedPoint[] encoded = [.. points.Select(p => p.Compress())];
        Joined joined = Start(t, subject, cube, encoded, points, weights);
        using TranscriptRng rng = t.Clone().BuildRng()
            .RekeyWithWitness("counts"u8, MemoryMarshal.AsBytes(z.AsSpan()))
            .RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(valueBlindings))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        var proof = new ProofWriter();
        LinearProof.Prove(t, rng, joined.Statement, z, blinding, ScalarVector.Dot(joined.Mix, valueBlindings), proof);
        return (encoded, proof.ToArray());
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static string? Collect(
        Transcript t,
        CubeSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        IReadOnlyList<Scalar[]> weights,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch)
    {
        if (points.Count == 0 || points.Count != weights.Count || weights.Any(w => w.Length != subject.Axes.CellCount))
        {
            return "expected one point for each weight row and one weight for each cell";
        }

        if (proof.Length != ProofSize(subject.Axes))
        {
            return "a proof of these statistics has another length";
        }

        var decoded = new RistrettoPoint[points.Count];
        for (int j = 0; j < decoded.Length; j++)
        {
            if (!points[j].TryDecompress(out decoded[j]))
            {
                return "the point of a statistic is not a point";
            }
        }

        Joined joined = Start(t, subject, cube, points, decoded, weights);
        var v = new PointSum();
        for (int j = 0; j < decoded.Length; j++)
        {
            v.Add(points[j], joined.Mix[j]);
        }

        var (equation, reader) = (new PointSum(), new ProofReader(proof));
        LinearProof.Verify(t, reader, joined.Statement, new PointSum().Add(cube, Scalar.One), v, equation);
        reader.End();
        batch.Add("the statistics are not those of the cube", equation);
        return reader.Failure;
    }

    private readonly record struct Joined(LinearStatement Statement, Scalar[] Mix);

    private static Joined Start(
        Transcript t,
        CubeSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        RistrettoPoint[] decoded,
        IReadOnlyList<Scalar[]> weights)
    {
        t.Append("dom-sep"u8, "zkhealth statistics v1"u8);
        t.Append("subject"u8, subject.Digest.Span);
        t.AppendPoint("cube"u8, cube);
        t.AppendUInt64("count"u8, (ulong)points.Count);
        for (int j = 0; j < points.Count; j++)
        {
            t.Append("w"u8, LinearProof.Digest(weights[j]));
            t.AppendPoint("V"u8, points[j]);
        }

        var mix = new Scalar[points.Count];
        ScalarVector.Powers(t.ChallengeScalar("eta"u8), mix);
        var joined = new Scalar[subject.Axes.CellCount];
        for (int j = 0; j < mix.Length; j++)
        {
            ScalarVector.AddScaled(joined, mix[j], weights[j], joined);
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)joined.Length);
        CompressedPoint v = MultiScalar.VarTime(mix, decoded).Compress();
        return new Joined(new LinearStatement(new GeneratorBasis(GeneratorFamily.Cube, size), joined, (cube, v)), mix);
    }
}
