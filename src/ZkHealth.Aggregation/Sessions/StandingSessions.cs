namespace ZkHealth.Aggregation;

/// <summary>
/// The sessions of a log that stand as releases. Each is read once, for whatever owner and position it is asked for: with
/// policies of all hospitals, the budget of each read every past session, and an audit read them once more for each of them.
/// </summary>
/// <param name="source">The entries of the log, of which none come while this is used.</param>
internal sealed class StandingSessions(EntrySource source)
{
    private readonly Dictionary<string, StandingSession?> _read = new(StringComparer.Ordinal);

    /// <summary>A session as it stands below a position; null where it has not come to its D3, or is void.</summary>
    public StandingSession? Find(ReadOnlyMemory<byte> sid, long before = long.MaxValue)
    {
        string name = Convert.ToHexString(sid.Span);
        if (!_read.TryGetValue(name, out StandingSession? session))
        {
            _read[name] = session = StandingSession.Read(source, sid);
        }

        return session?.At(before);
    }

    /// <summary>The sessions that stand below a position as releases of an owner's data set, in the order in which the owner
    /// dealt to them.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="dataSet">The owner's name of the data set.</param>
    /// <param name="before">Entries from this position on are not looked at.</param>
    public IEnumerable<StandingSession> Of(PartyId owner, string dataSet, long before) =>
        Charges(owner, dataSet, before)
            .DistinctBy(c => Convert.ToHexString(c.Session.Span))
            .Select(c => Find(c.Session, before))
            .OfType<StandingSession>()
            .Where(s => s.Session.Terms.DataSet == dataSet && s.Counts(source, owner));

    /// <summary>The last exact session whose signed set holds an owner of a data set: those before it were for the same set, or
    /// it would not stand. Null where there is none.</summary>
    public StandingSession? LastExact(PartyId owner, string dataSet) =>
        Charges(owner, dataSet, long.MaxValue)
            .Reverse()
            .Select(charge => Find(charge.Session))
            .FirstOrDefault(s =>
                s is { IsExact: true, IsFrozen: true } && s.Session.Terms.DataSet == dataSet && s.Contributors.Contains(owner)
            );

    /// <summary>The owner's charges of a data set below a position, in the order of the log.</summary>
    public IEnumerable<BudgetDebit> Charges(PartyId owner, string dataSet, long before)
    {
        foreach (BoardEntry entry in source.Find(BoardKinds.BudgetDebit, AggregationTerms.DataSetOf(owner, dataSet)))
        {
            if (
                entry.Position < before
                && entry.Author == owner
                && BudgetDebit.TryDecode(entry.Body, out BudgetDebit? charge, out _)
            )
            {
                yield return charge;
            }
        }
    }
}
