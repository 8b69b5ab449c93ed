using ZkHealth.Statistics;

namespace ZkHealth.Data;

/// <summary>Reads proof files from disk.</summary>
public static class ProofFiles
{
    /// <summary>Reads and decodes a proof file of any kind; nothing is verified yet.</summary>
    /// <param name="path">The file, at most <see cref="ProofFile.MaxEncodedSize"/> bytes.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is no proof file; the message names the file and says why.</exception>
    public static ProofFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return ProofFile.TryDecode(Read(stream), out ProofFile? file, out string? reason)
            ? file
            : throw new FormatException($"{path}: {reason}");
    }

    /// <summary>Reads a proof file to its end, or one byte more than any has: the length that a pipe or a device reports says
    /// nothing.</summary>
    internal static byte[] Read(Stream source)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = source.Read(buffer)) > 0 && content.Length <= ProofFile.MaxEncodedSize; )
        {
            content.Write(buffer, 0, (int)Math.Min(read, ProofFile.MaxEncodedSize + 1 - content.Length));
        }

        return content.ToArray();
    }
}
