using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Terminal;

/// <summary>Finds the keys of owners who have named none: those that lie beside their tables, or beside the ledger.</summary>
internal static class OwnerKeys
{
    private const int LongestPem = 1 << 12;

    /// <summary>The public keys (NAME.pub) of the owners of tables, in the folders of some files; what cannot be read is
    /// none.</summary>
    public static IEnumerable<string> Near(IEnumerable<string> files, IReadOnlyList<DataSetVersion> tables) =>
        files
            .Select(f => Path.GetDirectoryName(Path.GetFullPath(f)))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.pub", new EnumerationOptions { IgnoreInaccessible = true }))
            .Where(path => tables.Any(t => IsOwner(path, t)));

    private static bool IsOwner(string path, DataSetVersion table)
    {
        try
        {
            return new FileInfo(path).Length is > 0 and <= LongestPem
                && KeyPem.TryDecode(File.ReadAllText(path), out VerifyingKey? key)
                && key.OwnerId.Span.SequenceEqual(table.Owner.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
