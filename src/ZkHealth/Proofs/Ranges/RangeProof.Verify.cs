using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Ranges;

/// <summary>The verifier.</summary>
internal sealed partial class RangeProof
{
    /// <summary>Verifies that every committed value lies in [0, 2^bits).</summary>
    /// <param name="t">The transcript, in the state in which the prover's was; it goes on after the proof.</param>
    /// <param name="commitments">1 to 32 commitments.</param>
    /// <param name="bits">8, 16, 32 or 64.</param>
    public VerificationResult Verify(Transcript t, IReadOnlyList<CompressedPoint> commitments, int bits)
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, commitments, bits, batch));
    }

    /// <summary>Does all but the final equation, which goes to the batch. Returns what failed, or null.</summary>
    internal ProofFault? Collect(
        Transcript t,
        IReadOnlyList<CompressedPoint> commitments,
        int bits,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (
            !IsBits(bits)
            || commitments.Count is < 1 or > MaxValues
            || _product.Left.Count != int.Log2(bits * Padded(commitments.Count))
        )
        {
            return ProofFault.Length("the proof is not one of so many values and bits");
        }

        int m = Padded(commitments.Count),
            n = bits * m;
        var padded = new CompressedPoint[m];
        for (int j = 0; j < commitments.Count; j++)
        {
            padded[j] = commitments[j];
        }

        // as dalek: the prover's points must not be neutral
        if (((CompressedPoint[])[_a, _s, _t1, _t2, .. _product.Left, .. _product.Right]).Contains(default))
        {
            return ProofFault.Encoding("a point of the proof is the neutral element");
        }

        Start(t, bits, padded);
        t.AppendPoint("A"u8, _a);
        t.AppendPoint("S"u8, _s);
        Scalar y = t.ChallengeScalar("y"u8),
            z = t.ChallengeScalar("z"u8),
            zz = z * z;
        t.AppendPoint("T_1"u8, _t1);
        t.AppendPoint("T_2"u8, _t2);
        Scalar x = t.ChallengeScalar("x"u8);
        t.AppendScalar("t_x"u8, _tx);
        t.AppendScalar("t_x_blinding"u8, _txBlinding);
        t.AppendScalar("e_blinding"u8, _eBlinding);
        Scalar w = t.ChallengeScalar("w"u8);
        _product.Challenges(t, out Scalar[] s, out Scalar[] squares, out Scalar[] inverseSquares);

        // c joins both equations: t_x·B + … = z²·Σ z^j·V_j + δ(y, z)·B + x·T₁ + x²·T₂, and that of the inner product
        Scalar c = Random(),
            a = _product.A,
            b = _product.B;
        var (g, h) = (new Scalar[n], new Scalar[n]);
        Scalar[] inversePowers = Powers(y.Invert(), n),
            weights = BitWeights(z, bits, m);
        for (int i = 0; i < n; i++)
        {
            g[i] = -(z + a * s[i]);
            h[i] = z + inversePowers[i] * (weights[i] - b * s[n - 1 - i]);
        }

        var equation = new MultiscalarEquation();
        equation.Add(_a, Scalar.One).Add(_s, x).Add(_t1, c * x).Add(_t2, c * x * x);
        for (int k = 0; k < squares.Length; k++)
        {
            equation.Add(_product.Left[k], squares[k]).Add(_product.Right[k], inverseSquares[k]);
        }

        Scalar weight = c * zz;
        foreach (CompressedPoint v in commitments)
        {
            equation.Add(v, weight);
            weight *= z;
        }

        for (int j = 0; j < m; j++)
        {
            equation.Add(GeneratorFamily.RangeG(j), 0, g.AsSpan(j * bits, bits));
            equation.Add(GeneratorFamily.RangeH(j), 0, h.AsSpan(j * bits, bits));
        }

        equation.AddBlinding(-(_eBlinding + c * _txBlinding)).AddBase(w * (_tx - a * b) + c * (Delta(y, z, bits, m) - _tx));
        batch.Add(name + "the range proof does not hold", equation);
        return null;
    }

    /// <summary>δ(y, z) = (z − z²)·⟨1, y^nm⟩ − Σ_j z^(j+3)·⟨1, 2^n⟩.</summary>
    private static Scalar Delta(in Scalar y, in Scalar z, int bits, int m)
    {
        Scalar sumY = Scalar.Zero,
            sumZ = Scalar.Zero;
        foreach (Scalar power in Powers(y, bits * m))
        {
            sumY += power;
        }

        foreach (Scalar power in Powers(z, m))
        {
            sumZ += power;
        }

        Scalar ones = Scalar.FromUInt128(((UInt128)1 << bits) - 1);
        return (z - z * z) * sumY - z * z * z * sumZ * ones;
    }

    private static Scalar Random()
    {
        Span<byte> wide = stackalloc byte[64];
        RandomNumberGenerator.Fill(wide);
        return Scalar.FromUniformBytes(wide);
    }
}
