using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>
/// Demands of a ledger that understands these entries: policies are the owner's, a root belongs to one data set,
/// noise is committed once and within the policy, coins are drawn once and afterwards by whom the commitment names, releases are
/// recorded within the policy, and no bits serve twice. The embedded ledger refuses what breaks a rule; an audit flags it,
/// whoever let it in.
/// </summary>
internal static class ReleaseRules
{
    /// <summary>Determines whether rules are about a kind.</summary>
    public static bool AreFor(string kind) =>
        kind
            is TableEntry.Kind
                or BudgetPolicy.Kind
                or NoiseCommitted.Kind
                or BeaconDrawn.Kind
                or StatisticReleased.Kind
                or ColumnRules.Kind;

    /// <summary>Explains why an entry breaks a rule, given the entries before it; null where it breaks none.</summary>
    public static string? Refusal(LedgerEntry entry, LogContents log) =>
        entry.Body.Kind switch
        {
            TableEntry.Kind => Table(entry, log.Find),
            BudgetPolicy.Kind => Policy(entry),
            ColumnRules.Kind => !ColumnRules.TryRead(entry.Body, out ColumnRules? rules) ? "they are no rules for columns"
            : rules.IsOf(entry.Signer.OwnerId) ? null
            : "the rules are not signed by the owner that they name",
            NoiseCommitted.Kind => Noise(entry, log),
            BeaconDrawn.Kind => Beacon(entry, log.Find),
            StatisticReleased.Kind => Released(entry, log),
            _ => null,
        };

    /// <summary>The first commitment to a point, with its number and signer.</summary>
    public static (long Index, LedgerEntry Entry, NoiseCommitment Commitment)? FirstCommitment(FindEntries find, byte[] point)
    {
        foreach ((long index, LedgerEntry entry) in find(NoiseCommitted.Kind, point))
        {
            if (NoiseCommitted.TryRead(entry.Body, out NoiseCommitment? commitment))
            {
                return (index, entry, commitment);
            }
        }

        return null;
    }

    /// <summary>The first coins for a commitment by whom it names, after it.</summary>
    public static LoggedEntry? FirstBeacon(FindEntries find, long committed, NoiseCommitment commitment) =>
        NoiseCommitted.DrawnBy(commitment) is not VerifyingKey key
            ? null
            : find(BeaconDrawn.Kind, commitment.Point.ToBytes())
                .Where(b => b.Index > committed && b.Entry.Signer.Equals(key) && b.Entry.Body.Payload.Length == BeaconDrawn.Size)
                .FirstOrDefault();

    private static string? Table(LedgerEntry entry, FindEntries find) =>
        TableEntry.TryRead(entry.Body, out TablePublication? table)
        && Of(entry, table.Root, find) is TablePublication earlier
        && earlier.DataSet != table.DataSet
            ? DataSetName.Refusal(earlier.DataSet)
            : null;

    private static string? Policy(LedgerEntry entry) =>
        !BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? policy) ? "it is no policy"
        : policy.IsOf(entry.Signer.OwnerId) ? null
        : "the policy is not signed by the owner that it names";

    private static string? Noise(LedgerEntry entry, LogContents log)
    {
        if (!NoiseCommitted.TryRead(entry.Body, out NoiseCommitment? commitment))
        {
            return "it is no commitment to noise";
        }

        NoiseQuery query = commitment.Query;
        if (!query.Owner.Span.SequenceEqual(entry.Signer.OwnerId.Span) || query.Context.LedgerOrigin != entry.Origin)
        {
            return "the noise is not committed by the owner that it names, or for another ledger";
        }

        if (NoiseCommitted.DrawnBy(commitment) is VerifyingKey key && key.Equals(entry.Signer))
        {
            return "who draws the coins is the owner";
        }

        if (log.Find(NoiseCommitted.Kind, commitment.Point.ToBytes()).Count > 0)
        {
            return "the same bits were committed before";
        }

        if (Of(entry, query.Root, log.Find) is not TablePublication table || table.DataSet != query.DataSet)
        {
            return "the table is not published by the owner as one of this data set";
        }

        VerificationResult bits = commitment.VerifyBits(VerificationLimits.ForCells(TableAxes.MaxCells));
        return bits.IsAccepted ? Budget.Of(log, entry.Signer.OwnerId, query.DataSet).Exceeded(query.Loss) : bits.Reason;
    }

    private static string? Beacon(LedgerEntry entry, FindEntries find) =>
        FirstCommitment(find, entry.Body.Subject.ToArray()) is not { } committed ? "there is no commitment to draw coins for"
        : entry.Body.Payload.Length != BeaconDrawn.Size ? $"expected {BeaconDrawn.Size} bytes"
        : !entry.Signer.Equals(NoiseCommitted.DrawnBy(committed.Commitment))
            ? "the commitment names somebody else to draw the coins"
        : FirstBeacon(find, committed.Index, committed.Commitment) is not null ? "the coins are drawn already"
        : null;

    private static string? Released(LedgerEntry entry, LogContents log)
    {
        if (!StatisticReleased.TryRead(entry.Body, out StatisticReleased? release) || !release.IsOf(entry.Signer.OwnerId))
        {
            return "it is no release by the owner that it names";
        }

        if (Of(entry, release.Root, log.Find) is not TablePublication table || table.DataSet != release.DataSet)
        {
            return "the table is not published by the owner as one of this data set";
        }

        Budget budget = Budget.Of(log, entry.Signer.OwnerId, release.DataSet);
        if (budget.Releases.Any(r => r.Release.File.Span.SequenceEqual(release.File.Span)))
        {
            return "the release is recorded already";
        }

        if (release.IsExact)
        {
            return budget.ExceededByExact();
        }

        // its loss has been reserved since the commitment, when the policy was asked
        return FirstCommitment(log.Find, release.Noise.ToArray()) is not { } committed
            || !committed.Entry.Signer.Equals(entry.Signer)
            || committed.Commitment.Query.DataSet != release.DataSet
            || !committed.Commitment.Query.Root.Span.SequenceEqual(release.Root.Span)
                ? "the owner has not committed to this noise for this table"
            : committed.Commitment.Query.Loss != release.Loss ? "the noise was committed for another loss"
            : NoiseCommitted.DrawnBy(committed.Commitment) is not null
            && FirstBeacon(log.Find, committed.Index, committed.Commitment) is null
                ? "the coins are not drawn yet"
            : budget.Releases.Any(r => r.Release.Noise.Span.SequenceEqual(release.Noise.Span))
                ? "the same bits have served another release"
            : null;
    }

    /// <summary>The first entry by which the signer published a table, or null.</summary>
    private static TablePublication? Of(LedgerEntry entry, ReadOnlyMemory<byte> root, FindEntries find)
    {
        foreach ((_, LedgerEntry said) in find(TableEntry.Kind, root.ToArray()))
        {
            if (said.Signer.Equals(entry.Signer) && TableEntry.TryRead(said.Body, out TablePublication? table))
            {
                return table;
            }
        }

        return null;
    }
}
