using System.Security.Cryptography;
using Xunit;

namespace ZkHealth.Data.Tests;

public sealed class BlobFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void Bytes_are_found_by_their_hash_and_never_longer_than_allowed()
    {
        BlobFolder blobs = BlobFolder.Beside(Path.Combine(_root, "ledger.db"));
        Assert.Null(blobs.Read(new byte[32], 100));
        byte[] bytes = RandomNumberGenerator.GetBytes(1000),
            hash = blobs.Put(bytes);
        Assert.Equal(SHA256.HashData(bytes), hash);
        Assert.Equal(bytes, blobs.Read(hash, 1000));
        Assert.Null(blobs.Read(hash, 999));
        Assert.Equal(hash, blobs.Put(bytes));
        Assert.Equal([], blobs.Read(blobs.Put([]), 0)!);
        Assert.Throws<ArgumentException>(() => blobs.Read(new byte[31], 10));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_root, "ledger.db.blobs")).Length);
    }

    [Fact]
    public void What_is_not_the_hash_s_is_not_there_and_can_be_put_again()
    {
        var blobs = new BlobFolder(_root);
        byte[] hash = blobs.Put([1, 2, 3]);
        string file = Path.Combine(_root, Convert.ToHexStringLower(hash));
        File.WriteAllBytes(file, [1, 2, 4]);
        Assert.Null(blobs.Read(hash, 10));
        blobs.Put([1, 2, 3]);
        Assert.Equal([1, 2, 3], blobs.Read(hash, 10)!);

        // a link leads outside the folder: it is not followed
        File.Move(file, Path.Combine(_root, "elsewhere"));
        File.CreateSymbolicLink(file, Path.Combine(_root, "elsewhere"));
        Assert.Null(blobs.Read(hash, 10));
        blobs.Put([1, 2, 3]);
        Assert.Equal([1, 2, 3], blobs.Read(hash, 10)!);
        Assert.Null(new FileInfo(file).LinkTarget);

        // a killed process leaves a draft, which is nobody's
        File.WriteAllBytes(Path.Combine(_root, $".{Convert.ToHexStringLower(SHA256.HashData([9]))}.0.tmp"), [9]);
        Assert.Null(blobs.Read(SHA256.HashData([9]), 10));
    }
}
