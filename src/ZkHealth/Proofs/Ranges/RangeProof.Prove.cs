using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Ranges;

/// <summary>The prover.</summary>
internal sealed partial class RangeProof
{
    /// <summary>Proves that every value lies in [0, 2^bits).</summary>
    /// <param name="t">The transcript; it goes on after the proof.</param>
    /// <param name="values">1 to 32 values.</param>
    /// <param name="blindings">The blinding of each commitment, fresh and uniform.</param>
    /// <param name="bits">8, 16, 32 or 64.</param>
    /// <param name="commitments">values[j]·B + blindings[j]·H, one for each value.</param>
    /// <exception cref="ArgumentException">A value is out of range, or there is not one blinding for each.</exception>
    public static RangeProof Prove(
        Transcript t,
        ReadOnlySpan<ulong> values,
        ReadOnlySpan<Scalar> blindings,
        int bits,
        out CompressedPoint[] commitments
    )
    {
        CheckLimits(bits, values.Length);
        if (blindings.Length != values.Length)
        {
            throw new ArgumentException("expected one blinding for each value", nameof(blindings));
        }

        foreach (ulong value in values)
        {
            if (bits < 64 && value >> bits != 0)
            {
                throw new ArgumentException($"a value is not below 2^{bits}", nameof(values));
            }
        }

        return ProveUnchecked(t, values, blindings, bits, out commitments);
    }

    /// <summary>The prover without a look at the values: bits beyond the range are left out, so the proof of a value with such
    /// bits is false.</summary>
    internal static RangeProof ProveUnchecked(
        Transcript t,
        ReadOnlySpan<ulong> values,
        ReadOnlySpan<Scalar> blindings,
        int bits,
        out CompressedPoint[] commitments
    )
    {
        int m = Padded(values.Length),
            n = bits * m;
        var padded = new CompressedPoint[m];
        for (int j = 0; j < values.Length; j++)
        {
            padded[j] = (
                PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(values[j]))
                + PedersenGenerators.HTable.Multiply(blindings[j])
            ).Compress();
        }

        commitments = padded[..values.Length];
        Start(t, bits, padded);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("values"u8, MemoryMarshal.AsBytes(values))
            .RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(blindings))
            .Complete();
        (GeneratorBasis g, GeneratorBasis h) = Generators(bits, m);
        using SecretArray<Scalar> left = new(n),
            right = new(n),
            leftMask = new(n),
            rightMask = new(n);
        (Scalar[] l, Scalar[] r) = (left.Values, right.Values);
        (Scalar[] sl, Scalar[] sr) = (leftMask.Values, rightMask.Values);
        // A = Σ (bit ? G_i : −H_i) + α·H, S = ⟨s_L, G⟩ + ⟨s_R, H⟩ + ρ·H
        Scalar alpha = rng.NextScalar(),
            rho = rng.NextScalar();
        CompressedPoint a = (
            BitSum(values, bits, g.ToPoints(), h.ToPoints()) + PedersenGenerators.HTable.Multiply(alpha)
        ).Compress();
        for (int i = 0; i < n; i++)
        {
            (sl[i], sr[i]) = (rng.NextScalar(), rng.NextScalar());
        }

        CompressedPoint s = (Sum(g, sl, h, sr) + PedersenGenerators.HTable.Multiply(rho)).Compress();
        t.AppendPoint("A"u8, a);
        t.AppendPoint("S"u8, s);
        Scalar y = t.ChallengeScalar("y"u8),
            z = t.ChallengeScalar("z"u8);

        // l = a_L − z + s_L·x, r = y^i∘(a_R + z + s_R·x) + z²·z^j·2^i, with a_R = a_L − 1
        Scalar[] powers = Powers(y, n),
            weights = BitWeights(z, bits, m);
        for (int i = 0; i < n; i++)
        {
            ulong word = i / bits < values.Length ? values[i / bits] : 0;
            Scalar bit = Scalar.Select(0 - (word >> (i % bits) & 1), Scalar.One, Scalar.Zero);
            l[i] = bit - z;
            r[i] = powers[i] * (bit - Scalar.One + z) + weights[i];
        }

        ScalarVector.Multiply(powers, sr, sr);
        Scalar t1 = ScalarVector.Dot(l, sr) + ScalarVector.Dot(sl, r),
            t2 = ScalarVector.Dot(sl, sr);
        Scalar tau1 = rng.NextScalar(),
            tau2 = rng.NextScalar();
        CompressedPoint p1 = Commit(t1, tau1),
            p2 = Commit(t2, tau2);
        t.AppendPoint("T_1"u8, p1);
        t.AppendPoint("T_2"u8, p2);
        Scalar x = t.ChallengeScalar("x"u8);
        ScalarVector.AddScaled(l, x, sl, l);
        ScalarVector.AddScaled(r, x, sr, r);
        Scalar tx = ScalarVector.Dot(l, r),
            txBlinding = tau1 * x + tau2 * x * x,
            weight = z * z;
        for (int j = 0; j < blindings.Length; j++, weight *= z)
        {
            txBlinding += weight * blindings[j];
        }

        Scalar eBlinding = alpha + rho * x;
        t.AppendScalar("t_x"u8, tx);
        t.AppendScalar("t_x_blinding"u8, txBlinding);
        t.AppendScalar("e_blinding"u8, eBlinding);
        InnerProductProof product = InnerProductProof.Prove(t, t.ChallengeScalar("w"u8), g, h, y.Invert(), l, r);
        return new RangeProof(a, s, p1, p2, tx, txBlinding, eBlinding, product);
    }

    private static CompressedPoint Commit(in Scalar value, in Scalar blinding) =>
        (PedersenGenerators.BTable.Multiply(value) + PedersenGenerators.HTable.Multiply(blinding)).Compress();

    /// <summary>The generators of m values, value by value.</summary>
    private static (GeneratorBasis G, GeneratorBasis H) Generators(int bits, int m)
    {
        var (g, h) = (new GeneratorBasis(), new GeneratorBasis());
        for (int j = 0; j < m; j++)
        {
            g.Add(GeneratorFamily.RangeG(j), 0, bits);
            h.Add(GeneratorFamily.RangeH(j), 0, bits);
        }

        return (g, h);
    }

    /// <summary>⟨s_L, G⟩ + ⟨s_R, H⟩.</summary>
    private static RistrettoPoint Sum(GeneratorBasis g, Scalar[] sl, GeneratorBasis h, Scalar[] sr) =>
        FoldedGenerators.TryCreate(g) is FoldedGenerators fg && FoldedGenerators.TryCreate(h) is FoldedGenerators fh
            ? fg.VarTimeSum(sl) + fh.VarTimeSum(sr)
            : MultiScalar.VarTime([.. sl, .. sr], [.. g.ToPoints(), .. h.ToPoints()]);

    /// <summary>Σ G_i where bit i is 1, −H_i where it is 0; by mask, in constant time.</summary>
    private static RistrettoPoint BitSum(ReadOnlySpan<ulong> values, int bits, RistrettoPoint[] g, RistrettoPoint[] h)
    {
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int i = 0; i < g.Length; i++)
        {
            ulong word = i / bits < values.Length ? values[i / bits] : 0;
            sum += RistrettoPoint.Select(0 - (word >> (i % bits) & 1), g[i], -h[i]);
        }

        return sum;
    }
}
