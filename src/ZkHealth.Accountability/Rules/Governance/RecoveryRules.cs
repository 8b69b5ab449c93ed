namespace ZkHealth.Accountability;

/// <summary>
/// Recovery of a class whose members are all silent: three quarters of all others and two auditors name its successor, in force
/// after 30 days unless a member of the class objects.
/// </summary>
internal static class RecoveryRules
{
    /// <summary>Determines whether no member of a class has signed anything for the charter's time.</summary>
    public static bool IsSilent(Change c, string role)
    {
        List<Row> members = [.. MemberRules.Of(c, role)];
        return members.Count > 0
            && members.All(m =>
                c.Time - (c.Find(Records.Seen, m.Code("subject"))?.Whole("time") ?? m.Whole("admitted"))
                >= c.Param(Parameter.ClassSilence)
            );
    }

    /// <summary>The rosters: all others but the successor, and two auditors; where the auditors are silent, two
    /// authorities.</summary>
    public static List<Row> Rosters(Change c, string role, HashSet<string> excluded)
    {
        string second = role == "auditor" ? "authority" : "auditor";
        string[] others =
        [
            .. c.Members.Where(s =>
                !excluded.Contains(s)
                && c.Find(Records.Member, s) is Row m
                && !m.Codes("roles").Contains(role)
                && m.Codes("roles").Any(r => RosterRules.HasBeen(c, m, r, c.Param(Parameter.RosterAge)))
                && !RosterRules.IsOutByVerdict(c, m)
            ),
        ];
        string[] seconds = [.. RosterRules.Voters(c, second).Where(others.Contains)];
        return
        [
            RosterRules.Roster("others", GovernanceRules.Threshold(3, 4, others.Length), others),
            RosterRules.Roster(second, 2, seconds.Length < 2 ? [] : seconds),
        ];
    }

    /// <summary>The successor stands in the place of the class: those who were silent are no longer of it.</summary>
    public static void TakeEffect(Change c, Row terms)
    {
        string role = terms.Codes("code")[0];
        foreach (Row m in MemberRules.Of(c, role).ToList())
        {
            c.Put(m.Code("subject"), m.With("roles", m.Codes("roles").Where(r => r != role)));
        }

        MemberRules.Admit(c, terms, founder: true);
    }

    /// <summary>`objected`, by a member of the class.</summary>
    public static void Object(Change c, Row body)
    {
        byte[] id = body.Bytes("proposal");
        Row? proposal = c.Find(Records.Proposal, id);
        Row? terms = proposal?.Inner("terms");
        c.Require(
            terms is not null
                && terms.Code("what") == "recover"
                && proposal!.Code("status") is GovernanceRules.Open or GovernanceRules.Approved,
            "UNKNOWN_PROPOSAL"
        );
        c.Require(terms is null || MemberRules.Has(c, c.Signer, terms.Optional<string>("code") ?? ""), "ROLE");
        if (!c.IsRefused)
        {
            GovernanceRules.Close(c, id, "objected");
        }
    }
}
