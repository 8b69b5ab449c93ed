using System.Security.Cryptography;
using System.Text;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// The proof files that an owner released, kept beside its key (KEY.releases), as the ledger holds their digests only: what was
/// released counts for the disclosure guard. A file is named by its table's root and its SHA-256, ROOT-HASH.zkp.
/// HASH.seen lists the releases at which the guard looked when the file of that SHA-256 was proven.
/// </summary>
/// <param name="folder">The folder; it is made (mode 700) when a file is kept.</param>
internal sealed class ReleaseFolder(string folder)
{
    private const string Extension = ".releases";

    public string Folder { get; } = folder;

    /// <summary>The releases of who holds a key, in KEY.releases; KEY.pub names the same.</summary>
    public static ReleaseFolder Beside(string keyFile) =>
        new((keyFile.EndsWith(".pub", StringComparison.Ordinal) ? keyFile[..^4] : keyFile) + Extension);

    /// <summary>All folders of releases that lie where a file does, for owners who keep key and tables in one place.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<ReleaseFolder> Near(string file) =>
        Path.GetDirectoryName(Path.GetFullPath(file)) is string place && Directory.Exists(place)
            ?
            [
                .. Directory
                    .EnumerateDirectories(place, "*" + Extension)
                    .Order(StringComparer.Ordinal)
                    .Select(f => new ReleaseFolder(f)),
            ]
            : [];

    /// <summary>Tells whether there is a place for notes: the folder, or the key beside which it is made.</summary>
    public bool TakesNotes => Directory.Exists(Folder) || HasKey;

    private bool HasKey => File.Exists(Folder[..^Extension.Length]);

    /// <summary>Keeps a released file (mode 600); says whether it was not there yet.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public bool Keep(DataSetVersion version, ReadOnlyMemory<byte> file)
    {
        string path = FileOf(version, HashOf(file.Span));
        if (File.Exists(path))
        {
            return false;
        }

        OwnerFolder.Create(Folder);
        AtomicFile.Write(path, file, ownerOnly: true);
        return true;
    }

    /// <summary>Takes back a file whose release the ledger refused.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Remove(DataSetVersion version, ReadOnlySpan<byte> file) => File.Delete(FileOf(version, HashOf(file)));

    /// <summary>The files that are kept of a table, by their paths.</summary>
    /// <exception cref="IOException">A file cannot be read, or is not the one that it is named after.</exception>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Find(DataSetVersion version)
    {
        var found = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        string root = Convert.ToHexStringLower(version.Root.Span);
        foreach (string path in Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, $"{root}-*.zkp") : [])
        {
            byte[] file = File.ReadAllBytes(path);
            found[path] =
                FileOf(version, HashOf(file)) == Path.Combine(Folder, Path.GetFileName(path))
                    ? file
                    : throw new IOException(
                        $"{path} is damaged: its SHA-256 is not that of its name; put back the file that was released, or delete it"
                    );
        }

        return found;
    }

    /// <summary>Notes at which releases the guard looked when a file was proven. Without a folder it looked at none, but at what
    /// its own command has made: the folder beside a key is made for that.</summary>
    /// <param name="file">The file.</param>
    /// <param name="seen">The releases, each by its SHA-256 in hexadecimal.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void NoteSeen(ReadOnlySpan<byte> file, IReadOnlyCollection<string> seen)
    {
        if (seen.Count > 0 && HasKey)
        {
            OwnerFolder.Create(Folder);
        }

        if (Directory.Exists(Folder))
        {
            AtomicFile.Write(NoteOf(HashOf(file)), Encoding.ASCII.GetBytes(string.Join('\n', seen)), ownerOnly: true);
        }
    }

    /// <summary>The kept files of a table, but the file itself, of which no note says that the guard looked at them when the file
    /// was proven, nor at the file when they were: each by its SHA-256 in hexadecimal, and the file.</summary>
    /// <exception cref="IOException">A file cannot be read, or is not the one that it is named after.</exception>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Unseen(DataSetVersion version, ReadOnlySpan<byte> file)
    {
        string hash = HashOf(file);
        HashSet<string> seen = [hash, .. SeenBy(hash)];
        return Find(version)
            .Select(f => KeyValuePair.Create(HashOf(f.Value.Span), f.Value))
            .Where(f => !seen.Contains(f.Key) && !SeenBy(f.Key).Contains(hash))
            .ToDictionary();
    }

    private static string HashOf(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>The lines of the note of a file; none where there is none.</summary>
    private string[] SeenBy(string hash) => File.Exists(NoteOf(hash)) ? File.ReadAllLines(NoteOf(hash)) : [];

    private string NoteOf(string hash) => Path.Combine(Folder, hash + ".seen");

    private string FileOf(DataSetVersion version, string hash) =>
        Path.Combine(Folder, $"{Convert.ToHexStringLower(version.Root.Span)}-{hash}.zkp");
}
