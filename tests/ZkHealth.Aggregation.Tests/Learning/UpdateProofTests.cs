using FsCheck.Xunit;
using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests.Learning;

public class UpdateProofTests
{
    private static readonly RoundTerms Terms = Updates.Terms();

    private static UpdateProof Decoded(UpdateProof proof)
    {
        Assert.True(UpdateProof.TryDecode(proof.Encode(), out UpdateProof? decoded, out string? reason), reason);
        return decoded;
    }

    /// <summary>1 and 2 entries, powers of two and others, the smallest range, a cube larger than a matrix row.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 6)]
    [InlineData(256, 2)]
    [InlineData(300, 6)]
    [InlineData(50, 12)]
    public void An_update_within_its_bounds_is_proven(int entries, int bits)
    {
        RoundTerms terms = Updates.Terms(entries, bits, 1UL << 32);
        using ProvenUpdateOpening update = Updates.Prove(terms);
        UpdateProof proof = Decoded(update.Proof);
        Assert.Equal(VerificationResult.Accepted, proof.Verify());
        Assert.Equal(1, proof.Clipped);
    }

    /// <summary>Some hundred bytes about 2^20 codes once cost whoever verified them gigabytes.</summary>
    [Fact]
    public void A_verifiers_limits_are_looked_at_before_any_work()
    {
        using ProvenUpdateOpening update = Updates.Prove(Terms);
        VerificationResult result = update.Proof.Verify(new VerificationLimits { MaxCells = 8 });
        Assert.Equal(VerificationVerdict.LimitExceeded, result.Verdict);
        Assert.Equal(VerificationVerdict.LimitExceeded, update.Proof.Verify(new VerificationLimits { MaxWork = 1000 }).Verdict);

        var direction = new UpdateDirection(Updates.Direction(Terms.Entries));
        AccountProof account = AccountProof.Prove(update, direction);
        result = account.Verify(update.Proof, direction, new VerificationLimits { MaxMemory = 1000 });
        Assert.Equal(VerificationVerdict.LimitExceeded, result.Verdict);
    }

    [Fact]
    public void A_norm_at_the_bound_is_proven_and_one_above_is_not()
    {
        using UpdateOpening update = Updates.Commit(Terms);
        ulong norm = update.SquaredNorm;
        using ProvenUpdateOpening at = Updates.Prove(Updates.Terms(squaredNorm: norm));
        Assert.Equal(VerificationResult.Accepted, at.Proof.Verify());

        using UpdateOpening above = Updates.Commit(Updates.Terms(squaredNorm: norm - 1));
        Assert.Throws<ArgumentException>(() => ProvenUpdateOpening.Prove(above));
        foreach (ulong lie in (ulong[])[norm - 1, norm, 0, norm + 1, unchecked(norm - 1 + (1UL << 63))])
        {
            (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(above, null, lie, 1);
            using (cubes)
            {
                VerificationResult result = proof.Verify();
                Assert.StartsWith("the norm is not within its bound", result.Reason, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The norm of code 0 counts: entries at the lower end are not "no value".</summary>
    [Fact]
    public void Entries_of_code_zero_are_in_the_norm()
    {
        RoundTerms terms = Updates.Terms(4, 6, 4 * 31 * 31 - 1);
        using UpdateOpening update = Updates.Commit(terms, [-1, -1, -1, -1]);
        Assert.Equal(4UL * 31 * 31, update.SquaredNorm);
        Assert.Throws<ArgumentException>(() => ProvenUpdateOpening.Prove(update));
        (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(update, null, 0, 1);
        using (cubes)
        {
            Assert.False(proof.Verify().IsAccepted);
        }
    }

    [Theory]
    [InlineData(63u)]
    [InlineData(64u)]
    [InlineData(1u << 20)]
    [InlineData(uint.MaxValue)]
    public void An_entry_out_of_range_cannot_be_proven(uint code)
    {
        uint[] codes = [.. Enumerable.Repeat(31u, 512)];
        codes[17] = code;
        using UpdateOpening update = Updates.Commit(Terms, Updates.Raw(Terms, codes));
        Assert.Throws<ArgumentException>(() => UpdateProof.ProveUnchecked(update, null, null, 1));

        // counted as any cell, or as none
        foreach (
            Action<ulong[][]> change in (Action<ulong[][]>[])
                [
                    _ => { },
                    n => n[0][62]--,
                    n =>
                    {
                        n[0][62]--;
                        n[0][31]++;
                    },
                    n =>
                    {
                        n[0][62]--;
                        n[0][0]++;
                    },
                ]
        )
        {
            (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(
                update,
                new ContingencyTableForgery { ChangeCounts = change },
                10,
                1
            );
            using (cubes)
            {
                Assert.Equal(VerdictReason.ProofInvalid, proof.Verify().Code);
            }
        }
    }

    [Fact]
    public void A_norm_of_false_counts_is_rejected()
    {
        using UpdateOpening update = Updates.Commit(Updates.Terms(squaredNorm: 500));
        (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(
            update,
            new ContingencyTableForgery
            {
                ChangeCounts = n =>
                {
                    Array.Clear(n[0]);
                    n[0][31] = 512;
                },
            },
            0,
            1
        );
        using (cubes)
        {
            Assert.Equal(VerdictReason.ProofInvalid, proof.Verify().Code);
        }
    }

    [Fact]
    public void Every_part_of_the_file_is_bound()
    {
        using ProvenUpdateOpening update = Updates.Prove(Terms);
        byte[] file = update.Proof.Encode();
        for (int at = 0; at < file.Length; at += at < 500 ? 7 : 29)
        {
            byte[] changed = Updates.Changed(file, at);
            Assert.False(
                UpdateProof.TryDecode(changed, out UpdateProof? other, out _) && other.Verify().IsAccepted,
                $"byte {at}"
            );
        }

        Assert.False(
            UpdateProof.TryDecode(
                new byte[] { 0 }
                    .Concat(file)
                    .ToArray(),
                out _,
                out _
            )
        );
        Assert.False(UpdateProof.TryDecode(file.Append((byte)0).ToArray(), out _, out _));
        Assert.False(UpdateProof.TryDecode(file.AsMemory(..^1), out _, out _));
    }

    /// <summary>The column of another hospital under one's own name, or for another session.</summary>
    [Fact]
    public void A_copied_update_is_rejected()
    {
        using ProvenUpdateOpening update = Updates.Prove(Terms);
        byte[] file = update.Proof.Encode();
        foreach (
            (byte[] from, byte[] to) in ((byte[], byte[])[])
                [
                    (Updates.Owner, Updates.Fill(9)),
                    (Updates.Sid, Updates.Fill(9)),
                    (Updates.Founded.Founders.ToArray(), Updates.Fill(9)),
                ]
        )
        {
            byte[] copy = [.. file];
            int at = file.AsSpan().IndexOf(from);
            to.CopyTo(copy, at);
            Assert.True(UpdateProof.TryDecode(copy, out UpdateProof? copied, out string? reason), reason);
            Assert.Equal(update.Proof.Table.Columns[1].Digest.ToArray(), copied.Table.Columns[1].Digest.ToArray());
            Assert.Equal(VerdictReason.ProofInvalid, copied.Verify().Code);
        }
    }

    [Property(MaxTest = 200)]
    public bool Hostile_bytes_are_refused(byte[] bytes) =>
        !UpdateProof.TryDecode(bytes, out _, out _)
        && !RoundTerms.TryDecode(bytes, out _, out _)
        && !AccountProof.TryDecode(bytes, out _, out _);

    [Fact]
    public void Terms_are_read_strictly()
    {
        byte[] encoded = Terms.Encode();
        Assert.True(RoundTerms.TryDecode(encoded, out RoundTerms? terms, out string? reason), reason);
        Assert.Equal(encoded, terms.Encode());
        Assert.Equivalent(Terms.Quantiser, terms.Quantiser, strict: true);
        for (int at = 0; at < encoded.Length; at++)
        {
            byte[] changed = Updates.Changed(encoded, at);
            Assert.False(
                RoundTerms.TryDecode(changed, out RoundTerms? other, out _)
                    && other.Encode().AsSpan().SequenceEqual(Terms.Encode())
            );
        }

        OpeningQuorum quorum = Updates.Quorum();
        Assert.Throws<ArgumentException>(() => new LearningModel("model", new byte[31]));
        Assert.Throws<ArgumentException>(() => new LearningModel(" model", new byte[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoundTerms(Updates.Founded, -1, 1, Terms.Quantiser, 1, 1, quorum));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoundTerms(Updates.Founded, 0, 0, Terms.Quantiser, 1, 1, quorum));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoundTerms(Updates.Founded, 0, 1, Terms.Quantiser, 0, 1, quorum));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new RoundTerms(Updates.Founded, 0, 1, Terms.Quantiser, RoundTerms.MaxSquaredNorm, 1, quorum)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoundTerms(Updates.Founded, 0, 1, Terms.Quantiser, 1, 0, quorum));
        Assert.Throws<ArgumentException>(() => Updates.Commit(Terms, Updates.Terms(301).Quantiser.Quantise(new double[301])));
        Assert.Throws<ArgumentException>(() => Updates.Commit(Terms, Quantiser.ForClip(2, 6).Quantise(new double[300])));
    }

    [Fact]
    public void Quorums()
    {
        OpeningQuorum quorum = Updates.Quorum(3, 2);
        PartyId a = new(Updates.Fill(100)),
            b = new(Updates.Fill(101)),
            stranger = new(Updates.Fill(7));
        Assert.False(quorum.IsMet([]));
        Assert.False(quorum.IsMet([a, a, stranger]));
        Assert.True(quorum.IsMet([b, stranger, a]));
        Assert.Throws<ArgumentException>(() => new OpeningQuorum([a, b], 3));
        Assert.Throws<ArgumentException>(() => new OpeningQuorum([a, b], 0));
        Assert.Throws<ArgumentException>(() => new OpeningQuorum([a, a], 1));
        Assert.Throws<ArgumentException>(() => new OpeningQuorum([], 0));
    }
}
