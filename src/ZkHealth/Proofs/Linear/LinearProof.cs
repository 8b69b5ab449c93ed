using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Linear;

/// <summary>The statement of a linear proof: C = ⟨z, G⟩ + r·H, V = ⟨w, z⟩·B + s·H, for public w.</summary>
/// <param name="Basis">The generators G, a power of two of them; those beyond the weights have weight zero.</param>
/// <param name="Weights">The public weights w, at least one.</param>
/// <param name="Absorbed">
/// The encodings of C and V, absorbed with a digest of the weights; null where all three follow from what the
/// transcript has absorbed already.
/// </param>
internal readonly record struct LinearStatement(
    GeneratorBasis Basis,
    Scalar[] Weights,
    (CompressedPoint C, CompressedPoint V)? Absorbed
);

/// <summary>
/// Linear proof of Gentry, Halevi and Lyubashevsky (eprint 2021/1397, E.3): knowledge of z, r, s with
/// C = ⟨z, G⟩ + r·H and V = ⟨w, z⟩·B + s·H. 2·log2(n) + 1 points and two scalars.
/// </summary>
/// <remarks>
/// V enters scaled by a random x, so that stray components of C or V cannot help a cheater: the proof is about
/// P = C + x·V and the base F = x·B. What lies on generators beyond the weights is not constrained.
/// The prover's multi-scalar multiplications are variable time in z (see docs/security.md).
/// </remarks>
internal static class LinearProof
{
    /// <summary>Bytes of a proof over <paramref name="generators"/> generators, a power of two.</summary>
    public static int Size(int generators) => 32 * (2 * int.Log2(generators) + 3);

    public static void Prove(
        Transcript t,
        TranscriptRng rng,
        LinearStatement statement,
        ReadOnlySpan<Scalar> z,
        Scalar r,
        Scalar valueBlinding,
        ProofWriter proof,
        int degreeOfParallelism = 1,
        IReadOnlyList<ScaledCounts>? counts = null
    )
    {
        Scalar x = Start(t, statement);
        int n = statement.Basis.Count;
        FoldedGenerators? folded = FoldedGenerators.TryCreate(statement.Basis);
        var generators = new FoldedPoints(folded is null ? statement.Basis.ToPoints() : []);
        using FoldedCounts? numbers = folded is null ? FoldedCounts.TryCreate(z, n, counts ?? []) : null;
        using var scratch = new SecretArray<Scalar>(n);
        Scalar[] a = scratch.Values;
        var w = new Scalar[n];
        z.CopyTo(a);
        statement.Weights.CopyTo(w, 0);
        RistrettoPoint f = PedersenGenerators.BTable.Multiply(x);
        r += x * valueBlinding;

        while (n > 1)
        {
            folded ??= generators.Points is RistrettoPoint[] points ? FoldedGenerators.TryCreate([points], n)?[0] : null;
            int half = n / 2;
            Scalar sl = rng.NextScalar(),
                sr = rng.NextScalar();
            Memory<Scalar> al = a.AsMemory(0, half),
                ar = a.AsMemory(half, half),
                wl = w.AsMemory(0, half),
                wr = w.AsMemory(half, half);
            (RistrettoPoint left, RistrettoPoint right) = folded is null
                ? Crosses(al, ar, numbers?.Length == n ? numbers : null, generators, wl, wr, f, sl, sr, degreeOfParallelism)
                : Crosses(
                    al.Span,
                    ar.Span,
                    folded,
                    x * ScalarVector.Dot(al.Span, wr.Span),
                    x * ScalarVector.Dot(ar.Span, wl.Span),
                    sl,
                    sr,
                    degreeOfParallelism
                );
            t.AppendPoint("L"u8, proof.Add(left));
            t.AppendPoint("R"u8, proof.Add(right));
            Scalar u = t.ChallengeScalar("u"u8),
                ui = u.Invert();
            ScalarVector.AddScaled(al.Span, ui, ar.Span, al.Span); // a = a_L + u^-1 a_R
            ScalarVector.AddScaled(wl.Span, u, wr.Span, wl.Span); // w = w_L + u w_R
            r += u * sl + ui * sr;
            n = half;
            if (folded is null)
            {
                if (!generators.Fold(u, degreeOfParallelism)) // G = G_L + u G_R
                {
                    numbers?.Fold(ui);
                }
            }
            else
            {
                folded.Fold(Scalar.One, u);
                FoldedGenerators.Renew(folded);
            }
        }

        Scalar s = rng.NextScalar(),
            k = rng.NextScalar();
        t.AppendPoint("S"u8, proof.Add(Single(s, folded, generators) + ScalarCommitment.Commit(x * s * w[0], k)));
        Scalar c = t.ChallengeScalar("c"u8);
        Scalar response = s + c * a[0],
            blinding = k + c * r;
        t.AppendScalar("a"u8, response);
        t.AppendScalar("r"u8, blinding);
        proof.Add(response);
        proof.Add(blinding);
    }

    /// <summary>
    /// Walks the proof and adds to <paramref name="equation"/> what must be the identity:
    /// a·⟨fold, G⟩ + a·w·x·B + r·H − S − c·(C + x·V + sum of u_i·L_i + u_i^-1·R_i).
    /// </summary>
    public static void Verify(
        Transcript t,
        ProofReader proof,
        LinearStatement statement,
        MultiscalarEquation c,
        MultiscalarEquation v,
        MultiscalarEquation equation
    )
    {
        Scalar x = Start(t, statement);
        int n = statement.Basis.Count,
            rounds = int.Log2(n);
        var w = new Scalar[n];
        statement.Weights.CopyTo(w, 0);
        var left = new CompressedPoint[rounds];
        var right = new CompressedPoint[rounds];
        var us = new Scalar[rounds];
        for (int i = 0; i < rounds; i++, n /= 2)
        {
            t.AppendPoint("L"u8, left[i] = proof.Point());
            t.AppendPoint("R"u8, right[i] = proof.Point());
            us[i] = t.ChallengeScalar("u"u8);
            ScalarVector.AddScaled(w.AsSpan(0, n / 2), us[i], w.AsSpan(n / 2, n / 2), w.AsSpan(0, n / 2));
        }

        CompressedPoint s = proof.Point();
        t.AppendPoint("S"u8, s);
        Scalar challenge = t.ChallengeScalar("c"u8);
        Scalar a = proof.Scalar(),
            r = proof.Scalar();
        t.AppendScalar("a"u8, a);
        t.AppendScalar("r"u8, r);

        var inverses = (Scalar[])us.Clone();
        ScalarVector.Invert(inverses);
        for (int i = 0; i < rounds; i++)
        {
            equation.Add(left[i], -(challenge * us[i])).Add(right[i], -(challenge * inverses[i]));
        }

        equation.Add(s, Scalar.MinusOne).AddScaled(c, -challenge).AddScaled(v, -(challenge * x));
        equation.Add(statement.Basis, Folds(us, a)).AddBase(a * w[0] * x).AddBlinding(r);
    }

    /// <summary>scale · product of u_i over the set bits of j, for every j; the first challenge is the top bit.</summary>
    private static Scalar[] Folds(ReadOnlySpan<Scalar> us, in Scalar scale)
    {
        var folds = new Scalar[1 << us.Length];
        folds[0] = scale;
        for (int i = us.Length - 1, size = 1; i >= 0; i--, size *= 2)
        {
            ScalarVector.Scale(folds.AsSpan(0, size), us[i], folds.AsSpan(size, size));
        }

        return folds;
    }

    /// <summary>Both points of a round, on two cores where the round is long.</summary>
    private static (RistrettoPoint Left, RistrettoPoint Right) Crosses(
        Memory<Scalar> al,
        Memory<Scalar> ar,
        FoldedCounts? numbers,
        FoldedPoints generators,
        Memory<Scalar> wl,
        Memory<Scalar> wr,
        RistrettoPoint f,
        Scalar sl,
        Scalar sr,
        int degreeOfParallelism
    )
    {
        int half = al.Length;
        RistrettoPoint left = default,
            right = default;
        void Left() => left = Cross(al.Span, numbers, generators, true, wr.Span, f, sl);
        void Right() => right = Cross(ar.Span, numbers, generators, false, wl.Span, f, sr);
        Chunks.Both(half >= 64 ? degreeOfParallelism : 1, Left, Right);
        return (left, right);
    }

    /// <summary>Does the same over generators with tables; the values are those under x·B, already times x.</summary>
    private static (RistrettoPoint Left, RistrettoPoint Right) Crosses(
        ReadOnlySpan<Scalar> al,
        ReadOnlySpan<Scalar> ar,
        FoldedGenerators folded,
        Scalar leftValue,
        Scalar rightValue,
        Scalar sl,
        Scalar sr,
        int degreeOfParallelism
    )
    {
        int terms = folded.Terms;
        using var own = new SecretArray<Scalar>(2 * terms);
        Scalar[] scalars = own.Values;
        var indices = new int[2 * terms];
        folded.Expand(al, true, scalars.AsSpan(0, terms), indices.AsSpan(0, terms));
        folded.Expand(ar, false, scalars.AsSpan(terms), indices.AsSpan(terms));
        RistrettoPoint left = default,
            right = default;
        if (degreeOfParallelism > 1 && terms >= 32)
        {
            Chunks.Both(
                degreeOfParallelism,
                () =>
                    left =
                        folded.VarTimeSum(scalars.AsSpan(0, terms), indices.AsSpan(0, terms))
                        + ScalarCommitment.Commit(leftValue, sl),
                () =>
                    right =
                        folded.VarTimeSum(scalars.AsSpan(terms), indices.AsSpan(terms)) + ScalarCommitment.Commit(rightValue, sr)
            );
        }
        else
        {
            (left, right) = folded.VarTimeSums(scalars, indices, terms);
            left += ScalarCommitment.Commit(leftValue, sl);
            right += ScalarCommitment.Commit(rightValue, sr);
        }

        return (left, right);
    }

    /// <summary>s·G for the one generator that is left.</summary>
    private static RistrettoPoint Single(Scalar s, FoldedGenerators? folded, FoldedPoints generators) =>
        folded is null ? MultiScalar.VarTime([s], generators.Points!.AsSpan(0, 1)) : folded.VarTimeSum([s]);

    /// <summary>⟨a, G⟩ + ⟨a, w⟩·F + blinding·H, over the left or right half of the generators.</summary>
    private static RistrettoPoint Cross(
        ReadOnlySpan<Scalar> a,
        FoldedCounts? numbers,
        FoldedPoints generators,
        bool right,
        ReadOnlySpan<Scalar> w,
        in RistrettoPoint f,
        in Scalar blinding
    )
    {
        ReadOnlySpan<Scalar> scalars = [ScalarVector.Dot(a, w), blinding];
        ReadOnlySpan<RistrettoPoint> points = [f, PedersenGenerators.H];
        return numbers is null
            ? generators.VarTimeSum(a, right, scalars, points)
            : generators.VarTimeSum(numbers, right, scalars, points);
    }

    private static Scalar Start(Transcript t, LinearStatement statement)
    {
        if (
            statement.Weights.Length == 0
            || !int.IsPow2(statement.Basis.Count)
            || statement.Weights.Length > statement.Basis.Count
        )
        {
            throw new ArgumentException("expected at least one weight and a power of two of generators", nameof(statement));
        }

        t.Append("dom-sep"u8, Labels.Linear);
        t.AppendUInt64("n"u8, (ulong)statement.Weights.Length);
        if (statement.Absorbed is (CompressedPoint c, CompressedPoint v))
        {
            t.Append("w"u8, WeightDigest.Of(statement.Weights));
            t.AppendPoint("C"u8, c);
            t.AppendPoint("V"u8, v);
        }

        return t.ChallengeScalar("x"u8);
    }
}
