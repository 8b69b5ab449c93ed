using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Sums of codes times generators for many rows: lanes run over rows, which share tables of multiples of the generators, so that
/// a code costs an addition or two, without doublings or buckets.
/// </summary>
/// <remarks>Addresses depend on the codes (docs/security.md).</remarks>
[SkipLocalsInit]
internal static class RowSumLanes8
{
    /// <summary>Tables of so many bytes are built and used up before the next ones: they stay in the second cache.</summary>
    private const int BlockBytes = 1 << 19;

    /// <summary>rows[r] = sum over j of codes[r·width + j]·generators[j], for a multiple of Count rows.</summary>
    public static void Run(
        ReadOnlyMemory<uint> codes, int width, ReadOnlySpan<RistrettoPoint> generators, Span<RistrettoPoint> rows, RowSumPlan plan,
        int degreeOfParallelism, CancellationToken cancellationToken)
    {
        int batches = rows.Length / FieldLanes8.Count, entries = plan.Entries;
        int unitsPerBlock = Math.Max(FieldLanes8.Count, BlockBytes / (entries * AffineLanes8.RecordSize * sizeof(double)) / FieldLanes8.Count * FieldLanes8.Count);
        int units = plan.Units(width), blocks = (units + unitsPerBlock - 1) / unitsPerBlock, cores = Math.Min(degreeOfParallelism, blocks);
        RistrettoPoint[] bases = plan.Bases(generators);

        // a core takes one block after the other, all rows through it, and keeps sums of its own: nothing is waited for but the
        // end
        var sums = new PointLanes8[cores][];
        int taken = -1;
        void Work(int core)
        {
            var own = new PointLanes8[batches];
            Array.Fill(own, PointLanes8.Identity);
            var table = new AlignedRecords(unitsPerBlock * entries * AffineLanes8.RecordSize);
            for (int block = Interlocked.Increment(ref taken); block < blocks; block = Interlocked.Increment(ref taken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int from = block * unitsPerBlock, count = Math.Min(unitsPerBlock, units - from);
                BuildTables(bases, from, count, plan, table.Span);
                for (int batch = 0; batch < batches; batch++)
                {
                    AddBlock(ref own[batch], codes.Span[(batch * FieldLanes8.Count * width)..], width, table.Span, from, count, plan);
                }
            }

            sums[core] = own;
        }

        if (cores == 1)
        {
            Work(0);
        }
        else
        {
            Parallel.For(0, cores, new ParallelOptions { MaxDegreeOfParallelism = cores, CancellationToken = cancellationToken }, Work);
        }

        using var frame = new LaneFrame<CachedSumLanes8>();
        ref CachedSumLanes8 f = ref frame.Value;
        for (int batch = 0; batch < batches; batch++)
        {
            f.Sum = sums[0][batch];
            for (int core = 1; core < cores; core++)
            {
                CachedLanes8.From(sums[core][batch], out f.Term);
                PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            }

            f.Sum.Store(rows[(batch * FieldLanes8.Count)..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(ref PointLanes8 sum, ReadOnlySpan<uint> codes, int width, ReadOnlySpan<double> table, int from, int count, RowSumPlan plan)
    {
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        f.Sum = sum;
        int record = AffineLanes8.RecordSize, size = record * plan.Entries;
        for (int u = 0; u < count; u++)
        {
            int any = 0;
            for (int i = 0; i < offsets.Length; i++)
            {
                int index = plan.Index(codes.Slice(i * width, width), from + u);
                any |= index;
                offsets[i] = u * size + index * record;
            }

            if (any != 0)
            {
                AffineLanes8.Load(table, offsets, out f.Term);
                PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            }
        }

        sum = f.Sum;
    }

    /// <summary>Writes the records of all entries of a block of units, unit by unit; lanes run over units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildTables(RistrettoPoint[] bases, int from, int count, RowSumPlan plan, Span<double> table)
    {
        int entries = plan.Entries, members = plan.Group, step = 1 << plan.Bits, lanes = FieldLanes8.Count;
        int batches = (count + lanes - 1) / lanes;
        var points = new PointLanes8[batches * entries];
        var padded = new RistrettoPoint[lanes];
        using var frame = new LaneFrame<CachedSumLanes8>();
        ref CachedSumLanes8 f = ref frame.Value;
        for (int batch = 0; batch < batches; batch++)
        {
            Span<PointLanes8> own = points.AsSpan(batch * entries, entries);
            own[0] = PointLanes8.Identity;
            for (int m = 0, filled = 1; m < members; m++, filled *= step)
            {
                for (int i = 0; i < lanes; i++)
                {
                    int at = (from + batch * lanes + i) * members + m;
                    padded[i] = at < bases.Length && batch * lanes + i < count ? bases[at] : RistrettoPoint.Identity;
                }

                f.Point = PointLanes8.Load(padded);
                CachedLanes8.From(f.Point, out f.Term);
                for (int k = filled; k < filled * step; k++)
                {
                    f.Sum = own[k - filled];
                    PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
                    own[k] = f.Sum;
                }
            }
        }

        var affine = new AffineLanes8[points.Length];
        AffineLanes8.FromPoints(points, affine);
        for (int i = 0; i < affine.Length; i++)
        {
            int batch = i / entries, entry = i % entries;
            affine[i].Store(
                table[((batch * lanes * entries + entry) * AffineLanes8.RecordSize)..], entries * AffineLanes8.RecordSize);
        }
    }
}
