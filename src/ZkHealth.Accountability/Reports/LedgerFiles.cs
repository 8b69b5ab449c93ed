using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Reports;

/// <summary>Opens ledger files, and reads what belongs to them; what cannot be used is a <see cref="UsageException"/> that names
/// it.</summary>
internal static class LedgerFiles
{
    /// <summary>Tells a file without bytes that can be counted, as pipes and devices have none: nothing might ever come of
    /// it.</summary>
    public static bool IsEmpty(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException(Directory.Exists(path) ? $"{path} is a folder" : $"there is no file {path}");
        }

        var file = new FileInfo(path);
        return ((FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file).Length == 0;
    }

    /// <summary>Refuses what is no ledger at all; a ledger that is damaged is for its audit to judge.</summary>
    public static void Require(string path)
    {
        ReadOnlySpan<byte> format = "SQLite format 3\0"u8;
        Span<byte> start = stackalloc byte[format.Length];
        if (!IsEmpty(path))
        {
            using FileStream file = File.OpenRead(path);
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        if (!start.SequenceEqual(format))
        {
            throw new UsageException($"{path} is no ledger (a file made by 'zkhealth ledger init')");
        }
    }

    /// <summary>Opens a ledger file; with a key to write to it; held to what was seen of it, where there is a memory of
    /// that.</summary>
    public static SqliteLedger Open(string path, SigningKey? key = null, CheckpointMemory? memory = null)
    {
        Require(path);
        try
        {
            return SqliteLedger.Open(path, key, AccountabilityRules.Instance, null, memory);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"the key given is not that of the ledger {path}");
        }
        catch (IOException e) when (e is not FileNotFoundException && !e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    /// <summary>Reads a ledger's key as it was told to the user: name+id+base64.</summary>
    public static NoteKey Key(string text) =>
        NoteKey.TryParse(text.Trim(), out NoteKey? key)
            ? key
            : throw new UsageException(
                $"expected a ledger key, name+id+base64, as 'zkhealth ledger show' prints it, got '{text.Trim()}'"
            );
}
