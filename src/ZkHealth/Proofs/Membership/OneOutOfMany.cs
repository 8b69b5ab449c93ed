using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// One of N public commitments is s·(base), without saying which: Groth and Kohlweiss (eprint 2014/764) with the bits in vector
/// commitments as Bootle et al. (eprint 2015/643) have them. 4 + n points and n + 3 scalars for N ≤ 2^n, n points more with a
/// tag.
/// </summary>
/// <remarks>
/// The index is n bits l_j. B commits to them, A to random a_j, C to a_j·(1 − 2·l_j), D to −a_j². With f_j = l_j·x + a_j the sums
/// x·B + A and x·C + D open to f and f∘(x − f), so every l_j is 0 or 1. The product of f_j or x − f_j by the bits of i is a
/// polynomial in x of degree n for i = l alone; G_k cancel its lower terms: Σ p_i(x)·c_i − Σ x^k·G_k = z·(base), z = s·x^n − Σ
/// ρ_k·x^k. A tag T = s·U is bound by the same z: x^n·T − Σ x^k·ρ_k·U = z·U. Variable time in the index and the randomness
/// (docs/security.md).
/// </remarks>
internal static class OneOutOfMany
{
    /// <summary>Bytes of a proof.</summary>
    public static int Size(int log, bool tagged) => 32 * (4 + log * (tagged ? 3 : 2) + 3);

    /// <summary>Appends the proof; a test gives bits of its own, which are none.</summary>
    public static void Prove(
        Transcript t,
        CommitmentList list,
        int index,
        in Scalar secret,
        (CompressedPoint Base, CompressedPoint Tag)? tag,
        ProofWriter proof,
        Scalar[]? forgedBits = null
    )
    {
        int n = list.Log;
        Start(t, list, tag);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("secret"u8, secret.ToBytes())
            .RekeyWithWitness("index"u8, BitConverter.GetBytes(index))
            .Complete();
        using SecretArray<Scalar> ownBits = new(n),
            ownA = new(n),
            ownC = new(n),
            ownD = new(n),
            ownRho = new(n);
        (Scalar[] bits, Scalar[] a, Scalar[] c) = (ownBits.Values, ownA.Values, ownC.Values);
        (Scalar[] d, Scalar[] rho) = (ownD.Values, ownRho.Values);
        for (int j = 0; j < n; j++)
        {
            bits[j] = forgedBits?[j] ?? Scalar.FromUInt64((ulong)(index >> j & 1));
            a[j] = rng.NextScalar();
            c[j] = a[j] * (Scalar.One - bits[j] - bits[j]);
            d[j] = -(a[j] * a[j]);
            rho[j] = rng.NextScalar();
        }

        Scalar rA = rng.NextScalar(),
            rB = rng.NextScalar(),
            rC = rng.NextScalar(),
            rD = rng.NextScalar();
        Send(t, "A"u8, proof, VectorCommitment.Commit(GeneratorFamily.Message, a, rA));
        Send(t, "B"u8, proof, VectorCommitment.Commit(GeneratorFamily.Message, bits, rB));
        Send(t, "C"u8, proof, VectorCommitment.Commit(GeneratorFamily.Message, c, rC));
        Send(t, "D"u8, proof, VectorCommitment.Commit(GeneratorFamily.Message, d, rD));
        RistrettoPoint u = default;
        tag?.Base.TryDecompress(out u);
        Scalar[][] coefficients = Coefficients(bits, a);
        for (int k = 0; k < n; k++)
        {
            Send(t, "G"u8, proof, list.Combine(coefficients[k]) + list.Multiply(rho[k]));
            if (tag is not null)
            {
                Send(t, "R"u8, proof, rho[k] * u);
            }
        }

        Scalar x = t.ChallengeScalar("x"u8),
            power = Scalar.One,
            z = Scalar.Zero;
        for (int k = 0; k < n; k++, power *= x)
        {
            z -= rho[k] * power;
            Send(t, "f"u8, proof, bits[k] * x + a[k]);
        }

        Send(t, "zA"u8, proof, rB * x + rA);
        Send(t, "zC"u8, proof, rC * x + rD);
        Send(t, "z"u8, proof, z + secret * power);
    }

    /// <summary>Walks the proof; three equations, four with a tag, go to the batch.</summary>
    public static ProofFault? Collect(
        Transcript t,
        CommitmentList list,
        (CompressedPoint Base, CompressedPoint Tag)? tag,
        ReadOnlyMemory<byte> bytes,
        VerificationBatch batch,
        string name
    )
    {
        int n = list.Log;
        if (bytes.Length != Size(n, tag is not null))
        {
            return ProofFault.Length("a proof over so many has another length");
        }

        var proof = new ProofReader(bytes);
        Start(t, list, tag);
        CompressedPoint a = Receive(t, "A"u8, proof),
            b = Receive(t, "B"u8, proof),
            c = Receive(t, "C"u8, proof),
            d = Receive(t, "D"u8, proof);
        var (g, r) = (new CompressedPoint[n], new CompressedPoint[n]);
        for (int k = 0; k < n; k++)
        {
            g[k] = Receive(t, "G"u8, proof);
            r[k] = tag is null ? default : Receive(t, "R"u8, proof);
        }

        Scalar x = t.ChallengeScalar("x"u8);
        var (f, products) = (new Scalar[n], new Scalar[n]);
        for (int k = 0; k < n; k++)
        {
            f[k] = -Number(t, "f"u8, proof);
            products[k] = f[k] * (x + f[k]); // −f·(x − f)
        }

        Scalar zA = Number(t, "zA"u8, proof),
            zC = Number(t, "zC"u8, proof),
            z = Number(t, "z"u8, proof);
        batch.Add(
            name + "the bits of the index are not those committed",
            new MultiscalarEquation().Add(b, x).Add(a, Scalar.One).Add(GeneratorFamily.Message, 0, f).AddBlinding(-zA)
        );
        batch.Add(
            name + "the index is not made of bits",
            new MultiscalarEquation().Add(c, x).Add(d, Scalar.One).Add(GeneratorFamily.Message, 0, products).AddBlinding(-zC)
        );
        var (equation, link) = (new MultiscalarEquation(), new MultiscalarEquation());
        list.Add(equation, Products(f, x));
        list.AddMultiple(equation, -z);
        Scalar power = Scalar.One;
        for (int k = 0; k < n; k++, power *= x)
        {
            equation.Add(g[k], -power);
            if (tag is not null)
            {
                link.Add(r[k], -power);
            }
        }

        batch.Add(name + "none of the commitments is opened", equation);
        if (tag is (CompressedPoint u, CompressedPoint own))
        {
            batch.Add(name + "the tag is not that of the key", link.Add(own, power).Add(u, -z));
        }

        proof.End();
        return proof.Failure;
    }

    private static void Start(Transcript t, CommitmentList list, (CompressedPoint Base, CompressedPoint Tag)? tag)
    {
        t.Append("dom-sep"u8, Labels.OneOutOfMany);
        list.Absorb(t);
        if (tag is (CompressedPoint u, CompressedPoint own))
        {
            t.AppendPoint("U"u8, u);
            t.AppendPoint("T"u8, own);
        }
    }

    /// <summary>For each i the coefficients of Π_j (i_j ? l_j·x + a_j : (1 − l_j)·x − a_j), by their power: [k][i].</summary>
    private static Scalar[][] Coefficients(Scalar[] bits, Scalar[] a)
    {
        int n = bits.Length;
        var p = new Scalar[n + 1][];
        for (int k = 0; k <= n; k++)
        {
            p[k] = new Scalar[1 << n];
        }

        p[0][0] = Scalar.One;
        for (int j = 0, size = 1; j < n; j++, size *= 2)
        {
            // the upper half has bit j: times l·x + a; the lower one: times (1 − l)·x − a
            Scalar one = bits[j],
                zero = Scalar.One - one;
            for (int k = j + 1; k >= 0; k--)
            {
                Span<Scalar> low = p[k].AsSpan(0, size),
                    high = p[k].AsSpan(size, size);
                ScalarVector.Scale(low, a[j], high);
                ScalarVector.Scale(low, -a[j], low);
                if (k > 0)
                {
                    // the power below has not been changed yet: k goes down
                    ScalarVector.AddScaled(high, one, p[k - 1].AsSpan(0, size), high);
                    ScalarVector.AddScaled(low, zero, p[k - 1].AsSpan(0, size), low);
                }
            }
        }

        return p;
    }

    /// <summary>Π_j (i_j ? f_j : x − f_j) for every i; f comes negated.</summary>
    private static Scalar[] Products(Scalar[] negated, in Scalar x)
    {
        var p = new Scalar[1 << negated.Length];
        p[0] = Scalar.One;
        for (int j = 0, size = 1; j < negated.Length; j++, size *= 2)
        {
            ScalarVector.Scale(p.AsSpan(0, size), -negated[j], p.AsSpan(size, size));
            ScalarVector.Scale(p.AsSpan(0, size), x + negated[j], p.AsSpan(0, size));
        }

        return p;
    }

    private static void Send(Transcript t, ReadOnlySpan<byte> label, ProofWriter proof, in RistrettoPoint point) =>
        t.AppendPoint(label, proof.Add(point));

    private static void Send(Transcript t, ReadOnlySpan<byte> label, ProofWriter proof, in Scalar scalar)
    {
        proof.Add(scalar);
        t.AppendScalar(label, scalar);
    }

    private static CompressedPoint Receive(Transcript t, ReadOnlySpan<byte> label, ProofReader proof)
    {
        CompressedPoint point = proof.Point();
        t.AppendPoint(label, point);
        return point;
    }

    private static Scalar Number(Transcript t, ReadOnlySpan<byte> label, ProofReader proof)
    {
        Scalar scalar = proof.Scalar();
        t.AppendScalar(label, scalar);
        return scalar;
    }
}
