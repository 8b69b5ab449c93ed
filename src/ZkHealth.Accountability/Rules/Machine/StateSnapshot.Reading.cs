using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ZkHealth.Accountability;

/// <summary>Nodes and events as they lie in the file of a snapshot.</summary>
internal sealed partial class StateSnapshot
{
    /// <summary>Reads a file by parts, of which the last one is kept: what is asked for next lies mostly beside it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="before">The bytes of a part that lie before what is asked for.</param>
    private sealed class Part(SafeFileHandle file, int before)
    {
        private Bytes? _last;

        /// <summary>Reads bytes; zeros behind the end.</summary>
        public void Read(Span<byte> bytes, long place)
        {
            // who reads at the same time on another thread makes a part of its own
            Bytes part = Interlocked.Exchange(ref _last, null) ?? new Bytes();
            if (place < part.Start || place + bytes.Length > part.Start + PartSize)
            {
                part.Start = Math.Max(0, place - before);
                part.All.AsSpan().Clear();
                StateSnapshot.Read(file, part.All, part.Start);
            }

            part.All.AsSpan((int)(place - part.Start), bytes.Length).CopyTo(bytes);
            _last = part;
        }

        private sealed class Bytes
        {
            public byte[] All { get; } = new byte[PartSize];

            public long Start { get; set; } = -PartSize;
        }
    }

    /// <summary>The nodes of a file. They are read, not mapped: memory would hold every page of the file that was ever
    /// asked for.</summary>
    private sealed class NodeFile(SafeFileHandle file, long end) : INodeFile
    {
        // a node stands behind its subtrees: what is read next lies mostly before it
        private readonly Part _part = new(file, PartSize - FirstRead);

        public StoredNode? At(long place, ReadOnlySpan<byte> hash)
        {
            if (place < None || (place == None && hash.ContainsAnyExcept((byte)0)))
            {
                throw Damage();
            }

            return place == None ? null : new StoredNode(this, place, hash);
        }

        private static IOException Damage() => new("the snapshot of the state is damaged: delete it, and the ledger is replayed");

        public StateNode Read(long place)
        {
            Span<byte> start = stackalloc byte[FirstRead];
            _part.Read(start, Math.Min(place, end));
            if (place < end && start[0] == 2)
            {
                return new StateBranch(
                    At(BinaryPrimitives.ReadInt64BigEndian(start[1..]), start.Slice(9, StateKey.Size)),
                    At(BinaryPrimitives.ReadInt64BigEndian(start[41..]), start.Slice(49, StateKey.Size))
                );
            }

            int length = BinaryPrimitives.ReadInt32BigEndian(start[(1 + StateKey.Size)..]);
            if (place >= end || start[0] != 1 || length < 0 || length > end - place)
            {
                throw Damage();
            }

            return new StateLeaf(
                start.Slice(1, StateKey.Size).ToArray(),
                length <= FirstRead - LeafHead ? start.Slice(LeafHead, length).ToArray() : Bytes(file, place + LeafHead, length)
            );
        }
    }

    /// <summary>The queue of a file: the times in memory, so that an event is found without reading, the rest in the
    /// file.</summary>
    private sealed class Events : IDueList
    {
        private readonly Part _part;
        private readonly long _start;
        private readonly long[] _times;

        public Events(SafeFileHandle file, long start, int count, IncrementalHash digest)
        {
            (_part, _start, _times) = (new Part(file, 0), start, new long[count]);
            var lines = new byte[EventSize * LinesAtOnce];
            for (int from = 0; from < count; from += LinesAtOnce)
            {
                Span<byte> part = lines.AsSpan(0, EventSize * Math.Min(LinesAtOnce, count - from));
                part.Clear();
                StateSnapshot.Read(file, part, start + ((long)EventSize * from));
                digest.AppendData(part);
                for (int i = 0; EventSize * i < part.Length; i++)
                {
                    _times[from + i] = BinaryPrimitives.ReadInt64BigEndian(part[(EventSize * i)..]);
                }
            }
        }

        public int Count => _times.Length;

        public DueEvent this[int index]
        {
            get
            {
                Span<byte> line = stackalloc byte[EventSize];
                _part.Read(line, _start + ((long)EventSize * index));
                return new DueEvent(BinaryPrimitives.ReadInt64BigEndian(line), line[8], line.Slice(10, line[9]));
            }
        }

        public long TimeAt(int index) => _times[index];
    }
}
