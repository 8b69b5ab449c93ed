namespace ZkHealth.Aggregation;

/// <summary>
/// A session that counts as a release of an owner's data set: from its D3 on, where its set is about to be settled, for ever if Q
/// members sign the set before D5, and no longer once it is void. Which of two sessions comes first is decided by the order of
/// their D3.
/// </summary>
/// <remarks>
/// No proof is verified here: Q signatures are the word of a member that signs nothing but the set that follows from the board,
/// or every member that signed is dishonest and opens what it likes anyway. Only owners who say so themselves
/// (<see cref="BudgetDebit"/>) are charged, so a committee of strangers charges and holds nobody.
/// </remarks>
internal sealed class StandingSession
{
    private StandingSession(
        AggregationSession session,
        long opened,
        SessionCutOffs cutOffs,
        long frozen,
        IReadOnlyList<PartyId> contributors
    ) => (Session, Opened, CutOffs, Frozen, Contributors) = (session, opened, cutOffs, frozen, contributors);

    public AggregationSession Session { get; }

    internal long Opened { get; }

    internal SessionCutOffs CutOffs { get; }

    /// <summary>The entry of its D3, from which on it counts.</summary>
    public long Position => CutOffs.Limit(3);

    /// <summary>The entry with the signature that made them Q; −1 where it is not frozen yet.</summary>
    public long Frozen { get; }

    /// <summary>Tells whether Q members have signed its set.</summary>
    public bool IsFrozen => Frozen >= 0;

    /// <summary>The set that its members signed, ascending; empty where it is not frozen yet.</summary>
    public IReadOnlyList<PartyId> Contributors { get; }

    /// <summary>Tells whether exact numbers are opened.</summary>
    public bool IsExact => Session.Terms.Noise is null;

    /// <summary>Reads all of a session that the log says, void or not; null where it is not opened.</summary>
    internal static StandingSession? Read(EntrySource source, ReadOnlyMemory<byte> sid)
    {
        foreach (BoardEntry entry in source.Find(BoardKinds.Open, sid))
        {
            if (
                AggregationSession.TryDecode(entry.Body, out AggregationSession? session, out _)
                && session.Sid.Span.SequenceEqual(sid.Span)
            )
            {
                return Read(source, session, entry.Position);
            }
        }

        return null;
    }

    private static StandingSession Read(EntrySource source, AggregationSession session, long opened)
    {
        SessionCutOffs cutOffs = SessionCutOffs.Read(source, session, opened, long.MaxValue);
        var signatures = new SetSignatures(session, cutOffs.Limit(4), source.IsOfLog);
        var signers = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        foreach (BoardEntry entry in cutOffs.Has(4) ? source.Find(BoardKinds.ContributorSetSignature, session.Sid) : [])
        {
            if (
                entry.Position > cutOffs.Limit(4)
                && entry.Position < cutOffs.Limit(5)
                && signatures.Read(entry) is { Counts: true } signed
            )
            {
                string set = Convert.ToHexString(signed.Digest);
                HashSet<int> members = signers.TryGetValue(set, out HashSet<int>? there) ? there : signers[set] = [];
                if (members.Add(signed.Member) && members.Count == session.Terms.Quorum)
                {
                    return new StandingSession(session, opened, cutOffs, entry.Position, signed.Contributors);
                }
            }
        }

        return new StandingSession(session, opened, cutOffs, -1, []);
    }

    /// <summary>The session as it stands below a position; null where it has not come to its D3 there, or is void.</summary>
    internal StandingSession? At(long before)
    {
        SessionCutOffs cutOffs = CutOffs.Before(before);
        bool isFrozen = IsFrozen && Frozen < before;
        if (Opened >= before || !cutOffs.Has(3) || cutOffs.Limit(5) < cutOffs.Limit(4) || (cutOffs.Has(5) && !isFrozen))
        {
            return null;
        }

        return new StandingSession(Session, Opened, cutOffs, isFrozen ? Frozen : -1, isFrozen ? Contributors : []);
    }

    /// <summary>Determines whether an owner is, or may come to be, in the set: it is in the signed one; or it has dealt, where
    /// none is signed yet.</summary>
    internal bool Counts(EntrySource source, PartyId owner) =>
        IsFrozen
            ? Contributors.Contains(owner)
            : source
                .Find(BoardKinds.Dealing, Session.Sid)
                .Any(e =>
                    e.Author == owner
                    && Dealing.TryDecode(e.Body, Session, owner, out Dealing? deal, out _)
                    && deal.Role == DealRole.Contribution
                );
}
