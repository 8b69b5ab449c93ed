using System.Diagnostics.CodeAnalysis;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>
/// Key registries on a ledger: the entry's subject is the registry's digest, its payload the registry, so that a verifier needs
/// no other copy. Anybody can publish one; whose registry counts, the verifier says by naming the registrar's key.
/// </summary>
public static class PublishedRegistries
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth key registry v1";

    /// <summary>Publishes a registry under its registrar's key. To publish it again is a no-op that gives the same
    /// receipt.</summary>
    /// <exception cref="ArgumentException">The registry is larger than an entry can hold.</exception>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt Publish(ILedger ledger, KeyRegistry registry, SigningKey registrar)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(registrar);
        return Find(ledger, registry.Digest.Span, registrar.Public)
            ?? Publication.Append(ledger, registrar, new EntryBody(Kind, registry.Digest.Span, registry.Encode()));
    }

    /// <summary>The receipt of the first entry that publishes this registry, by the registrar where one is named; or
    /// null.</summary>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt? Find(ILedger ledger, ReadOnlySpan<byte> digest, VerifyingKey? registrar = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        foreach (long index in ledger.Find(Kind, digest))
        {
            LedgerReceipt receipt = LedgerReceipt.Of(ledger, index);
            if (TryRead(receipt, digest, out _) && (registrar is null || receipt.Entry.Signer.Equals(registrar)))
            {
                return receipt;
            }
        }

        return null;
    }

    /// <summary>Verifies that a registry is published: the receipt is the ledger's, and its entry holds the registry of this
    /// digest.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="digest">The registry's digest.</param>
    /// <param name="ledger">The ledger's key.</param>
    /// <param name="registrar">Who must have published it; null for anybody.</param>
    /// <param name="registry">The registry where it is accepted, else null.</param>
    internal static VerificationResult Verify(
        LedgerReceipt receipt,
        ReadOnlySpan<byte> digest,
        NoteKey ledger,
        VerifyingKey? registrar,
        out KeyRegistry? registry
    )
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (!TryRead(receipt, digest, out registry))
        {
            return VerificationResult.Rejected("the ledger entry does not publish this key registry", VerdictReason.NotPublished);
        }

        VerificationResult result =
            registrar is null || receipt.Entry.Signer.Equals(registrar)
                ? receipt.Verify(ledger)
                : VerificationResult.Rejected("the key registry was published by another registrar", VerdictReason.NotPublished);
        registry = result.IsAccepted ? registry : null;
        return result;
    }

    private static bool TryRead(LedgerReceipt receipt, ReadOnlySpan<byte> digest, [NotNullWhen(true)] out KeyRegistry? registry)
    {
        registry = null;
        EntryBody body = receipt.Entry.Body;
        return body.Kind == Kind
            && body.Subject.Span.SequenceEqual(digest)
            && KeyRegistry.TryDecode(body.Payload, out registry, out _)
            && registry.Digest.Span.SequenceEqual(digest);
    }
}
