namespace ZkHealth.Accountability;

/// <summary>Names who decides: the rosters of classes at the leaf of a proposal, and how fast a class may change.</summary>
internal static class RosterRules
{
    private const long CapWindow = 90 * Durations.Day;
    private const int MaxMoves = 1024;

    /// <summary>The rosters of a proposal; null where a class is empty, since two thirds of nobody is not a majority. Into an
    /// empty class the other classes admit.</summary>
    public static IReadOnlyList<Row>? Of(Change c, string what, Row terms, Row? threshold)
    {
        HashSet<string> excluded = Excluded(c, what, terms);
        List<Row> rosters =
            what == "recover"
                ? RecoveryRules.Rosters(c, terms.Codes("code")[0], excluded)
                : [.. threshold!.List<Row>("classes").Select(n => Roster(c, n.Code("class"), n, excluded))];
        if (what == "admit" && !MemberRules.Of(c, terms.Codes("code")[0]).Any())
        {
            rosters = [.. rosters.Where(r => r.Code("class") != terms.Codes("code")[0])];
        }

        return rosters.Count > 0 && rosters.All(r => r.Codes("subjects").Count > 0) ? rosters : null;
    }

    /// <summary>A roster of subjects with so many approvals needed.</summary>
    public static Row Roster(string name, long needed, IEnumerable<string> subjects) =>
        Records.Roster.Row(name, needed, subjects, Array.Empty<string>());

    /// <summary>The members of a class that have a vote: of the charter, or admitted long enough before. Who is suspended counts
    /// too, or a bloc would suspend the others to decide without them; unless it is so by a verdict that is final.</summary>
    public static IEnumerable<string> Voters(Change c, string role) =>
        MemberRules
            .Of(c, role)
            .Where(m => HasBeen(c, m, role, c.Param(Parameter.RosterAge)))
            .Where(m => !IsOutByVerdict(c, m))
            .Select(m => m.Code("subject"));

    /// <summary>Determines whether a member has had a role for so long, or since the charter: a role that it took later counts
    /// from then on, however long it has been a member.</summary>
    public static bool HasBeen(Change c, Row member, string role, long time) =>
        c.Find(Records.Counter, SinceId(member.Code("subject"), role)) is Row since
            ? c.Time - since.Whole("count") >= time
            : member.Flag("founder") || c.Time - member.Whole("admitted") >= time;

    /// <summary>Notes from when on a member has a further role.</summary>
    public static void Note(Change c, string subject, string role, long since) =>
        c.Put(SinceId(subject, role), Records.Counter.Row(since));

    private static byte[] SinceId(string subject, string role) => Ids.Of("since", Ids.Text(subject), Ids.Text(role));

    /// <summary>Determines whether a member is suspended for a breach that judges decided, and that is final.</summary>
    public static bool IsOutByVerdict(Change c, Row member) =>
        member.Flag("suspended")
        && c.Find(Records.Suspension, member.Code("subject"))?.Optional<byte[]>("breach") is byte[] breach
        && c.Find(Records.Breach, breach)!.Code("status") == BreachRules.Final;

    /// <summary>Determines whether a class may change by one more member within 90 days: at most max(1, ⌊n ∕ 4⌋) are admitted
    /// and max(1, ⌊n ∕ 5⌋) suspended, n its roster 90 days before or the charter's.</summary>
    public static bool MayMove(Change c, string what, string role)
    {
        long n = MemberRules.Of(c, role).Count(m => HasBeen(c, m, role, CapWindow));
        return Moves(c, what, role).Count < Math.Max(1, n / (what == "admit" ? 4 : 5));
    }

    /// <summary>Notes that a class has changed by a member.</summary>
    public static void Move(Change c, string what, string role) =>
        c.Put(
            MovesId(what, role),
            Records.Moves.Row(Moves(c, what, role).Append(c.Time).TakeLast(MaxMoves).Cast<object>().ToList())
        );

    private static List<long> Moves(Change c, string what, string role) =>
        [.. (c.Find(Records.Moves, MovesId(what, role))?.List<long>("times") ?? []).Where(t => c.Time - t < CapWindow)];

    private static byte[] MovesId(string what, string role) => Ids.Of("moves", Ids.Text(what), Ids.Text(role));

    private static Row Roster(Change c, string name, Row needed, HashSet<string> excluded)
    {
        string[] subjects = [.. Voters(c, name).Where(s => !excluded.Contains(s))];
        return Roster(
            name,
            GovernanceRules.Threshold(needed.Whole("numerator"), needed.Whole("denominator"), subjects.Length),
            subjects
        );
    }

    /// <summary>Names who has no vote: the accused, the reporter, the parties, for an appeal those who decided before and the
    /// other side, and the holder of a key that is to be revoked.</summary>
    private static HashSet<string> Excluded(Change c, string what, Row terms)
    {
        var excluded = new HashSet<string>(terms.Codes("subject"), StringComparer.Ordinal);
        byte[]? about = terms.Optional<byte[]>("about");
        if (what is "verdict" or "dismiss")
        {
            Row report = c.Find(Records.Report, about!)!;
            excluded.UnionWith([report.Code("accused"), report.Code("reporter")]);
            excluded.UnionWith(Parties(c, report.Bytes("about")));
            if (c.Find(Records.Asset, report.Bytes("about")) is Row asset)
            {
                excluded.Add(asset.Code("provider"));
            }
        }
        else if (what == "annul")
        {
            Row breach = c.Find(Records.Breach, about!)!;
            excluded.Add(breach.Code("subject"));
            excluded.UnionWith(breach.Codes("judges"));
            excluded.UnionWith(breach.Codes("other"));
            excluded.UnionWith(breach.List<byte[]>("agreement").SelectMany(a => Parties(c, a)));
        }
        else if (what == "compromise")
        {
            excluded.Add(c.Find(Records.Key, terms.List<byte[]>("key")[0])!.Code("subject"));
        }

        return excluded;
    }

    private static IEnumerable<string> Parties(Change c, byte[] about) =>
        AgreementRules.About(c, about) is byte[] id && c.Find(Records.Agreement, id) is Row agreement
            ? agreement.Codes("providers").Append(agreement.Code("user"))
            : [];
}
