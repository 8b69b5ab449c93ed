using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Ledger;

/// <summary>
/// The latest checkpoint that a client has seen of each ledger, by origin and log key, in a folder of its own. With it the client
/// notices that leaves were cut off, or that an older copy or another history was put in a ledger's place, which takes no key.
/// </summary>
public sealed class CheckpointMemory
{
    private readonly string _folder;

    /// <summary>The memory in a folder, which is made when something is kept.</summary>
    /// <param name="folder">A folder that nobody but the client writes.</param>
    public CheckpointMemory(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
    }

    /// <summary>The reason for which the latest checkpoint could not be kept; null where it was.</summary>
    public string? Warning { get; private set; }

    /// <summary>The memory of the user: in ZKHEALTH_STATE, else zkhealth in XDG_STATE_HOME, else in the user's own folder for
    /// state.</summary>
    public static CheckpointMemory OfUser()
    {
        if (Environment.GetEnvironmentVariable("ZKHEALTH_STATE") is { Length: > 0 } own)
        {
            return new CheckpointMemory(own);
        }

        string state =
            Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return new CheckpointMemory(Path.Combine(state, "zkhealth"));
    }

    /// <summary>The latest checkpoint that was seen of a log; null where none was.</summary>
    /// <exception cref="IOException">What was kept cannot be read, or is not signed by the log.</exception>
    public Checkpoint? Find(NoteKey log)
    {
        string path = PathOf(log);
        if (!File.Exists(path))
        {
            return null;
        }

        return Checkpoint.TryParse(File.ReadAllText(path), log, out Checkpoint? seen)
            ? seen
            : throw new IOException(
                $"{path} holds no checkpoint of {log.Name}: if you trust the ledger as it is, remove the file"
            );
    }

    /// <summary>Holds a ledger to what was seen of it, and keeps what it shows now.</summary>
    /// <exception cref="IOException">The ledger is shorter than it was or does not begin with what was seen; or it cannot be
    /// read.</exception>
    public void Hold(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);

        // what was seen is read first: another process may append, and keep what it sees, between the two
        Checkpoint? known = Find(ledger.Key);
        Checkpoint now = ledger.GetCheckpoint();
        if (known is Checkpoint seen)
        {
            const string Next = "If that is intended, `zkhealth ledger forget LEDGER` drops what was seen; else ask its operator";
            if (now.Size < seen.Size)
            {
                throw new IOException(
                    $"the ledger {ledger.Key.Name} shows {now.Size} entries, and {seen.Size} were seen in it before: entries were cut off, or this is an older copy. {Next}"
                );
            }

            if (!LogConsistency.Begins(ledger, seen, now))
            {
                throw new IOException(
                    $"the ledger {ledger.Key.Name} does not begin with the {seen.Size} entries that were seen in it before: its history was changed. {Next}"
                );
            }

            if (now.Size == seen.Size)
            {
                return;
            }
        }

        Keep(ledger.Key, now);
    }

    /// <summary>Drops what was seen of a log; false where nothing was.</summary>
    /// <exception cref="IOException">The file cannot be removed.</exception>
    public bool Forget(NoteKey log)
    {
        string path = PathOf(log);
        bool there = File.Exists(path);
        File.Delete(path);
        File.Delete(PathOf(log, ".index"));
        return there;
    }

    /// <summary>Keeps a checkpoint that extends what was seen. A folder that cannot be written is a
    /// <see cref="Warning"/>.</summary>
    internal void Keep(NoteKey log, Checkpoint checkpoint)
    {
        string path = PathOf(log),
            draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            if (Find(log) is Checkpoint seen && seen.Size >= checkpoint.Size)
            {
                return; // another process has seen more meanwhile
            }

            Directory.CreateDirectory(_folder);
            File.WriteAllText(draft, checkpoint.ToString());
            File.Move(draft, path, overwrite: true);
            Warning = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warning =
                $"what was seen of the ledger {log.Name} cannot be kept, so that nobody will notice if it is cut: {e.Message}";
        }
    }

    /// <summary>The file in which something is kept of a log.</summary>
    internal string PathOf(NoteKey log, string extension = ".checkpoint")
    {
        ArgumentNullException.ThrowIfNull(log);
        return Path.Combine(
            _folder,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.ToString())))[..32] + extension
        );
    }
}
