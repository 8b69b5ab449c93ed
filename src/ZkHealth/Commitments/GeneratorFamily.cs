using System.Text;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Commitments;

/// <summary>
/// An endless sequence of points G₀, G₁, … with no known relation between them, nor with those of another family, nor with
/// B and H: G_i is the point of bytes 64i to 64i + 63 of SHAKE256("ZkHealth v1 generators " || name).
/// </summary>
/// <remarks>
/// Points are derived when first asked for and kept for the life of the process, but for those that a verifier asks for beyond
/// 2^16, since their number may be a stranger's choice: these are kept as long as memory is not needed. All members may be used
/// by several threads at once.
/// </remarks>
internal sealed class GeneratorFamily
{
    /// <summary>The most values of one range proof.</summary>
    internal const int MaxRangeValues = 32;

    private const int UniformSize = 64;
    private const int Chunk = 256; // points derived by one task; below this, threads cost more than they save

    private const int Batch = 64 * Chunk; // points whose uniform bytes are held at once: 1 MiB

    /// <summary>The most points that are kept because a verifier asked for them.</summary>
    private const int MostForVerifiers = 1 << 16;

    private readonly Lock _gate = new();
    private readonly Shake256 _stream = new();
    private readonly byte[] _seed;
    private readonly WeakReference<RistrettoPoint[]> _large = new([]);

    // Guarded by the gate when growing. Read without it: a snapshot's points are written before it is published and never
    // again; entries of the array beyond its count may be written by others, and are not looked at.
    private volatile Snapshot _known = new([], 0);

    // the index in Tables of each point that has been added to them, batch by batch of TableBatch
    private volatile int[] _tabled = [];
    private readonly int _mostTabled;

    // how often verifiers have asked for tables that were not there, and how often until making them is repaid: 18 µs a point to
    // make, 2.5 µs saved
    private int _asked;
    private const int Repaid = 8;

    private GeneratorFamily(string name, int mostTabled)
        : this(name, mostTabled, [.. Labels.Generators, .. Encoding.ASCII.GetBytes(name)]) { }

    private GeneratorFamily(string name, int mostTabled, byte[] absorbed)
    {
        Name = name;
        _mostTabled = mostTabled;
        _seed = absorbed;
        _stream.Absorb(absorbed);
    }

    /// <summary>Under the rows of a table's columns.</summary>
    public static GeneratorFamily Column { get; } = new("column", 512);

    /// <summary>Under the cells of cubes.</summary>
    public static GeneratorFamily Cube { get; } = new("cube", 512);

    /// <summary>Under the messages of a proof.</summary>
    public static GeneratorFamily Message { get; } = new("message", 1024);

    /// <summary>Under the random bits of noise.</summary>
    public static GeneratorFamily Noise { get; } = new("noise", 512);

    /// <summary>Under the bits of the j-th value of a range proof: the chains G of dalek bulletproofs.</summary>
    internal static GeneratorFamily RangeG(int party) => RangeFamilies.G[party].Value;

    /// <summary>Under their complements: the chains H.</summary>
    internal static GeneratorFamily RangeH(int party) => RangeFamilies.H[party].Value;

    /// <summary>The name the points are derived from.</summary>
    public string Name { get; }

    public override string ToString() => Name;

    /// <summary>G₀, …, G_{n-1}.</summary>
    internal ReadOnlySpan<RistrettoPoint> First(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var snapshot = _known;
        return (snapshot.Count >= n ? snapshot : Grow(n)).Points.AsSpan(0, n);
    }

    /// <summary>Does the same for a verifier: what a stranger's statement asks for is not kept for ever.</summary>
    internal ReadOnlySpan<RistrettoPoint> FirstForVerifier(int n)
    {
        if (n <= MostForVerifiers || _known.Count >= n)
        {
            return First(n);
        }

        lock (_gate)
        {
            if (_large.TryGetTarget(out RistrettoPoint[]? there) && there.Length >= n)
            {
                return there.AsSpan(0, n);
            }

            var (kept, count) = _known;
            var points = new RistrettoPoint[n];
            kept.AsSpan(0, count).CopyTo(points);
            var again = new Shake256();
            again.Absorb(_seed);
            var skipped = new byte[UniformSize * Chunk];
            for (int left = count; left > 0; left -= Chunk)
            {
                again.Squeeze(skipped.AsSpan(0, UniformSize * Math.Min(left, Chunk)));
            }

            Derive(again, points.AsMemory(count));
            _large.SetTarget(points);
            return points;
        }
    }

    /// <summary>
    /// The multiples of the first points of all families (<see cref="PointTables"/>), 16 KiB a point; made when first asked for
    /// and kept.
    /// </summary>
    internal static PointTables Tables { get; } = new(PointTables.Many);

    /// <summary>
    /// The indices in <see cref="Tables"/> of G_start, …; false where the family keeps no tables of these. For a verifier, whom
    /// one proof does not repay the work, tables are not made before it has asked <see cref="Repaid"/> times.
    /// </summary>
    internal bool TryTables(int start, Span<int> indices, bool verifier = false)
    {
        int end = start + indices.Length,
            batch = 8;
        if (
            !PointTables.Exist
            || end > _mostTabled
            || (verifier && _tabled.Length < end && Interlocked.Increment(ref _asked) < Repaid)
        )
        {
            return false;
        }

        if (_tabled.Length < end)
        {
            ReadOnlySpan<RistrettoPoint> points = First((end + batch - 1) / batch * batch);
            lock (_gate)
            {
                int[] known = _tabled;
                int count = (end + batch - 1) / batch * batch;
                if (known.Length < count)
                {
                    int first = Tables.Add(points[known.Length..count]);
                    _tabled = [.. known, .. Enumerable.Range(first, count - known.Length)];
                }
            }
        }

        _tabled.AsSpan(start, indices.Length).CopyTo(indices);
        return true;
    }

    private Snapshot Grow(int n)
    {
        lock (_gate)
        {
            var (points, count) = _known;
            if (count >= n)
            {
                return _known;
            }

            if (points.Length < n)
            {
                // Doubling bounds the copies of all growth by the length reached. The old array stays as others know it.
                var larger = new RistrettoPoint[(int)Math.Min(Math.Max(n, 2L * points.Length), Array.MaxLength)];
                points.AsSpan(0, count).CopyTo(larger);
                points = larger;
            }

            Derive(_stream, points.AsMemory(count, n - count));
            return _known = new Snapshot(points, n);
        }
    }

    /// <summary>
    /// Fills <paramref name="points"/> from the stream, which is taken in order; only the map to the group runs in parallel.
    /// The loop takes at most 64 <see cref="Batch"/> bytes of the stream at a time.
    /// </summary>
    private static void Derive(Shake256 stream, Memory<RistrettoPoint> points)
    {
        var uniform = new byte[UniformSize * Math.Min(points.Length, Batch)];
        while (!points.IsEmpty)
        {
            var batch = points[..Math.Min(points.Length, Batch)];
            stream.Squeeze(uniform.AsSpan(0, UniformSize * batch.Length));
            Parallel.For(
                0,
                (batch.Length + Chunk - 1) / Chunk,
                i =>
                {
                    var part = batch.Span[(i * Chunk)..Math.Min((i + 1) * Chunk, batch.Length)];
                    RistrettoBatch.FromUniformBytes(uniform.AsSpan(UniformSize * Chunk * i, UniformSize * part.Length), part);
                }
            );
            points = points[batch.Length..];
        }
    }

    /// <summary>SHAKE256("GeneratorsChain" ‖ letter ‖ LE32(party)), 64 bytes a point, as bulletproofs 5.0 of dalek has
    /// it.</summary>
    private static class RangeFamilies
    {
        public static readonly Lazy<GeneratorFamily>[] G = Make((byte)'G'),
            H = Make((byte)'H');

        private static Lazy<GeneratorFamily>[] Make(byte letter) =>
            [
                .. Enumerable
                    .Range(0, MaxRangeValues)
                    .Select(party => new Lazy<GeneratorFamily>(() =>
                        new GeneratorFamily(
                            $"range {(char)letter} {party}",
                            party < 4 ? 64 : 0,
                            [.. "GeneratorsChain"u8, letter, (byte)party, 0, 0, 0]
                        )
                    )),
            ];
    }

    private sealed record Snapshot(RistrettoPoint[] Points, int Count);
}
