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
    private const int FooterSize = (7 * 8) + (2 * 32),
        SignatureSize = VerifyingKey.SignatureSize,
        BufferSize = 1 << 20;

    private static readonly byte[] Label = Labels.StateSnapshot.ToArray();

    private readonly SnapshotNodes _nodes;

    private StateSnapshot(ContractState state, long leaf, SnapshotNodes nodes) => (State, Leaf, _nodes) = (state, leaf, nodes);

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
        byte[] footer = FilePart.Read(file, length, FooterSize),
            signature = FilePart.Read(file, length + FooterSize, SignatureSize);
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
            || root < SnapshotNodes.None
            || root >= events
            || events + (SnapshotEvents.Size * count) != members
        )
        {
            file.Dispose();
            return null;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var due = new SnapshotEvents(file, events, (int)count, digest);
        byte[] names = FilePart.Read(file, members, (int)(length - members));
        digest.AppendData(names);
        if (!digest.GetHashAndReset().AsSpan().SequenceEqual(footer.AsSpan(88)))
        {
            file.Dispose();
            return null;
        }

        var nodes = new SnapshotNodes(file, events);
        var state = new ContractState(
            StateMap.Of(nodes.At(root, footer.AsSpan(56, StateKey.Size)), (int)records),
            DueQueue.Of(due),
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal, Encoding.UTF8.GetString(names).Split('\n')[..^1]),
            Number(5)
        );
        return new StateSnapshot(state, Number(6), nodes);
    }

    /// <summary>Writes what of a state is not in the file yet; the place where it ends.</summary>
    private static long Write(FileStream file, ContractState state, long leaf, SigningKey key, SnapshotNodes? known)
    {
        long root = SnapshotNodes.Write(file, state.Map.Top, known),
            events = file.Position;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = SnapshotEvents.Write(file, state.Due, digest);
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
}
