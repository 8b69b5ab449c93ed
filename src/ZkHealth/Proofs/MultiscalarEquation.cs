using System.Runtime.InteropServices;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// A formal sum of multiples of B, H, vector generators and points that are still encoded. A verifier collects its
/// whole equation here and evaluates it once: one batch decoding, one multi-scalar multiplication.
/// </summary>
internal sealed class MultiscalarEquation
{
    private const int SharedLength = 16; // below, to look for a shared list costs more than it saves
    private const int MostTabled = 512; // above, one sum over all points is as fast as one over tables

    private readonly Dictionary<GeneratorFamily, Scalar[]> _generators = [];
    private readonly List<(ReadOnlyMemory<byte> Encodings, Scalar[] Scalars)> _points = [];

    // long lists that several proofs may share: one place in memory
    private readonly Dictionary<ReadOnlyMemory<byte>, Scalar[]> _lists = [];
    private Scalar _base = Scalar.Zero;
    private Scalar _blinding = Scalar.Zero;

    /// <summary>Adds k·B.</summary>
    public MultiscalarEquation AddBase(in Scalar k)
    {
        _base += k;
        return this;
    }

    /// <summary>Adds k·H.</summary>
    public MultiscalarEquation AddBlinding(in Scalar k)
    {
        _blinding += k;
        return this;
    }

    /// <summary>Adds k·P for an encoded point.</summary>
    public MultiscalarEquation Add(in CompressedPoint point, in Scalar k) => Add(point.ToBytes(), [k]);

    /// <summary>Adds sum of scalars[i]·P_i for points encoded one after the other, 32 bytes each.</summary>
    public MultiscalarEquation Add(ReadOnlyMemory<byte> encodings, Scalar[] scalars)
    {
        if (encodings.Length != scalars.Length * RistrettoPoint.Size)
        {
            throw new ArgumentException("expected one scalar for each 32-byte point", nameof(scalars));
        }

        if (scalars.Length < SharedLength)
        {
            _points.Add((encodings, scalars));
        }
        else if (_lists.TryGetValue(encodings, out Scalar[]? sums))
        {
            ScalarVector.Add(sums, scalars, sums);
        }
        else
        {
            _points.Add((encodings, _lists[encodings] = [.. scalars]));
        }

        return this;
    }

    /// <summary>Adds sum of coefficients[i]·G_{start+i} of one family.</summary>
    public MultiscalarEquation Add(GeneratorFamily family, int start, ReadOnlySpan<Scalar> coefficients)
    {
        int end = start + coefficients.Length;
        _generators.TryGetValue(family, out Scalar[]? sums);
        if (sums is null || sums.Length < end)
        {
            Array.Resize(ref sums, end);
            _generators[family] = sums;
        }

        Span<Scalar> at = sums.AsSpan(start, coefficients.Length);
        ScalarVector.Add(at, coefficients, at);
        return this;
    }

    /// <summary>Adds sum of coefficients[i]·G_i over a basis.</summary>
    public MultiscalarEquation Add(GeneratorBasis basis, ReadOnlySpan<Scalar> coefficients)
    {
        int at = 0;
        foreach (GeneratorBasis.Segment s in basis.Segments)
        {
            Add(s.Family, s.Start, coefficients.Slice(at, s.Count));
            at += s.Count;
        }

        return this;
    }

    /// <summary>Adds k times another sum.</summary>
    public MultiscalarEquation AddScaled(MultiscalarEquation other, in Scalar k)
    {
        _base += k * other._base;
        _blinding += k * other._blinding;
        foreach ((GeneratorFamily family, Scalar[] sums) in other._generators)
        {
            Add(family, 0, Scaled(sums, k));
        }

        foreach ((ReadOnlyMemory<byte> encodings, Scalar[] scalars) in other._points)
        {
            Add(encodings, Scaled(scalars, k));
        }

        return this;
    }

    /// <summary>The sum as a point; false where an encoding is not canonical or not a point. Variable time.</summary>
    public bool TryEvaluate(out RistrettoPoint sum)
    {
        RistrettoPoint tabled = SumOfTabled(out HashSet<GeneratorFamily> done);
        int encoded = _points.Sum(p => p.Scalars.Length);
        int total = encoded + _generators.Where(g => !done.Contains(g.Key)).Sum(g => g.Value.Length) + 2;
        var scalars = new Scalar[total];
        var points = new RistrettoPoint[total];
        var bytes = new byte[RistrettoPoint.Size * encoded];
        int at = 0;
        foreach ((ReadOnlyMemory<byte> encodings, Scalar[] ks) in _points)
        {
            encodings.Span.CopyTo(bytes.AsSpan(RistrettoPoint.Size * at));
            ks.CopyTo(scalars, at);
            at += ks.Length;
        }

        if (!RistrettoBatch.TryDecode(bytes, points.AsSpan(0, encoded), out _))
        {
            sum = RistrettoPoint.Identity;
            return false;
        }

        foreach ((GeneratorFamily family, Scalar[] ks) in _generators.Where(g => !done.Contains(g.Key)))
        {
            family.FirstForVerifier(ks.Length).CopyTo(points.AsSpan(at));
            ks.CopyTo(scalars, at);
            at += ks.Length;
        }

        (points[at], scalars[at]) = (PedersenGenerators.B, _base);
        (points[at + 1], scalars[at + 1]) = (PedersenGenerators.H, _blinding);
        sum = tabled + MultiScalar.VarTime(scalars, points);
        return true;
    }

    /// <summary>The part of families whose generators have tables, where there are few enough that a sum over tables is
    /// faster.</summary>
    private RistrettoPoint SumOfTabled(out HashSet<GeneratorFamily> done)
    {
        done = [];
        if (_generators.Values.Sum(g => g.Length) > MostTabled)
        {
            return RistrettoPoint.Identity;
        }

        var scalars = new List<Scalar>();
        var indices = new List<int>();
        foreach ((GeneratorFamily family, Scalar[] ks) in _generators)
        {
            var own = new int[ks.Length];
            if (family.TryTables(0, own, verifier: true))
            {
                done.Add(family);
                scalars.AddRange(ks);
                indices.AddRange(own);
            }
        }

        return done.Count == 0
            ? RistrettoPoint.Identity
            : GeneratorFamily.Tables.VarTimeSum(CollectionsMarshal.AsSpan(scalars), CollectionsMarshal.AsSpan(indices));
    }

    private static Scalar[] Scaled(Scalar[] scalars, in Scalar k)
    {
        var scaled = new Scalar[scalars.Length];
        ScalarVector.Scale(scalars, k, scaled);
        return scaled;
    }
}
