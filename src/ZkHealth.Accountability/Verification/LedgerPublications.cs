using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>
/// Publications on a ledger about proof files, for <see cref="ProofFile.Verify"/>: over a ledger, whose entries are
/// taken as audited, or over the receipt of one entry, for whoever knows the ledger's key and nothing else.
/// </summary>
public sealed class LedgerPublications : IPublications
{
    private readonly ILedger? _ledger;
    private readonly LedgerReceipt? _receipt;
    private readonly NoteKey _key;
    private readonly VerifyingKey? _registrar;

    /// <summary>Publications of a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="expectedKey">The ledger's key as the verifier was told it; null to take the ledger's word.</param>
    /// <param name="registrar">Whose key registries count; null for anybody's.</param>
    public LedgerPublications(ILedger ledger, NoteKey? expectedKey = null, VerifyingKey? registrar = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        (_ledger, _key, _registrar) = (ledger, expectedKey ?? ledger.Key, registrar);
    }

    private LedgerPublications(LedgerReceipt receipt, NoteKey key, VerifyingKey? registrar) =>
        (_receipt, _key, _registrar) = (receipt, key, registrar);

    /// <summary>The publication of one entry, with its inclusion proof and a checkpoint.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="ledgerKey">The ledger's key, which has signed the checkpoint.</param>
    /// <param name="registrar">Whose key registries count; null for anybody's.</param>
    public static LedgerPublications OfReceipt(LedgerReceipt receipt, NoteKey ledgerKey, VerifyingKey? registrar = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(ledgerKey);
        return new LedgerPublications(receipt, ledgerKey, registrar);
    }

    /// <summary>Verifies a proof file against this ledger: the proof and all that stands about it here.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expected">What is expected and allowed beside; null for the default limits and any purpose.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public VerificationReport Verify(ProofFile file, VerificationContext? expected = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Verify((expected ?? new VerificationContext()).With(this));
    }

    /// <inheritdoc/>
    public string Origin => _key.Name;

    /// <inheritdoc/>
    public bool IsComplete => _ledger is not null;

    /// <inheritdoc/>
    public VerificationResult FindVersion(DataSetVersion version, out PublishedEntry? publication)
    {
        ArgumentNullException.ThrowIfNull(version);
        publication = null;
        if (OtherKey() is string other)
        {
            return VerificationResult.Rejected(other, VerdictReason.OtherLedger);
        }

        if ((_receipt ?? PublishedTables.Find(_ledger!, version)) is not LedgerReceipt receipt)
        {
            return VerificationResult.Rejected(
                version.Segments.Count == 1
                    ? "the table is not on the ledger, published by its owner"
                    : $"no version of just these {version.Segments.Count} segments is on the ledger, published by its owner",
                VerdictReason.NotPublished
            );
        }

        VerificationResult result = PublishedTables.Verify(receipt, version, _key);
        if (result.IsAccepted && TableEntry.TryRead(receipt.Entry.Body, out TablePublication? said))
        {
            long? newer = _ledger is null ? null : PublishedTables.NewerVersion(_ledger, receipt, said);
            publication = new PublishedEntry(receipt.Index, receipt.Entry.Signer.ToString(), said.DataSet, newer);
        }

        return result;
    }

    /// <inheritdoc/>
    public long? FindRelease(DataSetVersion version, ReadOnlyMemory<byte> file) =>
        _ledger is null ? null : ReleasedStatistics.Find(_ledger, version, file.Span);

    /// <inheritdoc/>
    public VerificationResult VerifyNoise(NoisyRelease release, out bool coinsChecked)
    {
        ArgumentNullException.ThrowIfNull(release);
        coinsChecked = NoiseCommitted.DrawnBy(release.Commitment) is not null;
        return _ledger is null
            ? VerificationResult.Rejected("a receipt does not show when noise was committed", VerdictReason.NotPublished)
            : ReleasedStatistics.Verify(_ledger, release);
    }

    /// <inheritdoc/>
    VerificationResult IPublications.VerifyRules(ProofFile file) =>
        _ledger is null ? VerificationResult.Accepted : ReleasedStatistics.VerifyRules(_ledger, file);

    /// <inheritdoc/>
    public VerificationResult FindRegistry(
        ReadOnlyMemory<byte> digest,
        out PublishedEntry? publication,
        out KeyRegistry? registry
    )
    {
        (publication, registry) = (null, null);
        if (OtherKey() is string other)
        {
            return VerificationResult.Rejected(other, VerdictReason.OtherLedger);
        }

        if ((_receipt ?? PublishedRegistries.Find(_ledger!, digest.Span, _registrar)) is not LedgerReceipt receipt)
        {
            return VerificationResult.Rejected(
                "the key registry is not on the ledger, published by the registrar",
                VerdictReason.NotPublished
            );
        }

        VerificationResult result = PublishedRegistries.Verify(receipt, digest.Span, _key, _registrar, out registry);
        publication = result.IsAccepted ? new PublishedEntry(receipt.Index, receipt.Entry.Signer.ToString(), "", null) : null;
        return result;
    }

    private string? OtherKey() =>
        _ledger is not null && _ledger.Key.ToString() != _key.ToString()
            ? $"the ledger's key is not the one given: {_ledger.Key}"
            : null;
}
