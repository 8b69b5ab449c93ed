using System.Numerics;
using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Bits;

/// <summary>
/// A vector C = ⟨v, G⟩ + r·H over the first n generators of the family noise holds bits alone: v_j·v_j = v_j for every j, in a
/// constraint system with C attached. About 2·log2(n) + log2(n) points and a few scalars.
/// </summary>
/// <remarks>
/// C opens to n entries and no more: the system's final linear proof has no other generators of the family. The bits are selected
/// by mask where they are committed; the proof's own multi-scalar multiplications are variable time (see docs/security.md).
/// </remarks>
internal static class BitVectorProof
{
    /// <summary>The most bits of one vector.</summary>
    public const int MaxCount = 1 << 16;

    // the products are those of the bits and one dummy; every round of their sumcheck sends one message of two scalars
    private const int DummyVariables = 3;

    /// <summary>Bytes of a proof of <paramref name="count"/> bits.</summary>
    public static int Size(int count)
    {
        CheckCount(count);
        int rounds = int.Log2((int)BitOperations.RoundUpToPowerOf2((uint)count + 1));
        int variables = count + DummyVariables + 2 * rounds;
        return 32 * (1 + rounds + 2) + LinearProof.Size((int)BitOperations.RoundUpToPowerOf2((uint)variables));
    }

    /// <summary>Σ over the ones of G_{start + j}, plus blinding·H, in time that depends on no bit.</summary>
    /// <exception cref="ArgumentException">An entry is neither 0 nor 1, or there are too many.</exception>
    public static RistrettoPoint Commit(ReadOnlySpan<byte> bits, in Scalar blinding)
    {
        CheckCount(bits.Length);
        ReadOnlySpan<RistrettoPoint> generators = GeneratorFamily.Noise.First(bits.Length);
        RistrettoPoint sum = PedersenGenerators.HTable.Multiply(blinding);
        for (int j = 0; j < bits.Length; j++)
        {
            sum += RistrettoPoint.Select(0 - (ulong)(bits[j] & 1), generators[j], RistrettoPoint.Identity);
        }

        return sum;
    }

    /// <summary>Proves for C = Commit(bits, blinding). Absorbs n and C, and continues the transcript.</summary>
    /// <exception cref="ArgumentException">An entry is neither 0 nor 1, or there are none or too many.</exception>
    public static byte[] Prove(Transcript t, ReadOnlySpan<byte> bits, in Scalar blinding, int degreeOfParallelism = 1)
    {
        using var values = new SecretArray<Scalar>(ToScalars(bits));
        return ProveUnchecked(t, values.Values, Commit(bits, blinding).Compress(), blinding, true, degreeOfParallelism);
    }

    /// <summary>Verifies that C holds <paramref name="count"/> bits.</summary>
    public static VerificationResult Verify(Transcript t, int count, in CompressedPoint commitment, ReadOnlyMemory<byte> proof)
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, count, commitment, proof, batch));
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    public static ProofFault? Collect(
        Transcript t,
        int count,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (count is < 1 or > MaxCount || proof.Length != Size(count))
        {
            return ProofFault.Length(name + "a proof of so many bits has another length, or there are too many");
        }

        Start(t, count, commitment);
        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(proof));
        using var system = new ConstraintSystem(t, reader, equation);
        Demand(system, count, new MultiscalarEquation().Add(commitment, Scalar.One), [], Scalar.Zero);
        system.Finish();
        reader.End();
        batch.Add(name + "a committed bit is neither 0 nor 1", equation);
        return reader.Failure;
    }

    /// <summary>The bits as scalars, by mask.</summary>
    public static Scalar[] ToScalars(ReadOnlySpan<byte> bits)
    {
        CheckCount(bits.Length);
        var values = new Scalar[bits.Length];
        byte seen = 0;
        for (int j = 0; j < bits.Length; j++)
        {
            seen |= bits[j];
            values[j] = Scalar.Select(0 - (ulong)(bits[j] & 1), Scalar.One, Scalar.Zero);
        }

        return seen <= 1 ? values : throw new ArgumentException("expected zeros and ones", nameof(bits));
    }

    /// <summary>The prover without checks, for any values; tests cheat with it.</summary>
    internal static byte[] ProveUnchecked(
        Transcript t,
        ReadOnlySpan<Scalar> values,
        in CompressedPoint commitment,
        in Scalar blinding,
        bool check,
        int degreeOfParallelism = 1
    )
    {
        Start(t, values.Length, commitment);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("bits"u8, MemoryMarshal.AsBytes(values))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        using var system = new ConstraintSystem(t, rng) { ChecksWitness = check, DegreeOfParallelism = degreeOfParallelism };
        Demand(system, values.Length, null, values, blinding);
        return system.Finish();
    }

    private static void Start(Transcript t, int count, in CompressedPoint commitment)
    {
        t.Append("dom-sep"u8, Labels.Bits);
        t.AppendUInt64("n"u8, (ulong)count);
        t.AppendPoint("C"u8, commitment);
    }

    /// <summary>v_j·v_j = v_j for every entry of the attached vector.</summary>
    private static void Demand(
        ConstraintSystem system,
        int count,
        MultiscalarEquation? point,
        ReadOnlySpan<Scalar> values,
        in Scalar blinding
    )
    {
        int first = system.Attach(GeneratorFamily.Noise, count, point, values, blinding);
        for (int j = 0; j < count; j++)
        {
            var v = LinearCombination.Variable(first + j);
            system.Product(v, v, v);
        }
    }

    private static void CheckCount(int count)
    {
        if (count is < 1 or > MaxCount)
        {
            throw new ArgumentException($"expected 1 to {MaxCount} bits", nameof(count));
        }
    }
}
