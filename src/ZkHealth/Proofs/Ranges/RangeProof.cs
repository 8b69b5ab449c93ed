using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Ranges;

/// <summary>
/// Bulletproofs (Bünz et al., eprint 2017/1066): committed values v_j in V_j = v_j·B + s_j·H lie in [0, 2^bits). Byte-compatible
/// with bulletproofs 5.0 of dalek: generators, transcript and encoding.
/// </summary>
/// <remarks>
/// Numbers of values that are no power of two are filled up with the commitment to 0 with blinding 0, the neutral element. The
/// prover's multi-scalar multiplications are variable time in random blindings and in folded vectors; the bits themselves are
/// selected by mask.
/// </remarks>
internal sealed partial class RangeProof
{
    /// <summary>The most values of one proof.</summary>
    public const int MaxValues = GeneratorFamily.MaxRangeValues;

    private readonly CompressedPoint _a,
        _s,
        _t1,
        _t2;
    private readonly Scalar _tx,
        _txBlinding,
        _eBlinding;
    private readonly InnerProductProof _product;

    private RangeProof(
        CompressedPoint a,
        CompressedPoint s,
        CompressedPoint t1,
        CompressedPoint t2,
        Scalar tx,
        Scalar txBlinding,
        Scalar eBlinding,
        InnerProductProof product
    )
    {
        (_a, _s, _t1, _t2) = (a, s, t1, t2);
        (_tx, _txBlinding, _eBlinding, _product) = (tx, txBlinding, eBlinding, product);
    }

    /// <summary>Determines whether a range of so many bits can be proven: 8, 16, 32 or 64.</summary>
    public static bool IsBits(int bits) => bits is 8 or 16 or 32 or 64;

    /// <summary>Bytes of a proof of so many values (filled up to a power of two): 672 for one of 64 bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such bits or values.</exception>
    public static int Size(int bits, int values)
    {
        CheckLimits(bits, values);
        return 32 * (9 + 2 * BitOperations.Log2((uint)(bits * Padded(values))));
    }

    /// <summary>The encoding: A, S, T₁, T₂, t_x, its blinding, the blinding of e, then L and R of each round, a, b.</summary>
    public byte[] Encode()
    {
        var writer = new ProofWriter();
        writer.Add(_a);
        writer.Add(_s);
        writer.Add(_t1);
        writer.Add(_t2);
        writer.Add(_tx);
        writer.Add(_txBlinding);
        writer.Add(_eBlinding);
        _product.Write(writer);
        return writer.ToArray();
    }

    /// <summary>Decodes a proof of these bits and values; false for any other length and for scalars that are not
    /// canonical.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such bits or values.</exception>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int bits, int values, [NotNullWhen(true)] out RangeProof? proof)
    {
        proof = null;
        if (bytes.Length != Size(bits, values))
        {
            return false;
        }

        var r = new ProofReader(bytes);
        var decoded = new RangeProof(
            r.Point(),
            r.Point(),
            r.Point(),
            r.Point(),
            r.Scalar(),
            r.Scalar(),
            r.Scalar(),
            InnerProductProof.Read(r, BitOperations.Log2((uint)(bits * Padded(values))))
        );
        r.End();
        proof = r.Failure is null ? decoded : null;
        return proof is not null;
    }

    private static int Padded(int values) => (int)BitOperations.RoundUpToPowerOf2((uint)values);

    private static void CheckLimits(int bits, int values)
    {
        if (!IsBits(bits))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "expected 8, 16, 32 or 64 bits");
        }

        if (values is < 1 or > MaxValues)
        {
            throw new ArgumentOutOfRangeException(nameof(values), values, $"expected 1 to {MaxValues} values");
        }
    }

    /// <summary>The beginning of the transcript, for both roles: format, bits, values, the commitments.</summary>
    private static void Start(Transcript t, int bits, ReadOnlySpan<CompressedPoint> padded)
    {
        t.Append("dom-sep"u8, Labels.Range);
        t.AppendUInt64("n"u8, (ulong)bits);
        t.AppendUInt64("m"u8, (ulong)padded.Length);
        foreach (CompressedPoint v in padded)
        {
            t.AppendPoint("V"u8, v);
        }
    }

    /// <summary>1, x, x², …, n of them.</summary>
    private static Scalar[] Powers(in Scalar x, int n)
    {
        var powers = new Scalar[n];
        ScalarVector.Powers(x, powers);
        return powers;
    }

    /// <summary>z²·z^j·2^i for bit i of value j, in this order.</summary>
    private static Scalar[] BitWeights(in Scalar z, int bits, int values)
    {
        var weights = new Scalar[bits * values];
        Scalar first = z * z,
            two = Scalar.FromUInt64(2);
        for (int j = 0; j < values; j++, first *= z)
        {
            Scalar weight = first;
            for (int i = 0; i < bits; i++, weight *= two)
            {
                weights[j * bits + i] = weight;
            }
        }

        return weights;
    }
}
