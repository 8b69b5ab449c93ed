namespace ZkHealth.Accountability;

/// <summary>Members that governance stops: by suspension, by an earlier end of a certificate, by revoking a key. All count
/// under one cap.</summary>
internal static class StopRules
{
    /// <summary>Determines whether a breach of a member was decided by judges, and stands.</summary>
    public static bool IsVerdictOn(Change c, string subject, byte[] about) =>
        c.Find(Records.Breach, about) is Row breach
        && breach.Code("subject") == subject
        && breach.Codes("judges").Count > 0
        && !BreachRules.IsVoid(breach);

    /// <summary>Suspends a member, for a breach by a verdict where there is one.</summary>
    public static bool Suspend(Change c, string subject, IReadOnlyList<byte[]> verdict)
    {
        Row member = c.Find(Records.Member, subject)!;
        bool isSuspended = member.Flag("suspended");
        if (!isSuspended && !MoveOut(c, member))
        {
            return false;
        }

        c.Put(subject, member.With("suspended", true));
        if (!isSuspended || verdict.Count > 0)
        {
            c.Put(subject, Records.Suspension.Row(verdict));
        }

        return true;
    }

    /// <summary>Sets another end of a member's certificate; an earlier one stops it as a suspension does.</summary>
    public static bool Renew(Change c, string subject, long until)
    {
        Row member = c.Find(Records.Member, subject)!;
        if (until < member.Whole("notAfter") && !MoveOut(c, member))
        {
            return false;
        }

        c.Put(subject, member.With("notAfter", until));
        return true;
    }

    /// <summary>Revokes a key, which may be the only one of its member, and so counts as a suspension does; one that is revoked
    /// already is disputed from another time.</summary>
    public static bool Revoke(Change c, byte[] id, long from)
    {
        Row key = c.Find(Records.Key, id)!;
        if (!key.Flag("revoked") && !MoveOut(c, c.Find(Records.Member, key.Code("subject"))!))
        {
            return false;
        }

        KeyRules.Revoke(c, id, from);
        return true;
    }

    /// <summary>Counts a member that is stopped in each of its classes; false where one of them may not change so fast.</summary>
    public static bool MoveOut(Change c, Row member)
    {
        if (!member.Codes("roles").All(r => RosterRules.MayMove(c, "suspend", r)))
        {
            return false;
        }

        foreach (string role in member.Codes("roles"))
        {
            RosterRules.Move(c, "suspend", role);
        }

        return true;
    }
}
