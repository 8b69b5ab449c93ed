using ZkHealth.Fields;

namespace ZkHealth.Proofs.Lookups;

/// <summary>A layer of a tree of fractions in its sumcheck: the left half of its fractions and then the right half.</summary>
internal abstract class LogUpLayer
{
    /// <summary>After the last round: p_L, p_R (1 at the leaves), q_L, q_R.</summary>
    public abstract (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final { get; }

    /// <summary>Adds the fractions i of both halves for i in from..to − 1.</summary>
    public abstract void AddHalves(Span<Scalar> p, Span<Scalar> q, int from, int to);

    /// <summary>The terms from..to − 1 of the message of a round, in which 2·half fractions are left of each half.</summary>
    public abstract (Scalar AtZero, Scalar Leading) Round(ReadOnlySpan<Scalar> eq, int half, Scalar lambda, int from, int to);

    /// <summary>Folds both halves by the challenge of a round.</summary>
    public abstract void Fold(Scalar rho, int half, int degreeOfParallelism);
}

/// <summary>Fractions in memory; n of each half. No numerators: all are 1.</summary>
internal sealed class StoredLayer(Memory<Scalar> p, Memory<Scalar> q, int n) : LogUpLayer
{
    public override (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final =>
        p.IsEmpty ? (Scalar.One, Scalar.One, q.Span[0], q.Span[n]) : (p.Span[0], p.Span[n], q.Span[0], q.Span[n]);

    public override void AddHalves(Span<Scalar> sumsP, Span<Scalar> sumsQ, int from, int to) =>
        LogUpKernels.Sums(p.Span, q.Span, n, sumsP, sumsQ, from, to);

    public override (Scalar AtZero, Scalar Leading) Round(ReadOnlySpan<Scalar> eq, int half, Scalar lambda, int from, int to) =>
        LogUpKernels.Round(eq, p.Span, q.Span, n, half, lambda, from, to);

    public override void Fold(Scalar rho, int half, int degreeOfParallelism) =>
        Chunks.For(
            half,
            degreeOfParallelism,
            (_, from, to) =>
            {
                foreach (Memory<Scalar> table in (ReadOnlySpan<Memory<Scalar>>)[q, p])
                {
                    for (int side = 0; side < table.Length && side <= n; side += n)
                    {
                        Span<Scalar> all = table.Span[side..];
                        ScalarVector.Fold(all[from..to], all[(half + from)..(half + to)], rho);
                    }
                }
            }
        );
}

/// <summary>
/// Fractions that are looked up when they are asked for: the leaves, or the sums of two. They are in no memory before their first
/// fold, which writes into that of a layer that is used up by then.
/// </summary>
internal sealed class LookedUpLayer(LogUpCells cells, bool leaves) : LogUpLayer
{
    /// <summary>Fractions of each part of a layer that are looked up at once.</summary>
    private const int Block = 1 << 8;

    private readonly int _n = cells.Rows / (leaves ? 2 : 4);
    private StoredLayer? _folded;

    /// <summary>Room for 2n scalars that nobody needs at the first fold.</summary>
    public Memory<Scalar> Room { get; set; }

    public override (Scalar PL, Scalar PR, Scalar QL, Scalar QR) Final => _folded!.Final;

    public override void AddHalves(Span<Scalar> sumsP, Span<Scalar> sumsQ, int from, int to)
    {
        var (p, q) = (new Scalar[leaves ? 0 : 2 * Block], new Scalar[2 * Block]);
        for (int start = from; start < to; start += Block)
        {
            int length = Math.Min(Block, to - start);
            LookUp(start, length, p, q);
            LookUp(_n + start, length, p, q, length);
            LogUpKernels.Sums(p, q, length, sumsP[start..], sumsQ[start..], 0, length);
        }
    }

    public override (Scalar AtZero, Scalar Leading) Round(ReadOnlySpan<Scalar> eq, int half, Scalar lambda, int from, int to)
    {
        if (_folded is not null)
        {
            return _folded.Round(eq, half, lambda, from, to);
        }

        var (p, q) = (new Scalar[leaves ? 0 : 4 * Block], new Scalar[4 * Block]);
        Scalar atZero = Scalar.Zero,
            leading = Scalar.Zero;
        for (int start = from; start < to; start += Block)
        {
            int length = Math.Min(Block, to - start);
            LookUp(start, length, p, q);
            LookUp(half + start, length, p, q, length);
            LookUp(_n + start, length, p, q, 2 * length);
            LookUp(_n + half + start, length, p, q, 3 * length);
            (Scalar zero, Scalar top) = LogUpKernels.Round(eq[start..], p, q, 2 * length, length, lambda, 0, length);
            atZero += zero;
            leading += top;
        }

        return (atZero, leading);
    }

    public override void Fold(Scalar rho, int half, int degreeOfParallelism)
    {
        if (_folded is not null)
        {
            _folded.Fold(rho, half, degreeOfParallelism);
            return;
        }

        Memory<Scalar> q = Room[.._n],
            p = leaves ? default : Room.Slice(_n, _n);
        Scalar[] pairs = leaves && cells.HasPairs ? cells.FoldedPairs(rho) : [];
        Chunks.For(
            half,
            degreeOfParallelism,
            (_, from, to) =>
            {
                var (highP, highQ) = (new Scalar[leaves ? 0 : Block], new Scalar[Block]);
                for (int start = from; start < to; start += Block)
                {
                    int length = Math.Min(Block, to - start);
                    for (int side = 0; side < 2; side++)
                    {
                        int low = side * _n + start,
                            at = side * half + start;
                        if (pairs.Length > 0)
                        {
                            cells.Fold(pairs, low, half + low, q.Span.Slice(at, length));
                            continue;
                        }

                        LookUp(low, length, p.Span, q.Span, at);
                        LookUp(half + low, length, highP, highQ);
                        ScalarVector.Fold(q.Span.Slice(at, length), highQ.AsSpan(0, length), rho);
                        if (!leaves)
                        {
                            ScalarVector.Fold(p.Span.Slice(at, length), highP.AsSpan(0, length), rho);
                        }
                    }
                }
            }
        );
        _folded = new StoredLayer(p, q, half);
        if (leaves)
        {
            cells.Dispose();
        }
    }

    /// <summary>Writes fractions from start on, to the place at.</summary>
    private void LookUp(int start, int length, Span<Scalar> p, Span<Scalar> q, int at = 0)
    {
        if (leaves)
        {
            cells.Leaves(start, q.Slice(at, length));
            return;
        }

        cells.Pairs(start, p.Slice(at, length), q.Slice(at, length));
    }
}
