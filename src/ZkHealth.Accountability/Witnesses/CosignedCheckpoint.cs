using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>The newest checkpoint that witnesses have cosigned, beside its ledger: a signed note with a line for each of
/// them.</summary>
internal static class CosignedCheckpoint
{
    /// <summary>The place beside a ledger.</summary>
    public static string PathOf(string ledger) => ledger + ".cosigned";

    /// <summary>Writes a checkpoint with cosignatures of it; those of another one are left out.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Checkpoint checkpoint, IEnumerable<Cosignature> cosignatures)
    {
        string draft = $"{path}.{Guid.NewGuid():n}.new";
        IEnumerable<string> lines = cosignatures.Where(c => c.IsOf(checkpoint)).Select(c => c.Line());
        File.WriteAllText(draft, checkpoint + string.Concat(lines));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Reads it; null where there is none that the key of the log has signed.</summary>
    public static Checkpoint? Read(string path, NoteKey key)
    {
        try
        {
            return
                File.Exists(path)
                && new FileInfo(path).Length <= SignedNote.MaxLength
                && Checkpoint.TryParse(File.ReadAllText(path), key, out Checkpoint? checkpoint)
                ? checkpoint
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
