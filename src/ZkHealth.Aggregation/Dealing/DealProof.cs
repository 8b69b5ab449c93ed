using System.Numerics;
using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// The proof of dealing: the dealer knows e with E = e·B (Schnorr), and openings of the constant terms of all chunks: for each
/// segment one linear proof, with weight zero, about the sum of rho^c·A_{c,0}. Its transcript has absorbed sid, the dealer and
/// the whole dealing (every commitment and the hashes of the ciphertexts), so that no part of it serves anyone else.
/// </summary>
/// <remarks>
/// Without it a copied E, or one shifted by a known point, would make honest members decrypt, complain, and so publish the points
/// that they share with the victim; and a dealer could make its constant term depend on others' (a beacon that it fixes).
/// </remarks>
internal static class DealProof
{
    private static readonly Scalar[] NoWeights = [Scalar.Zero];

    public static int Size(DealLayout layout) => 64 + layout.Segments.Sum(s => LinearProof.Size(Padded(s)));

    public static byte[] Prove(AggregationSession session, DealId id, Dealing deal, in Scalar e, DealWitness witness)
    {
        Transcript t = Start(session, id, deal);
        using TranscriptRng rng = t.Clone()
            .BuildRng()
            .RekeyWithWitness("e"u8, e.ToBytes())
            .RekeyWithWitness("r"u8, witness.Blinding(0, 0).ToBytes())
            .Complete();
        var proof = new ProofWriter();
        Scalar k = rng.NextScalar();
        t.AppendPoint("R"u8, proof.Add(PedersenGenerators.BTable.Multiply(k)));
        Scalar z = k + t.ChallengeScalar("c"u8) * e;
        proof.Add(z);
        t.AppendScalar("z"u8, z);

        DealLayout layout = DealLayout.Of(session.Terms, id.Role);
        for (int segment = 0; segment < layout.Segments.Length; segment++)
        {
            DealSegment own = layout.Segments[segment];
            Scalar[] mix = Mix(t, own);
            using SecretArray<Scalar> sum = new(own.Length),
                chunk = new(own.Length);
            Scalar blinding = Scalar.Zero;
            for (int c = 0; c < own.Chunks; c++)
            {
                witness.Values(segment, c, chunk.Span);
                ScalarVector.AddScaled(sum.Span, mix[c], chunk.Span, sum.Span);
                blinding += mix[c] * witness.Blinding(segment, c);
            }

            LinearProof.Prove(t, rng, Statement(own), sum.Span, blinding, Scalar.Zero, proof);
        }

        return proof.ToArray();
    }

    /// <summary>Gives the equations to the batch. Returns what failed, or null.</summary>
    /// <param name="session">The session.</param>
    /// <param name="id">Who deals what.</param>
    /// <param name="deal">The dealing.</param>
    /// <param name="constants">The encodings of the constant terms, 32 bytes a chunk.</param>
    /// <param name="batch">Takes the equations.</param>
    public static ProofFault? Collect(
        AggregationSession session,
        DealId id,
        Dealing deal,
        ReadOnlyMemory<byte> constants,
        VerificationBatch batch
    )
    {
        DealLayout layout = DealLayout.Of(session.Terms, id.Role);
        if (deal.Proof.Length != Size(layout))
        {
            return ProofFault.Length("the proof of dealing has another length");
        }

        Transcript t = Start(session, id, deal);
        var reader = new ProofReader(deal.Proof);
        CompressedPoint r = reader.Point();
        t.AppendPoint("R"u8, r);
        Scalar c = t.ChallengeScalar("c"u8),
            z = reader.Scalar();
        t.AppendScalar("z"u8, z);
        batch.Add(
            "the dealer does not know e",
            new MultiscalarEquation().AddBase(z).Add(r, Scalar.MinusOne).Add(deal.Ephemeral, -c)
        );

        int at = 0;
        foreach (DealSegment own in layout.Segments)
        {
            MultiscalarEquation sum = new MultiscalarEquation().Add(
                    constants.Slice(RistrettoPoint.Size * at, RistrettoPoint.Size * own.Chunks),
                    Mix(t, own)
                ),
                equation = new();
            at += own.Chunks;
            LinearProof.Verify(t, reader, Statement(own), sum, new MultiscalarEquation(), equation);
            batch.Add("the dealer does not know what it deals", equation);
        }

        reader.End();
        return reader.Failure;
    }

    private static LinearStatement Statement(DealSegment own) =>
        new(new GeneratorBasis(own.Family, Padded(own)), NoWeights, null);

    private static int Padded(DealSegment own) => (int)BitOperations.RoundUpToPowerOf2((uint)own.Length);

    private static Scalar[] Mix(Transcript t, DealSegment own)
    {
        var mix = new Scalar[own.Chunks];
        ScalarVector.Powers(t.ChallengeScalar("rho"u8), mix);
        return mix;
    }

    private static Transcript Start(AggregationSession session, DealId id, Dealing deal)
    {
        var t = new Transcript(Labels.ProofOfDealing);
        t.Append("sid"u8, session.Sid.Span);
        t.AppendUInt64("role"u8, (ulong)id.Role);
        t.Append("dealer"u8, id.Dealer.ToBytes());
        t.Append("deal"u8, SHA256.HashData(deal.EncodeStatement()));
        return t;
    }
}
