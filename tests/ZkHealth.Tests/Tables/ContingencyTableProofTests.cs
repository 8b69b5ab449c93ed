using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

public class ContingencyTableProofTests
{
    public static TheoryData<int, uint[], uint[][]> Cases() =>
        new()
        {
            {
                1,
                [3],
                [
                    [0],
                ]
            },
            {
                2,
                [2],
                [
                    [0],
                ]
            },
            {
                5,
                [2, 3],
                [
                    [0, 1],
                ]
            },
            {
                16,
                [2, 3],
                [
                    [1, 0],
                ]
            },
            {
                9,
                [4],
                [
                    [0],
                ]
            },
            {
                60,
                [2, 4, 3],
                [
                    [0, 1, 2],
                ]
            },
            {
                60,
                [2, 4, 3],
                [
                    [0],
                    [2, 1],
                    [1],
                ]
            },
            {
                7,
                [1, 2],
                [
                    [0],
                    [1],
                ]
            },
            {
                3000,
                [3, 300, 5],
                [
                    [1],
                    [0, 2],
                ]
            },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Honest_proofs_are_accepted_and_the_cubes_are_the_counts(int rows, uint[] domains, uint[][] which)
    {
        var c = new CubeCase(rows, domains, which);
        Assert.Equal(VerificationResult.Accepted, c.Verify());
        Assert.Equal(ContingencyTableProof.Size(c.Own.Commitment.Layout, c.Axes), c.Proven.Proof.Length);
        for (int k = 0; k < which.Length; k++)
        {
            var counts = new ulong[c.Axes[k].CellCount];
            for (int i = 0; i < c.Own.Commitment.Layout.PaddedRows; i++)
            {
                uint cell = which[k].Aggregate(0u, (sum, j) => sum * domains[j] + (i < rows ? c.Codes[j].Span[i] : 0));
                counts[cell]++;
            }

            Assert.Equal(counts, c.Proven.Counts(k).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Exported_proofs_are_read_back(int rows, uint[] domains, uint[][] which)
    {
        var c = new CubeCase(rows, domains, which);
        byte[] file = ReferenceExport.Cubes("test"u8, c.Own.Commitment, c.Axes, c.Proven.Points, c.Proven.Proof.Span);
        Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(file));
    }

    [Fact]
    public void Every_element_of_the_proof_counts()
    {
        var c = new CubeCase(
            60,
            [2, 4, 3],
            [
                [0, 1],
                [2],
            ]
        );
        for (int at = 0; at < c.Proven.Proof.Length; at += 32)
        {
            byte[] bad = c.Proven.Proof.ToArray();
            bad[at + 1] ^= 1;
            Assert.False(c.Verify(proof: bad).IsAccepted, $"element {at / 32}");

            // a well-formed other element: a point shifted by B, a scalar by 1
            byte[] shifted = c.Proven.Proof.ToArray();
            Span<byte> element = shifted.AsSpan(at, 32);
            if (new CompressedPoint(element).TryDecompress(out RistrettoPoint point))
            {
                (point + PedersenGenerators.B).Compress().CopyTo(element);
            }
            else
            {
                Assert.True(Scalar.TryDecode(element, out Scalar scalar));
                (scalar + Scalar.One).Encode(element);
            }

            Assert.False(c.Verify(proof: shifted).IsAccepted, $"element {at / 32}");
        }
    }

    [Fact]
    public void Every_other_statement_is_rejected()
    {
        var c = new CubeCase(
            60,
            [2, 4, 3],
            [
                [0, 1],
                [2],
            ]
        );
        IReadOnlyList<CompressedPoint> points = c.Proven.Points;
        IReadOnlyList<ColumnCommitment> columns = c.Own.Commitment.Columns;
        Assert.True(points[0].TryDecompress(out RistrettoPoint m));
        VerificationResult[] results =
        [
            c.Verify(proof: c.Proven.Proof[..^32].ToArray()),
            c.Verify(proof: [.. c.Proven.Proof.ToArray(), .. new byte[32]]),
            c.Verify(proof: []),
            c.Verify(points: [(m + PedersenGenerators.B).Compress(), points[1]]),
            c.Verify(points: [(m + PedersenGenerators.H).Compress(), points[1]]),
            c.Verify(points: [points[1], points[0]]),
            c.Verify(points: [points[0]]),
            c.Verify(points: [points[0]], axes: c.Axes[..1]),
            c.Verify(axes: [TableAxes.Create([1, 0], [4, 2]), c.Axes[1]]),
            c.Verify(axes: [TableAxes.Create([0, 1], [2, 5]), c.Axes[1]]),
            c.Verify(axes: [TableAxes.Create([0, 7], [2, 4]), c.Axes[1]]),
            c.Verify(axes: [], points: []),
            c.Verify(label: "other"),
            c.Verify(table: new TableCommitment(CubeCase.Owner, "schemb"u8, 60, columns)),
            c.Verify(table: new TableCommitment(CubeCase.Owner, "schema"u8, 61, columns)),
            c.Verify(table: new TableCommitment(new byte[32], "schema"u8, 60, columns)),
            c.Verify(
                table: new TableCommitment(CubeCase.Owner, "schema"u8, 60, [columns[0], columns[1], columns[2].WithoutPoints()])
            ),
        ];
        Assert.All(results, r => Assert.False(r.IsAccepted));
        Assert.All(results, r => Assert.False(string.IsNullOrEmpty(r.Reason)));
        Assert.False(new CubeCase(
                60,
                [2, 4, 3],
                [
                    [0, 1],
                    [2],
                ],
                seed: 2
            ).Verify(points: points, proof: c.Proven.Proof.ToArray()).IsAccepted);
    }

    [Fact]
    public void A_prover_of_false_counts_is_rejected()
    {
        Action<ulong[][]>[] forgeries =
        [
            n => (n[0][0], n[0][^1]) = (n[0][0] - 1, n[0][^1] + 1),
            n => n[0] = [.. n[0].Select(x => 2 * x)],
            n => n[0] = [.. n[0], 1_000_000], // a hidden count beyond the last cell
        ];
        foreach (Action<ulong[][]> forgery in forgeries)
        {
            var c = new CubeCase(
                16,
                [3],
                [
                    [0],
                ],
                forge: new ContingencyTableForgery { ChangeCounts = forgery }
            );
            Assert.False(c.Verify().IsAccepted);
        }
    }

    [Fact]
    public void A_row_outside_its_domain_cannot_be_proven()
    {
        var c = new CubeCase(
            16,
            [3],
            [
                [0],
            ]
        );
        TableAxes narrow = TableAxes.Create([0], [2]);
        Assert.Throws<ArgumentException>(() => ContingencyTableProof.Prove(c.Own, narrow));
        ContingencyTableOpening forged = ContingencyTableProof.Prove(
            new ZkHealth.Transcripts.Transcript("test"u8),
            c.Own,
            [narrow],
            new ContingencyTableForgery()
        );
        Assert.False(c.Verify(axes: [narrow], points: forged.Points, proof: forged.Proof.ToArray()).IsAccepted);
    }

    [Fact]
    public void A_message_repaired_by_a_later_one_is_rejected()
    {
        // the reason for the powers of chi: +7 on a generator of another segment in one message, −7 in the next
        RistrettoPoint g = GeneratorFamily.Message.First(6)[5];
        Scalar seven = Scalar.FromUInt64(7);
        var forgery = new ContingencyTableForgery
        {
            TamperMessage = (k, p) =>
                k == 1 ? p + seven * g
                : k == 2 ? p - seven * g
                : p,
        };
        Assert.False(new CubeCase(
                16,
                [2, 3],
                [
                    [0],
                ],
                forge: forgery
            ).Verify().IsAccepted);
        Assert.True(new CubeCase(
                16,
                [2, 3],
                [
                    [0],
                ],
                forge: new ContingencyTableForgery()
            ).Verify().IsAccepted);
    }

    /// <summary>
    /// A virtual machine that is started twice from one snapshot repeats its system seed. Cubes of two columns with equal counts
    /// had the same point then, since the axes did not enter the randomness.
    /// </summary>
    [Fact]
    public void With_a_repeated_seed_two_statements_share_no_randomness()
    {
        ReadOnlyMemory<uint>[] codes = [new uint[] { 0, 1, 1, 2 }, new uint[] { 1, 2, 0, 1 }];
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(codes, 4, CubeCase.Owner, "schema"u8, secret);
        Scalar First(string label, uint column, ulong third)
        {
            TableAxes[] axes = [TableAxes.Create([column], [3])];
            var transcript = new ZkHealth.Transcripts.Transcript(System.Text.Encoding.ASCII.GetBytes(label));
            using var rng = ContingencyTableWitness
                .Randomness(transcript, table, axes, [new([1, 2, third])])
                .Complete(new byte[32]);
            return rng.NextScalar();
        }

        Scalar[] all = [First("a", 0, 1), First("a", 1, 1), First("b", 0, 1), First("a", 0, 2)];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], First("a", 0, 1));
    }

    [Fact]
    public void The_same_secret_and_codes_give_the_same_commitment_and_other_codes_unrelated_blindings()
    {
        using var secret = TableSecret.FromBytes(new byte[32]);
        ReadOnlyMemory<uint>[] a = [new uint[] { 1, 2, 3, 4 }],
            b = [new uint[] { 1, 2, 3, 5 }];
        using var first = TableOpening.Commit(a, 4, CubeCase.Owner, ""u8, secret);
        using var again = TableOpening.Commit(a, 4, CubeCase.Owner, ""u8, secret, degreeOfParallelism: 2);
        using var other = TableOpening.Commit(b, 4, CubeCase.Owner, ""u8, secret);
        Assert.Equal(first.Commitment.Root.ToArray(), again.Commitment.Root.ToArray());
        Assert.NotEqual(first.Blindings(0)[0], other.Blindings(0)[0]);
    }
}
