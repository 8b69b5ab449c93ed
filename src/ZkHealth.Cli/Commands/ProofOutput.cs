using System.Security.Cryptography;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>The proof file that a command makes, or several.</summary>
/// <param name="path">Its name.</param>
/// <param name="force">Whether it may replace a file.</param>
internal sealed class ProofOutput(string path, bool force)
{
    public string Path => path;

    public bool Force => force;

    /// <summary>The folders of releases at which the guard looked; none where there is no guard.</summary>
    public IReadOnlyList<ReleaseFolder> Folders { get; set; } = [];

    /// <summary>The files at which it looked, by their SHA-256 in hexadecimal: releases, and what the command has made.</summary>
    public HashSet<string> Seen { get; } = [];

    public void Write(byte[] file, Report report)
    {
        WriteTo(Path, file, report);
        report.Add("proof", Path, $"proof: {Path}, {file.Length} bytes");
        report.Add("bytes", file.Length);
    }

    /// <summary>Writes a file, with a note for `ledger release` of what the guard knew; the file is good without it.</summary>
    public void WriteTo(string target, byte[] file, Report report)
    {
        AtomicFile.Write(target, file, overwrite: Force);
        foreach (ReleaseFolder folder in Folders)
        {
            try
            {
                folder.NoteSeen(file, Seen);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                report.Line(
                    $"warning: {folder.Folder} cannot be written ({e.Message}): where other files of the table are kept, `ledger release` will ask for --without-earlier"
                );
            }
        }

        Seen.Add(Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
