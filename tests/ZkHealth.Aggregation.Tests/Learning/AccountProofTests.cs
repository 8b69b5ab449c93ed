using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Fields;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Tests.Learning;

public sealed class AccountProofTests : IDisposable
{
    private static readonly RoundTerms Terms = Updates.Terms();
    private readonly ProvenUpdateOpening _update = Updates.Prove(Terms);
    private readonly UpdateDirection _direction = new(Updates.Direction(Terms.Entries));

    public void Dispose() => _update.Dispose();

    private static AccountProof Decoded(AccountProof proof)
    {
        Assert.True(AccountProof.TryDecode(proof.Encode(), out AccountProof? decoded, out string? reason), reason);
        return decoded;
    }

    private static (long Product, ulong Norm) Direct(ProvenUpdateOpening update, int[] direction)
    {
        long[] steps = [.. update.Update.Codes.ToArray().Select(c => (long)c - update.Update.Terms.Quantiser.Offset)];
        return (direction.Select((q, i) => q * steps[i]).Sum(), (ulong)steps.Sum(s => s * s));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 6)]
    [InlineData(256, 2)]
    [InlineData(300, 6)]
    [InlineData(1000, 12)]
    public void Inner_product_and_norm_are_those_of_the_update(int entries, int bits)
    {
        using ProvenUpdateOpening update = Updates.Prove(Updates.Terms(entries, bits, 1UL << 40));
        int[] q = Updates.Direction(entries, UpdateDirection.MaxMagnitude);
        q[0] = UpdateDirection.MaxMagnitude;
        q[^1] = -UpdateDirection.MaxMagnitude;
        var direction = new UpdateDirection(q);
        (long product, ulong norm) = Direct(update, q);

        AccountProof shown = Decoded(AccountProof.Prove(update, direction));
        Assert.Equal(VerificationResult.Accepted, shown.Verify(update.Proof, direction));
        Assert.Equal((product, norm), (shown.Answer.InnerProduct, shown.Answer.SquaredNorm));
        Assert.Equal(product / (Math.Sqrt(norm) * direction.Norm), shown.Answer.Cosine(direction)!.Value, 1e-12);

        AccountProof withoutNorm = Decoded(AccountProof.Prove(update, direction, false));
        Assert.Equal(VerificationResult.Accepted, withoutNorm.Verify(update.Proof, direction));
        Assert.Null(withoutNorm.Answer.SquaredNorm);
        Assert.Null(withoutNorm.Answer.Cosine(direction));
        foreach (
            (long low, long high) in ((long, long)[])
                [
                    (product, product + 1),
                    (product - 1, product),
                    (product - 77, product + 1000),
                    (-AccountAnswer.MaxInnerProduct, AccountAnswer.MaxInnerProduct),
                ]
        )
        {
            AccountProof within = Decoded(AccountProof.ProveWithin(update, direction, low, high, low == product));
            Assert.Equal(VerificationResult.Accepted, within.Verify(update.Proof, direction));
            Assert.Null(within.Answer.InnerProduct);
        }
    }

    [Fact]
    public void A_false_inner_product_is_rejected()
    {
        (long product, ulong norm) = Direct(_update, _direction.Entries.ToArray());
        foreach (long lie in (long[])[product + 1, product - 1, -product, 0])
        {
            // with the true codes, and with codes that would give it: q_1·(z_1 + delta)
            Scalar delta = Scalar.FromInt64(lie - product) * Scalar.FromInt64(_direction.Entries.Span[1]).Invert();
            foreach (Action<Scalar[]> forge in (Action<Scalar[]>[])[_ => { }, z => z[1] += delta])
            {
                AccountProof proof = AccountProof.ProveUnchecked(
                    _update,
                    _direction,
                    new AccountAnswer(lie, lie, norm),
                    lie,
                    forge
                );
                Assert.Equal(VerdictReason.ProofInvalid, Decoded(proof).Verify(_update.Proof, _direction).Code);
            }
        }
    }

    [Fact]
    public void A_false_norm_is_rejected()
    {
        (long product, ulong norm) = Direct(_update, _direction.Entries.ToArray());
        foreach (ulong lie in (ulong[])[norm - 1, norm + 1, 0])
        {
            AccountProof proof = AccountProof.ProveUnchecked(
                _update,
                _direction,
                new AccountAnswer(product, product, lie),
                product,
                _ => { }
            );
            Assert.False(proof.Verify(_update.Proof, _direction).IsAccepted);
        }
    }

    [Fact]
    public void An_inner_product_outside_the_interval_cannot_be_proven()
    {
        (long product, _) = Direct(_update, _direction.Entries.ToArray());
        foreach (
            (long low, long high) in ((long, long)[])
                [(product + 1, product + 100), (product - 100, product - 1), (product + 1, AccountAnswer.MaxInnerProduct)]
        )
        {
            Assert.Throws<ArgumentException>(() => AccountProof.ProveWithin(_update, _direction, low, high));
            foreach (long value in (long[])[product, low, high])
            {
                AccountProof proof = AccountProof.ProveUnchecked(
                    _update,
                    _direction,
                    new AccountAnswer(low, high, null),
                    value,
                    _ => { }
                );
                Assert.False(proof.Verify(_update.Proof, _direction).IsAccepted);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => AccountProof.ProveWithin(_update, _direction, product, product));
        Assert.Throws<ArgumentException>(() => AccountProof.ProveWithin(_update, _direction, long.MinValue, product));
    }

    [Fact]
    public void Another_direction_or_update_is_rejected()
    {
        AccountProof proof = AccountProof.Prove(_update, _direction);
        int[] q = _direction.Entries.ToArray();
        q[5]++;
        Assert.False(proof.Verify(_update.Proof, new UpdateDirection(q)).IsAccepted);
        using ProvenUpdateOpening other = Updates.Prove(Terms);
        Assert.False(proof.Verify(other.Proof, _direction).IsAccepted);
        Assert.Throws<ArgumentException>(() => AccountProof.Prove(_update, new UpdateDirection(q.AsSpan(1))));

        // the proof of one statement under the name of another
        byte[] file = proof.Encode();
        other.Proof.Table.Root.CopyTo(file.AsMemory(file.AsSpan().IndexOf(_update.Proof.Table.Root.Span), 32));
        Assert.True(AccountProof.TryDecode(file, out AccountProof? copied, out _));
        Assert.False(copied.Verify(other.Proof, _direction).IsAccepted);
    }

    [Fact]
    public void Every_part_is_bound()
    {
        (long product, _) = Direct(_update, _direction.Entries.ToArray());
        foreach (
            AccountProof proof in (AccountProof[])
                [AccountProof.Prove(_update, _direction), AccountProof.ProveWithin(_update, _direction, product - 9, product + 5)]
        )
        {
            byte[] file = proof.Encode();
            for (int at = 0; at < file.Length; at += at < 120 ? 3 : 23)
            {
                Assert.False(
                    AccountProof.TryDecode(Updates.Changed(file, at), out AccountProof? changed, out _)
                        && changed.Verify(_update.Proof, _direction).IsAccepted,
                    $"byte {at}"
                );
            }

            Assert.False(AccountProof.TryDecode(file.AsMemory(..^1), out _, out _));
            Assert.False(AccountProof.TryDecode(file.Append((byte)0).ToArray(), out _, out _));
        }
    }

    [Fact]
    public void A_kept_update_accounts_again_and_a_damaged_one_is_refused()
    {
        byte[] kept = _update.EncodeSecret();
        Assert.True(ProvenUpdateOpening.TryDecodeSecret(kept, out ProvenUpdateOpening? restored, out string? reason), reason);
        using (restored)
        {
            AccountProof again = AccountProof.Prove(restored, _direction);
            Assert.Equal(VerificationResult.Accepted, again.Verify(_update.Proof, _direction));
            Assert.Equivalent(AccountProof.Prove(_update, _direction).Answer, again.Answer, strict: true);
            Assert.Equal(kept, restored.EncodeSecret());
        }

        for (int at = 0; at < kept.Length; at += at > kept.Length - 800 ? 17 : 211)
        {
            Assert.False(ProvenUpdateOpening.TryDecodeSecret(Updates.Changed(kept, at), out _, out _), $"byte {at}");
        }

        Assert.False(ProvenUpdateOpening.TryDecodeSecret(kept.AsMemory(..^1), out _, out _));
        Assert.False(ProvenUpdateOpening.TryDecodeSecret(kept.Append((byte)0).ToArray(), out _, out _));
    }

    [Fact]
    public void Directions()
    {
        UpdateDirection direction = UpdateDirection.Of([0.5, -1, 0.24999], 1000);
        Assert.Equal([500, -1000, 250], direction.Entries.ToArray());
        Assert.Equal(Math.Sqrt(500 * 500 + 1000 * 1000 + 250 * 250), direction.Norm);
        Assert.Equal(32, direction.Digest.Length);
        Assert.Throws<ArgumentException>(() => UpdateDirection.Of([0, 0]));
        Assert.Throws<ArgumentException>(() => UpdateDirection.Of([double.NaN, 1]));
        Assert.Throws<ArgumentException>(() => UpdateDirection.Of([]));
        Assert.Throws<ArgumentException>(() => new UpdateDirection([UpdateDirection.MaxMagnitude + 1]));
        Assert.Throws<ArgumentException>(() => new UpdateDirection([int.MinValue]));
    }
}
