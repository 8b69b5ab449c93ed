using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Ranges;

/// <summary>
/// The inner product argument of Bulletproofs (protocol 2): knowledge of a, b with P = ⟨a, G⟩ + ⟨b, H′⟩ + ⟨a, b⟩·Q, where
/// H′_i = y^−i·H_i. Two points a round and two scalars; not hiding.
/// </summary>
internal sealed class InnerProductProof(CompressedPoint[] left, CompressedPoint[] right, Scalar a, Scalar b)
{
    public IReadOnlyList<CompressedPoint> Left => left;

    public IReadOnlyList<CompressedPoint> Right => right;

    public Scalar A => a;

    public Scalar B => b;

    public static InnerProductProof Read(ProofReader r, int rounds)
    {
        var (left, right) = (new CompressedPoint[rounds], new CompressedPoint[rounds]);
        for (int i = 0; i < rounds; i++)
        {
            (left[i], right[i]) = (r.Point(), r.Point());
        }

        return new InnerProductProof(left, right, r.Scalar(), r.Scalar());
    }

    public void Write(ProofWriter w)
    {
        for (int i = 0; i < left.Length; i++)
        {
            w.Add(left[i]);
            w.Add(right[i]);
        }

        w.Add(a);
        w.Add(b);
    }

    /// <summary>Proves for Q = w·B; takes over both vectors, whose length is a power of two.</summary>
    public static InnerProductProof Prove(
        Transcript t,
        in Scalar w,
        GeneratorBasis g,
        GeneratorBasis h,
        Scalar yInverse,
        Scalar[] a,
        Scalar[] b
    )
    {
        int n = a.Length,
            rounds = int.Log2(n);
        var (left, right) = (new CompressedPoint[rounds], new CompressedPoint[rounds]);
        Start(t, n);
        var y = new Scalar[n];
        ScalarVector.Powers(yInverse, y);
        FoldedGenerators? fg = FoldedGenerators.TryCreate(g),
            fh = FoldedGenerators.TryCreate(h);
        RistrettoPoint[] gs = fh is null ? g.ToPoints() : [],
            hs = fh is null ? h.ToPoints() : [];

        // the true generators are gScale·g[i] and hScale·y^−i·h[i]: one scalar folds all of a half
        Scalar gScale = Scalar.One,
            hScale = Scalar.One;
        for (int k = 0; n > 1; k++)
        {
            if (fg is null && FoldedGenerators.TryCreate([gs, hs], n) is [FoldedGenerators g0, FoldedGenerators h0])
            {
                // the scales become factors; y⁻ⁱ stays with the scalars
                (fg, fh) = (g0, h0);
                fg.Scale(gScale);
                fh.Scale(hScale);
            }

            int half = n / 2;
            Span<Scalar> al = a.AsSpan(0, half),
                ar = a.AsSpan(half, half),
                bl = b.AsSpan(0, half),
                br = b.AsSpan(half, half);
            RistrettoPoint l,
                r;
            if (fg is not null && fh is not null)
            {
                (l, r) = Crosses(al, ar, fg, bl, br, fh, y);
                l += PedersenGenerators.BTable.Multiply(w * ScalarVector.Dot(al, br));
                r += PedersenGenerators.BTable.Multiply(w * ScalarVector.Dot(ar, bl));
            }
            else
            {
                l = Cross(al, gs.AsSpan(half, half), gScale, br, hs.AsSpan(0, half), hScale, y.AsSpan(0, half), w);
                r = Cross(ar, gs.AsSpan(0, half), gScale, bl, hs.AsSpan(half, half), hScale, y.AsSpan(half, half), w);
            }

            (left[k], right[k]) = RistrettoBatch.Compress(l, r);
            t.AppendPoint("L"u8, left[k]);
            t.AppendPoint("R"u8, right[k]);
            Scalar u = t.ChallengeScalar("u"u8),
                ui = u.Invert();
            Combine(al, u, ar, ui); // a = u·a_L + u⁻¹·a_R
            Combine(bl, ui, br, u); // b = u⁻¹·b_L + u·b_R
            if (fg is not null && fh is not null)
            {
                fg.Fold(ui, u); // G = u⁻¹·G_L + u·G_R
                fh.Fold(u, ui * y[half]); // H = u·H_L + u⁻¹·y^−half·H_R
                FoldedGenerators.Renew(fg, fh);
            }
            else
            {
                PointFolds.VarTime(gs, half, [u * u], 1); // G = u⁻¹·(G_L + u²·G_R)
                PointFolds.VarTime(hs, half, [ui * ui * y[half]], 1); // H = u·(H_L + u⁻²·y^−half·H_R)
                gScale *= ui;
                hScale *= u;
            }

            n = half;
        }

        return new InnerProductProof(left, right, a[0], b[0]);
    }

    /// <summary>
    /// Walks the transcript and gives, for each generator, s_i: the product of u_k or u_k⁻¹ by the bits of i, the first challenge
    /// for the top bit; and the squares of the challenges and of their inverses.
    /// </summary>
    public void Challenges(Transcript t, out Scalar[] s, out Scalar[] squares, out Scalar[] inverseSquares)
    {
        int rounds = left.Length;
        Start(t, 1L << rounds);
        squares = new Scalar[rounds];
        for (int k = 0; k < rounds; k++)
        {
            t.AppendPoint("L"u8, left[k]);
            t.AppendPoint("R"u8, right[k]);
            squares[k] = t.ChallengeScalar("u"u8);
        }

        inverseSquares = (Scalar[])squares.Clone();
        ScalarVector.Invert(inverseSquares);
        s = new Scalar[1 << rounds];
        s[0] = Scalar.One;
        for (int k = 0; k < rounds; k++)
        {
            s[0] *= inverseSquares[k];
            (squares[k], inverseSquares[k]) = (squares[k].Square(), inverseSquares[k].Square());
        }

        for (int k = rounds - 1, size = 1; k >= 0; k--, size *= 2)
        {
            ScalarVector.Scale(s.AsSpan(0, size), squares[k], s.AsSpan(size, size));
        }
    }

    /// <summary>x = k·x + m·y.</summary>
    private static void Combine(Span<Scalar> x, in Scalar k, ReadOnlySpan<Scalar> y, in Scalar m)
    {
        ScalarVector.Scale(x, k, x);
        ScalarVector.AddScaled(x, m, y, x);
    }

    private static void Start(Transcript t, long n)
    {
        t.Append("dom-sep"u8, Labels.InnerProduct);
        t.AppendUInt64("n"u8, (ulong)n);
    }

    /// <summary>⟨a_L, G_R⟩ + ⟨b_R∘y, H_L⟩ and ⟨a_R, G_L⟩ + ⟨b_L∘y, H_R⟩; y^−half of the right half is in the factors of
    /// H.</summary>
    private static (RistrettoPoint Left, RistrettoPoint Right) Crosses(
        ReadOnlySpan<Scalar> al,
        ReadOnlySpan<Scalar> ar,
        FoldedGenerators g,
        ReadOnlySpan<Scalar> bl,
        ReadOnlySpan<Scalar> br,
        FoldedGenerators h,
        ReadOnlySpan<Scalar> y
    )
    {
        int terms = g.Terms,
            half = al.Length;
        using SecretArray<Scalar> expanded = new(4 * terms),
            product = new(half);
        (Scalar[] scalars, Scalar[] scaled) = (expanded.Values, product.Values);
        var indices = new int[4 * terms];
        g.Expand(al, true, scalars.AsSpan(0, terms), indices.AsSpan(0, terms));
        ScalarVector.Multiply(br, y[..half], scaled);
        h.Expand(scaled, false, scalars.AsSpan(terms, terms), indices.AsSpan(terms, terms));
        g.Expand(ar, false, scalars.AsSpan(2 * terms, terms), indices.AsSpan(2 * terms, terms));
        ScalarVector.Multiply(bl, y.Slice(half, half), scaled);
        h.Expand(scaled, true, scalars.AsSpan(3 * terms), indices.AsSpan(3 * terms));
        return g.VarTimeSums(scalars, indices, 2 * terms);
    }

    /// <summary>gScale·⟨a, g⟩ + hScale·⟨b∘y, h⟩ + ⟨a, b⟩·w·B.</summary>
    private static RistrettoPoint Cross(
        ReadOnlySpan<Scalar> a,
        ReadOnlySpan<RistrettoPoint> g,
        in Scalar gScale,
        ReadOnlySpan<Scalar> b,
        ReadOnlySpan<RistrettoPoint> h,
        in Scalar hScale,
        ReadOnlySpan<Scalar> y,
        in Scalar w
    )
    {
        int half = a.Length;
        var scalars = new Scalar[2 * half];
        var points = new RistrettoPoint[2 * half];
        Span<Scalar> bs = scalars.AsSpan(half, half);
        ScalarVector.Scale(a, gScale, scalars.AsSpan(0, half));
        ScalarVector.Multiply(b, y, bs);
        ScalarVector.Scale(bs, hScale, bs);
        g.CopyTo(points);
        h.CopyTo(points.AsSpan(half));
        return MultiScalar.VarTime(scalars, points) + PedersenGenerators.BTable.Multiply(w * ScalarVector.Dot(a, b));
    }
}
