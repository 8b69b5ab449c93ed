using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A committed value v, any scalar, lies outside a public set of up to 4,096 values: f(v)·w = 1 for f(X) = Π (X − s) over the
/// set, in the constraint system. 896 bytes for 4,096 values.
/// </summary>
/// <remarks>
/// f(v) has no inverse where v is in the set. v enters as a message of the system that is constrained to the value under V (see
/// <see cref="ConstraintSystem.ConstrainToHeld"/>); of V it is shown that *if* it opens, it opens to a value outside. That V
/// opens at all is shown by a proof of its opening, a range proof or its owner's opening; a row proof alone shows it no more than
/// this one does (V might have a component over the generators of columns), both together do, since this proof is over other
/// generators. The set's coefficients are public: sums with them are free.
/// </remarks>
internal static class SetNonMembershipProof
{
    /// <summary>The most values of a set.</summary>
    public const int MaxCount = 4096;

    /// <summary>Bytes of a proof for a set of so many values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 4,096 values.</exception>
    public static int Size(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        int products = VanishingPolynomial.Products(count);
        return RistrettoPoint.Size + ConstraintSystem.FinishSize(products + 1, products + 2);
    }

    /// <summary>Proves that V = value·B + blinding·H holds none of the set. Continues the transcript.</summary>
    /// <exception cref="ArgumentException">The set has more than 4,096 values, or holds this one.</exception>
    public static byte[] Prove(Transcript t, PublicSet set, in Scalar value, in Scalar blinding)
    {
        if (set.Count > MaxCount)
        {
            throw new ArgumentException($"expected at most {MaxCount} values", nameof(set));
        }

        if (set.Contains(value))
        {
            throw new ArgumentException("the set holds the value", nameof(value));
        }

        return ProveUnchecked(t, set, value, value, Scalar.Zero, blinding, checksWitness: true);
    }

    /// <summary>Verifies that the value under V is none of the set.</summary>
    public static VerificationResult Verify(
        Transcript t,
        PublicSet set,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof
    )
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, set, commitment, proof, batch));
    }

    internal static ProofFault? Collect(
        Transcript t,
        PublicSet set,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (set.Count > MaxCount)
        {
            return $"expected a set of at most {MaxCount} values";
        }

        if (proof.Length != Size(set.Count))
        {
            return ProofFault.Length("a proof for so many has another length");
        }

        var (reader, equation) = (new ProofReader(proof), new MultiscalarEquation());
        Start(t, set);
        using var cs = new ConstraintSystem(t, reader, equation);
        Walk(cs, set.Polynomial, VanishingPolynomial.Products(set.Count), [], commitment, default, default);
        cs.Finish();
        reader.End();
        batch.Add(name + "the value is not shown to lie outside the set", equation);
        return reader.Failure;
    }

    /// <summary>The prover; a test gives another hidden value than that under V, or an inverse of its own.</summary>
    internal static byte[] ProveUnchecked(
        Transcript t,
        PublicSet set,
        in Scalar committed,
        in Scalar value,
        in Scalar inverseError,
        in Scalar blinding,
        bool checksWitness
    )
    {
        CompressedPoint v = ScalarCommitment.Commit(committed, blinding).Compress();
        Start(t, set);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("value"u8, value.ToBytes())
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        using var cs = new ConstraintSystem(t, rng) { ChecksWitness = checksWitness };
        Scalar[] products = set.Polynomial.Evaluate(value, out Scalar result);
        Walk(cs, set.Polynomial, products.Length, [value, .. products, result.Invert() + inverseError], v, committed, blinding);
        return cs.Finish();
    }

    private static void Walk(
        ConstraintSystem cs,
        VanishingPolynomial f,
        int products,
        Scalar[] witness,
        in CompressedPoint commitment,
        in Scalar value,
        in Scalar blinding
    )
    {
        LinearCombination[] hidden = cs.Commit(products + 2, witness); // v, the products, w
        cs.ConstrainToHeld(hidden[0], commitment, value, blinding);
        cs.Product(f.Build(cs, hidden[0], hidden.AsSpan(1, products)), hidden[^1], LinearCombination.One);
    }

    private static void Start(Transcript t, PublicSet set)
    {
        t.Append("dom-sep"u8, Labels.OutsideSet);
        t.AppendUInt64("count"u8, (ulong)set.Count);
        t.Append("set"u8, set.Digest.Span);
    }
}
