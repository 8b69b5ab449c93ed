using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// Schnorr's proofs about discrete logarithms: of one point (possession of a session key), and of two points to two bases (the
/// shared point of a complaint, Chaum and Pedersen 1992). A proof is challenge and response, 64 bytes.
/// </summary>
internal static class KeyProofs
{
    public const int Size = 64;

    /// <summary>The member knows sk with PK = sk·B.</summary>
    public static byte[] ProvePossession(in Scalar key, ReadOnlySpan<byte> termsDigest, PartyId member) =>
        Prove(Possession(termsDigest, member), key, PedersenGenerators.BTable.Multiply(key), null);

    public static bool VerifyPossession(
        in CompressedPoint key,
        ReadOnlySpan<byte> proof,
        ReadOnlySpan<byte> termsDigest,
        PartyId member
    ) =>
        key != default
        && key.TryDecompress(out RistrettoPoint point)
        && Verify(Possession(termsDigest, member), point, null, proof);

    /// <summary>S = sk·E for the sk of PK = sk·B.</summary>
    public static byte[] ProveShared(
        in Scalar key,
        in RistrettoPoint ephemeral,
        AggregationSession session,
        DealId id,
        int member,
        ReadOnlySpan<byte> ciphertextHash
    ) =>
        Prove(
            Shared(session, id, member, ciphertextHash),
            key,
            PedersenGenerators.BTable.Multiply(key),
            (ephemeral, key * ephemeral)
        );

    public static bool VerifyShared(
        in CompressedPoint shared,
        in RistrettoPoint ephemeral,
        ReadOnlySpan<byte> proof,
        AggregationSession session,
        DealId id,
        int member,
        ReadOnlySpan<byte> ciphertextHash
    ) =>
        shared.TryDecompress(out RistrettoPoint s)
        && session.Keys[member - 1].TryDecompress(out RistrettoPoint key)
        && Verify(Shared(session, id, member, ciphertextHash), key, (ephemeral, s), proof);

    private static Transcript Possession(ReadOnlySpan<byte> termsDigest, PartyId member)
    {
        var t = new Transcript(Labels.SessionKeyPossession);
        t.Append("terms"u8, termsDigest);
        t.Append("member"u8, member.ToBytes());
        return t;
    }

    private static Transcript Shared(AggregationSession session, DealId id, int member, ReadOnlySpan<byte> ciphertextHash)
    {
        var t = new Transcript(Labels.ComplaintProof);
        t.Append("sid"u8, session.Sid.Span);
        t.AppendUInt64("role"u8, (ulong)id.Role);
        t.Append("dealer"u8, id.Dealer.ToBytes());
        t.AppendUInt64("member"u8, (ulong)member);
        t.Append("ciphertext"u8, ciphertextHash);
        return t;
    }

    private static byte[] Prove(
        Transcript t,
        in Scalar x,
        in RistrettoPoint p,
        (RistrettoPoint Base, RistrettoPoint Product)? second
    )
    {
        // the nonce is hedged: by the statement, the secret and the system's generator
        Absorb(t, p, second);
        using TranscriptRng rng = t.Clone().BuildRng().RekeyWithWitness("x"u8, x.ToBytes()).Complete();
        Scalar k = rng.NextScalar();
        Scalar c = Challenge(t, PedersenGenerators.BTable.Multiply(k), second is { } two ? k * two.Base : null);
        var proof = new byte[Size];
        c.Encode(proof);
        (k + c * x).Encode(proof.AsSpan(Scalar.Size));
        return proof;
    }

    /// <summary>R = z·B − c·P, and R' = z·E − c·S, give the challenge again.</summary>
    private static bool Verify(
        Transcript t,
        in RistrettoPoint p,
        (RistrettoPoint Base, RistrettoPoint Product)? second,
        ReadOnlySpan<byte> proof
    )
    {
        if (
            proof.Length != Size
            || !Scalar.TryDecode(proof[..Scalar.Size], out Scalar c)
            || !Scalar.TryDecode(proof[Scalar.Size..], out Scalar z)
        )
        {
            return false;
        }

        Absorb(t, p, second);
        RistrettoPoint? other = second is { } two ? MultiScalar.VarTime([z, -c], [two.Base, two.Product]) : null;
        return Challenge(t, MultiScalar.VarTime([z, -c], [PedersenGenerators.B, p]), other) == c;
    }

    private static void Absorb(Transcript t, in RistrettoPoint p, (RistrettoPoint Base, RistrettoPoint Product)? second)
    {
        t.AppendPoint("P"u8, p.Compress());
        if (second is { } two)
        {
            t.AppendPoint("E"u8, two.Base.Compress());
            t.AppendPoint("S"u8, two.Product.Compress());
        }
    }

    private static Scalar Challenge(Transcript t, in RistrettoPoint first, RistrettoPoint? second)
    {
        t.AppendPoint("R"u8, first.Compress());
        if (second is RistrettoPoint other)
        {
            t.AppendPoint("R'"u8, other.Compress());
        }

        return t.ChallengeScalar("c"u8);
    }
}
