using System.Runtime.InteropServices;

namespace ZkHealth.Fields;

/// <summary>Doubles that begin at a cache line, so that a record of 16 lies in two lines and no load crosses a border.</summary>
/// <remarks>
/// What is needed for one sum alone is rented: fresh pinned arrays would have the collector walk the whole heap every few sums.
/// </remarks>
internal sealed class AlignedRecords : IDisposable
{
    private const int Line = 64,
        Step = 1 << 12,
        MostKept = (1 << 19) + Step;

    // two for each thread, of little more than 4 MiB at most
    [ThreadStatic]
    private static AlignedRecords? _first;

    [ThreadStatic]
    private static AlignedRecords? _second;

    private readonly double[] _array;
    private readonly int _skip;
    private int _length;

    /// <summary>Allocates without clearing.</summary>
    public AlignedRecords(int length)
    {
        _array = GC.AllocateUninitializedArray<double>(length + Line / sizeof(double), pinned: true);
        int over = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) % Line);
        _skip = over == 0 ? 0 : (Line - over) / sizeof(double);
        _length = length;
    }

    public int Length => _length;

    public Span<double> Span => _array.AsSpan(_skip, _length);

    /// <summary>Records that the thread has given back, or new ones; not cleared.</summary>
    public static AlignedRecords Rent(int length)
    {
        if (Take(ref _first, length) is { } first)
        {
            return first;
        }

        return Take(ref _second, length)
            ?? new AlignedRecords(length <= MostKept ? (length + Step - 1) / Step * Step : length) { _length = length };
    }

    /// <summary>Gives them back to the thread. Secrets must be cleared before.</summary>
    public void Dispose()
    {
        if (_array.Length > MostKept + Line / sizeof(double))
        {
            return;
        }

        ref AlignedRecords? kept = ref _first is null || (_second is not null && _first._array.Length <= _second._array.Length)
            ? ref _first
            : ref _second;
        if (kept is null || kept._array.Length < _array.Length)
        {
            kept = this;
        }
    }

    private static AlignedRecords? Take(ref AlignedRecords? kept, int length)
    {
        if (kept is null || kept._array.Length - Line / sizeof(double) < length)
        {
            return null;
        }

        AlignedRecords taken = kept;
        taken._length = length;
        kept = null;
        return taken;
    }
}
