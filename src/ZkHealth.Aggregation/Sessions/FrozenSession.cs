namespace ZkHealth.Aggregation;

/// <summary>The entries of a kind about a subject, in the order of the log.</summary>
/// <param name="kind">One of <see cref="BoardKinds"/>.</param>
/// <param name="subject">The subject.</param>
public delegate IEnumerable<BoardEntry> FindBoardEntries(string kind, ReadOnlyMemory<byte> subject);

/// <summary>
/// A session whose committee has signed its set: from that entry on it counts as a release of the data set, whether or not the sum is opened.
/// </summary>
/// <remarks>
/// No proof is verified here: Q signatures are the word of a member that signs nothing but the set that follows from the board, or every member
/// that signed is dishonest and opens what it likes anyway. That nobody be charged by a committee of strangers, only those count as
/// <see cref="Owners"/> who posted a Deal to the session themselves.
/// </remarks>
public sealed class FrozenSession
{
    private FrozenSession(AggregationSession session, IReadOnlyList<PartyId> contributors, IReadOnlyList<PartyId> owners, long position) =>
        (Session, Contributors, Owners, Position) = (session, contributors, owners, position);

    /// <summary>The session.</summary>
    public AggregationSession Session { get; }

    /// <summary>The set that its members signed, ascending.</summary>
    public IReadOnlyList<PartyId> Contributors { get; }

    /// <summary>Those of the set who dealt to the session: whose data set it is a release of.</summary>
    public IReadOnlyList<PartyId> Owners { get; }

    /// <summary>The entry with the signature that made them Q.</summary>
    public long Position { get; }

    /// <summary>Whether exact numbers are opened.</summary>
    public bool IsExact => Session.Terms.Noise is null;

    /// <summary>
    /// The sessions over a data set that were frozen below a position, in the order in which they were. Of two exact ones that would show a
    /// difference the first stands; the second opens nothing and is not among them.
    /// </summary>
    /// <param name="find">Entries of the log.</param>
    /// <param name="dataSet">The name of the data set, as in the sessions' terms.</param>
    /// <param name="before">Entries from this position on are not looked at.</param>
    public static IReadOnlyList<FrozenSession> Read(FindBoardEntries find, string dataSet, long before)
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(dataSet);
        var charges = new Dictionary<string, List<(BoardEntry Entry, Charge Charge)>>();
        foreach (BoardEntry entry in find(BoardKinds.Charge, AggregationTerms.DataSetDigest(dataSet)).TakeWhile(e => e.Position < before))
        {
            if (Charge.TryDecode(entry.Body, out Charge? charge, out _))
            {
                string sid = Convert.ToHexString(charge.Session.Span);
                (charges.TryGetValue(sid, out List<(BoardEntry, Charge)>? list) ? list : charges[sid] = []).Add((entry, charge));
            }
        }

        var standing = new List<FrozenSession>();
        foreach (FrozenSession session in charges.Values.SelectMany(c => Frozen(find, c, dataSet, before)).OrderBy(s => s.Position))
        {
            if (!session.IsExact || !standing.Exists(s => s.Differs(session.Contributors)))
            {
                standing.Add(session);
            }
        }

        return standing;
    }

    /// <summary>Whether exact numbers over these owners beside this session's would show those of a part: another set that shares an owner.</summary>
    internal bool Differs(IReadOnlyList<PartyId> contributors) => IsExact && !Contributors.SequenceEqual(contributors) && Owners.Intersect(contributors).Any();

    /// <summary>The sets that Q members signed, after their charge; with fewer than t liars there is at most one.</summary>
    private static IEnumerable<FrozenSession> Frozen(FindBoardEntries find, List<(BoardEntry Entry, Charge Charge)> charges, string dataSet, long before)
    {
        ReadOnlyMemory<byte> sid = charges[0].Charge.Session;
        AggregationSession? session = find(BoardKinds.Open, sid).TakeWhile(e => e.Position < before)
            .Select(e => AggregationSession.TryDecode(e.Body, out AggregationSession? s, out _) && s.Sid.Span.SequenceEqual(sid.Span) ? s : null)
            .FirstOrDefault(s => s is not null && s.Terms.DataSet == dataSet);
        if (session is null)
        {
            yield break;
        }

        var signers = new Dictionary<string, HashSet<PartyId>>();
        foreach (BoardEntry entry in find(BoardKinds.Freeze, sid).TakeWhile(e => e.Position < before))
        {
            if (session.Terms.PointOf(entry.Author) > 0 && Freeze.TryDecode(entry.Body, out Freeze? freeze, out _) && charges.Exists(c => IsOf(c, entry, freeze, session)))
            {
                string set = string.Concat(freeze.Contributors);
                HashSet<PartyId> signed = signers.TryGetValue(set, out HashSet<PartyId>? there) ? there : signers[set] = [];
                if (signed.Add(entry.Author) && signed.Count == session.Terms.Quorum)
                {
                    HashSet<PartyId> dealt = [.. find(BoardKinds.Deal, sid).TakeWhile(e => e.Position < entry.Position).Select(e => e.Author)];
                    yield return new FrozenSession(session, freeze.Contributors, [.. freeze.Contributors.Where(dealt.Contains)], entry.Position);
                }
            }
        }
    }

    private static bool IsOf((BoardEntry Entry, Charge Charge) c, BoardEntry signature, Freeze freeze, AggregationSession session) =>
        c.Entry.Author == signature.Author && c.Entry.Position < signature.Position && c.Charge.Noise == session.Terms.Noise
        && c.Charge.Contributors.SequenceEqual(freeze.Contributors);
}
