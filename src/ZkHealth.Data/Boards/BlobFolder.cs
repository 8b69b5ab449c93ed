using System.Security.Cryptography;
using ZkHealth.Aggregation;

namespace ZkHealth.Data;

/// <summary>
/// Blobs beside a ledger: a folder with one file for each hash, named by nothing else. Files are whole or not
/// there, and what is read is checked against the hash that was asked for, so that whoever can write to the folder can take
/// things away and not change them.
/// </summary>
public sealed class BlobFolder : IBlobStore
{
    private readonly string _folder;
    private readonly bool _isShared;

    /// <summary>A party's own folder, for itself alone: what it dealt, say.</summary>
    /// <param name="folder">The folder; it is made when something is stored.</param>
    public BlobFolder(string folder)
        : this(folder, isShared: false) { }

    private BlobFolder(string folder, bool isShared) => (_folder, _isShared) = (folder, isShared);

    /// <summary>The folder beside a ledger file, which all who use the ledger share: LEDGER.blobs.</summary>
    public static BlobFolder Beside(string ledgerFile) => new(ledgerFile + ".blobs", isShared: true);

    /// <inheritdoc/>
    public byte[] Put(ReadOnlySpan<byte> bytes)
    {
        byte[] hash = SHA256.HashData(bytes);
        string path = FileOf(hash);

        // a damaged file is replaced, a good one stays
        if (Read(hash, bytes.Length) is null)
        {
            if (_isShared)
            {
                Directory.CreateDirectory(_folder);
            }
            else
            {
                OwnerFolder.Create(_folder);
            }

            AtomicFile.Write(path, bytes.ToArray(), ownerOnly: !_isShared);
        }

        return hash;
    }

    /// <inheritdoc/>
    public byte[]? Read(ReadOnlySpan<byte> hash, long maxSize)
    {
        if (hash.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("expected 32 bytes", nameof(hash));
        }

        // the name is made of the hash alone: nothing that a message says leads outside the folder, and no link is followed
        var file = new FileInfo(FileOf(hash));
        if (!file.Exists || file.LinkTarget is not null || file.Length > maxSize)
        {
            return null;
        }

        byte[] bytes;
        using (FileStream stream = file.OpenRead())
        {
            // the file may have grown since it was measured: no more than its length then is read
            bytes = new byte[file.Length];
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                return null;
            }
        }

        return SHA256.HashData(bytes).AsSpan().SequenceEqual(hash) ? bytes : null;
    }

    private string FileOf(ReadOnlySpan<byte> hash) => Path.Combine(_folder, Convert.ToHexStringLower(hash));
}
