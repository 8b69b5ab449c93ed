using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Proofs.Membership;
using ZkHealth.Statistics;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>Key registries on the ledger.</summary>
public class PublishedRegistriesTests
{
    private static KeyRegistry Make(string consortium)
    {
        using var key = MemberKey.Create();
        return new KeyRegistry(consortium, [new RegisteredMember(key.Public, "Hospital A")]);
    }

    [Fact]
    public void A_published_registry_is_found_whole_and_by_its_registrar()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        KeyRegistry registry = Make("North"),
            other = Make("South");
        Assert.Null(PublishedRegistries.Find(t.Ledger, registry.Digest.Span));
        LedgerReceipt receipt = PublishedRegistries.Publish(t.Ledger, registry, t.Alice);
        t.Append(t.Bob, "later");
        Assert.Equal(receipt.Index, PublishedRegistries.Publish(t.Ledger, registry, t.Alice).Index);
        Assert.True(
            PublishedRegistries
                .Verify(receipt, registry.Digest.Span, t.Ledger.Key, t.Alice.Public, out KeyRegistry? read)
                .IsAccepted
        );
        Assert.Equal(registry.Encode(), read!.Encode());
        Assert.True(PublishedRegistries.Verify(receipt, registry.Digest.Span, t.Ledger.Key, null, out _).IsAccepted);

        // another registrar, registry, ledger; an entry that says nothing of a registry
        Assert.Null(PublishedRegistries.Find(t.Ledger, registry.Digest.Span, t.Bob.Public));
        Assert.False(PublishedRegistries.Verify(receipt, registry.Digest.Span, t.Ledger.Key, t.Bob.Public, out read).IsAccepted);
        Assert.Null(read);
        Assert.False(PublishedRegistries.Verify(receipt, other.Digest.Span, t.Ledger.Key, null, out _).IsAccepted);
        using var elsewhere = new TemporaryLedger(AccountabilityRules.Instance);
        Assert.False(PublishedRegistries.Verify(receipt, registry.Digest.Span, elsewhere.Ledger.Key, null, out read).IsAccepted);
        Assert.Null(read);
        Assert.False(
            PublishedRegistries.Verify(LedgerReceipt.Of(t.Ledger, 1), registry.Digest.Span, t.Ledger.Key, null, out _).IsAccepted
        );

        // a registry under the digest of another is not taken for it; a second registrar's own entry is found by name
        t.Ledger.Append(
            TemporaryLedger.Sign(t.Bob, 1, new EntryBody(PublishedRegistries.Kind, other.Digest.Span, registry.Encode())).Encode()
        );
        Assert.Null(PublishedRegistries.Find(t.Ledger, other.Digest.Span));
        Assert.Equal(3, PublishedRegistries.Publish(t.Ledger, registry, t.Bob).Index);
        Assert.Equal(3, PublishedRegistries.Find(t.Ledger, registry.Digest.Span, t.Bob.Public)!.Index);
    }
}
