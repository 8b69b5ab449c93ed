namespace ZkHealth.Accountability;

/// <summary>
/// Proposals and approvals by thresholds of classes. The roster is fixed at the proposal's leaf; verdicts take effect in the
/// leaf
/// that completes them, everything else after a delay, so that nobody is surprised.
/// </summary>
internal static class GovernanceRules
{
    private const string Open = "open",
        Approved = "approved",
        Effective = "effective",
        Expired = "expired";

    private static readonly string[] AtOnce = ["verdict", "dismiss", "annul"];
    private static readonly string[] Known = [.. AtOnce, "admit", "suspend", "param", "ruleset", "standard"];

    /// <summary>`proposed`; the id of the proposal is that of the act. It is no approval.</summary>
    public static void Propose(Change c, Row body)
    {
        Row terms = body.Inner("terms");
        string what = terms.Code("what");
        Row? threshold = c.Find(Records.Threshold, what);
        c.Require(Known.Contains(what) && threshold is not null, "UNKNOWN_PROPOSAL");
        CheckTerms(c, what, terms);
        if (c.IsRefused)
        {
            return;
        }

        IReadOnlyCollection<string> excluded = Excluded(c, what, terms);
        var rosters = threshold!.List<Row>("classes").Select(n => Roster(c, n, excluded)).ToList();

        // an empty class cannot pass: two thirds of nobody is not a majority
        if (c.Require(rosters.All(r => r.Codes("subjects").Count > 0), "EMPTY_CLASS"))
        {
            byte[] id = c.Act!.Id;
            c.Put(id, Records.Proposal.Row(terms, c.Time, rosters, Open));
            c.Schedule(c.Time + c.Param(Parameter.ProposalLife), Effect.ProposalExpires, id);
        }
    }

    /// <summary>`approved`, by a member of a roster.</summary>
    public static void Approve(Change c, Row body)
    {
        byte[] id = body.Bytes("proposal");
        Row? proposal = c.Find(Records.Proposal, id);
        c.Require(proposal is not null && proposal.Code("status") == Open, "UNKNOWN_PROPOSAL");
        if (c.IsRefused)
        {
            return;
        }

        IReadOnlyList<Row> rosters = proposal!.List<Row>("rosters");
        c.Require(rosters.Any(r => r.Codes("subjects").Contains(c.Signer)), "NO_VOTE");
        c.Require(!rosters.Any(r => r.Codes("approved").Contains(c.Signer)), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        Row[] counted =
        [
            .. rosters.Select(r =>
                r.Codes("subjects").Contains(c.Signer) ? r.With("approved", r.Codes("approved").Append(c.Signer!)) : r
            ),
        ];
        bool complete = counted.All(r => r.Codes("approved").Count >= r.Whole("needed"));
        c.Put(id, proposal.With("rosters", counted).With("status", complete ? Approved : Open));
        if (!complete)
        {
            return;
        }

        c.Cancel(proposal.Whole("made") + c.Param(Parameter.ProposalLife), Effect.ProposalExpires, id);
        Row terms = proposal.Inner("terms");
        string what = terms.Code("what");
        if (AtOnce.Contains(what))
        {
            TakeEffect(c, id);
            return;
        }

        long delay = c.Param(what == "ruleset" ? Parameter.RuleSetDelay : Parameter.Delay);
        c.Schedule(Math.Max(terms.Whole("notBefore"), c.Time + delay), Effect.ProposalEffective, id);
    }

    /// <summary>The threshold was not reached in time.</summary>
    public static void Expire(Change c, byte[] id) => c.Put(id, c.Find(Records.Proposal, id)!.With("status", Expired));

    /// <summary>Describes what was approved takes effect.</summary>
    public static void TakeEffect(Change c, byte[] id)
    {
        Row proposal = c.Find(Records.Proposal, id)!,
            terms = proposal.Inner("terms");
        c.Put(id, proposal.With("status", Effective));
        string? subject = terms.Optional<string>("subject"),
            code = terms.Optional<string>("code");
        byte[]? about = terms.Optional<byte[]>("about");
        switch (terms.Code("what"))
        {
            case "verdict":
                Verdicts.Uphold(
                    c,
                    about!,
                    (Severity)terms.Whole("number"),
                    [.. proposal.List<Row>("rosters").SelectMany(r => r.Codes("approved")).Distinct()]
                );
                break;
            case "dismiss":
                Verdicts.Dismiss(c, about!, abusive: terms.Whole("number") == 1);
                break;
            case "annul":
                Verdicts.Annul(c, about!);
                break;
            case "admit":
                MemberRules.Admit(c, subject!, [code!], terms.Codes("kind")[0], terms.Whole("number"), founder: false);
                MemberRules.AddKey(c, subject!, terms.List<byte[]>("key")[0], terms.Codes("scopes"), terms.Whole("until"));
                break;
            case "suspend":
                c.Put(subject!, c.Find(Records.Member, subject!)!.With("suspended", true));
                break;
            case "param":
                c.Put(code!, Records.Param.Row(terms.Whole("number")));
                break;
            case "ruleset":
                c.Put("current", Records.RuleSet.Row(terms.Whole("number"), about!));
                break;
        }
    }

    private static void CheckTerms(Change c, string what, Row terms)
    {
        bool subject = terms.Codes("subject").Count == 1,
            code = terms.Codes("code").Count == 1;
        byte[]? about = terms.Optional<byte[]>("about");
        c.Require(
            what switch
            {
                "verdict" => about is not null
                    && c.Find(Records.Report, about) is Row r
                    && r.Flag("open")
                    && Enum.IsDefined((Severity)terms.Whole("number")),
                "dismiss" => about is not null
                    && c.Find(Records.Report, about) is Row r
                    && r.Flag("open")
                    && terms.Whole("number") <= 1,
                "annul" => about is not null
                    && c.Find(Records.Breach, about) is Row b
                    && b.Code("status") == BreachRules.Provisional,
                "admit" => subject
                    && code
                    && terms.Whole("number") <= MemberRules.MaxFactor
                    && terms.Codes("kind").Count == 1
                    && terms.List<byte[]>("key") is [byte[] key]
                    && c.Find(Records.Key, key) is null
                    && CharterRules.Roles.Contains(terms.Codes("code")[0])
                    && terms.Codes("scopes").Count > 0
                    && terms.Codes("scopes").All(MemberRules.Scopes.Contains)
                    && terms.Whole("until") > c.Time
                    && terms.Whole("until") - c.Time <= MemberRules.LongestKey,
                "suspend" => subject && c.Find(Records.Member, terms.Codes("subject")[0]) is not null,
                "param" => code
                    && Parameter.All.Any(p => p.Name == terms.Codes("code")[0])
                    && (
                        !terms.Codes("code")[0].StartsWith("fee.", StringComparison.Ordinal)
                        || terms.Whole("number") <= Fees.Million / 2
                    ),
                "ruleset" => about is not null
                    && terms.Whole("number") > (c.Find(Records.RuleSet, "current")?.Whole("number") ?? 0),
                _ => code,
            },
            "TERMS"
        );
    }

    /// <summary>Names who has no vote: the accused, the reporter, the parties, and for an appeal those who decided
    /// before.</summary>
    private static HashSet<string> Excluded(Change c, string what, Row terms)
    {
        var excluded = new HashSet<string>(terms.Codes("subject"), StringComparer.Ordinal);
        byte[]? about = terms.Optional<byte[]>("about");
        if (what is "verdict" or "dismiss")
        {
            Row report = c.Find(Records.Report, about!)!;
            excluded.UnionWith([report.Code("accused"), report.Code("reporter")]);
        }
        else if (what == "annul")
        {
            Row breach = c.Find(Records.Breach, about!)!;
            excluded.Add(breach.Code("subject"));
            excluded.UnionWith(breach.Codes("judges"));
        }

        return excluded;
    }

    private static Row Roster(Change c, Row needed, IReadOnlyCollection<string> excluded)
    {
        long age = c.Param(Parameter.RosterAge);
        string[] subjects =
        [
            .. MemberRules
                .Of(c, needed.Code("class"))
                .Where(m => (m.Flag("founder") || c.Time - m.Whole("admitted") >= age) && !excluded.Contains(m.Code("subject")))
                .Select(m => m.Code("subject")),
        ];
        return Records.Roster.Row(
            needed.Code("class"),
            Threshold(needed.Whole("numerator"), needed.Whole("denominator"), subjects.Length),
            subjects,
            Array.Empty<string>()
        );
    }

    /// <summary>max(1, ⌈numerator × n ∕ denominator⌉).</summary>
    public static long Threshold(long numerator, long denominator, int n) =>
        Math.Max(1, ((numerator * n) + denominator - 1) / denominator);
}
