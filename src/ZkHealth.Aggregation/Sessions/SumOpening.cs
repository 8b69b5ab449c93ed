using System.Numerics;
using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Statistics;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// The values that the members open of a sum of cubes: the values ⟨w_j, F(a)⟩, with noise ⟨w_j, F(a)⟩ + ⟨1 − 2b_j, F_noise(a)⟩ as
/// one number, and the linear proof that they are those of the summed commitments P_a = sum over k of a^k·(sum over the set of
/// A_{i,k}). Everything else of the share stays hidden.
/// </summary>
internal sealed class SumOpening
{
    private readonly AggregationSession _session;
    private readonly byte[] _set;
    private readonly Scalar? _beacon;
    private readonly Scalar[][] _rows;
    private readonly byte[][] _coins;
    private readonly RistrettoPoint[] _sums; // A_k of the sum, cube and noise together
    private readonly int _cells,
        _noise,
        _padded;

    /// <param name="session">The session.</param>
    /// <param name="set">The digest of the frozen set.</param>
    /// <param name="contributions">Its contributions.</param>
    /// <param name="beacon">The opened beacon where there is noise.</param>
    public SumOpening(AggregationSession session, byte[] set, IReadOnlyList<CheckedDealing> contributions, Scalar? beacon)
    {
        AggregationTerms terms = session.Terms;
        (_session, _set, _beacon) = (session, set, beacon);
        _rows = [.. terms.WeightRows().Select(row => row.Select(Scalar.FromInt64).ToArray())];
        int perNumber = terms.NoiseBits;
        (_cells, _noise) = (terms.Axes.CellCount, perNumber * _rows.Length);
        _padded = (int)BitOperations.RoundUpToPowerOf2((uint)(_cells + _noise));
        _coins = [];
        if (terms.Noise is not null)
        {
            Scalar opened = beacon ?? throw new ArgumentNullException(nameof(beacon));
            _coins = Coins(terms, session, opened);
        }

        Offsets = [.. _coins.Select(b => (long)contributions.Count * b.Sum(x => (long)x))];

        // cube and noise are committed apart, over generators of their own, and opened as one vector: their commitments add up
        int t = terms.Threshold;
        RistrettoPoint[] all = FrozenSet.SumCommitments(contributions, t);
        _sums = all[..t];
        for (int at = t; at < all.Length; at++)
        {
            _sums[at % t] += all[at];
        }
    }

    /// <summary>|I| times the sum of the coins, for each number: public, added after interpolation. Empty without
    /// noise.</summary>
    public long[] Offsets { get; }

    public int Count => _rows.Length;

    private GeneratorBasis Basis
    {
        get
        {
            var basis = new GeneratorBasis();
            basis.Add(GeneratorFamily.Cube, 0, _cells);
            basis.Add(GeneratorFamily.Noise, 0, _noise);
            basis.Add(GeneratorFamily.Cube, _cells, _padded - _cells - _noise);
            return basis;
        }
    }

    /// <summary>The share of a member from its summed shares (entries of the cube, then of the noise) and their
    /// blinding.</summary>
    public (byte[] Values, byte[] Proof) Prove(int member, ReadOnlySpan<Scalar> shares, in Scalar blinding)
    {
        var values = new Scalar[_rows.Length];
        for (int j = 0; j < values.Length; j++)
        {
            values[j] =
                ScalarVector.Dot(_rows[j], shares[.._cells]) + (_coins.Length == 0 ? Scalar.Zero : Signed(j, shares[_cells..]));
        }

        return ProveUnchecked(member, shares, blinding, values);
    }

    /// <summary>Proves for any values, as a cheating member would.</summary>
    internal (byte[] Values, byte[] Proof) ProveUnchecked(
        int member,
        ReadOnlySpan<Scalar> shares,
        in Scalar blinding,
        Scalar[] values
    )
    {
        Transcript t = Start(member, values, out Scalar[] weights, out _);
        using TranscriptRng rng = t.Clone()
            .BuildRng()
            .RekeyWithWitness("shares"u8, MemoryMarshal.AsBytes(shares))
            .RekeyWithWitness("blinding"u8, blinding.ToBytes())
            .Complete();
        var proof = new ProofWriter();
        LinearProof.Prove(t, rng, new LinearStatement(Basis, weights, null), shares, blinding, Scalar.Zero, proof);
        return (Messages.Join(values), proof.ToArray());
    }

    /// <summary>Reads a member's share and gives its equation to the batch. Returns what failed, or null.</summary>
    public ProofFault? Collect(int member, SumShare share, VerificationBatch batch, out Scalar[] values)
    {
        values = [];
        if (
            share.Values.Length != Scalar.Size * _rows.Length
            || share.Proof.Length != LinearProof.Size(_padded)
            || Messages.Scalars(share.Values.Span) is not Scalar[] read
        )
        {
            return ProofFault.Length("there is not one value for each number, or the proof has another length");
        }

        values = read;
        Transcript t = Start(member, read, out Scalar[] weights, out Scalar v);
        var (equation, reader) = (new MultiscalarEquation(), new ProofReader(share.Proof));
        var p = new MultiscalarEquation().Add(Messages.Join(FrozenSet.Compressed(_sums)), Lagrange.Powers(member, _sums.Length));
        LinearProof.Verify(
            t,
            reader,
            new LinearStatement(Basis, weights, null),
            p,
            new MultiscalarEquation().AddBase(v),
            equation
        );
        reader.End();
        batch.Add($"the share of member {member} is not that of the commitments", equation);
        return reader.Failure;
    }

    /// <summary>Absorbs everything the proof is about; joins the rows by powers of eta.</summary>
    private Transcript Start(int member, Scalar[] values, out Scalar[] weights, out Scalar v)
    {
        var t = new Transcript(Labels.SumOpening);
        t.Append("sid"u8, _session.Sid.Span);
        t.Append("set"u8, _set);
        t.AppendUInt64("member"u8, (ulong)member);
        t.AppendScalar("beacon"u8, _beacon ?? Scalar.Zero);
        foreach (CompressedPoint sum in FrozenSet.Compressed(_sums))
        {
            t.AppendPoint("A"u8, sum);
        }

        foreach (Scalar value in values)
        {
            t.AppendScalar("v"u8, value);
        }

        var mix = new Scalar[values.Length];
        ScalarVector.Powers(t.ChallengeScalar("eta"u8), mix);
        weights = new Scalar[_cells + _noise];
        for (int j = 0; j < mix.Length; j++)
        {
            ScalarVector.AddScaled(weights.AsSpan(0, _cells), mix[j], _rows[j], weights.AsSpan(0, _cells));
            for (int i = 0; _coins.Length > 0 && i < _coins[j].Length; i++)
            {
                weights[_cells + j * _coins[j].Length + i] = _coins[j][i] == 0 ? mix[j] : -mix[j];
            }
        }

        v = ScalarVector.Dot(mix, values);
        return t;
    }

    /// <summary>⟨1 − 2b_j, F_noise⟩.</summary>
    private Scalar Signed(int number, ReadOnlySpan<Scalar> noise)
    {
        byte[] coins = _coins[number];
        Scalar sum = Scalar.Zero;
        for (int i = 0; i < coins.Length; i++)
        {
            Scalar share = noise[number * coins.Length + i];
            sum += coins[i] == 0 ? share : -share;
        }

        return sum;
    }

    /// <summary>b = XOF(beacon ‖ sid ‖ statistic ‖ number within it).</summary>
    private static byte[][] Coins(AggregationTerms terms, AggregationSession session, in Scalar beacon)
    {
        var coins = new List<byte[]>();
        byte[] seed = beacon.ToBytes();
        RegionalStatistics.TryRows(terms, out long[][][]? rows, out _);
        for (int k = 0; k < rows!.Length; k++)
        {
            for (int j = 0; j < rows[k].Length; j++)
            {
                coins.Add(BinomialNoise.Coins(seed, session.Sid.Span, (uint)k, (uint)j, terms.NoiseBits));
            }
        }

        return [.. coins];
    }
}
