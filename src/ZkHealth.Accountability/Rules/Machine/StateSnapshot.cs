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
internal sealed partial class StateSnapshot
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
        PartSize = 4096,
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
}
