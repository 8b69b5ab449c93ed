using System.Numerics;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Proofs.Linear;

namespace ZkHealth.Proofs.Constraints;

/// <summary>The end of the protocol: all products by one sumcheck, then everything by one linear proof.</summary>
internal sealed partial class ConstraintSystem
{
    /// <summary>Appends the product check and the final linear proof; returns the proof (empty for a verifier).</summary>
    public byte[] Finish()
    {
        CheckProducts();
        Scalar eta = Challenge("eta"u8),
            chi = Challenge("chi"u8);

        // total = sum of eta^k·constraint_k; no variable may remain but the constant
        var weights = new Scalar[_basis.Count];
        Scalar constant = Scalar.Zero,
            k = Scalar.One,
            heldValue = Scalar.Zero,
            heldBlinding = Scalar.Zero;
        MultiscalarEquation value = new();
        int number = 0,
            held = 0;
        foreach (LinearCombination constraint in _constraints)
        {
            // constraint = v for the value v under a commitment made elsewhere
            if (held < _held.Count && _held[held].Constraint == number)
            {
                value.Add(_held[held].Point, k);
                heldValue += k * _held[held].Value;
                heldBlinding += k * _held[held++].Blinding;
            }

            number++;
            constant -= constraint.Constant * k;
            foreach ((int variable, Scalar coefficient) in constraint.Terms)
            {
                weights[variable] += coefficient * k;
            }

            k *= eta;
        }

        if (IsProving && ChecksWitness && ScalarVector.Dot(weights, _values.Span) != constant + heldValue)
        {
            throw new InvalidOperationException("the witness does not satisfy the constraints");
        }

        // C = sum of chi^k·C_k opens to chi^k·values, so the weights carry chi^-k. The powers of chi are essential:
        // without them a message could hide components on the segment of a later one.
        int commitments = _counts.Count,
            n = weights.Length;
        var scale = new Scalar[commitments];
        var unscale = new Scalar[commitments];
        ScalarVector.Powers(chi, scale);
        ScalarVector.Powers(chi.Invert(), unscale);
        for (int c = 0, at = 0; c < commitments; at += _counts[c++])
        {
            Span<Scalar> own = weights.AsSpan(at, _counts[c]);
            ScalarVector.Scale(own, unscale[c], own);
        }

        int padded = (int)BitOperations.RoundUpToPowerOf2((uint)n);
        _basis.Add(GeneratorFamily.Message, _messages, padded - n);
        var statement = new LinearStatement(_basis, weights, null);
        return IsProving ? ProveLinear(statement, scale, heldBlinding) : VerifyLinear(statement, scale, value.AddBase(constant));
    }

    /// <summary>Bytes of what <see cref="Finish"/> appends, for so many products and variables before it.</summary>
    public static int FinishSize(int products, int variables)
    {
        // the dummy's message; a point a round; va and vb; the linear proof over all variables
        int rounds = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)products + 1));
        return 32 * (1 + rounds + 2) + LinearProof.Size((int)BitOperations.RoundUpToPowerOf2((uint)(variables + 3 + 2 * rounds)));
    }

    private byte[] ProveLinear(LinearStatement statement, Scalar[] scale, in Scalar valueBlinding)
    {
        using var z = new SecretArray<Scalar>(_values.Count);
        for (int c = 0, at = 0; c < scale.Length; at += _counts[c++])
        {
            ScalarVector.Scale(_values.Span.Slice(at, _counts[c]), scale[c], z.Span.Slice(at, _counts[c]));
        }

        Scalar blinding = ScalarVector.Dot(scale, _blindings.Span);
        ScaledCounts[] scaled = [.. _scaled.Select(s => s.Part with { Factor = scale[s.Commitment] * s.Part.Factor })];
        LinearProof.Prove(_transcript, _rng!, statement, z.Span, blinding, valueBlinding, _writer, DegreeOfParallelism, scaled);
        return _writer.ToArray();
    }

    private byte[] VerifyLinear(LinearStatement statement, Scalar[] scale, MultiscalarEquation value)
    {
        var c = new MultiscalarEquation();
        for (int j = 0; j < scale.Length; j++)
        {
            c.AddScaled(_points[j], scale[j]);
        }

        LinearProof.Verify(_transcript, _reader!, statement, c, value, _equation!);
        return [];
    }

    /// <summary>All products at once; a dummy product first, so that the two factors revealed at the end are uniform.</summary>
    private void CheckProducts()
    {
        Scalar[] dummy = [];
        if (IsProving)
        {
            Scalar a = _rng!.NextScalar(),
                b = _rng.NextScalar();
            dummy = [a, b, a * b];
        }

        LinearCombination[] factors = Commit(3, dummy);
        Product(factors[0], factors[1], factors[2]);
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)_products.Count);
        var point = new Scalar[int.Log2(size)];
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = Challenge("tau"u8);
        }

        ProductTables? tables = null;
        if (IsProving)
        {
            var (a, b, o) = (new Scalar[size], new Scalar[size], new Scalar[size]);
            for (int j = 0; j < _products.Count; j++)
            {
                (a[j], b[j], o[j]) = (Evaluate(_products[j].A), Evaluate(_products[j].B), Evaluate(_products[j].O));
            }

            tables = new ProductTables(a, b, o);
        }

        (Scalar[] rhos, LinearCombination claim) = Sumcheck(LinearCombination.Zero, tables, point, point.Length);
        var eq = new Scalar[size];
        ScalarVector.EqTable(rhos, eq);
        ReadOnlySpan<Scalar> used = eq.AsSpan(0, _products.Count);
        LinearCombination sumA = LinearCombination.Weighted([.. _products.Select(p => p.A)], used);
        LinearCombination sumB = LinearCombination.Weighted([.. _products.Select(p => p.B)], used);
        LinearCombination sumO = LinearCombination.Weighted([.. _products.Select(p => p.O)], used);

        Scalar va,
            vb;
        if (IsProving)
        {
            (va, vb) = (tables!.A, tables.B);
            _writer.Add(va);
            _writer.Add(vb);
        }
        else
        {
            (va, vb) = (_reader!.Scalar(), _reader.Scalar());
        }

        _transcript.AppendScalar("va"u8, va);
        _transcript.AppendScalar("vb"u8, vb);
        Constrain(sumA - va);
        Constrain(sumB - vb);
        Constrain(claim + sumO - va * vb);
    }
}
