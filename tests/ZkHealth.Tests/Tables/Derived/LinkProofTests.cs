using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables.Derived;

public class LinkProofTests
{
    public static TheoryData<int, int, bool, bool> Cases() =>
        new()
        {
            { 1, 1, false, false },
            { 2, 1, true, true },
            { 1, 2, true, true },
            { 9, 3, false, true },
            { 20, 7, false, false },
            { 17, 33, false, false },
            { 40, 6, true, true },
            { 3, 70, true, true },
            { 16, 8, true, true },
            { 64, 32, false, false },
            { 3000, 700, true, true },
            { 2500, 1200, false, false },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Honest_links_are_accepted_here_and_by_the_form_of_the_reference(
        int visits,
        int patients,
        bool weighted,
        bool total
    )
    {
        var c = new LinkCase(visits, patients, weighted, total);
        Assert.Equal(VerificationResult.Accepted, c.Verify());
        Assert.Equal(LinkStatement.ProofSize(c.Events.Commitment.Layout, c.Entities.Commitment.Layout, c.Link), c.Proof.Length);
        Assert.Equal(VerificationResult.Accepted, ReferenceFile.Check(Export(c)));
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void The_reference_accepts_links_made_here()
    {
        Skip.If(Repository.Shared is null, "the folder shared, with the reference, is not beside the repository");
        LinkCase[] cases =
        [
            new(1, 1, false, false),
            new(20, 7, false, false),
            new(17, 33, false, false),
            new(9, 3, false, true),
            new(40, 6, true, true),
            new(3, 70, true, true),
        ];
        Assert.True(PythonReference.Accepts([.. cases.Select(Export)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_element_of_the_proof_counts(bool total)
    {
        var c = new LinkCase(30, 9, weighted: total, total, seed: 5);
        for (int at = 0; at < c.Proof.Length; at += 32)
        {
            byte[] shifted = [.. c.Proof];
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_other_statement_is_rejected(bool total)
    {
        var c = new LinkCase(30, 9, weighted: total, total, seed: 5);
        var other = new LinkCase(30, 9, weighted: total, total, seed: 6);
        Link[] links =
        [
            Link.Totals(0, 1, 1),
            Link.Totals(0, null, 1),
            Link.Totals(0, 2, 1),
            Link.Totals(1, 0, 1),
            Link.Join(0, (2, 0)),
            Link.Join(0, (2, 1)),
            Link.Join(0, (1, 0)),
        ];
        VerificationResult[] results =
        [
            .. links
                .Where(l =>
                    (l.Key, l.Weight, l.Total) != (c.Link.Key, c.Link.Weight, c.Link.Total)
                    || !l.Pairs.SequenceEqual(c.Link.Pairs)
                )
                .Select(l => c.Verify(link: l)),
            c.Verify(proof: c.Proof[..^32]),
            c.Verify(proof: [.. c.Proof, .. new byte[32]]),
            c.Verify(proof: []),
            c.Verify(label: "other"),
            c.Verify(sums: [.. c.Sums, .. PedersenGenerators.B.Compress().ToBytes()]),
            c.Verify(sums: total ? new byte[32 * c.Entities.Commitment.Layout.Height] : other.Sums),
            c.Verify(events: other.Events.Commitment),
            c.Verify(entities: other.Entities.Commitment),
            c.Verify(events: c.Events.Commitment.Base),
            c.Verify(events: TableCommitment.Derive(c.Events.Commitment.Base!, "other"u8, [c.Events.Commitment.Columns[2]])),
        ];
        Assert.All(results, r => Assert.False(r.IsAccepted));
    }

    [Fact]
    public void A_link_is_a_join_or_a_total_of_distinct_columns()
    {
        (uint, uint)[] pairs = [(1, 1)];
        (uint Key, (uint, uint)[] Pairs, uint? Weight, uint? Total)[] bad =
        [
            (0, [], null, null),
            (0, [], 1, null),
            (0, [], 0, 1),
            (0, [(0, 1)], null, null),
            (0, [(1, 1), (2, 1)], null, null),
            (0, [(1, 1), (1, 2)], null, null),
            (0, pairs, 2, null),
            (0, pairs, null, 2),
            (0, pairs, 3, 1),
            (0, [.. Enumerable.Range(0, 16).Select(j => ((uint)j + 1, (uint)j))], null, null),
        ];
        Assert.All(bad, b => Assert.False(Link.TryCreate(b.Key, b.Pairs, b.Weight, b.Total, out _, out _)));
        Assert.True(Link.TryCreate(0, pairs, null, null, out _, out _));
    }

    [Fact]
    public void Work_beyond_the_limits_is_refused_before_it_is_done()
    {
        var c = new LinkCase(20, 7, false, false);
        VerificationResult result = LinkProof.Verify(
            new ZkHealth.Transcripts.Transcript("test"u8),
            c.Events.Commitment,
            c.Entities.Commitment,
            c.Link,
            c.Sums,
            c.Proof,
            new VerificationLimits { MaxWork = 1000 }
        );
        Assert.Equal(VerificationVerdict.LimitExceeded, result.Verdict);
        Assert.Equal(VerdictReason.LimitExceeded, result.Code);
    }

    private static byte[] Export(LinkCase c) =>
        ReferenceExport.Link("test"u8, c.Events.Commitment, c.Entities.Commitment, c.Link, c.Sums, c.Proof);
}
