namespace ZkHealth.Aggregation;

/// <summary>A member's signature under a set of contributors, as it was read.</summary>
internal sealed class SetSignature(int member, byte[] digest, IReadOnlyList<PartyId> contributors, bool isSecondSet, bool counts)
{
    /// <summary>The member's share index.</summary>
    public int Member { get; } = member;

    /// <summary>SHA-256 of the set.</summary>
    public byte[] Digest { get; } = digest;

    /// <summary>The set, ascending.</summary>
    public IReadOnlyList<PartyId> Contributors { get; } = contributors;

    /// <summary>Tells whether the member had signed another set of the session before.</summary>
    public bool IsSecondSet { get; } = isSecondSet;

    /// <summary>Tells whether it counts: it is under the first set that the member signed, for a checkpoint of this log at which
    /// the set was settled.</summary>
    public bool Counts { get; } = counts;
}

/// <summary>
/// The one rule by which signatures under sets of contributors count, in the order of the log. Whoever reads a session itself
/// and whoever asks whether it stands beside another follow it: else a single member could make a session stand for others that
/// never opens, by a second set or a checkpoint of another log.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="settled">The entry of its D4.</param>
/// <param name="isOfLog">Determines whether a checkpoint is one of the log.</param>
internal sealed class SetSignatures(AggregationSession session, long settled, Func<BoardCheckpoint, bool> isOfLog)
{
    private readonly Dictionary<int, byte[]> _first = [];

    /// <summary>The next entry as a signature; null where it cannot be read, or is of nobody in the committee.</summary>
    public SetSignature? Read(BoardEntry entry)
    {
        int member = session.Terms.ShareIndexOf(entry.Author);
        if (member == 0 || !ContributorSetSignature.TryDecode(entry.Body, out ContributorSetSignature? signed, out _))
        {
            return null;
        }

        byte[] digest = signed.SetDigest(session);
        bool second = !_first.TryAdd(member, digest) && !_first[member].AsSpan().SequenceEqual(digest);

        // a checkpoint of later leaves than its own would count for whoever looks later, and not before
        long size = signed.Checkpoint.Size;
        bool counts = !second && size > settled && size <= entry.Position && isOfLog(signed.Checkpoint);
        return new SetSignature(member, digest, signed.Contributors, second, counts);
    }
}
