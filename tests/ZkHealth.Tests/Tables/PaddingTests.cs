using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Tables;

/// <summary>
/// Attack F2: rows beyond the declared ones are zero. Before this was proven, a table of 513 rows could count 511 invented
/// patients in its padding, where no row proof and so no audit could reach them, and "511 of 1024" verified.
/// </summary>
public class PaddingTests
{
    public static TheoryData<int> Rows() => [1, 2, 3, 15, 16, 17, 31, 33, 48, 60, 129, 513, 1024];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Matrix_rows_of_padding_are_the_identity(int rows)
    {
        var c = new CubeCase(
            rows,
            [2, 3],
            [
                [0, 1],
            ]
        );
        TableLayout layout = c.Own.Commitment.Layout;
        Assert.Equal((rows + layout.Width - 1) / layout.Width, layout.FilledRows);
        foreach (ColumnCommitment column in c.Own.Commitment.Columns)
        {
            byte[] points = column.Points.ToArray();
            Assert.All(
                Enumerable.Range(0, layout.Height),
                r => Assert.Equal(r >= layout.FilledRows, points.AsSpan(32 * r, 32).IndexOfAnyExcept((byte)0) < 0)
            );
        }

        Assert.True(c.Verify().IsAccepted);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_public_column_is_a_column_of_ones_without_blindings(int rows)
    {
        var layout = new TableLayout(rows);
        ColumnCommitment row = ColumnCommitment.OfRows(layout);
        ColumnCommitment plain = ColumnCommitter.Commit(RowColumn.Codes(rows), layout, new Scalar[layout.Height], 1, default);
        Assert.Equal(plain.Points.ToArray(), row.Points.ToArray());
        Assert.Equal(plain.Digest.ToArray(), row.Digest.ToArray());

        // and it adds up to the same multiples
        Scalar[] scalars = [.. Enumerable.Range(0, layout.Height).Select(i => Scalar.FromUInt64((ulong)(7 * i + 3)))];
        var (own, other) = (new MultiscalarEquation(), new MultiscalarEquation());
        row.AddTo(own, 0, scalars);
        plain.AddTo(other, 0, scalars);
        Assert.True(own.TryEvaluate(out RistrettoPoint a) && other.TryEvaluate(out RistrettoPoint b) && a == b);
    }

    [Fact]
    public void Rows_without_a_value_are_told_from_padding_by_the_public_column()
    {
        var schema = new TableSchema("t", [CategoryColumn.YesNo("ill")]);
        using var secret = TableSecret.Create();
        uint[] ill = [1, 2, 0, 0, 2, 0, 1, 0, 0];
        using TableOpening table = TableOpening.Commit(new CodedTable(schema, [ill]), new byte[32], secret);
        TableAxes axes = TableAxes.Create([1, 0], [3, 2]);
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, axes);
        Assert.Equal([7, 5, 0, 2, 0, 2], cubes.Counts(0).ToArray());
        Assert.True(ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);

        // another number of rows has another public column, and so another root
        TableCommitment more = TableCommitment.Of(
            table.Commitment.Owner.Span,
            table.Commitment.Schema.Span,
            10,
            table.Commitment.Columns.Skip(1)
        );
        Assert.NotEqual(table.Commitment.Root.ToArray(), more.Root.ToArray());
        Assert.False(ContingencyTableProof.Verify(more, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted);
    }

    [Theory]
    [InlineData(513, 600)] // in whole matrix rows
    [InlineData(513, 514)] // beside the last declared row
    [InlineData(3, 4)]
    [InlineData(1000, 1024)]
    public void Rows_that_were_not_declared_cannot_be_counted(int declared, int rows)
    {
        // committed as more rows, declared as fewer: what the review's ghost file did
        uint[] codes = [.. Enumerable.Range(0, rows).Select(i => i < declared ? 1u : 2u)];
        using var secret = TableSecret.Create();
        using TableOpening all = TableOpening.Commit([codes], rows, CubeCase.Owner, "schema"u8, secret);
        var fewer = new TableCommitment(CubeCase.Owner, "schema"u8, declared, all.Commitment.Columns);
        Assert.Equal(all.Commitment.Layout.Height, fewer.Layout.Height);
        using TableOpening ghost = TableOpening.Opened(fewer, [codes], [all.Blindings(0).ToArray()]);
        TableAxes axes = TableAxes.Create([0], [3]);
        ContingencyTableOpening forged = ContingencyTableProof.Prove(
            new Transcript("test"u8),
            ghost,
            [axes],
            new ContingencyTableForgery { ChangeCounts = n => n[0] = Count(codes, fewer.Layout.PaddedRows) }
        );
        VerificationResult result = ContingencyTableProof.Verify(
            new Transcript("test"u8),
            fewer,
            [axes],
            forged.Points,
            forged.Proof
        );
        Assert.False(result.IsAccepted);
        Assert.Contains(
            result.Reason,
            (string[])["a row of padding is not empty", "a row beyond the declared ones is not empty"]
        );
    }

    [Fact]
    public void Two_columns_that_cancel_in_the_padding_are_rejected()
    {
        // +1 in one column and −1 in the other is no code at all, but two columns of equal ghosts must not cancel under delta
        // either
        uint[] a = [1, 1, 1, 2],
            b = [2, 2, 2, 1];
        using var secret = TableSecret.Create();
        using TableOpening all = TableOpening.Commit([a, b], 4, CubeCase.Owner, "schema"u8, secret);
        var fewer = new TableCommitment(CubeCase.Owner, "schema"u8, 3, all.Commitment.Columns);
        using TableOpening ghost = TableOpening.Opened(fewer, [a, b], [all.Blindings(0).ToArray(), all.Blindings(1).ToArray()]);
        TableAxes axes = TableAxes.Create([0, 1], [3, 3]);
        ContingencyTableOpening forged = ContingencyTableProof.Prove(
            new Transcript("test"u8),
            ghost,
            [axes],
            new ContingencyTableForgery { ChangeCounts = n => (n[0][0], n[0][7]) = (n[0][0] - 1, n[0][7] + 1) }
        );
        Assert.False(
            ContingencyTableProof.Verify(new Transcript("test"u8), fewer, [axes], forged.Points, forged.Proof).IsAccepted
        );
    }

    [Fact]
    public void A_column_may_not_take_the_name_of_the_public_one()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new TableSchema("t", [CategoryColumn.YesNo("row")]));
        Assert.Contains("'row'", e.Message, StringComparison.Ordinal);
    }

    private static ulong[] Count(uint[] codes, int padded)
    {
        var counts = new ulong[3];
        foreach (uint code in codes)
        {
            counts[code]++;
        }

        counts[0] += (ulong)(padded - codes.Length);
        return counts;
    }
}
