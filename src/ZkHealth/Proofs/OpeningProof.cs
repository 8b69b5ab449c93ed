using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs;

/// <summary>The prover can open V = v·B + s·H (Okamoto, CRYPTO 1992): what V holds is a value, with no component over other
/// generators.</summary>
/// <remarks>A = a·B + b·H, then z = a + c·v and y = b + c·s: z·B + y·H = A + c·V. Two answers for one A give v and s.</remarks>
internal static class OpeningProof
{
    /// <summary>Bytes of a proof.</summary>
    public const int Size = 3 * RistrettoPoint.Size;

    public static byte[] Prove(Transcript t, in CompressedPoint commitment, in Scalar value, in Scalar blinding)
    {
        Start(t, commitment);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("value"u8, value.ToBytes())
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        Scalar a = rng.NextScalar(),
            b = rng.NextScalar();
        var proof = new ProofWriter();
        Scalar c = Challenge(t, proof.Add(ScalarCommitment.Commit(a, b)));
        Scalar z = a + c * value,
            y = b + c * blinding;
        End(t, z, y);
        proof.Add(z);
        proof.Add(y);
        return proof.ToArray();
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name
    )
    {
        if (proof.Length != Size)
        {
            return ProofFault.Length(name + "a proof that a commitment opens has another length");
        }

        Start(t, commitment);
        var reader = new ProofReader(proof);
        CompressedPoint a = reader.Point();
        Scalar c = Challenge(t, a),
            z = reader.Scalar(),
            y = reader.Scalar();
        End(t, z, y);
        reader.End();
        batch.Add(
            name + "the commitment is not shown to open",
            new MultiscalarEquation().AddBase(z).AddBlinding(y).Add(a, Scalar.MinusOne).Add(commitment, -c)
        );
        return reader.Failure;
    }

    private static void Start(Transcript t, in CompressedPoint commitment)
    {
        t.Append("dom-sep"u8, Labels.Opening);
        t.AppendPoint("V"u8, commitment);
    }

    private static Scalar Challenge(Transcript t, in CompressedPoint a)
    {
        t.AppendPoint("A"u8, a);
        return t.ChallengeScalar("c"u8);
    }

    /// <summary>A transcript that goes on is bound to the whole proof.</summary>
    private static void End(Transcript t, in Scalar z, in Scalar y)
    {
        t.AppendScalar("z"u8, z);
        t.AppendScalar("y"u8, y);
    }
}
