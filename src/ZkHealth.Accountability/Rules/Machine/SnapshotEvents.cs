using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ZkHealth.Accountability;

/// <summary>The queue of a file: the times in memory, so that an event is found without reading, the rest in the
/// file.</summary>
internal sealed class SnapshotEvents : IDueList
{
    /// <summary>The bytes of an event.</summary>
    public const int Size = 80;

    private const int MaxIdSize = Size - 10,
        LinesAtOnce = 1024;

    private readonly FilePart _part;
    private readonly long _start;
    private readonly long[] _times;

    public SnapshotEvents(SafeFileHandle file, long start, int count, IncrementalHash digest)
    {
        (_part, _start, _times) = (new FilePart(file, 0), start, new long[count]);
        var lines = new byte[Size * LinesAtOnce];
        for (int from = 0; from < count; from += LinesAtOnce)
        {
            Span<byte> part = lines.AsSpan(0, Size * Math.Min(LinesAtOnce, count - from));
            part.Clear();
            FilePart.Read(file, part, start + ((long)Size * from));
            digest.AppendData(part);
            for (int i = 0; Size * i < part.Length; i++)
            {
                _times[from + i] = BinaryPrimitives.ReadInt64BigEndian(part[(Size * i)..]);
            }
        }
    }

    public int Count => _times.Length;

    public DueEvent this[int index]
    {
        get
        {
            Span<byte> line = stackalloc byte[Size];
            _part.Read(line, _start + ((long)Size * index));
            return new DueEvent(BinaryPrimitives.ReadInt64BigEndian(line), line[8], line.Slice(10, line[9]));
        }
    }

    public long TimeAt(int index) => _times[index];

    /// <summary>Writes a queue; the number of its events.</summary>
    public static int Write(Stream file, DueQueue due, IncrementalHash digest)
    {
        var line = new byte[Size];
        int count = 0;
        foreach (DueEvent e in due.Events)
        {
            if (e.Id.Length > MaxIdSize)
            {
                throw new InvalidOperationException($"expected an id of at most {MaxIdSize} bytes, got {e.Id.Length}");
            }

            Array.Clear(line);
            BinaryPrimitives.WriteInt64BigEndian(line, e.Time);
            (line[8], line[9]) = (e.Rank, (byte)e.Id.Length);
            e.Id.CopyTo(line, 10);
            digest.AppendData(line);
            file.Write(line);
            count++;
        }

        return count;
    }
}
