using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// A member's check of the shares of many dealings: for each dealing i and chunk c, ⟨F, G⟩ + Γ·H = sum over k of a^k·A_{i,c,k}.
/// Every equation is weighted by a random scalar of the member's own, all are one multi-scalar multiplication, and a failure is
/// bisected.
/// </summary>
internal sealed class ShareCheck(AggregationSession session, int member)
{
    private readonly List<Part> _parts = [];

    /// <summary>The part of a dealing that is kept: its weighted sums, not its shares.</summary>
    private sealed record Part(CheckedDealing Dealing, DealLayout Layout, Scalar[][] Sums, Scalar Blinding, Scalar[] Weights);

    /// <summary>Reads the shares of a dealing; false where a scalar is not canonical.</summary>
    public bool TryAdd(CheckedDealing deal, ReceivedShares shares) =>
        TryAdd(deal, shares, DealLayout.Of(session.Terms, deal.Id.Role), null);

    /// <summary>Does the same, and adds them to the buffers of their segments and chunks.</summary>
    public bool TryAdd(CheckedDealing deal, ReceivedShares shares, DealLayout layout, Func<int, int, Memory<Scalar>>? total)
    {
        var sums = new Scalar[layout.Segments.Length][];
        var weights = new Scalar[layout.Chunks];
        RandomWeights(weights);
        Scalar blinding = Scalar.Zero;
        var buffer = new Scalar[layout.MaxLength + 1];
        int chunk = 0;
        long at = 0;
        bool good = true;
        for (int segment = 0; segment < sums.Length; segment++)
        {
            DealSegment own = layout.Segments[segment];
            sums[segment] = new Scalar[own.Length];
            for (int c = 0; c < own.Chunks; c++, chunk++, at += own.Length + 1)
            {
                Span<Scalar> read = buffer.AsSpan(0, own.Length + 1);
                good &= shares.TryRead(chunk, at, read);
                ScalarVector.AddScaled(sums[segment], weights[chunk], read[..own.Length], sums[segment]);
                blinding += weights[chunk] * read[own.Length];
                if (total is not null)
                {
                    Span<Scalar> sum = total(segment, chunk).Span[..read.Length];
                    ScalarVector.Add(sum, read, sum);
                }
            }
        }

        if (good)
        {
            _parts.Add(new Part(deal, layout, sums, blinding, weights));
        }

        return good;
    }

    /// <summary>The dealings whose shares are not what their commitments fix.</summary>
    public IReadOnlyList<CheckedDealing> FindBad()
    {
        var bad = new List<CheckedDealing>();
        Bisect(0, _parts.Count, bad);
        return bad;
    }

    private void Bisect(int from, int to, List<CheckedDealing> bad)
    {
        if (from >= to || Holds(from, to))
        {
            return;
        }

        if (to - from == 1)
        {
            bad.Add(_parts[from].Dealing);
            return;
        }

        int middle = (from + to) / 2;
        Bisect(from, middle, bad);
        Bisect(middle, to, bad);
    }

    /// <summary>sum of ρ_{i,c}·(⟨F, G⟩ + Γ·H − sum over k of a^k·A_{i,c,k}) = 0.</summary>
    private bool Holds(int from, int to)
    {
        int t = session.Terms.Threshold;
        Scalar[] powers = Lagrange.Powers(member, t);
        var (scalars, points) = (new List<Scalar>(), new List<RistrettoPoint>());
        var sums = new Dictionary<GeneratorFamily, Scalar[]>();
        Scalar blinding = Scalar.Zero;
        for (int i = from; i < to; i++)
        {
            Part part = _parts[i];
            blinding += part.Blinding;
            for (int segment = 0; segment < part.Sums.Length; segment++)
            {
                GeneratorFamily family = part.Layout.Segments[segment].Family;
                sums.TryGetValue(family, out Scalar[]? sum);
                if (sum is null || sum.Length < part.Sums[segment].Length)
                {
                    Array.Resize(ref sum, part.Sums[segment].Length);
                    sums[family] = sum;
                }

                Span<Scalar> head = sum.AsSpan(0, part.Sums[segment].Length);
                ScalarVector.Add(head, part.Sums[segment], head);
            }

            Scalar weight = Scalar.FromUInt64(part.Dealing.Dealing.Weight);
            for (int c = 0; c < part.Weights.Length; c++)
            {
                Scalar negative = -part.Weights[c];
                points.Add(part.Dealing.Constants[c]);
                scalars.Add(negative * weight);
                for (int k = 1; k < t; k++)
                {
                    points.Add(part.Dealing.Commitments[c * (t - 1) + k - 1]);
                    scalars.Add(negative * powers[k]);
                }
            }
        }

        foreach ((GeneratorFamily family, Scalar[] sum) in sums)
        {
            points.AddRange(family.First(sum.Length));
            scalars.AddRange(sum);
        }

        points.Add(PedersenGenerators.H);
        scalars.Add(blinding);
        return MultiScalar.VarTime([.. scalars], [.. points]).IsIdentity;
    }

    /// <summary>128 random bits each: a false equation passes with probability 2^-128.</summary>
    internal static void RandomWeights(Span<Scalar> weights)
    {
        var bytes = new byte[16 * weights.Length];
        RandomNumberGenerator.Fill(bytes);
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = Scalar.FromUInt128(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(16 * j)));
        }
    }
}
