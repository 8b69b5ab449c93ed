namespace ZkHealth.Accountability;

/// <summary>Keys of members: added, renewed, and revoked with the time from which they were in other hands.</summary>
internal static class KeyRules
{
    /// <summary>The most keys of a member that are in force; those that have ended or were revoked leave their place.</summary>
    public const int MaxKeys = 32;

    /// <summary>`key added`: the new key signs along; within 30 days after its end an old key may still renew itself.</summary>
    public static void Add(Change c, Row body)
    {
        byte[] key = body.Bytes("key");
        Row member = c.Find(Records.Member, c.Signer!)!;
        long until = body.Whole("until");
        c.Require(InForce(c, member).Count < MaxKeys, "KEYS");
        c.Require(c.Find(Records.Key, key) is null && c.Find(Records.Consent, key) is null, "KEY_TWICE");
        c.Require(body.Codes("scopes").Count > 0 && body.Codes("scopes").All(MemberRules.Scopes.Contains), "SCOPES");
        c.Require(c.Time < until && until <= member.Whole("notAfter"), "TERM");
        c.Require(c.Along(k => k.AsSpan().SequenceEqual(key)).Count > 0, "COUNTERSIGNATURE");
        if (!c.IsRefused)
        {
            Put(c, c.Signer!, key, body.Codes("scopes"), until);
        }
    }

    /// <summary>Writes a key of a member.</summary>
    public static void Put(Change c, string subject, byte[] key, IEnumerable<string> scopes, long until)
    {
        c.Put(key, Records.Key.Row(subject, scopes, c.Time, until, false, Array.Empty<object>()));
        Row member = c.Find(Records.Member, subject)!;
        c.Put(subject, member.With("keys", InForce(c, member).Append(key).TakeLast(MaxKeys)));
    }

    private static List<byte[]> InForce(Change c, Row member) =>
        [
            .. member
                .List<byte[]>("keys")
                .Where(k => c.Find(Records.Key, k) is Row key && !key.Flag("revoked") && c.Time < key.Whole("until")),
        ];

    /// <summary>A node of the log has a key of its own, beside that of its owner; all have the origin as their name.</summary>
    public static void AddLogKey(Change c, byte[] key)
    {
        if (OfLog(c).Count < MaxKeys && !IsLogKey(c, key))
        {
            c.Put("current", Records.LogKeys.Row(OfLog(c).Append(key)));
        }
    }

    /// <summary>Determines whether a key is that of a node; the owner's own is none of them.</summary>
    public static bool IsLogKey(Change c, byte[] key) => OfLog(c).Any(k => k.AsSpan().SequenceEqual(key));

    /// <summary>A node's key counts no more.</summary>
    public static bool TakeOutLogKey(Change c, byte[] key)
    {
        if (!IsLogKey(c, key))
        {
            return false;
        }

        c.Put("current", Records.LogKeys.Row(OfLog(c).Where(k => !k.AsSpan().SequenceEqual(key))));
        return true;
    }

    private static IReadOnlyList<byte[]> OfLog(Change c) => c.Find(Records.LogKeys, "current")?.List<byte[]>("keys") ?? [];

    /// <summary>`compromised`: from this leaf on the key signs nothing. What it signed stays, and so does its holder's
    /// liability; votes since the stated time are taken back.</summary>
    public static void Compromise(Change c, Row body)
    {
        byte[] id = body.Bytes("key");
        Row? key = c.Find(Records.Key, id);
        c.Require(key is not null && key.Code("subject") == c.Signer && !key.Flag("revoked"), "UNKNOWN_KEY");

        // further back only governance says it
        long back = c.Param(Parameter.CompromiseBack);
        c.Require(body.Whole("from") <= c.Time && LatenessRules.EffectiveTime(c) - body.Whole("from") <= back, "TOO_EARLY");
        if (!c.IsRefused)
        {
            Revoke(c, id, body.Whole("from"));
        }
    }

    /// <summary>Revokes a key, and disputes what it decided since a time.</summary>
    public static void Revoke(Change c, byte[] id, long from)
    {
        Row key = c.Find(Records.Key, id)!;
        c.Put(id, key.With("revoked", true).With("disputedFrom", new object[] { from }));
        foreach (Row vote in c.Find(Records.Votes, id)?.List<Row>("votes") ?? [])
        {
            if (vote.Whole("time") >= from)
            {
                GovernanceRules.Dispute(c, vote.Bytes("proposal"), key.Code("subject"));
            }
        }
    }

    /// <summary>Notes what a key approves, so that it can be taken back: votes on what is decided make place, and while so many
    /// others are not, it has no further one, or whoever has stolen it would push out what it did.</summary>
    /// <returns>False where there is no place.</returns>
    public static bool NoteVote(Change c, byte[] proposal)
    {
        byte[] key = c.Act!.Signer;
        IReadOnlyList<Row> votes = c.Find(Records.Votes, key)?.List<Row>("votes") ?? [];
        List<Row> kept = [.. votes.Count < Records.MaxVotes ? votes : votes.Where(v => GovernanceRules.IsPending(c, v))];
        if (kept.Count == Records.MaxVotes)
        {
            return false;
        }

        c.Put(key, Records.Votes.Row(kept.Append(Records.Vote.Row(proposal, c.Time))));
        return true;
    }
}
