using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>
/// A reader's copy of a ledger's index, in its own folder for state: whoever can write there can do what the reader
/// can. A checksum tells a damaged file, which is read as none: the ledger is then read and verified anew.
/// </summary>
internal sealed class IndexFile(string path)
{
    private const string Format = Labels.LedgerIndexFile;

    /// <summary>The content of the file.</summary>
    public sealed class Content(IndexRecords records, MerkleFrontier tree, long[] bad)
    {
        public IndexRecords Records => records;

        public MerkleFrontier Tree => tree;

        public long[] Bad => bad;
    }

    /// <summary>The content that was kept of a log; null where there is none.</summary>
    public Content? Read(NoteKey log)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using FileStream stream = File.OpenRead(path);
            if (!HasChecksum(stream))
            {
                return null;
            }

            stream.Position = 0;
            using var reader = new BinaryReader(stream);
            if (reader.ReadString() != Format || reader.ReadString() != log.ToString())
            {
                return null;
            }

            var tree = MerkleFrontier.Read(reader.ReadInt64(), (_, _) => reader.ReadBytes(MerkleHash.Size));
            long[] bad = ReadArray<long>(reader);
            UInt128[] keys = ReadArray<UInt128>(reader);
            long[] positions = ReadArray<long>(reader);
            return keys.Length == positions.Length ? new Content(new IndexRecords(keys, positions), tree, bad) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Determines whether the last 32 bytes are SHA-256 of those before them, read in parts: the file of a large log is
    /// not held in memory beside what it holds.</summary>
    private static bool HasChecksum(FileStream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[1 << 16];
        long left = stream.Length - SHA256.HashSizeInBytes;
        for (; left > 0; left -= part.Length)
        {
            Span<byte> next = part.AsSpan(0, (int)Math.Min(left, part.Length));
            stream.ReadExactly(next);
            hash.AppendData(next);
        }

        Span<byte> stored = part.AsSpan(0, SHA256.HashSizeInBytes);
        return stream.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) == stored.Length
            && hash.GetHashAndReset().AsSpan().SequenceEqual(stored);
    }

    /// <summary>A count and so many values, which must be there: a checksum says that the file is whole, not who wrote
    /// it.</summary>
    private static T[] ReadArray<T>(BinaryReader reader)
        where T : unmanaged
    {
        int count = reader.ReadInt32();
        Stream stream = reader.BaseStream;
        if (count < 0 || (long)count * Unsafe.SizeOf<T>() > stream.Length - stream.Position)
        {
            throw new InvalidDataException("the index is cut off");
        }

        var values = new T[count];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Keeps an index; where it cannot be written, the next process reads the ledger again.</summary>
    public void Write(NoteKey log, IndexRecords records, HashSet<long> bad, MerkleFrontier tree)
    {
        string draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            using (FileStream stream = File.Create(draft))
            {
                Part(Header(log, bad, tree));
                Part(BitConverter.GetBytes(records.Keys.Length));
                Part(MemoryMarshal.AsBytes(records.Keys));
                Part(BitConverter.GetBytes(records.Positions.Length));
                Part(MemoryMarshal.AsBytes(records.Positions));
                stream.Write(hash.GetHashAndReset());

                void Part(ReadOnlySpan<byte> bytes)
                {
                    hash.AppendData(bytes);
                    stream.Write(bytes);
                }
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
        }
    }

    private static byte[] Header(NoteKey log, HashSet<long> bad, MerkleFrontier tree)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(Format);
            writer.Write(log.ToString());
            writer.Write(tree.Size);
            foreach (byte[] hash in tree.Edge)
            {
                writer.Write(hash);
            }

            writer.Write(bad.Count);
            foreach (long position in bad)
            {
                writer.Write(position);
            }
        }

        return bytes.ToArray();
    }
}
