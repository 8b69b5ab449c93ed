using System.Runtime.InteropServices;
using System.Text;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Native;

/// <summary>Bytes of a C caller: zkhealth_bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct Bytes
{
    private readonly byte* _data;
    private readonly nuint _length;

    public Bytes(byte* data, nuint length)
    {
        _data = data;
        _length = length;
    }

    /// <summary>Tells whether the caller has left them out.</summary>
    public bool IsAbsent => _data is null && _length == 0;

    /// <summary>A copy: the caller may change his while they are read.</summary>
    /// <exception cref="UsageException">They are not there, or too many.</exception>
    public byte[] Copy(string name)
    {
        if (_data is null && _length > 0)
        {
            throw new UsageException($"{name}: expected {_length} bytes, got NULL");
        }

        if (_length > int.MaxValue)
        {
            throw new UsageException($"{name}: expected at most {int.MaxValue} bytes, got {_length}");
        }

        return new ReadOnlySpan<byte>(_data, (int)_length).ToArray();
    }

    /// <summary>The bytes as a text in UTF-8; null where they are left out.</summary>
    public string? CopyText(string name) => IsAbsent ? null : Text.Decode(Copy(name), name);
}

/// <summary>Texts of a C caller.</summary>
internal static unsafe class Text
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>A text ended by a zero byte; null for NULL.</summary>
    /// <exception cref="UsageException">It is not UTF-8.</exception>
    public static string? Read(byte* text, string name) =>
        text is null ? null : Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text), name);

    /// <summary>Reads UTF-8, without the mark that some editors put before a text.</summary>
    /// <exception cref="UsageException">It is not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return Strict.GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{name}: expected a text in UTF-8");
        }
    }

    /// <summary>A copy ended by a zero byte, in memory that zkhealth_free gives back.</summary>
    public static byte* Allocate(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        copy[bytes.Length] = 0;
        return copy;
    }
}
