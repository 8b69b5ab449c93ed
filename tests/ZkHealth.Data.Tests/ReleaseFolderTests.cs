using System.Security.Cryptography;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Releases that an owner keeps, and the notes of which of them the guard has seen.</summary>
public sealed class ReleaseFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_root, true);

    /// <summary>Two years of one command were refused when the later one was released first: its note names the earlier one, but
    /// the note of the earlier one alone was asked (finding 7 of the reviewer of notes). Nor was there any note before the first
    /// release, without a folder; a public key named another folder than the secret one.</summary>
    [Fact]
    public void Files_of_one_command_are_released_in_any_order()
    {
        byte[] early = [1],
            late = [2],
            other = [3];
        using var table = TableOpeningFile.Commit(
            new CodedTable(new TableSchema("t", [new NumberColumn("n", 0, 3)]), [new uint[] { 0, 1, 2, 3 }]),
            new byte[32]
        );
        var version = new DataSetVersion(table.Committed.Commitment);
        File.WriteAllText(Path.Combine(_root, "key"), "a key");
        ReleaseFolder folder = ReleaseFolder.Beside(Path.Combine(_root, "key.pub"));
        folder.NoteSeen(early, []);
        Assert.False(Directory.Exists(folder.Folder));
        folder.NoteSeen(late, [Convert.ToHexStringLower(SHA256.HashData(early))]);
        Assert.True(folder.Keep(version, late));
        Assert.Empty(folder.Unseen(version, early));
        Assert.Equal([late], folder.Unseen(version, other).Values.Select(f => f.ToArray()));
    }
}
