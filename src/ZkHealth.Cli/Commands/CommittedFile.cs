using ZkHealth.Data;
using ZkHealth.Fields;

namespace ZkHealth.Cli.Commands;

/// <summary>The file of a committed table, as the commands that make one write it.</summary>
internal static class CommittedFile
{
    /// <summary>Refuses before any work what could not be written after it.</summary>
    public static void RefuseTarget(string target, bool force)
    {
        if (Directory.Exists(target))
        {
            throw new UsageException($"--out: {target} is a folder; expected a file to write");
        }

        if (!force && File.Exists(target))
        {
            throw new UsageException($"{target} exists; --force replaces it");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(target)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--out: there is no folder {folder} to write {Path.GetFileName(target)} to");
        }
    }

    public static string SchemaBeside(string csv)
    {
        string path = Path.ChangeExtension(Uncompressed(csv), ".schema.json");
        return File.Exists(path)
            ? path
            : throw new UsageException(
                $"--schema: expected the schema file of {csv}, or {path} beside it; zkhealth schema draft proposes one"
            );
    }

    public static void Write(string target, TableOpeningFile table, bool force)
    {
        using var bytes = new SecretArray<byte>(table.EncodeSecret());
        try
        {
            AtomicFile.Write(target, bytes.Values, ownerOnly: true, overwrite: force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string problem = $"{target} cannot be written";
            throw new UsageException(
                $"--out: {(e.Message.StartsWith(problem, StringComparison.Ordinal) ? e.Message : $"{problem}: {e.Message}")}"
            );
        }
    }

    public static string Uncompressed(string csv) => csv.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? csv[..^3] : csv;
}
