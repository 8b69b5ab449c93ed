using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>Commits columns: the points of their matrix rows, with the blindings of a secret or given ones.</summary>
internal static class ColumnCommitter
{
    /// <summary>Fewer points than this are not worth a second core.</summary>
    private const int LeastRows = 32;

    /// <summary>One column under a secret that serves this commitment alone.</summary>
    public static (ColumnCommitment Column, Scalar[] Blindings) Commit(
        ReadOnlyMemory<uint> codes,
        TableLayout layout,
        TableSecret secret,
        int number,
        int degreeOfParallelism,
        CancellationToken cancellationToken = default
    ) => Commit(codes, layout, () => secret.Blindings(number, codes.Span, layout), degreeOfParallelism, cancellationToken);

    /// <summary>The points of a column under given blindings, one for each matrix row.</summary>
    public static ColumnCommitment Commit(
        ReadOnlyMemory<uint> codes,
        TableLayout layout,
        Scalar[] blindings,
        int degreeOfParallelism,
        CancellationToken cancellationToken
    ) => Commit(codes, layout, () => blindings, degreeOfParallelism, cancellationToken).Column;

    /// <summary>
    /// The points of a column and its blindings, which are made beside the sums. Matrix rows beyond the declared rows are the
    /// identity, to be seen by everybody.
    /// </summary>
    private static (ColumnCommitment Column, Scalar[] Blindings) Commit(
        ReadOnlyMemory<uint> codes,
        TableLayout layout,
        Func<Scalar[]> blind,
        int degreeOfParallelism,
        CancellationToken cancellationToken
    )
    {
        int width = layout.Width,
            filled = layout.FilledRows;

        // whole groups of lanes are summed at several times the speed of single rows; what is beyond the filled rows is dropped
        // again
        int summed = Math.Min(layout.Height, (filled + LaneWidth.Count - 1) / LaneWidth.Count * LaneWidth.Count);
        using SecretArray<uint>? padded = codes.Length < summed * width ? new SecretArray<uint>(summed * width) : null;
        if (padded is not null)
        {
            codes.Span.CopyTo(padded.Span);
            codes = padded.Values;
        }

        // blindings wait for the digest of all codes: the sums need not
        var points = new RistrettoPoint[summed];
        Scalar[] blindings = [];
        void Blind() => blindings = blind();
        void Sum() =>
            RowSums.VarTime(
                codes,
                width,
                GeneratorFamily.Column.First(width)[..width],
                points,
                degreeOfParallelism,
                cancellationToken
            );
        Chunks.Both(degreeOfParallelism, Sum, Blind);
        var encodings = new byte[RistrettoPoint.Size * layout.Height];
        Chunks.For(
            filled,
            degreeOfParallelism,
            LeastRows,
            (_, from, to) =>
            {
                Span<RistrettoPoint> own = points.AsSpan(from, to - from);
                PedersenGenerators.HTable.AddMultiples(blindings.AsSpan(from, to - from), own);
                RistrettoBatch.Encode(own, encodings.AsSpan(RistrettoPoint.Size * from, RistrettoPoint.Size * own.Length));
            }
        );

        return (ColumnCommitment.FromPoints(encodings), blindings);
    }
}
