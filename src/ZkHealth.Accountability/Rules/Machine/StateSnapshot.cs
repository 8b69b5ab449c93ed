using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// A state in a file beside its ledger, so that opening a ledger does not replay it: all nodes of the map, read and held against
/// their hashes when they are asked for; the queue of what is due and the members, with their digest; signed by the log's key. It
/// counts only if its root stands in the leaf that it names.
/// </summary>
internal sealed class StateSnapshot
{
    private const int EventSize = 80,
        MaxIdSize = EventSize - 10,
        FooterSize = (7 * 8) + (2 * 32),
        SignatureSize = VerifyingKey.SignatureSize,
        None = -1,
        BranchSize = 1 + (2 * (8 + StateKey.Size)),
        LeafHead = 1 + StateKey.Size + 4,
        FirstRead = 512,
        LinesAtOnce = 1024,
        BufferSize = 1 << 20;

    private static readonly byte[] Label = Labels.StateSnapshot.ToArray();

    private readonly NodeFile _nodes;

    private StateSnapshot(ContractState state, long leaf, NodeFile nodes) => (State, Leaf, _nodes) = (state, leaf, nodes);

    /// <summary>The state that decides the leaf.</summary>
    public ContractState State { get; }

    /// <summary>The number of the leaf in which the root of the state stands.</summary>
    public long Leaf { get; }

    /// <summary>The place of the snapshot of a ledger.</summary>
    public static string PathOf(string ledger) => ledger + ".state";

    /// <summary>Writes a snapshot beside its place and moves it there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The state.</param>
    /// <param name="leaf">The number of the leaf that has its root.</param>
    /// <param name="key">The key of the log.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Write(string path, ContractState state, long leaf, SigningKey key)
    {
        string draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            long length;
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize))
            {
                length = Write(file, state, leaf, key, null);
            }

            File.Move(draft, path, overwrite: true);
            return length;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Adds a state to a file that has others: nodes that lie there are not written again, and what stands behind the
    /// last one, which nobody has finished, is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="from">The snapshot of the file that the state was made from; null where it was made from none.</param>
    /// <param name="state">The state.</param>
    /// <param name="leaf">The number of the leaf that has its root.</param>
    /// <param name="key">The key of the log.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Append(string path, long end, StateSnapshot? from, ContractState state, long leaf, SigningKey key)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, BufferSize);
        file.SetLength(end);
        file.Position = end;
        return Write(file, state, leaf, key, from?._nodes);
    }

    /// <summary>Opens a snapshot; null where there is none, or none that the key of the log has signed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key of the log.</param>
    /// <param name="length">Where the snapshot ends; the end of the file where it is null.</param>
    public static StateSnapshot? Open(string path, VerifyingKey key, long? length = null)
    {
        try
        {
            long all = File.Exists(path) ? new FileInfo(path).Length : 0,
                end = length ?? all;
            return end <= all && end >= FooterSize + SignatureSize ? Read(path, key, end) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads every node, and holds the queue and the members against the records: what may run beside the
    /// reading.</summary>
    public static bool IsWhole(ContractState state)
    {
        int due = 0,
            members = 0,
            records = 0;
        try
        {
            foreach ((byte[] key, byte[] value) in state.Map.Entries)
            {
                records++;

                // a record does not say its kind: it is one of these where its own fields give its key
                if (Records.Due.TryDecode(value, out Row? d) && d.Whole("rank") < 256)
                {
                    var made = new DueEvent(d.Whole("time"), (byte)d.Whole("rank"), d.Bytes("id"));
                    bool own = StateKey.Of(Records.Due.Name, made.RecordId()).AsSpan().SequenceEqual(key);
                    if (own && !state.Due.Contains(made))
                    {
                        return false;
                    }

                    due += own ? 1 : 0;
                }
                else if (Records.Member.TryDecode(value, out Row? m))
                {
                    byte[] place = StateKey.Of(Records.Member.Name, Encoding.UTF8.GetBytes(m.Code("subject")));
                    bool own = place.AsSpan().SequenceEqual(key);
                    if (own && !state.Members.Contains(m.Code("subject")))
                    {
                        return false;
                    }

                    members += own ? 1 : 0;
                }
            }
        }
        catch (IOException)
        {
            return false;
        }

        return due == state.Due.Count && members == state.Members.Count && records == state.Map.Count;
    }

    private static StateSnapshot? Read(string path, VerifyingKey key, long end)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = end - FooterSize - SignatureSize;
        byte[] footer = Bytes(file, length, FooterSize),
            signature = Bytes(file, length + FooterSize, SignatureSize);
        long Number(int i) => BinaryPrimitives.ReadInt64BigEndian(footer.AsSpan(8 * i));
        (long root, long records, long events, long count, long members) = (
            Number(0),
            Number(1),
            Number(2),
            Number(3),
            Number(4)
        );

        // the log's key may sign what is no snapshot: its numbers are held against the file before they are used
        if (
            !key.Verify([.. Label, .. footer], signature)
            || records is < 0 or > int.MaxValue
            || count is < 0 or > int.MaxValue
            || events < 0
            || members > length
            || length - members > int.MaxValue
            || root < None
            || root >= events
            || events + (EventSize * count) != members
        )
        {
            file.Dispose();
            return null;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var due = new Events(file, events, (int)count, digest);
        byte[] names = Bytes(file, members, (int)(length - members));
        digest.AppendData(names);
        if (!digest.GetHashAndReset().AsSpan().SequenceEqual(footer.AsSpan(88)))
        {
            file.Dispose();
            return null;
        }

        var nodes = new NodeFile(file, events);
        var state = new ContractState(
            StateMap.Of(nodes.At(root, footer.AsSpan(56, StateKey.Size)), (int)records),
            DueQueue.Of(due),
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal, Encoding.UTF8.GetString(names).Split('\n')[..^1]),
            Number(5)
        );
        return new StateSnapshot(state, Number(6), nodes);
    }

    /// <summary>Writes what of a state is not in the file yet; the place where it ends.</summary>
    private static long Write(FileStream file, ContractState state, long leaf, SigningKey key, NodeFile? known)
    {
        long root = WriteNode(file, state.Map.Top, known),
            events = file.Position;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = WriteEvents(file, state.Due, digest);
        long members = file.Position;
        foreach (string member in state.Members)
        {
            byte[] line = Encoding.UTF8.GetBytes(member + "\n");
            digest.AppendData(line);
            file.Write(line);
        }

        var footer = new byte[FooterSize];
        long[] numbers = [root, state.Map.Count, events, count, members, state.Time, leaf];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(8 * i), numbers[i]);
        }

        state.Root.Span.CopyTo(footer.AsSpan(56));
        digest.GetHashAndReset().CopyTo(footer, 88);
        file.Write(footer);
        file.Write(key.Sign([.. Label, .. footer]));
        return file.Position;
    }

    /// <summary>Writes a node behind its subtrees; its place, or that of none.</summary>
    private static long WriteNode(FileStream file, StateNode? at, NodeFile? known)
    {
        if (at is StoredNode stored && stored.File == known)
        {
            return stored.Place;
        }

        StateNode? node = at?.Read();
        if (node is StateLeaf leaf)
        {
            long place = file.Position;
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, leaf.Value.Length);
            file.WriteByte(1);
            file.Write(leaf.Key);
            file.Write(length);
            file.Write(leaf.Value);
            return place;
        }

        if (node is StateBranch branch)
        {
            long left = WriteNode(file, branch.Left, known),
                right = WriteNode(file, branch.Right, known),
                place = file.Position;
            Span<byte> text = stackalloc byte[BranchSize];
            text.Clear();
            text[0] = 2;
            BinaryPrimitives.WriteInt64BigEndian(text[1..], left);
            branch.Left?.CopyHash(text[9..]);
            BinaryPrimitives.WriteInt64BigEndian(text[41..], right);
            branch.Right?.CopyHash(text[49..]);
            file.Write(text);
            return place;
        }

        return None;
    }

    private static int WriteEvents(FileStream file, DueQueue due, IncrementalHash digest)
    {
        var line = new byte[EventSize];
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

    /// <summary>Bytes of a file; zeros behind its end.</summary>
    private static byte[] Bytes(SafeFileHandle file, long place, int count)
    {
        var bytes = new byte[count];
        Read(file, bytes, place);
        return bytes;
    }

    private static void Read(SafeFileHandle file, Span<byte> bytes, long place)
    {
        while (bytes.Length > 0 && RandomAccess.Read(file, bytes, place) is int read and > 0)
        {
            bytes = bytes[read..];
            place += read;
        }
    }

    /// <summary>The nodes of a file. They are read, not mapped: memory would hold every page of the file that was ever
    /// asked for.</summary>
    private sealed class NodeFile(SafeFileHandle file, long end) : INodeFile
    {
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
            start.Clear();
            StateSnapshot.Read(file, start, Math.Min(place, end));
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
        private readonly SafeFileHandle _file;
        private readonly long _start;
        private readonly long[] _times;

        public Events(SafeFileHandle file, long start, int count, IncrementalHash digest)
        {
            (_file, _start, _times) = (file, start, new long[count]);
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
                line.Clear();
                StateSnapshot.Read(_file, line, _start + ((long)EventSize * index));
                return new DueEvent(BinaryPrimitives.ReadInt64BigEndian(line), line[8], line.Slice(10, line[9]));
            }
        }

        public long TimeAt(int index) => _times[index];
    }
}
