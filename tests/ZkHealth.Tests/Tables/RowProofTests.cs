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
    private static readonly CubeCase Case = new(1000, [3, 200, 7], [[0]]);

    private static Transcript T() => new("row"u8);

    [Theory]
    [InlineData(0, new[] { 0 })]
    [InlineData(999, new[] { 2, 0 })]
    [InlineData(500, new[] { 0, 1, 2 })]
    public void A_row_is_shown_and_nothing_else(long row, int[] columns)
    {
        (uint[] codes, byte[] proof) = RowProof.Prove(T(), Case.Own, row, columns);
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
            Assert.False(RowProof.Verify(T(), table, row, columns, other, RowProof.ProveUnchecked(T(), Case.Own, row, columns, other, new Scalar[other.Length])).IsAccepted);
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
        IntervalProof interval = IntervalProof.Prove(T(), Case.Codes[1].Span[321], blindings[0], 0, 199);
        Assert.True(interval.Verify(T(), commitments[0], 0, 199).IsAccepted);
    }

    [Fact]
    public void What_is_not_in_the_table_is_refused()
    {
        foreach ((long row, int[] columns) in (ReadOnlySpan<(long, int[])>)[(1000, [0]), (-1, [0]), (0, []), (0, [3]), (0, [1, 1])])
        {
            Assert.Throws<ArgumentException>(() => RowProof.Prove(T(), Case.Own, row, columns));
            Assert.False(RowProof.Verify(T(), Case.Own.Commitment, row, columns, columns.Select(_ => 0u).ToArray(), new byte[RowProof.Size(Case.Own.Commitment.Layout)]).IsAccepted);
        }

        (uint[] codes, byte[] proof) = RowProof.Prove(T(), Case.Own, 5, [0]);
        var other = new CubeCase(1000, [3, 200, 7], [[0]], 2);
        Assert.False(RowProof.Verify(T(), other.Own.Commitment, 5, [0], codes, proof).IsAccepted);
    }
}
