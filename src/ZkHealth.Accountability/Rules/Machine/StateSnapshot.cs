using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
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
        SignatureSize = VerifyingKey.SignatureSize;

    private static readonly byte[] Label = Labels.StateSnapshot.ToArray(),
        Zero = new byte[StateKey.Size];

    private StateSnapshot(ContractState state, long leaf) => (State, Leaf) = (state, leaf);

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
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ContractState state, long leaf, SigningKey key)
    {
        string draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
            {
                long root = WriteNode(file, state.Map.Top),
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
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Opens a snapshot; null where there is none, or none that the key of the log has signed.</summary>
    public static StateSnapshot? Open(string path, VerifyingKey key)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length > FooterSize + SignatureSize ? Read(path, key) : null;
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

    private static StateSnapshot? Read(string path, VerifyingKey key)
    {
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        long length = new FileInfo(path).Length - FooterSize - SignatureSize;
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte[] footer = Bytes(view, length, FooterSize),
            signature = Bytes(view, length + FooterSize, SignatureSize);
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
            || length - events > int.MaxValue
            || root >= events
            || events + (EventSize * count) != members
            || !SHA256.HashData(Bytes(view, events, (int)(length - events))).AsSpan().SequenceEqual(footer.AsSpan(88))
        )
        {
            view.Dispose();
            file.Dispose();
            return null;
        }

        var nodes = new Nodes(view, events);
        StateMap map = StateMap.Of(nodes.At(root, footer[56..88]), (int)records);
        string[] subjects = Encoding.UTF8.GetString(Bytes(view, members, (int)(length - members))).Split('\n')[..^1];
        var state = new ContractState(
            map,
            DueQueue.Of(new Events(view, events, (int)count)),
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal, subjects),
            Number(5)
        );
        return new StateSnapshot(state, Number(6));
    }

    /// <summary>Writes a node behind its subtrees; its place, −1 for none.</summary>
    private static long WriteNode(FileStream file, StateNode? at)
    {
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
            long left = WriteNode(file, branch.Left),
                right = WriteNode(file, branch.Right),
                place = file.Position;
            Span<byte> text = stackalloc byte[81];
            text[0] = 2;
            BinaryPrimitives.WriteInt64BigEndian(text[1..], left);
            (branch.Left?.Hash ?? Zero).CopyTo(text[9..]);
            BinaryPrimitives.WriteInt64BigEndian(text[41..], right);
            (branch.Right?.Hash ?? Zero).CopyTo(text[49..]);
            file.Write(text);
            return place;
        }

        return -1;
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

    private static byte[] Bytes(MemoryMappedViewAccessor view, long place, int count)
    {
        var bytes = new byte[count];
        view.ReadArray(place, bytes, 0, count);
        return bytes;
    }

    /// <summary>The nodes of a file.</summary>
    private sealed class Nodes(MemoryMappedViewAccessor view, long end)
    {
        public StoredNode? At(long place, byte[] hash) => place < 0 ? null : new StoredNode(Read, place, hash);

        private StateNode Read(long place)
        {
            byte kind = place < end ? view.ReadByte(place) : (byte)0;
            if (kind == 2)
            {
                byte[] text = Bytes(view, place + 1, 80);
                return new StateBranch(
                    At(BinaryPrimitives.ReadInt64BigEndian(text), text[8..40]),
                    At(BinaryPrimitives.ReadInt64BigEndian(text.AsSpan(40)), text[48..80])
                );
            }

            byte[] head = Bytes(view, place + 1, StateKey.Size + 4);
            int length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(StateKey.Size));
            return kind == 1 && length >= 0 && length <= end - place
                ? new StateLeaf(head[..StateKey.Size], Bytes(view, place + 1 + head.Length, length))
                : throw new IOException("the snapshot of the state is damaged: delete it, and the ledger is replayed");
        }
    }

    /// <summary>The queue of a file.</summary>
    private sealed class Events(MemoryMappedViewAccessor view, long start, int count) : IReadOnlyList<DueEvent>
    {
        public int Count { get; } = count;

        public DueEvent this[int index]
        {
            get
            {
                byte[] line = Bytes(view, start + ((long)EventSize * index), EventSize);
                return new DueEvent(BinaryPrimitives.ReadInt64BigEndian(line), line[8], line.AsSpan(10, line[9]));
            }
        }

        public IEnumerator<DueEvent> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
