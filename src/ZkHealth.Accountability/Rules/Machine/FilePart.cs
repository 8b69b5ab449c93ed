using Microsoft.Win32.SafeHandles;

namespace ZkHealth.Accountability;

/// <summary>Reads a file by parts, of which the last one is kept: what is asked for next lies mostly beside it.</summary>
/// <param name="file">The file.</param>
/// <param name="before">The bytes of a part that lie before what is asked for.</param>
internal sealed class FilePart(SafeFileHandle file, int before)
{
    /// <summary>The bytes of a part.</summary>
    public const int Size = 4096;

    private Bytes? _last;

    /// <summary>Reads bytes; zeros behind the end.</summary>
    public void Read(Span<byte> bytes, long place)
    {
        // who reads at the same time on another thread makes a part of its own
        Bytes part = Interlocked.Exchange(ref _last, null) ?? new Bytes();
        if (place < part.Start || place + bytes.Length > part.Start + Size)
        {
            part.Start = Math.Max(0, place - before);
            part.All.AsSpan().Clear();
            Read(file, part.All, part.Start);
        }

        part.All.AsSpan((int)(place - part.Start), bytes.Length).CopyTo(bytes);
        _last = part;
    }

    /// <summary>Bytes of a file; zeros behind its end.</summary>
    public static byte[] Read(SafeFileHandle file, long place, int count)
    {
        var bytes = new byte[count];
        Read(file, bytes, place);
        return bytes;
    }

    /// <summary>Reads into memory that is clear, up to the end of the file.</summary>
    public static void Read(SafeFileHandle file, Span<byte> bytes, long place)
    {
        while (bytes.Length > 0 && RandomAccess.Read(file, bytes, place) is int read and > 0)
        {
            bytes = bytes[read..];
            place += read;
        }
    }

    private sealed class Bytes
    {
        public byte[] All { get; } = new byte[Size];

        public long Start { get; set; } = -Size;
    }
}
