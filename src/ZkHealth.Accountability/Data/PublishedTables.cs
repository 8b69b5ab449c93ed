using System.Security.Cryptography;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>Publishes tables on a ledger, and checks that a proof's table is one that its owner has published there.</summary>
public static class PublishedTables
{
    /// <summary>Publishes a table under its owner's key. To publish it again is a no-op that gives the same receipt.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="table">The table.</param>
    /// <param name="owner">The key of its owner.</param>
    /// <param name="dataSet">The owner's name of the data set of which it is a version: budgets go by owner and data set.</param>
    /// <exception cref="ArgumentException">The table names another owner.</exception>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt Publish(ILedger ledger, TableCommitment table, SigningKey owner, string dataSet = "") =>
        PublishVersion(ledger, new DataSetVersion(table), owner, dataSet);

    /// <summary>
    /// Publishes a version of a data set in segments by one entry that binds all of them. To append a segment, or to replace one,
    /// a version is published that names the others again.
    /// </summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="version">The segments in their order.</param>
    /// <param name="owner">The key of their owner.</param>
    /// <param name="dataSet">The owner's name of the data set; segments need one.</param>
    /// <exception cref="ArgumentException">The tables name another owner, or segments have no name.</exception>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt PublishVersion(ILedger ledger, DataSetVersion version, SigningKey owner, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(dataSet);
        if (version.Segments.Count > 1 && dataSet.Length == 0)
        {
            throw new ArgumentException("expected a name: a version of segments is one of a data set", nameof(dataSet));
        }

        if (!version.Owner.Span.SequenceEqual(owner.Public.OwnerId.Span))
        {
            throw new ArgumentException("expected the key of the owner that the table names", nameof(owner));
        }

        if (Find(ledger, version) is LedgerReceipt there)
        {
            return TableEntry.TryRead(there.Entry.Body, out TablePublication? said) && said.DataSet == dataSet
                ? there
                : throw new InvalidOperationException(
                    $"the ledger refused the entry: {DataSetName.Refusal(said?.DataSet ?? "")}"
                );
        }

        return Publication.Append(ledger, owner, TablePublication.OfVersion(version, dataSet).ToBody());
    }

    /// <summary>The receipt of the entry by which the owner published this table, or null.</summary>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt? Find(ILedger ledger, TableCommitment table) => Find(ledger, new DataSetVersion(table));

    /// <summary>The receipt of the entry by which the owner published this version of a data set, just these segments; or
    /// null.</summary>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt? Find(ILedger ledger, DataSetVersion version)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(version);
        foreach (long index in ledger.Find(TableEntry.Kind, version.Root.Span))
        {
            LedgerReceipt receipt = LedgerReceipt.Of(ledger, index);
            if (Says(receipt, version) is null)
            {
                return receipt;
            }
        }

        return null;
    }

    /// <summary>
    /// Verifies that the table is published: the receipt is the ledger's, its entry says this root, schema and rows, and is
    /// signed by the owner whom the root names. Of a proof this is a part alone: <see cref="ProofFile.Verify"/> with
    /// <see cref="LedgerPublications"/> checks all.
    /// </summary>
    internal static VerificationResult Verify(LedgerReceipt receipt, DataSetVersion version, NoteKey ledger)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(version);
        return Says(receipt, version) is string fault
            ? VerificationResult.Rejected(fault, VerdictReason.NotPublished)
            : receipt.Verify(ledger);
    }

    /// <summary>
    /// The first entry after a publication by which the same owner published another table as a version of the same data set;
    /// null where there is none. Tables without the name of a data set are versions of one another where they have one schema.
    /// </summary>
    internal static long? NewerVersion(ILedger ledger, LedgerReceipt receipt, TablePublication said)
    {
        foreach ((long index, LedgerEntry entry) in EntryIndex.Of(ledger).FindEntries(TableEntry.Kind, null))
        {
            if (
                index > receipt.Index
                && entry.Signer.Equals(receipt.Entry.Signer)
                && TableEntry.TryRead(entry.Body, out TablePublication? other)
                && other.DataSet == said.DataSet
                && !other.Root.Span.SequenceEqual(said.Root.Span)
                && (said.DataSet.Length > 0 || other.SchemaDigest.Span.SequenceEqual(said.SchemaDigest.Span))
            )
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>The first entry by which an owner published a version of a data set; null where there is none.</summary>
    internal static long? FirstVersion(ILedger ledger, VerifyingKey owner, string dataSet)
    {
        foreach ((long index, LedgerEntry entry) in EntryIndex.Of(ledger).FindEntries(TableEntry.Kind, null))
        {
            if (
                entry.Signer.Equals(owner)
                && TableEntry.TryRead(entry.Body, out TablePublication? said)
                && said.DataSet == dataSet
            )
            {
                return index;
            }
        }

        return null;
    }

    private static string? Says(LedgerReceipt receipt, DataSetVersion version) =>
        !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published) ? "the ledger entry publishes no table"
        : !published.Root.Span.SequenceEqual(version.Root.Span) ? "the ledger entry publishes another table"
        : !receipt.Entry.Signer.OwnerId.Span.SequenceEqual(version.Owner.Span)
            ? "the ledger entry is not signed by the table's owner"
        : !published.SchemaDigest.Span.SequenceEqual(SHA256.HashData(version.Schema.Span))
            ? "the ledger entry names another schema"
        : published.Rows != version.Rows ? "the ledger entry names another number of rows"
        : null;
}
