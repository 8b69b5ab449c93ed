using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Ledger.Tests;

/// <summary>The tree against RFC 6962 written down naively.</summary>
public class MerkleTests
{
    private const int Most = 40;

    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, Most).Select(i => MerkleHash.Leaf([(byte)i, 7]))];

    private static readonly Dictionary<(int, long), byte[]> Nodes = Build();

    /// <summary>The roots of the eight leaves that certificate transparency implementations test with.</summary>
    [Fact]
    public void Roots_are_those_of_certificate_transparency()
    {
        string[] data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        byte[][] leaves = [.. data.Select(d => MerkleHash.Leaf(Convert.FromHexString(d)))];
        for (int n = 1; n <= 8; n++)
        {
            Assert.Equal(roots[n - 1], Convert.ToHexStringLower(Naive(leaves.AsSpan(0, n))));
        }

        Assert.Equal(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            Convert.ToHexStringLower(MerkleHash.Empty())
        );
    }

    [Fact]
    public void Every_root_is_that_of_the_definition()
    {
        for (int n = 0; n <= Most; n++)
        {
            Assert.Equal(Naive(Leaves.AsSpan(0, n)), MerkleTree.Root(n, Read));
            Assert.Equal(MerkleTree.Root(n, Read), MerkleFrontier.Read(n, Read).Root());
        }
    }

    /// <summary>Whoever goes on from a leaf has the tree before it by the path of that leaf.</summary>
    [Fact]
    public void The_path_of_a_leaf_gives_the_edge_before_it()
    {
        for (int n = 1; n <= Most; n++)
        {
            for (int i = 0; i < n; i++)
            {
                ReadOnlyMemory<byte>[] path = [.. MerkleTree.Inclusion(i, n, Read).Select(p => (ReadOnlyMemory<byte>)p)];
                MerkleFrontier edge = MerkleFrontier.Before(i, n, path);
                Assert.Equal(i, edge.Size);
                Assert.Equal(MerkleFrontier.Read(i, Read).Edge, edge.Edge);
                edge.Append(Leaves[i]);
                Assert.Equal(MerkleTree.Root(i + 1, Read), edge.Root());
            }
        }
    }

    [Fact]
    public void Every_inclusion_proof_verifies_and_no_changed_one_does()
    {
        for (int n = 1; n <= Most; n++)
        {
            byte[] root = MerkleTree.Root(n, Read);
            for (int i = 0; i < n; i++)
            {
                ReadOnlyMemory<byte>[] path = Memories(MerkleTree.Inclusion(i, n, Read));
                Assert.True(MerkleProof.VerifyInclusion(Leaves[i], i, n, path, root));
                Assert.False(MerkleProof.VerifyInclusion(Leaves[(i + 1) % Most], i, n, path, root));
                Assert.False(MerkleProof.VerifyInclusion(Leaves[i], i - 1, n, path, root));
                Assert.False(MerkleProof.VerifyInclusion(Leaves[i], i + 1, n, path, root));
                Assert.False(MerkleProof.VerifyInclusion(Leaves[i], n, n, path, root));
                Assert.False(MerkleProof.VerifyInclusion(Leaves[i], i, n, [.. path, root], root));
                Assert.False(path.Length > 0 && MerkleProof.VerifyInclusion(Leaves[i], i, n, path[1..], root));
                for (int p = 0; p < path.Length; p++)
                {
                    ReadOnlyMemory<byte>[] changed = [.. path];
                    changed[p] = Leaves[(i + 1) % Most];
                    Assert.Equal(
                        changed[p].Span.SequenceEqual(path[p].Span),
                        MerkleProof.VerifyInclusion(Leaves[i], i, n, changed, root)
                    );
                }
            }
        }
    }

    /// <summary>Attacks, B5: consistency from size 0 to another was accepted, which transparency-dev/merkle refuses: it proves
    /// nothing.</summary>
    [Fact]
    public void Every_consistency_proof_verifies_and_no_changed_one_does()
    {
        for (int n = 0; n <= Most; n++)
        {
            byte[] root = MerkleTree.Root(n, Read);
            for (int m = 0; m <= n; m++)
            {
                byte[] old = MerkleTree.Root(m, Read),
                    other = Naive([.. Leaves.Take(m).Reverse(), Leaves[^1]]);
                ReadOnlyMemory<byte>[] path = Memories(MerkleTree.Consistency(m, n, Read));
                Assert.Equal(m > 0 || n == 0, MerkleProof.VerifyConsistency(m, old, n, root, path));
                Assert.False(MerkleProof.VerifyConsistency(m, other, n, root, path));
                Assert.False(MerkleProof.VerifyConsistency(m, old, n, other, path));
                Assert.False(MerkleProof.VerifyConsistency(m, old, n, root, [.. path, root]));
                Assert.False(MerkleProof.VerifyConsistency(n + 1, old, n, root, path));
                for (int p = 0; p < path.Length; p++)
                {
                    ReadOnlyMemory<byte>[] changed = [.. path];
                    changed[p] = MerkleHash.Leaf([99]);
                    Assert.False(MerkleProof.VerifyConsistency(m, old, n, root, changed));
                    Assert.False(MerkleProof.VerifyConsistency(m, old, n, root, [.. path[..p], .. path[(p + 1)..]]));
                }
            }
        }
    }

    [Property]
    public void Verifiers_never_throw(long a, long b, byte[] leaf, byte[][] path)
    {
        ReadOnlyMemory<byte>[] hashes = [.. (path ?? []).Select(p => new ReadOnlyMemory<byte>(p))];
        Assert.False(MerkleProof.VerifyInclusion(leaf, a, b, hashes, leaf));
        Assert.False(MerkleProof.VerifyConsistency(a, leaf, b, MerkleHash.Leaf([1]), hashes));
        Assert.False(MerkleProof.VerifyInclusion(leaf, a, b, null!, leaf));
    }

    /// <summary>MTH (RFC 6962, 2.1).</summary>
    private static byte[] Naive(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.Length == 0 ? MerkleHash.Empty() : leaves[0];
        }

        int k = 1;
        while (2 * k < leaves.Length)
        {
            k *= 2;
        }

        return MerkleHash.Node(Naive(leaves[..k]), Naive(leaves[k..]));
    }

    private static Dictionary<(int, long), byte[]> Build()
    {
        var nodes = new Dictionary<(int, long), byte[]>();
        var frontier = new MerkleFrontier();
        for (int i = 0; i < Most; i++)
        {
            frontier.Append(Leaves[i], (level, index, hash) => nodes.Add((level, index), hash));
        }

        return nodes;
    }

    private static byte[] Read(int level, long index) => Nodes[(level, index)];

    private static ReadOnlyMemory<byte>[] Memories(byte[][] path) => [.. path.Select(p => new ReadOnlyMemory<byte>(p))];
}
