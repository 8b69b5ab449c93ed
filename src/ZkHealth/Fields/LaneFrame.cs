using System.Runtime.InteropServices;

namespace ZkHealth.Fields;

/// <summary>
/// Room for the lanes of a method, beginning at a cache line: taken with <c>using</c>, cleared when it is given back. Vectors on
/// the ordinary stack begin anywhere, and those that cross lines cost an addition of points a fifth (docs/performance.md).
/// </summary>
/// <remarks>A thread keeps 128 KiB, which methods that call each other share as a stack.</remarks>
internal readonly ref struct LaneFrame<T>
    where T : struct
{
    private readonly Span<T> _room;
    private readonly int _from;

    /// <summary>Takes room for one value, all zero.</summary>
    public LaneFrame() => _room = LaneStack.Take<T>(out _from);

    public ref T Value => ref _room[0];

    public void Dispose()
    {
        new SecretSpan<byte>(MemoryMarshal.AsBytes(_room)).Dispose();
        LaneStack.GiveBack(_from);
    }
}

/// <summary>The memory behind <see cref="LaneFrame{T}"/>.</summary>
internal static class LaneStack
{
    private const int Size = 1 << 14,
        Line = 8; // in doubles

    [ThreadStatic]
    private static AlignedRecords? _memory;

    [ThreadStatic]
    private static int _used;

    public static Span<T> Take<T>(out int from)
        where T : struct
    {
        if (_memory is null)
        {
            _memory = new AlignedRecords(Size);
            _memory.Span.Clear();
        }

        from = _used;
        Span<T> room = MemoryMarshal.Cast<double, T>(_memory.Span[from..])[..1];
        _used = from + (MemoryMarshal.AsBytes(room).Length / sizeof(double) + Line - 1) / Line * Line;
        return room;
    }

    public static void GiveBack(int from) => _used = from;
}
