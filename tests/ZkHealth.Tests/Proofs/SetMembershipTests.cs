using System.Security.Cryptography;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

/// <summary>A committed value inside or outside a public set.</summary>
public class SetMembershipTests
{
    private static readonly ulong[] Codes = [250, 4019, 17, 4019, 99, 0, ulong.MaxValue];
    private static readonly Scalar Blinding = Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64));

    private static Transcript T(string label = "set") => new(System.Text.Encoding.ASCII.GetBytes(label));

    private static CompressedPoint Commit(in Scalar v) => ScalarCommitment.Commit(v, Blinding).Compress();

    private static Scalar S(ulong v) => Scalar.FromUInt64(v);

    private static PublicSet Random(int n) =>
        new(Enumerable.Range(0, n).Select(_ => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64))));

    [Fact]
    public void A_set_has_no_order_and_no_repetitions()
    {
        PublicSet set = PublicSet.Of(Codes),
            other = PublicSet.Of(Codes.Reverse().Distinct());
        Assert.Equal(6, set.Count);
        Assert.Equal(set.Digest.ToArray(), other.Digest.ToArray());
        Assert.NotEqual(set.Digest.ToArray(), PublicSet.Of(Codes.Skip(1)).Digest.ToArray());
        Assert.All(Codes, v => Assert.True(set.Contains(S(v))));
        Assert.All((ulong[])[1, 16, 18, 251, ulong.MaxValue - 1], v => Assert.False(set.Contains(S(v))));
        Assert.False(set.Contains(Scalar.MinusOne));
        Assert.Throws<ArgumentException>(() => PublicSet.Of());
        Assert.Throws<ArgumentException>(() => PublicSet.Of(Enumerable.Range(0, PublicSet.MaxCount + 1).Select(i => (ulong)i)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(333)]
    public void The_cut_polynomial_is_the_product_of_the_differences(int n)
    {
        PublicSet set = Random(n);
        foreach (Scalar v in (Scalar[])[Scalar.Zero, Scalar.One, Scalar.MinusOne, S(77).Invert(), .. set.Values])
        {
            IEnumerable<Scalar> roots = set.Values.Concat(Enumerable.Repeat(set.Values[^1], set.Polynomial.Degree - n));
            Scalar direct = roots.Aggregate(Scalar.One, (product, s) => product * (v - s));
            Scalar[] products = set.Polynomial.Evaluate(v, out Scalar result);
            Assert.Equal(direct, result);
            Assert.Equal(VanishingPolynomial.Products(n), products.Length);
        }
    }

    [Fact]
    public void Products_grow_with_the_root_of_the_size() =>
        Assert.Equal([0, 1, 2, 4, 23, 51, 101], new[] { 1, 2, 3, 7, 200, 1000, 4096 }.Select(VanishingPolynomial.Products));

    [Fact]
    public void A_committed_code_lies_in_a_public_set()
    {
        PublicSet set = PublicSet.Of(Codes);
        foreach (ulong value in Codes)
        {
            Transcript mine = T(),
                theirs = T();
            byte[] proof = SetMembershipProof.Prove(mine, set, S(value), Blinding);
            Assert.Equal(SetMembershipProof.Size(set.Count), proof.Length);
            Assert.Equal(VerificationResult.Accepted, SetMembershipProof.Verify(theirs, set, Commit(S(value)), proof));
            Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
            Assert.False(
                SetMembershipProof.Verify(T(), PublicSet.Of(Codes.Where(x => x != value)), Commit(S(value)), proof).IsAccepted
            );
            Assert.False(SetMembershipProof.Verify(T(), set, Commit(S(18)), proof).IsAccepted);
        }

        Assert.Throws<ArgumentException>(() => SetMembershipProof.Prove(T(), set, S(18), Blinding));
        for (int index = 0; index < set.Count; index++)
        {
            Assert.False(
                SetMembershipProof
                    .Verify(T(), set, Commit(S(18)), SetMembershipProof.ProveUnchecked(T(), set, S(18), Blinding, index))
                    .IsAccepted
            );
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(100)]
    public void Any_scalar_outside_is_proven(int n)
    {
        PublicSet set = Random(n);
        foreach (Scalar value in (Scalar[])[Scalar.Zero, Scalar.MinusOne, S(4019), set.Values[0] + Scalar.One])
        {
            Transcript mine = T(),
                theirs = T();
            byte[] proof = SetNonMembershipProof.Prove(mine, set, value, Blinding);
            Assert.Equal(SetNonMembershipProof.Size(n), proof.Length);
            Assert.Equal(VerificationResult.Accepted, SetNonMembershipProof.Verify(theirs, set, Commit(value), proof));
            Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
            Assert.False(SetNonMembershipProof.Verify(T("other"), set, Commit(value), proof).IsAccepted);
            Assert.False(SetNonMembershipProof.Verify(T(), set, Commit(value + Scalar.One), proof).IsAccepted);
            Assert.False(
                SetNonMembershipProof.Verify(T(), new PublicSet([.. set.Values.Skip(1), value]), Commit(value), proof).IsAccepted
            );
        }
    }

    [Fact]
    public void A_value_of_the_set_is_never_shown_to_lie_outside()
    {
        PublicSet set = PublicSet.Of(Codes);
        Scalar good = S(18);
        foreach (Scalar value in set.Values)
        {
            Assert.Throws<ArgumentException>(() => SetNonMembershipProof.Prove(T(), set, value, Blinding));

            // no inverse of zero, whatever it claims to be; or the walk with another number than the one under V
            Assert.False(Cheat(value, value, Scalar.Zero));
            Assert.False(Cheat(value, value, Scalar.One));
            Assert.False(Cheat(value, good, Scalar.Zero));
            Assert.False(Cheat(good, good, Scalar.One));
        }

        // the prover's own check would have said so; and the same road with the truth is accepted
        Assert.Throws<InvalidOperationException>(() =>
            SetNonMembershipProof.ProveUnchecked(T(), set, set.Values[2], good, Scalar.Zero, Blinding, true)
        );
        Assert.True(Cheat(good, good, Scalar.Zero));

        bool Cheat(in Scalar committed, in Scalar value, in Scalar error) =>
            SetNonMembershipProof
                .Verify(
                    T(),
                    set,
                    Commit(committed),
                    SetNonMembershipProof.ProveUnchecked(T(), set, committed, value, error, Blinding, false)
                )
                .IsAccepted;
    }

    [Fact]
    public void A_commitment_with_other_components_does_not_pass()
    {
        // V + G for generators of the proof's own messages, V·2, V + B: none is the commitment that was proven about
        PublicSet set = PublicSet.Of(Codes);
        byte[] proof = SetNonMembershipProof.Prove(T(), set, S(18), Blinding);
        RistrettoPoint v = ScalarCommitment.Commit(S(18), Blinding);
        foreach (
            RistrettoPoint other in (RistrettoPoint[])
                [
                    v + GeneratorFamily.Message.First(1)[0],
                    v + v,
                    v + PedersenGenerators.B,
                    v + PedersenGenerators.H,
                    RistrettoPoint.Identity,
                ]
        )
        {
            Assert.False(SetNonMembershipProof.Verify(T(), set, other.Compress(), proof).IsAccepted);
        }

        Assert.Contains(
            "not a point",
            SetNonMembershipProof.Verify(T(), set, new CompressedPoint([.. Enumerable.Repeat((byte)255, 32)]), proof).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_changed_element_is_found()
    {
        PublicSet set = PublicSet.Of(Codes);
        byte[] inside = SetMembershipProof.Prove(T(), set, S(99), Blinding),
            outside = SetNonMembershipProof.Prove(T(), set, S(98), Blinding);
        foreach (
            (byte[] proof, Func<byte[], VerificationResult> verify) in (ReadOnlySpan<(byte[], Func<byte[], VerificationResult>)>)
                [
                    (inside, p => SetMembershipProof.Verify(T(), set, Commit(S(99)), p)),
                    (outside, p => SetNonMembershipProof.Verify(T(), set, Commit(S(98)), p)),
                ]
        )
        {
            Assert.True(verify(proof).IsAccepted);
            for (int at = 0; at < proof.Length; at += 32)
            {
                byte[] changed = [.. proof];
                changed[at] ^= 2;
                Assert.False(verify(changed).IsAccepted, $"element {at / 32}");
                changed.AsSpan(at, 32).Clear();
                Assert.False(verify(changed).IsAccepted, $"element {at / 32}");
            }

            Assert.False(verify(proof[..^32]).IsAccepted);
            Assert.False(verify([.. proof, .. new byte[32]]).IsAccepted);
            Assert.False(verify([]).IsAccepted);
        }
    }

    [Fact]
    public void The_largest_sets()
    {
        PublicSet set = PublicSet.Of(Enumerable.Range(0, SetNonMembershipProof.MaxCount).Select(i => (ulong)i * 3));
        Assert.Equal(896, SetNonMembershipProof.Size(set.Count));
        byte[] proof = SetNonMembershipProof.Prove(T(), set, S(3001), Blinding);
        Assert.Equal(896, proof.Length);
        Assert.True(SetNonMembershipProof.Verify(T(), set, Commit(S(3001)), proof).IsAccepted);
        Assert.False(SetNonMembershipProof.Verify(T(), set, Commit(S(3000)), proof).IsAccepted);

        PublicSet large = PublicSet.Of(Enumerable.Range(0, PublicSet.MaxCount).Select(i => (ulong)i * 3));
        Assert.Throws<ArgumentException>(() => SetNonMembershipProof.Prove(T(), large, S(1), Blinding));
        Assert.False(SetNonMembershipProof.Verify(T(), large, Commit(S(1)), proof).IsAccepted);
        proof = SetMembershipProof.Prove(T(), large, S(3000), Blinding);
        Assert.Equal(1248, proof.Length);
        Assert.True(SetMembershipProof.Verify(T(), large, Commit(S(3000)), proof).IsAccepted);
        Assert.False(SetMembershipProof.Verify(T(), large, Commit(S(3001)), proof).IsAccepted);
    }

    [Fact]
    public void A_batch_names_the_proof_that_does_not_hold()
    {
        PublicSet set = PublicSet.Of(Codes);
        (int I, CompressedPoint Commitment, byte[] Proof)[] inside =
        [
            .. Codes.Select((v, i) => (i, Commit(S(v)), SetMembershipProof.Prove(T($"{i}"), set, S(v), Blinding))),
        ];
        (int I, CompressedPoint Commitment, byte[] Proof)[] outside =
        [
            .. Codes.Select((v, i) => (i, Commit(S(v ^ 4)), SetNonMembershipProof.Prove(T($"{i}"), set, S(v ^ 4), Blinding))),
        ];
        VerificationResult Inside() =>
            VerificationBatch.VerifyAll(
                inside,
                (p, batch, name) => SetMembershipProof.Collect(T($"{p.I}"), set, p.Commitment, p.Proof, batch, name)
            );
        VerificationResult Outside() =>
            VerificationBatch.VerifyAll(
                outside,
                (p, batch, name) => SetNonMembershipProof.Collect(T($"{p.I}"), set, p.Commitment, p.Proof, batch, name)
            );
        Assert.True(Inside().IsAccepted);
        Assert.True(Outside().IsAccepted);
        inside[3].Commitment = Commit(S(1));
        outside[5].Commitment = Commit(S(2));
        Assert.StartsWith("proof 3: ", Inside().Reason, StringComparison.Ordinal);
        Assert.StartsWith("proof 5: ", Outside().Reason, StringComparison.Ordinal);
        outside[2].Proof = new byte[3];
        Assert.StartsWith("proof 2: ", Outside().Reason, StringComparison.Ordinal);
    }

    [Property(MaxTest = 60)]
    public void Hostile_bytes_never_throw(byte[] bytes, byte count)
    {
        PublicSet set = PublicSet.Of(Enumerable.Range(0, 1 + count).Select(i => (ulong)i));
        foreach (
            byte[] proof in (byte[][])
                [bytes, Fill(bytes, SetMembershipProof.Size(set.Count)), Fill(bytes, SetNonMembershipProof.Size(set.Count))]
        )
        {
            Assert.False(SetMembershipProof.Verify(T(), set, Commit(S(5)), proof).IsAccepted);
            Assert.False(SetNonMembershipProof.Verify(T(), set, new CompressedPoint(Fill(bytes, 32)), proof).IsAccepted);
        }
    }

    private static byte[] Fill(byte[] bytes, int size) =>
        [.. Enumerable.Range(0, size).Select(i => bytes.Length == 0 ? (byte)1 : bytes[i % bytes.Length])];
}
