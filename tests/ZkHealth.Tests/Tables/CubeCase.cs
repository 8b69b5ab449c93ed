using System.Security.Cryptography;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables;

/// <summary>A small random table with proven cubes, as the test of the reference has it.</summary>
internal sealed class CubeCase
{
    public static readonly byte[] Owner = SHA256.HashData("a hospital"u8);

    public CubeCase(int rows, uint[] domains, uint[][] which, int seed = 1, ContingencyTableForgery? forge = null)
    {
        var random = new Random(seed);
        Codes =
        [
            .. domains.Select(d =>
                (ReadOnlyMemory<uint>)Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)d)).ToArray()
            ),
        ];
        using var secret = TableSecret.Create();
        Own = TableOpening.Commit(Codes, rows, Owner, "schema"u8, secret);
        Axes = [.. which.Select(w => TableAxes.Create(w, w.Select(j => domains[j]).ToArray()))];
        Proven = ContingencyTableProof.Prove(new Transcript("test"u8), Own, Axes, forge);
    }

    public ReadOnlyMemory<uint>[] Codes { get; }

    public TableOpening Own { get; }

    public TableAxes[] Axes { get; }

    public ContingencyTableOpening Proven { get; }

    public VerificationResult Verify(
        TableCommitment? table = null,
        TableAxes[]? axes = null,
        IReadOnlyList<CompressedPoint>? points = null,
        byte[]? proof = null,
        string label = "test"
    ) =>
        ContingencyTableProof.Verify(
            new Transcript(System.Text.Encoding.ASCII.GetBytes(label)),
            table ?? Own.Commitment,
            axes ?? Axes,
            points ?? Proven.Points,
            proof ?? Proven.Proof
        );
}
