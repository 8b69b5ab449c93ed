using System.Security.Cryptography;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>Commits to noise, draws coins and records releases on a ledger, and checks that a release under noise stands there as
/// it must.</summary>
public static partial class ReleasedStatistics
{
    /// <summary>The owner publishes a policy; returns the number of the entry. The latest policy counts.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long Publish(ILedger ledger, BudgetPolicy policy, SigningKey owner)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return OwnerEntries.Append(ledger, owner, policy.ToBody());
    }

    /// <summary>The owner commits to noise; returns the number of the entry. To commit again is a no-op.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long Commit(ILedger ledger, NoiseCommitment commitment, SigningKey owner)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(owner);
        EntryBody body = NoiseCommitted.ToBody(commitment);
        return Same(ledger, body, owner.Public) ?? OwnerEntries.Append(ledger, owner, body);
    }

    /// <summary>Names whom a commitment names draws its coins; returns the number of the entry.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long Draw(ILedger ledger, NoiseCommitment commitment, SigningKey drawer)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(drawer);
        return OwnerEntries.Append(ledger, drawer, BeaconDrawn.Draw(commitment));
    }

    /// <summary>The coins that were drawn for a commitment on the ledger, or null.</summary>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static ReadOnlyMemory<byte>? Beacon(ILedger ledger, NoiseCommitment commitment)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        FindEntries find = Finder(ledger);
        return
            ReleaseRules.FirstCommitment(find, commitment.Point.ToBytes()) is { } committed
            && ReleaseRules.FirstBeacon(find, committed.Index, committed.Commitment) is (_, LedgerEntry entry)
            ? entry.Body.Payload
            : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>The owner records the release of a proof file; returns the number of the entry. To record it again is a
    /// no-op.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="version">The table, or all segments of the data set, that the file is about.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="noise">The noise of the file; null where it is exact.</param>
    /// <param name="owner">The key of the table's owner.</param>
    /// <param name="request">The id of the request for statistics that permits it; empty where the log has no charter.</param>
    /// <exception cref="ArgumentException">The table names another owner.</exception>
    /// <exception cref="InvalidOperationException">The table is not published, or the ledger refused the entry, saying
    /// why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long Record(
        ILedger ledger,
        DataSetVersion version,
        ReadOnlySpan<byte> file,
        NoiseCommitment? noise,
        SigningKey owner,
        ReadOnlySpan<byte> request = default
    )
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(owner);
        if (!version.Owner.Span.SequenceEqual(owner.Public.OwnerId.Span))
        {
            throw new ArgumentException("expected the key of the owner that the table names", nameof(owner));
        }

        if (
            PublishedTables.Find(ledger, version) is not LedgerReceipt receipt
            || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
        )
        {
            throw new InvalidOperationException("the table is not on the ledger, published by its owner");
        }

        if (Broken(Finder(ledger), version, published.DataSet, file) is string broken)
        {
            throw new InvalidOperationException(broken);
        }

        EntryBody body = new StatisticReleased(
            version.Owner.Span,
            published.DataSet,
            version.Root.Span,
            SHA256.HashData(file),
            noise is null ? [] : noise.Point.ToBytes(),
            noise?.Query.Loss ?? PrivacyLoss.None,
            request,
            PlanOf(file)
        ).ToBody();
        return Same(ledger, body, owner.Public) ?? OwnerEntries.Append(ledger, owner, body);
    }

    /// <summary>
    /// The owner records the release of a file: one entry for each version of a data set in it, as each is charged. None is
    /// recorded where the policy or the rules for columns of one of them refuse it.
    /// </summary>
    /// <returns>The numbers of the entries.</returns>
    /// <exception cref="ArgumentException">A version names another owner.</exception>
    /// <exception cref="InvalidOperationException">A version is not published, or a policy refuses the release.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    internal static IReadOnlyList<long> Record(
        ILedger ledger,
        IReadOnlyList<DataSetVersion> versions,
        byte[] file,
        NoiseCommitment? noise,
        SigningKey owner,
        byte[]? request = null
    )
    {
        EntryIndex index = EntryIndex.Of(ledger);
        foreach (DataSetVersion version in versions.Where(v => Find(ledger, v, file) is null))
        {
            string dataSet =
                PublishedTables.Find(ledger, version) is LedgerReceipt receipt
                && TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
                    ? published.DataSet
                    : throw new InvalidOperationException("the table is not on the ledger, published by its owner");
            if (Broken(index.FindEntries, version, dataSet, file) is string broken)
            {
                throw new InvalidOperationException(broken);
            }

            if (noise is null && Budget.Of(index.Contents, version.Owner, dataSet).ExceededByExact() is string exceeded)
            {
                throw new InvalidOperationException($"the ledger refused the entry: {exceeded}");
            }
        }

        return [.. versions.Select(version => Record(ledger, version, file, noise, owner, request))];
    }

    /// <summary>The digest of the plan that a file answers; empty where it answers none.</summary>
    private static byte[] PlanOf(ReadOnlySpan<byte> file) =>
        ProofFile.TryDecode(file.ToArray(), out PlanProof? proof, out _) ? proof.Plan.Digest() : [];

    /// <summary>
    /// Verifies what a release under noise cannot show itself: its owner committed to the noise on the ledger, for this query;
    /// the coins were drawn after it by whom the commitment names (of an outside beacon only its name is here: its value is the
    /// reader's to check); and the bits served this release alone.
    /// </summary>
    /// <param name="ledger">The ledger; its entries are taken as audited.</param>
    /// <param name="release">The release, verified by itself.</param>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static VerificationResult Verify(ILedger ledger, NoisyRelease release)
    {
        ArgumentNullException.ThrowIfNull(release);
        FindEntries find = Finder(ledger);
        NoiseCommitment commitment = release.Commitment;
        if (ReleaseRules.FirstCommitment(find, commitment.Point.ToBytes()) is not { } committed)
        {
            return VerificationResult.Rejected("the noise was not committed on the ledger", VerdictReason.NotPublished);
        }

        if (
            !committed.Entry.Signer.OwnerId.Span.SequenceEqual(release.Table.Owner.Span)
            || !committed.Commitment.Encode().AsSpan().SequenceEqual(commitment.Encode())
        )
        {
            return VerificationResult.Rejected(
                "the bits were committed for another query, or by somebody else",
                VerdictReason.NotPublished
            );
        }

        if (NoiseCommitted.DrawnBy(commitment) is VerifyingKey key)
        {
            if (
                key.Equals(committed.Entry.Signer)
                || ReleaseRules.FirstBeacon(find, committed.Index, commitment) is not (_, LedgerEntry beacon)
            )
            {
                return VerificationResult.Rejected(
                    "the coins were not drawn on the ledger after the commitment, by whom it names",
                    VerdictReason.NotPublished
                );
            }

            if (!beacon.Body.Payload.Span.SequenceEqual(release.Beacon.Span))
            {
                return VerificationResult.Rejected("the coins are not those that were drawn", VerdictReason.NotPublished);
            }
        }

        byte[] file = SHA256.HashData(release.Encode());
        List<StatisticReleased> served =
        [
            .. Budget
                .ReleasesOf(find, release.Table.Owner, commitment.Query.DataSet)
                .Select(r => r.Release)
                .Where(r => r.Noise.Span.SequenceEqual(commitment.Point.ToBytes())),
        ];
        return served.Count == 0
                ? VerificationResult.Rejected("the release is not recorded on the ledger", VerdictReason.NotPublished)
            : served.Count > 1 || !served[0].File.Span.SequenceEqual(file)
                ? VerificationResult.Rejected("the same bits have served another release", VerdictReason.AlreadyUsed)
            : VerificationResult.Accepted;
    }

    /// <summary>The number of the entry by which a table's owner recorded the release of a proof file; null where it did not, so
    /// that no budget counts it.</summary>
    /// <param name="ledger">The ledger; its entries are taken as audited.</param>
    /// <param name="version">The table, or all segments of the data set, that the file is about.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long? Find(ILedger ledger, DataSetVersion version, ReadOnlySpan<byte> file)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (
            PublishedTables.Find(ledger, version) is not LedgerReceipt receipt
            || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
        )
        {
            return null;
        }

        (byte[] hash, byte[] plan) = (SHA256.HashData(file), PlanOf(file));
        return Budget
            .ReleasesOf(Finder(ledger), version.Owner, published.DataSet)
            .Where(r =>
                r.Release.File.Span.SequenceEqual(hash)
                && r.Release.Plan.Span.SequenceEqual(plan)
                && r.Release.Root.Span.SequenceEqual(version.Root.Span)
            )
            .Select(r => (long?)r.Index)
            .FirstOrDefault();
    }

    private static long? Same(ILedger ledger, EntryBody body, VerifyingKey signer) =>
        Finder(ledger)(body.Kind, body.Subject.ToArray())
            .Where(e => e.Entry.Signer.Equals(signer) && e.Entry.Body.Encode().AsSpan().SequenceEqual(body.Encode()))
            .Select(e => (long?)e.Index)
            .FirstOrDefault();

    /// <summary>Finds entries by the reader's own index.</summary>
    private static FindEntries Finder(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return EntryIndex.Of(ledger).FindEntries;
    }
}
