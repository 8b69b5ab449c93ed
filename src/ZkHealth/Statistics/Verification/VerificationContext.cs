using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The expectations of a verifier of a proof file, how much it may take, and where publications are looked up. The
/// default expects and knows nothing.</summary>
public sealed class VerificationContext
{
    /// <summary>The purpose for which alone it is accepted; null for any.</summary>
    public string? Purpose { get; init; }

    /// <summary>The requester for whom alone it is accepted; null for any.</summary>
    public string? Requester { get; init; }

    /// <summary>The ledger for which alone it is accepted; null for any, or that of the publications.</summary>
    public string? LedgerOrigin { get; init; }

    /// <summary>The most that verification may take.</summary>
    public VerificationLimits Limits { get; init; } = VerificationLimits.Default;

    /// <summary>The publications on the ledger; null where nobody looks, so that the verdict rests on the proof
    /// only.</summary>
    public IPublications? Publications { get; init; }

    /// <summary>The key registry that the verifier trusts, for what members say; null for the one that is published.</summary>
    public KeyRegistry? Registry { get; init; }

    /// <summary>The owners of registrars' tables whom the verifier trusts, 32 bytes each, for plans that ask a
    /// registrar.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Registrars { get; init; } = [];

    /// <summary>Expects and allows the same, looking at these publications and trusting these registrars.</summary>
    internal VerificationContext With(IPublications? publications, IReadOnlyList<ReadOnlyMemory<byte>>? registrars = null) =>
        new()
        {
            Purpose = Purpose,
            Requester = Requester,
            LedgerOrigin = LedgerOrigin,
            Limits = Limits,
            Publications = publications,
            Registry = Registry,
            Registrars = registrars ?? Registrars,
        };

    /// <summary>Rejects a proof made for another context than the one expected; else accepted.</summary>
    internal VerificationResult Compare(StatisticContext context)
    {
        if (Purpose is not null && Purpose != context.Purpose)
        {
            return VerificationResult.Rejected($"it was made for another purpose: {context.Purpose}", VerdictReason.OtherPurpose);
        }

        if (Requester is not null && Requester != context.Requester)
        {
            return VerificationResult.Rejected(
                $"it was made for another requester: {context.Requester}",
                VerdictReason.OtherRequester
            );
        }

        bool other =
            (LedgerOrigin ?? context.LedgerOrigin) != context.LedgerOrigin
            || (Publications is not null && Publications.Origin != context.LedgerOrigin);
        return other
            ? VerificationResult.Rejected($"it was made for another ledger: {context.LedgerOrigin}", VerdictReason.OtherLedger)
            : VerificationResult.Accepted;
    }
}

/// <summary>An entry of a ledger by which somebody answers for a table or a key registry.</summary>
public sealed class PublishedEntry
{
    internal PublishedEntry(long entry, string signer, string dataSet, long? newerEntry) =>
        (Entry, Signer, DataSet, NewerEntry) = (entry, signer, dataSet, newerEntry);

    /// <summary>Its number.</summary>
    public long Entry { get; }

    /// <summary>The key that signed it, as the ledger writes keys.</summary>
    public string Signer { get; }

    /// <summary>The owner's name of the data set of which a table is a version; empty for a registry.</summary>
    public string DataSet { get; }

    /// <summary>The first entry with a newer version of the same data set; null where there is none, or nobody has
    /// looked.</summary>
    public long? NewerEntry { get; }
}

/// <summary>Publications on a ledger about proof files. ZkHealth.Accountability has it over a ledger and over a
/// receipt.</summary>
public interface IPublications
{
    /// <summary>The ledger's name: a proof made for another is rejected.</summary>
    internal string Origin { get; }

    /// <summary>Tells whether everything on the ledger is known: releases, newer versions, noise. A receipt is about one entry
    /// alone.</summary>
    internal bool IsComplete { get; }

    /// <summary>Finds the entry by which its owner published a version of a data set: a table, or all its segments.</summary>
    /// <param name="version">The version.</param>
    /// <param name="publication">The entry where the result is accepted, else null.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    internal VerificationResult FindVersion(DataSetVersion version, out PublishedEntry? publication);

    /// <summary>The number of the entry by which the owner recorded the release of a file; null where there is none.</summary>
    /// <param name="version">The table, or all segments, that the file is about.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    internal long? FindRelease(DataSetVersion version, ReadOnlyMemory<byte> file);

    /// <summary>Verifies that the noise of a release was committed before its coins were drawn, and served it alone.</summary>
    /// <param name="release">The release.</param>
    /// <param name="coinsChecked">Whether the coins are those drawn on the ledger; false where they come from outside and only
    /// their name is known.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    internal VerificationResult VerifyNoise(NoisyRelease release, out bool coinsChecked);

    /// <summary>Verifies that a file keeps its owners' rules for columns, and the requests that permit its releases.</summary>
    /// <param name="file">The file, verified by itself.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    internal VerificationResult VerifyRules(ProofFile file) => VerificationResult.Accepted;

    /// <summary>Finds the key registry of a digest, published by the registrar whom the verifier trusts.</summary>
    /// <param name="digest">Its digest, 32 bytes.</param>
    /// <param name="publication">The entry where the result is accepted, else null.</param>
    /// <param name="registry">The registry where the result is accepted, else null.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    internal VerificationResult FindRegistry(
        ReadOnlyMemory<byte> digest,
        out PublishedEntry? publication,
        out KeyRegistry? registry
    );
}
