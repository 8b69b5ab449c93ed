using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>The public commitments of which one is s·(base) for a secret s; filled up to a power of two with the last
/// one.</summary>
internal abstract class CommitmentList(int count)
{
    /// <summary>The commitments, 1 to 65,536.</summary>
    public int Count { get; } = count;

    /// <summary>n with 2^n ≥ Count, at least 1.</summary>
    public int Log => LogOf(Count);

    public static int LogOf(int count) => Math.Max(1, 32 - int.LeadingZeroCount(count - 1));

    /// <summary>Puts the commitments into the transcript.</summary>
    public abstract void Absorb(Transcript t);

    /// <summary>Σ weights[i]·c_i over the filled list.</summary>
    public abstract RistrettoPoint Combine(ReadOnlySpan<Scalar> weights);

    /// <summary>The commitment as a formal sum.</summary>
    public abstract void Add(MultiscalarEquation sum, ReadOnlySpan<Scalar> weights);

    /// <summary>k·(base).</summary>
    public virtual RistrettoPoint Multiply(in Scalar k) => PedersenGenerators.HTable.Multiply(k);

    /// <summary>Adds k·(base) to a formal sum.</summary>
    public virtual void AddMultiple(MultiscalarEquation sum, in Scalar k) => sum.AddBlinding(k);

    /// <summary>The weights of the filled list brought onto the list: the last one takes those of its repetitions.</summary>
    protected Scalar[] Merge(ReadOnlySpan<Scalar> weights)
    {
        Scalar[] merged = weights[..Count].ToArray();
        for (int i = Count; i < weights.Length; i++)
        {
            merged[^1] += weights[i];
        }

        return merged;
    }
}

/// <summary>Public keys, multiples of B.</summary>
internal sealed class KeyList(PublicPoints list) : CommitmentList(list.Count)
{
    public override void Absorb(Transcript t)
    {
        t.Append("list"u8, "keys"u8);
        t.AppendUInt64("count"u8, (ulong)Count);
        t.Append("digest"u8, list.Digest.Span);
    }

    public override RistrettoPoint Combine(ReadOnlySpan<Scalar> weights) => MultiScalar.VarTime(Merge(weights), list.Points);

    public override void Add(MultiscalarEquation sum, ReadOnlySpan<Scalar> weights) => sum.Add(list.Encodings, Merge(weights));

    public override RistrettoPoint Multiply(in Scalar k) => PedersenGenerators.BTable.Multiply(k);

    public override void AddMultiple(MultiscalarEquation sum, in Scalar k) => sum.AddBase(k);
}

/// <summary>V − a_i·B for one commitment V and the values a_i of a public set: one opens to zero where V holds one of the
/// values.</summary>
internal sealed class DifferenceList(CompressedPoint commitment, RistrettoPoint point, PublicSet set) : CommitmentList(set.Count)
{
    public override void Absorb(Transcript t)
    {
        t.Append("list"u8, "differences"u8);
        t.AppendUInt64("count"u8, (ulong)Count);
        t.AppendPoint("V"u8, commitment);
        t.Append("set"u8, set.Digest.Span);
    }

    public override RistrettoPoint Combine(ReadOnlySpan<Scalar> weights)
    {
        (Scalar sum, Scalar weighted) = Sums(weights);
        return MultiScalar.VarTime([sum, -weighted], [point, PedersenGenerators.B]);
    }

    public override void Add(MultiscalarEquation sum, ReadOnlySpan<Scalar> weights)
    {
        (Scalar all, Scalar weighted) = Sums(weights);
        sum.Add(commitment, all).AddBase(-weighted);
    }

    /// <summary>Σ w_i and Σ w_i·a_i.</summary>
    private (Scalar All, Scalar Weighted) Sums(ReadOnlySpan<Scalar> weights)
    {
        Scalar all = Scalar.Zero;
        foreach (Scalar weight in weights)
        {
            all += weight;
        }

        return (all, ScalarVector.Dot(Merge(weights), set.Values));
    }
}
