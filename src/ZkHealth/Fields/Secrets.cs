using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ZkHealth.Fields;

/// <summary>An array of values that others must not learn: cleared on Dispose, never printed.</summary>
/// <remarks>
/// <see cref="Pinned"/> is for keys that live long: the collector moves other arrays, and where they were their values stay
/// until something else is written there. The scratch of a proof is not pinned: it is gone before it would be moved.
/// </remarks>
internal sealed class SecretArray<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _values;
    private bool _disposed;

    /// <summary>Takes over an array: the caller keeps no other use of it than this one's life.</summary>
    public SecretArray(T[] values) => _values = values;

    /// <summary>Makes so many values, all zero.</summary>
    public SecretArray(int length)
        : this(new T[length]) { }

    /// <summary>Makes a copy that stays where it is.</summary>
    public static SecretArray<T> Pinned(ReadOnlySpan<T> values)
    {
        var copy = new SecretArray<T>(GC.AllocateArray<T>(values.Length, pinned: true));
        values.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>The values themselves, for code that asks for an array.</summary>
    /// <exception cref="ObjectDisposedException">They are cleared.</exception>
    public T[] Values
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _values;
        }
    }

    public Span<T> Span => Values;

    public int Length => _values.Length;

    /// <summary>Their bytes, as provers absorb them.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(Span);

    /// <summary>One of the values.</summary>
    public ref T this[int i] => ref Values[i];

    public void Dispose()
    {
        _disposed = true;
        new SecretSpan<T>(_values).Dispose();
    }

    /// <summary>The name of the type; the values stay secret.</summary>
    public override string ToString() => $"{_values.Length} secret values";
}

/// <summary>Room on the stack, or in another's memory, for values that others must not learn: taken with <c>using</c>, cleared
/// when the scope ends.</summary>
internal readonly ref struct SecretSpan<T>(Span<T> span) : IDisposable
    where T : unmanaged
{
    public Span<T> Span { get; } = span;

    public void Dispose() => Clear(Span);

    /// <summary>The name of the type; the values stay secret.</summary>
    public override string ToString() => $"{Span.Length} secret values";

    /// <summary>Stays a call: its checks of lengths would be jumps in the code that must have none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Clear(Span<T> span) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(span));
}

/// <summary>A list of values that others must not learn: an array that it outgrows is cleared, and the last one on
/// Dispose.</summary>
internal sealed class SecretList<T> : IDisposable
    where T : unmanaged
{
    private const int FirstCapacity = 16;

    private SecretArray<T> _values = new(0);

    public int Count { get; private set; }

    public ReadOnlySpan<T> Span => _values.Span[..Count];

    public void Add(ReadOnlySpan<T> values)
    {
        if (Count + values.Length > _values.Length)
        {
            using SecretArray<T> outgrown = _values;
            _values = new SecretArray<T>(Math.Max(Count + values.Length, Math.Max(2 * outgrown.Length, FirstCapacity)));
            outgrown.Span[..Count].CopyTo(_values.Span);
        }

        values.CopyTo(_values.Span[Count..]);
        Count += values.Length;
    }

    public void Dispose() => _values.Dispose();

    /// <summary>The name of the type; the values stay secret.</summary>
    public override string ToString() => $"{Count} secret values";
}
