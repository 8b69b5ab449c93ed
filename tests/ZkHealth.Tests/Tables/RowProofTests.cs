using FsCheck.Xunit;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables;

public class RowProofTests
{
    private static readonly CubeCase Case = new(
        1000,
        [3, 200, 7],
        [
            [0],
        ]
    );

    private static Transcript T() => new("row"u8);

    [Theory]
    [InlineData(0, new[] { 0 })]
    [InlineData(999, new[] { 2, 0 })]
    [InlineData(500, new[] { 0, 1, 2 })]
    public void A_row_is_shown_and_nothing_else(long row, int[] columns)
    {
        byte[] proof = RowProof.Prove(T(), Case.Own, row, columns, out uint[] codes);
        Assert.Equal(columns.Select(j => Case.Codes[j].Span[(int)row]), codes);
        TableCommitment table = Case.Own.Commitment;
        Assert.Equal(RowProof.Size(table.Layout), proof.Length);
        Assert.Equal(VerificationResult.Accepted, RowProof.Verify(T(), table, row, columns, codes, proof));
        Assert.False(RowProof.Verify(T(), table, row == 0 ? 1 : row - 1, columns, codes, proof).IsAccepted);
        Assert.False(RowProof.Verify(T(), table, row, [.. columns.Select(j => (j + 1) % 3)], codes, proof).IsAccepted);
        for (int k = 0; k < codes.Length; k++)
        {
            uint[] other = [.. codes];
            other[k] ^= 1;
            Assert.False(RowProof.Verify(T(), table, row, columns, other, proof).IsAccepted);
            Assert.False(
                RowProof
                    .Verify(
                        T(),
                        table,
                        row,
                        columns,
                        other,
                        RowProof.ProveUnchecked(T(), Case.Own, row, columns, other, new Scalar[other.Length])
                    )
                    .IsAccepted
            );
        }

        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 4;
            Assert.False(RowProof.Verify(T(), table, row, columns, codes, changed).IsAccepted);
        }
    }

    [Fact]
    public void A_hidden_entry_feeds_other_proofs()
    {
        Scalar[] blindings = [Scalar.FromUInt64(3).Invert(), Scalar.FromUInt64(5).Invert()];
        byte[] proof = RowProof.ProveCommitted(T(), Case.Own, 321, [1, 2], blindings, out CompressedPoint[] commitments);
        Assert.True(RowProof.Verify(T(), Case.Own.Commitment, 321, [1, 2], commitments, proof).IsAccepted);
        Assert.False(RowProof.Verify(T(), Case.Own.Commitment, 321, [2, 1], commitments, proof).IsAccepted);
        RangeProof range = RangeProof.Prove(T(), [Case.Codes[1].Span[321]], [blindings[0]], 8, out CompressedPoint[] hidden);
        Assert.Equal(commitments[0], Assert.Single(hidden));
        Assert.True(range.Verify(T(), [commitments[0]], 8).IsAccepted);
    }

    [Fact]
    public void What_is_not_in_the_table_is_refused()
    {
        foreach (
            (long row, int[] columns) in (ReadOnlySpan<(long, int[])>)[(1000, [0]), (-1, [0]), (0, []), (0, [3]), (0, [1, 1])]
        )
        {
            Assert.Throws<ArgumentException>(() => RowProof.Prove(T(), Case.Own, row, columns, out _));
            Assert.False(
                RowProof
                    .Verify(
                        T(),
                        Case.Own.Commitment,
                        row,
                        columns,
                        columns.Select(_ => 0u).ToArray(),
                        new byte[RowProof.Size(Case.Own.Commitment.Layout)]
                    )
                    .IsAccepted
            );
        }

        byte[] proof = RowProof.Prove(T(), Case.Own, 5, [0], out uint[] codes);
        var other = new CubeCase(
            1000,
            [3, 200, 7],
            [
                [0],
            ],
            2
        );
        Assert.False(RowProof.Verify(T(), other.Own.Commitment, 5, [0], codes, proof).IsAccepted);
    }

    [Fact]
    public void A_commitment_to_another_code_is_not_that_of_the_row()
    {
        Scalar[] blindings = [Scalar.FromUInt64(3).Invert()];
        uint code = Case.Codes[1].Span[321];
        foreach (uint other in (uint[])[code + 1, 0, code ^ 64])
        {
            byte[] proof = RowProof.ProveUnchecked(T(), Case.Own, 321, [1], [other], blindings);
            CompressedPoint v = ZkHealth.Commitments.ScalarCommitment.Commit(Scalar.FromUInt64(other), blindings[0]).Compress();
            Assert.Equal(
                other == code,
                RowProof.Verify(T(), Case.Own.Commitment, 321, [1], (CompressedPoint[])[v], proof).IsAccepted
            );
        }

        // the code under another blinding, and what is no point
        byte[] good = RowProof.ProveCommitted(T(), Case.Own, 321, [1], blindings, out CompressedPoint[] held);
        CompressedPoint moved = ZkHealth.Commitments.ScalarCommitment.Commit(Scalar.FromUInt64(code), Scalar.One).Compress();
        Assert.True(RowProof.Verify(T(), Case.Own.Commitment, 321, [1], held, good).IsAccepted);
        Assert.False(RowProof.Verify(T(), Case.Own.Commitment, 321, [1], (CompressedPoint[])[moved], good).IsAccepted);
        Assert.False(
            RowProof
                .Verify(
                    T(),
                    Case.Own.Commitment,
                    321,
                    [1],
                    (CompressedPoint[])[new CompressedPoint([.. Enumerable.Repeat((byte)255, 32)])],
                    good
                )
                .IsAccepted
        );
        Assert.False(RowProof.Verify(T(), Case.Own.Commitment, 321, [1], (CompressedPoint[])[held[0], held[0]], good).IsAccepted);
        Assert.Throws<ArgumentException>(() => RowProof.ProveCommitted(T(), Case.Own, 321, [1, 2], blindings, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(257)]
    public void Tables_of_any_size_and_a_transcript_that_goes_on(int rows)
    {
        var small = new CubeCase(
            rows,
            [3, 200, 7],
            [
                [0],
            ]
        );
        for (int row = 0; row < rows; row += Math.Max(1, rows / 3))
        {
            Transcript mine = T(),
                theirs = T();
            byte[] proof = RowProof.Prove(mine, small.Own, row, [2, 1], out uint[] codes);
            Assert.True(RowProof.Verify(theirs, small.Own.Commitment, row, [2, 1], codes, proof).IsAccepted);
            Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
            Assert.False(RowProof.Verify(T(), small.Own.Commitment, row, [2, 1], codes, proof.AsMemory(32)).IsAccepted);
        }
    }

    [Fact]
    public void A_batch_names_the_row_that_does_not_hold()
    {
        (long Row, CompressedPoint[] Codes, byte[] Proof)[] Rows(int bad) =>
            [
                .. Enumerable
                    .Range(0, 6)
                    .Select(i =>
                    {
                        byte[] proof = RowProof.Prove(T(), Case.Own, 100 * i, [0, 2], out uint[] codes);
                        codes[1] ^= i == bad ? 1u : 0u;
                        return (100L * i, RowProof.Shown(codes), proof);
                    }),
            ];
        VerificationResult Verify((long Row, CompressedPoint[] Codes, byte[] Proof)[] rows) =>
            VerificationBatch.VerifyAll(
                rows,
                (r, batch, name) => RowProof.Collect(T(), Case.Own.Commitment, r.Row, [0, 2], r.Codes, r.Proof, batch, name)
            );
        Assert.True(Verify(Rows(-1)).IsAccepted);
        Assert.Equal("proof 4: the row does not have these values", Verify(Rows(4)).Reason);
        var outside = Rows(-1);
        outside[1].Row = 1000;
        Assert.StartsWith("proof 1: expected a row", Verify(outside).Reason, StringComparison.Ordinal);
    }

    [Property(MaxTest = 100)]
    public void Hostile_bytes_never_throw(byte[] bytes, long row)
    {
        TableCommitment table = Case.Own.Commitment;
        byte[] proof =
        [
            .. Enumerable
                .Range(0, RowProof.Size(table.Layout))
                .Select(i => bytes.Length == 0 ? (byte)7 : bytes[i % bytes.Length]),
        ];
        Assert.False(RowProof.Verify(T(), table, row, [0], (uint[])[1], proof).IsAccepted);
        Assert.False(RowProof.Verify(T(), table, (long)((ulong)row % 1000), [0], (uint[])[1], proof).IsAccepted);
        Assert.False(
            RowProof.Verify(T(), table, 0, [0], (CompressedPoint[])[new CompressedPoint(proof.AsSpan(0, 32))], bytes).IsAccepted
        );
    }
}
