namespace ZkHealth.Aggregation;

/// <summary>
/// The cut-offs of a session by the entries of the log. D1 to D4 are where the last closer that it takes says so, each after the
/// one before; who said so earlier does not count. D5 ends the time of signatures: where the t-th member says so, at any time, or
/// at the first entry whose time is past the terms' <see cref="AggregationTerms.VoidAfter"/>.
/// </summary>
internal sealed class SessionCutOffs
{
    private readonly long[] _positions = [-1, -1, -1, -1, -1];

    /// <summary>D1 to D5; −1 for those that have not come.</summary>
    public IReadOnlyList<long> Positions => _positions;

    /// <summary>Determines whether a cut-off, 1 to 5, has come.</summary>
    public bool Has(int number) => _positions[number - 1] >= 0;

    /// <summary>The position of a cut-off, 1 to 5; where it has not come, one after all entries.</summary>
    public long Limit(int number) => Has(number) ? _positions[number - 1] : long.MaxValue;

    /// <summary>Those that have come below a position.</summary>
    public SessionCutOffs Before(long position)
    {
        var cutOffs = new SessionCutOffs();
        for (int i = 0; i < _positions.Length; i++)
        {
            cutOffs._positions[i] = _positions[i] < position ? _positions[i] : -1;
        }

        return cutOffs;
    }

    /// <summary>Reads the cut-offs of a session that was opened at a position, from the entries below another.</summary>
    public static SessionCutOffs Read(EntrySource source, AggregationSession session, long opened, long before)
    {
        var cutOffs = new SessionCutOffs();
        AggregationTerms terms = session.Terms;
        var words = new HashSet<PartyId>();
        var members = new HashSet<PartyId>();
        int next = 1;
        foreach (BoardEntry entry in source.Find(BoardKinds.PhaseClosed, session.Sid))
        {
            if (
                entry.Position <= opened
                || entry.Position >= before
                || !PhaseClosed.TryDecode(entry.Body, out PhaseClosed? cutOff, out _)
            )
            {
                continue;
            }

            if (cutOff.Number == PhaseClosed.Last)
            {
                if (terms.ShareIndexOf(entry.Author) > 0 && members.Add(entry.Author) && members.Count == terms.Threshold)
                {
                    cutOffs._positions[PhaseClosed.Last - 1] = entry.Position;
                }
            }
            else if (
                cutOff.Number == next
                && terms.EffectiveClosers.Contains(entry.Author)
                && words.Add(entry.Author)
                && words.Count == terms.EffectiveCloseQuorum
            )
            {
                cutOffs._positions[next - 1] = entry.Position;
                next++;
                words.Clear();
            }
        }

        if (terms.VoidAfter > 0 && source.FindAfter(terms.VoidAfter) is long late && late < before)
        {
            late = Math.Max(late, opened + 1);
            cutOffs._positions[PhaseClosed.Last - 1] = Math.Min(cutOffs.Limit(PhaseClosed.Last), late);
        }

        return cutOffs;
    }
}
