using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Statistics;

public class LinearStatisticsTests
{
    private readonly CubeCase _case = new(
        60,
        [2, 4, 3],
        [
            [0, 1, 2],
        ]
    );

    private ContingencyTableSubject Subject => new([_case.Own.Commitment.Root], _case.Axes[0]);

    private static Scalar[][] Rows(int n) =>
        [
            [.. Enumerable.Repeat(Scalar.One, n)],
            [.. Enumerable.Range(0, n).Select(i => Scalar.FromUInt64((ulong)i % 3))],
        ];

    private (CompressedPoint[] Points, byte[] Proof, Scalar[][] Rows) Prove(Transcript? t = null)
    {
        Scalar[][] rows = Rows(_case.Axes[0].CellCount);
        (CompressedPoint[] points, byte[] proof) = LinearStatistics.Prove(
            t ?? new Transcript("context"u8),
            Subject,
            _case.Proven.Counts(0),
            _case.Proven.Blinding(0),
            rows,
            [Scalar.Zero, Scalar.FromUInt64(99)]
        );
        return (points, proof, rows);
    }

    private static bool Accepts(
        ContingencyTableSubject subject,
        CompressedPoint cube,
        CompressedPoint[] points,
        Scalar[][] rows,
        byte[] proof,
        string label = "context"
    )
    {
        var batch = new VerificationBatch();
        ProofFault? failure = LinearStatistics.Collect(
            new Transcript(System.Text.Encoding.ASCII.GetBytes(label)),
            subject,
            cube,
            points,
            rows,
            proof,
            batch
        );
        return failure is null && batch.Verify().IsAccepted;
    }

    [Fact]
    public void Statistics_of_a_cube_are_proven_and_nothing_else()
    {
        (CompressedPoint[] points, byte[] proof, Scalar[][] rows) = Prove();
        CompressedPoint cube = _case.Proven.Points[0];
        Assert.True(Accepts(Subject, cube, points, rows, proof));
        Assert.Equal((Scalar.FromUInt64(64) * PedersenGenerators.B).Compress(), points[0]);

        Assert.True(points[0].TryDecompress(out RistrettoPoint p));
        Assert.False(Accepts(Subject, cube, [(p + PedersenGenerators.B).Compress(), points[1]], rows, proof));
        Assert.False(Accepts(Subject, cube, points, [rows[1], rows[0]], proof));
        Assert.False(Accepts(Subject, cube, points, [rows[0]], proof));
        Assert.False(Accepts(Subject, cube, [.. points, points[0]], rows, proof));
        Assert.False(Accepts(Subject, cube, points, [rows[0][..^1], rows[1][..^1]], proof));
        Assert.False(Accepts(Subject, cube, [], [], proof));
        Assert.False(Accepts(Subject, points[0], points, rows, proof));
        Assert.False(Accepts(Subject, cube, points, rows, proof, "elsewhere"));
        Assert.False(Accepts(new ContingencyTableSubject([new byte[32]], _case.Axes[0]), cube, points, rows, proof));
        Assert.False(
            Accepts(
                new ContingencyTableSubject([_case.Own.Commitment.Root], TableAxes.Create([0, 2, 1], [2, 4, 3])),
                cube,
                points,
                rows,
                proof
            )
        );
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] bad = [.. proof];
            bad[at + 1] ^= 1;
            Assert.False(Accepts(Subject, cube, points, rows, bad), $"element {at / 32}");
        }
    }

    [Fact]
    public void Cubes_of_two_hospitals_add_up()
    {
        ulong[] twice = [.. _case.Proven.Counts(0).ToArray().Select(n => 2 * n)];
        Scalar blinding = _case.Proven.Blinding(0) + _case.Proven.Blinding(0);
        Assert.True(_case.Proven.Points[0].TryDecompress(out RistrettoPoint cube));
        var subject = new ContingencyTableSubject([_case.Own.Commitment.Root, new byte[32]], _case.Axes[0]);
        Scalar[][] rows = Rows(_case.Axes[0].CellCount);
        (CompressedPoint[] points, byte[] proof) = LinearStatistics.Prove(
            new Transcript("context"u8),
            subject,
            twice,
            blinding,
            rows,
            [Scalar.Zero, Scalar.Zero]
        );
        Assert.True(Accepts(subject, (cube + cube).Compress(), points, rows, proof));
    }

    [Fact]
    public void A_false_statistic_is_rejected()
    {
        // the prover claims the sum of another cube under the blinding of the committed one
        ulong[] other = _case.Proven.Counts(0).ToArray();
        other[3]++;
        Scalar[][] rows = Rows(_case.Axes[0].CellCount);
        (CompressedPoint[] points, byte[] proof) = LinearStatistics.Prove(
            new Transcript("context"u8),
            Subject,
            other,
            _case.Proven.Blinding(0),
            rows,
            [Scalar.Zero, Scalar.Zero]
        );
        Assert.False(Accepts(Subject, _case.Proven.Points[0], points, rows, proof));
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void The_reference_accepts_proofs_made_here()
    {
        Skip.If(Repository.Shared is null, "the folder shared, with the reference, is not beside the repository");
        var context = new StatisticContext("p", "r", "o");
        (CompressedPoint[] points, byte[] proof, Scalar[][] rows) = Prove(context.Start([0x80]));
        var several = new CubeCase(
            60,
            [2, 4, 3],
            [
                [0],
                [2, 1],
                [1],
            ],
            seed: 3
        );
        var one = new CubeCase(
            1,
            [3],
            [
                [0],
            ],
            seed: 4
        );
        byte[] statistics = ReferenceExport.Statistics(
            context,
            [0x80],
            Subject,
            _case.Proven.Points[0],
            points,
            rows,
            proof,
            [64, null]
        );
        Assert.True(
            PythonReference.Accepts(
                Export(_case, _case.Proven.Proof.Span),
                Export(several, several.Proven.Proof.Span),
                Export(one, one.Proven.Proof.Span),
                statistics
            )
        );

        byte[] bad = several.Proven.Proof.ToArray();
        bad[64] ^= 2;
        Assert.False(PythonReference.Accepts(Export(several, bad)));
    }

    private static byte[] Export(CubeCase c, ReadOnlySpan<byte> proof) =>
        ReferenceExport.Cubes("test"u8, c.Own.Commitment, c.Axes, c.Proven.Points, proof);
}
