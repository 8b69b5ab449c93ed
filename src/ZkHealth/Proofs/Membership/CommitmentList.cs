using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>The public commitments of which one is s·(base) for a secret s; filled up to a power of two with the last one.</summary>
internal abstract class CommitmentList(int count)
{
    /// <summary>The commitments, 1 to 65,536.</summary>
    public int Count { get; } = count;

    /// <summary>n with 2^n ≥ Count, at least 1.</summary>
    public int Log => Math.Max(1, 32 - int.LeadingZeroCount(Count - 1));

    /// <summary>Puts the commitments into the transcript.</summary>
    public abstract void Absorb(Transcript t);

    /// <summary>Σ weights[i]·c_i over the filled list.</summary>
    public abstract RistrettoPoint Combine(ReadOnlySpan<Scalar> weights);

    /// <summary>The same as a formal sum.</summary>
    public abstract void Add(PointSum sum, ReadOnlySpan<Scalar> weights);

    /// <summary>k·(base).</summary>
    public virtual RistrettoPoint Multiply(in Scalar k) => PedersenGenerators.HTable.Multiply(k);

    /// <summary>Adds k·(base) to a formal sum.</summary>
    public virtual void AddMultiple(PointSum sum, in Scalar k) => sum.AddBlinding(k);

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

/// <summary>Encoded points; to open to zero is to be a multiple of H, or of B where they are keys.</summary>
internal sealed class PointList : CommitmentList
{
    private readonly byte[] _encodings;
    private readonly RistrettoPoint[] _points;
    private readonly bool _keys;

    private PointList(byte[] encodings, RistrettoPoint[] points, bool keys)
        : base(points.Length) => (_encodings, _points, _keys) = (encodings, points, keys);

    /// <summary>The list; null where an encoding is no point.</summary>
    public static PointList? TryCreate(IReadOnlyList<CompressedPoint> commitments, bool keys)
    {
        var (encodings, points) = (new byte[32 * commitments.Count], new RistrettoPoint[commitments.Count]);
        for (int i = 0; i < points.Length; i++)
        {
            commitments[i].CopyTo(encodings.AsSpan(32 * i));
        }

        return RistrettoBatch.TryDecode(encodings, points, out _) ? new PointList(encodings, points, keys) : null;
    }

    public override void Absorb(Transcript t)
    {
        t.Append("list"u8, _keys ? "keys"u8 : "commitments"u8);
        t.AppendUInt64("count"u8, (ulong)Count);
        t.Append("digest"u8, SHA256.HashData(_encodings));
    }

    public override RistrettoPoint Combine(ReadOnlySpan<Scalar> weights) => MultiScalar.VarTime(Merge(weights), _points);

    public override void Add(PointSum sum, ReadOnlySpan<Scalar> weights) => sum.Add(_encodings, Merge(weights));

    public override RistrettoPoint Multiply(in Scalar k) => _keys ? PedersenGenerators.BTable.Multiply(k) : base.Multiply(k);

    public override void AddMultiple(PointSum sum, in Scalar k)
    {
        if (_keys)
        {
            sum.AddBase(k);
        }
        else
        {
            base.AddMultiple(sum, k);
        }
    }
}

/// <summary>V − a_i·B for one commitment V and public values a_i: one opens to zero where V holds one of the values.</summary>
internal sealed class DifferenceList(CompressedPoint commitment, RistrettoPoint point, Scalar[] values) : CommitmentList(values.Length)
{
    public override void Absorb(Transcript t)
    {
        var encodings = new byte[Scalar.Size * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i].Encode(encodings.AsSpan(Scalar.Size * i));
        }

        t.Append("list"u8, "differences"u8);
        t.AppendUInt64("count"u8, (ulong)Count);
        t.AppendPoint("V"u8, commitment);
        t.Append("digest"u8, SHA256.HashData(encodings));
    }

    public override RistrettoPoint Combine(ReadOnlySpan<Scalar> weights)
    {
        (Scalar sum, Scalar weighted) = Sums(weights);
        return MultiScalar.VarTime([sum, -weighted], [point, PedersenGenerators.B]);
    }

    public override void Add(PointSum sum, ReadOnlySpan<Scalar> weights)
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

        return (all, ScalarVector.Dot(Merge(weights), values));
    }
}
