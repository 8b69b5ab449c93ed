using System.Runtime.InteropServices;

namespace ZkHealth.Fields;

/// <summary>Doubles that begin at a cache line, so that a record of 16 lies in two lines and no load crosses a border.</summary>
internal sealed class AlignedRecords
{
    private const int Line = 64;

    private readonly double[] _array;
    private readonly int _skip, _length;

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
}
