using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>
/// Describes what a reader keeps of a ledger's index, in its own folder for state: whoever can write there can do what the reader
/// can. A checksum tells a damaged file, which is read as none: the ledger is then read and verified anew.
/// </summary>
internal sealed class IndexFile(string path)
{
    private const string Format = "zkhealth ledger index v1";

    /// <summary>Describes what was kept.</summary>
    public sealed class Content(IndexRecords records, MerkleFrontier tree, long[] bad)
    {
        public IndexRecords Records => records;

        public MerkleFrontier Tree => tree;

        public long[] Bad => bad;
    }

    /// <summary>Describes what was kept of a log, or null.</summary>
    public Content? Read(NoteKey log)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            byte[] file = File.ReadAllBytes(path);
            ReadOnlySpan<byte> body = file.AsSpan(0, Math.Max(0, file.Length - 32));
            if (file.Length < 32 || !SHA256.HashData(body).AsSpan().SequenceEqual(file.AsSpan(body.Length)))
            {
                return null;
            }

            using var reader = new BinaryReader(new MemoryStream(file, 0, body.Length));
            if (reader.ReadString() != Format || reader.ReadString() != log.ToString())
            {
                return null;
            }

            var tree = MerkleFrontier.Read(reader.ReadInt64(), (_, _) => reader.ReadBytes(MerkleHash.Size));
            var bad = new long[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(bad.AsSpan()));
            int count = reader.ReadInt32();
            var keys = new UInt128[count];
            var positions = new long[count];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(keys.AsSpan()));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(positions.AsSpan()));
            return new Content(new IndexRecords(keys, positions), tree, bad);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
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
                Part(Header(log, bad, tree, records.Keys.Length));
                Part(MemoryMarshal.AsBytes(records.Keys));
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

    private static byte[] Header(NoteKey log, HashSet<long> bad, MerkleFrontier tree, int records)
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

            writer.Write(records);
        }

        return bytes.ToArray();
    }
}
