using System.Security.Cryptography;
using System.Text;
using ZkHealth.Aggregation;
using ZkHealth.Fields;

namespace ZkHealth.Data;

/// <summary>
/// The state that a committee member keeps, as a folder of its own: one file (mode 600) for each record, durable before the call
/// returns, name and all. A file is SHA-256("zkhealth member record v1" ‖ name ‖ 0 ‖ value) and the value: a record that is
/// damaged, or lies under another name, is an error and never taken for none.
/// </summary>
/// <remarks>
/// Calls of several processes come one after the other (a lock on the file ".lock"). What <see cref="Replace"/> replaces is
/// overwritten with zeros before its blocks go back to the file system; disks that write elsewhere (SSDs, snapshots, backups) may
/// keep it all the same. Whoever restores an old copy of the folder makes the member forget what it signed. Its steps then
/// refuse, because the board shows entries of which the folder has no record (<see cref="CommitteeMember"/>); a board that hides
/// them can still make it sign again.
/// </remarks>
public sealed class MemberFolder : IMemberState
{
    private const int MaxNameLength = 128;
    private const string Extension = ".record";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;

    /// <summary>The state in a folder, which is made where it is not there, and closed to others (mode 700).</summary>
    /// <param name="folder">The folder, for one member alone.</param>
    /// <exception cref="IOException">The folder cannot be made or used.</exception>
    public MemberFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        OwnerFolder.Create(_folder);

        // what a killed process left half-written was never anybody's record
        using FileStream _ = Lock();
        foreach (string draft in Directory.EnumerateFiles(_folder, ".*.tmp"))
        {
            File.Delete(draft);
        }
    }

    internal string Folder => _folder;

    /// <inheritdoc/>
    public byte[]? Read(string name)
    {
        string path = FileOf(name);
        using FileStream _ = Lock();
        return Load(name, path);
    }

    /// <inheritdoc/>
    public byte[] StoreOnce(string name, ReadOnlySpan<byte> value)
    {
        string path = FileOf(name);
        using FileStream _ = Lock();
        if (Load(name, path) is byte[] stored)
        {
            return stored;
        }

        // without overwriting: should the lock not hold (some network file systems), the second writer still fails
        Store(name, path, value, overwrite: false);
        return value.ToArray();
    }

    /// <inheritdoc/>
    public void Replace(string name, ReadOnlySpan<byte> value)
    {
        string path = FileOf(name);
        using FileStream _ = Lock();
        using FileStream? old = File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1)
            : null;
        if (OperatingSystem.IsWindows())
        {
            old?.Dispose(); // an open file cannot be replaced there
        }

        Store(name, path, value, overwrite: true);
        if (old is { CanWrite: true })
        {
            // the open file is what was there before, now without a name
            old.Write(new byte[old.Length]);
            old.Flush(flushToDisk: true);
        }
    }

    private static void Store(string name, string path, ReadOnlySpan<byte> value, bool overwrite)
    {
        using var file = new SecretArray<byte>([.. Checksum(name, value), .. value]);
        AtomicFile.Write(path, file.Values, ownerOnly: true, overwrite);
    }

    /// <summary>A record that is there is made durable before anyone builds on it: whoever wrote it may have been killed just
    /// before.</summary>
    private byte[]? Load(string name, string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var own = new SecretArray<byte>(File.ReadAllBytes(path));
        byte[] file = own.Values;
        if (
            file.Length < SHA256.HashSizeInBytes
            || !Checksum(name, file.AsSpan(SHA256.HashSizeInBytes..))
                .AsSpan()
                .SequenceEqual(file.AsSpan(..SHA256.HashSizeInBytes))
        )
        {
            throw new IOException($"{path}: damaged; the member must not go on with its open sessions");
        }

        FolderSync.Flush(_folder);
        return file[SHA256.HashSizeInBytes..];
    }

    private static byte[] Checksum(string name, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Labels.MemberRecord);
        hash.AppendData(Encoding.ASCII.GetBytes(name));
        hash.AppendData([0]);
        hash.AppendData(value);
        return hash.GetHashAndReset();
    }

    private string FileOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= MaxNameLength && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
            ? Path.Combine(_folder, name + Extension)
            : throw new ArgumentException($"expected 1 to {MaxNameLength} lower-case letters, digits and '-'", nameof(name));
    }

    private FileStream Lock()
    {
        string path = Path.Combine(_folder, ".lock");
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        long start = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (File.Exists(path) && Environment.TickCount64 - start < Patience.TotalMilliseconds)
            {
                Thread.Sleep(5);
            }
        }
    }
}
