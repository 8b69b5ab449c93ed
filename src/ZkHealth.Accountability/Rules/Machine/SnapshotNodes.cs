using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace ZkHealth.Accountability;

/// <summary>The nodes of a file. They are read, not mapped: memory would hold every page of the file that was ever
/// asked for.</summary>
internal sealed class SnapshotNodes(SafeFileHandle file, long end) : INodeFile
{
    /// <summary>The place of no node.</summary>
    public const int None = -1;

    private const int BranchSize = 1 + (2 * (8 + StateKey.Size)),
        LeafHead = 1 + StateKey.Size + 4,
        FirstRead = 512;

    // a node stands behind its subtrees: what is read next lies mostly before it
    private readonly FilePart _part = new(file, FilePart.Size - FirstRead);

    public StoredNode? At(long place, ReadOnlySpan<byte> hash)
    {
        if (place < None || (place == None && hash.ContainsAnyExcept((byte)0)))
        {
            throw Damage();
        }

        return place == None ? null : new StoredNode(this, place, hash);
    }

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
            length <= FirstRead - LeafHead
                ? start.Slice(LeafHead, length).ToArray()
                : FilePart.Read(file, place + LeafHead, length)
        );
    }

    /// <summary>Writes a node behind its subtrees; its place, or that of none.</summary>
    public static long Write(Stream file, StateNode? at, SnapshotNodes? known)
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
            long left = Write(file, branch.Left, known),
                right = Write(file, branch.Right, known),
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

    private static IOException Damage() => new("the snapshot of the state is damaged: delete it, and the ledger is replayed");
}
