namespace ZkHealth.Aggregation;

/// <summary>A session from D4 on: its set is a function of the log and changes no more; its members sign it.</summary>
internal sealed class SettledSet
{
    private readonly List<Finding> _findings = [];
    private readonly List<int> _signers = [];

    private SettledSet(ContributorSet set, AggregationSession session) =>
        (Set, Digest) = (set, ContributorSetSignature.SetDigest(session, set.Contributors, set.BeaconDealers));

    public ContributorSet Set { get; }

    /// <summary>SHA-256 of the set.</summary>
    public byte[] Digest { get; }

    /// <summary>The members who signed it.</summary>
    public IReadOnlyList<int> Signers => _signers;

    /// <summary>The entry with the signature that made them Q; null where they are fewer.</summary>
    public long? FrozenAt { get; private set; }

    /// <summary>Findings about members who signed another set.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>A set that no signature counts under, since its session ends without an opening.</summary>
    public static SettledSet Unsigned(SessionEntries entries, ContributorSet set) => new(set, entries.Session);

    /// <summary>Reads the signatures under a set: those before D5 count.</summary>
    public static SettledSet Read(SessionEntries entries, ContributorSet set)
    {
        var settled = new SettledSet(set, entries.Session);
        settled.ReadSignatures(entries);
        return settled;
    }

    private void ReadSignatures(SessionEntries entries)
    {
        var signatures = new SetSignatures(
            entries.Session,
            entries.CutOffs[3],
            checkpoint => entries.Board.IsConsistent(checkpoint, entries.At)
        );
        foreach (BoardEntry entry in entries.Find(BoardKinds.ContributorSetSignature, entries.CutOffs[3], entries.Limit(5)))
        {
            if (signatures.Read(entry) is not SetSignature signed)
            {
                Find(entry, FaultKind.Malformed, "a signature under a set that cannot be read, or of nobody in the committee");
            }
            else if (signed.IsSecondSet)
            {
                Find(entry, FaultKind.WrongSet, "it signed two sets of one session");
            }
            else if (!signed.Digest.AsSpan().SequenceEqual(Digest))
            {
                Find(entry, FaultKind.WrongSet, "it signed another set than the board shows");
            }
            else if (signed.Counts && !_signers.Contains(signed.Member))
            {
                _signers.Add(signed.Member);
                FrozenAt = _signers.Count == entries.Terms.Quorum ? entry.Position : FrozenAt;
            }
        }
    }

    private void Find(BoardEntry entry, FaultKind kind, string reason) =>
        _findings.Add(new PartyFault(entry.Author, kind, reason, entry.Position));
}
