using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// The random polynomials of a dealing. A polynomial of degree t − 1 is fixed by its constant term and its values at t − 1
/// members; these are drawn at random, which is the same as drawing the other coefficients, and lets those members have a seed in
/// place of their values. All other values and the commitments to the coefficients follow by interpolation. Work goes chunk by
/// chunk.
/// </summary>
internal sealed class SharePolynomials
{
    private readonly AggregationSession _session;
    private readonly DealLayout _layout;
    private readonly DealId _id;
    private readonly int _t,
        _s;
    private readonly int[] _nodes; // 0 and the members whose values are drawn
    private readonly Scalar[][] _coefficients;
    private readonly Scalar[][] _seedless; // for each other member the weights of the nodes
    private readonly int[] _others;

    public SharePolynomials(AggregationSession session, DealId id)
    {
        (_session, _id, _layout) = (session, id, DealLayout.Of(session.Terms, id.Role));
        (_t, _s) = (session.Terms.Threshold, session.Terms.CommitteeSize);
        _nodes = [.. Enumerable.Range(0, _t)];
        _others = [.. Enumerable.Range(_t, _s - _t + 1)];
        _coefficients = Lagrange.Coefficients(_nodes);
        _seedless = [.. _others.Select(a => Lagrange.Weights(_nodes, a))];
    }

    /// <summary>
    /// Shares of every member, written one after the other into <paramref name="shares"/>[a − 1] (null for members who get their
    /// seed alone), and the commitments A_{c,k}.
    /// </summary>
    /// <param name="witness">The constant terms.</param>
    /// <param name="weight">The public weight: the polynomials have weight·x and weight·r as constant terms.</param>
    /// <param name="constants">The commitments to the unweighted constant terms, chunk by chunk.</param>
    /// <param name="seeds">The seeds of members 1 to t − 1.</param>
    /// <param name="shares">For each member a buffer of the layout's size, or null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public byte[] Run(
        DealWitness witness,
        ulong weight,
        ReadOnlySpan<RistrettoPoint> constants,
        ReadOnlyMemory<byte>[] seeds,
        byte[]?[] shares,
        CancellationToken cancellationToken
    )
    {
        var committed = new RistrettoPoint[_layout.Chunks * (_t - 1)];
        int width = _layout.MaxLength + 1;
        using SecretArray<Scalar> values = new(_t * width),
            sum = new(width);
        var nodes = new RistrettoPoint[_t];
        Scalar w = Scalar.FromUInt64(weight);
        int chunk = 0;
        long at = 0;
        for (int segment = 0; segment < _layout.Segments.Length; segment++)
        {
            DealSegment own = _layout.Segments[segment];
            ReadOnlySpan<RistrettoPoint> generators = own.Family.First(own.Length);
            int n = own.Length + 1;
            for (int c = 0; c < own.Chunks; c++, chunk++, at += n)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<Scalar> constant = values.Span[..n];
                witness.Values(segment, c, constant[..own.Length]);
                constant[own.Length] = witness.Blinding(segment, c);
                if (weight != 1)
                {
                    ScalarVector.Scale(constant, w, constant);
                }

                nodes[0] = weight == 1 ? constants[chunk] : MultiScalar.VarTime([w], [constants[chunk]]);
                for (int a = 1; a < _t; a++)
                {
                    Span<Scalar> drawn = values.Span.Slice(a * width, n);
                    ShareSeed.Expand(seeds[a - 1].Span, _session, _id, a, chunk, drawn);
                    nodes[a] =
                        MultiScalar.VarTime(drawn[..own.Length], generators)
                        + PedersenGenerators.HTable.Multiply(drawn[own.Length]);
                    Write(drawn, shares[a - 1], at);
                }

                // A_k is the k-th coefficient of the polynomial through the nodes' commitments
                for (int k = 1; k < _t; k++)
                {
                    committed[chunk * (_t - 1) + k - 1] = MultiScalar.VarTime(_coefficients[k], nodes);
                }

                for (int j = 0; j < _others.Length; j++)
                {
                    Span<Scalar> own_ = sum.Span[..n];
                    ScalarVector.Scale(constant, _seedless[j][0], own_);
                    for (int a = 1; a < _t; a++)
                    {
                        ScalarVector.AddScaled(own_, _seedless[j][a], values.Span.Slice(a * width, n), own_);
                    }

                    Write(own_, shares[_others[j] - 1], at);
                }
            }
        }

        var encoded = new byte[RistrettoPoint.Size * committed.Length];
        RistrettoBatch.Encode(committed, encoded);
        return encoded;
    }

    private static void Write(ReadOnlySpan<Scalar> scalars, byte[]? destination, long at)
    {
        if (destination is null)
        {
            return;
        }

        for (int j = 0; j < scalars.Length; j++)
        {
            scalars[j].Encode(destination.AsSpan((int)(Scalar.Size * (at + j)), Scalar.Size));
        }
    }
}
