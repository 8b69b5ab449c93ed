namespace ZkHealth.Accountability;

/// <summary>Kinds of proposals: the terms that each kind needs, and what it does when it takes effect.</summary>
internal static class ProposalTermsRules
{
    /// <summary>The kinds that take effect in the leaf that completes them.</summary>
    public static readonly IReadOnlyList<string> AtOnce = ["verdict", "dismiss", "annul"];

    /// <summary>Every kind.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        .. AtOnce,
        "compromise",
        "admit",
        "suspend",
        "param",
        "ruleset",
        "standard",
        "recognise",
        "recover",
        "renew",
        "table",
        "witness",
        "node",
        "compensation",
    ];

    /// <summary>The number of a proposal that takes a witness or the key of a node out again.</summary>
    private const long TakenOut = 1;

    private const string Admission = "subject code kind number about key scopes until remote";

    /// <summary>The terms that a kind uses, beside what and notBefore; a subject would be left out of the rosters.</summary>
    private static readonly Dictionary<string, string> Used = new(StringComparer.Ordinal)
    {
        ["verdict"] = "number about",
        ["dismiss"] = "number about",
        ["annul"] = "about",
        ["compromise"] = "number key",
        ["admit"] = Admission,
        ["suspend"] = "subject about",
        ["param"] = "code number",
        ["ruleset"] = "number about",
        ["standard"] = "code",
        ["recognise"] = "code kind number about key",
        ["recover"] = Admission,
        ["renew"] = "subject about until",
        ["table"] = "code about",
        ["witness"] = "number key",
        ["node"] = "number key",
        ["compensation"] = "number about key",
    };

    /// <summary>Determines whether the terms are those that the kind needs, and no others.</summary>
    public static bool AreRight(Change c, string what, Row terms) =>
        Used.TryGetValue(what, out string? used) && HasNoOther(used, terms) && AreWhole(c, what, terms);

    /// <summary>Determines whether the key to recognise is a witness's of the other log.</summary>
    private static bool IsOfWitness(Row terms) => terms.Optional<string>("kind") == RecognitionRules.Witness;

    private static bool HasNoOther(string used, Row terms)
    {
        string[] names = ["what", "notBefore", .. used.Split(' ')];
        return terms.Shape.Fields.All(f =>
            names.Contains(f.Name) || terms[terms.Shape.IndexOf(f.Name)] is 0L or IReadOnlyList<object> { Count: 0 }
        );
    }

    private static bool AreWhole(Change c, string what, Row terms)
    {
        string? subject = terms.Optional<string>("subject"),
            code = terms.Optional<string>("code");
        byte[]? about = terms.Optional<byte[]>("about"),
            key = terms.Optional<byte[]>("key");
        long number = terms.Whole("number");
        return what switch
        {
            "verdict" => IsOpenReport(c, about) && Enum.IsDefined((Severity)number),
            "dismiss" => IsOpenReport(c, about) && number <= 1,
            "annul" => about is not null && c.Find(Records.Breach, about) is Row b && b.Code("status") == BreachRules.Provisional,
            "admit" => IsMember(c, terms),
            "recover" => IsMember(c, terms) && RecoveryRules.IsSilent(c, code!),
            "suspend" => subject is not null
                && c.Find(Records.Member, subject) is not null
                && (about is null || StopRules.IsVerdictOn(c, subject, about)),
            "renew" => subject is not null && c.Find(Records.Member, subject) is not null && IsTerm(c, terms.Whole("until")),
            "compromise" => key is not null && c.Find(Records.Key, key) is not null && number <= c.Time,
            "param" => code is not null && Parameter.Allows(code, number),
            "ruleset" => about is not null && number > (c.Find(Records.RuleSet, "current")?.Whole("number") ?? 0),
            "witness" => key is not null && (number == 0 || (number == TakenOut && LatenessRules.MayTakeOut(c, key))),
            "node" => key is not null && (number == 0 || (number == TakenOut && KeyRules.IsLogKey(c, key))),
            "recognise" => code is not null
                && key is not null
                && terms.Optional<string>("kind") is null or RecognitionRules.Witness
                && (about is null ? RecognitionRules.Knows(c, code, number, key, IsOfWitness(terms)) : number > 0),
            "compensation" => about is not null && number > 0 && key is not null && IsPayable(c, key),
            "table" => code is not null && about is not null && TableRules.Names.Contains(code),
            _ => code is not null,
        };
    }

    /// <summary>Does what was approved; false where it no longer fits what took effect before it: the class may not change so
    /// fast, the member, its key or a later rule set are there already.</summary>
    public static bool TakeEffect(Change c, Row proposal)
    {
        Row terms = proposal.Inner("terms");
        string? subject = terms.Optional<string>("subject"),
            code = terms.Optional<string>("code");
        byte[]? about = terms.Optional<byte[]>("about"),
            key = terms.Optional<byte[]>("key");
        long number = terms.Whole("number");
        switch (terms.Code("what"))
        {
            case "verdict":
                Verdicts.Uphold(c, about!, (Severity)number, Judges(proposal));
                break;
            case "dismiss":
                Verdicts.Dismiss(c, about!, abusive: number == 1, Judges(proposal));
                break;
            case "annul":
                Verdicts.Annul(c, about!);
                break;
            case "admit":
                return Admit(c, terms, code!);
            case "recover":
                return Recover(c, terms, code!);
            case "suspend":
                return StopRules.Suspend(c, subject!, terms.List<byte[]>("about"));
            case "renew":
                return StopRules.Renew(c, subject!, terms.Whole("until"));
            case "compromise":
                return StopRules.Revoke(c, key!, number);
            case "param":
                c.Put(code!, Records.Param.Row(number));
                if (code == Parameter.LongestTerm.Name)
                {
                    AgreementRules.CutRunning(c);
                }

                break;
            case "ruleset":
                return Adopt(c, number, about!);
            case "recognise" when about is null:
                return RecognitionRules.Forget(c, code!, number, key!, IsOfWitness(terms));
            case "recognise":
                RecognitionRules.Know(c, code!, number, about, key!, IsOfWitness(terms));
                break;
            case "node" when number == TakenOut:
                return KeyRules.TakeOutLogKey(c, key!);
            case "node":
                KeyRules.AddLogKey(c, key!);
                break;
            case "witness" when number == TakenOut:
                return LatenessRules.TakeOut(c, key!);
            case "witness":
                LatenessRules.Add(c, key!);
                break;
            case "compensation":
                return Compensate(c, key!, number);
            case "table":
                TableRules.Expect(c, code!, about!);
                break;
        }

        return true;
    }

    private static string[] Judges(Row proposal) =>
        [.. proposal.List<Row>("rosters").SelectMany(r => r.Codes("approved")).Distinct()];

    private static bool IsOpenReport(Change c, byte[]? about) =>
        about is not null && c.Find(Records.Report, about) is Row r && r.Flag("open");

    private static bool IsMember(Change c, Row terms) =>
        terms.Optional<string>("subject") is string subject
        && MemberRules.IsAlone(c, subject)
        && terms.Optional<string>("code") is string role
        && CharterRules.Roles.Contains(role)
        && MemberRules.AreFactors(terms.Whole("number"), terms.List<long>("remote"))
        && terms.Codes("kind").Count == 1
        && terms.Optional<byte[]>("key") is byte[] key
        && IsFree(c, key)
        && terms.Codes("scopes").Count > 0
        && terms.Codes("scopes").All(MemberRules.Scopes.Contains)
        && IsTerm(c, terms.Whole("until"));

    /// <summary>Determines whether a consent's key can be paid: a patient is paid as a claimed share is.</summary>
    private static bool IsPayable(Change c, byte[] handle) =>
        c.Find(Records.Consent, handle) is not null && c.Find(Records.Replaced, handle) is null;

    /// <summary>Pays a patient out of the patients' fund: what members forfeit, what floors leave over and what nobody claims
    /// goes there, and governance says who of those harmed has what of it.</summary>
    private static bool Compensate(Change c, byte[] handle, long amount)
    {
        if (!IsPayable(c, handle) || amount > (c.Find(Records.Fund, Funds.Patients)?.Whole("amount") ?? 0))
        {
            return false;
        }

        Funds.Add(c, Funds.Patients, -amount);
        Funds.Earn(c, handle, amount);
        return true;
    }

    private static bool IsTerm(Change c, long until) => until > c.Time && until - c.Time <= MemberRules.LongestKey;

    private static bool Admit(Change c, Row terms, string role)
    {
        if (!RosterRules.MayMove(c, "admit", role) || !Fits(c, terms, role))
        {
            return false;
        }

        Row? before = c.Find(Records.Member, terms.Codes("subject")[0]);
        if (before is not null && terms.Whole("until") < before.Whole("notAfter") && !StopRules.MoveOut(c, before))
        {
            return false;
        }

        RosterRules.Move(c, "admit", role);
        MemberRules.Admit(c, terms, founder: false);
        return true;
    }

    private static bool Recover(Change c, Row terms, string role)
    {
        if (!Fits(c, terms, role))
        {
            return false;
        }

        RecoveryRules.TakeEffect(c, terms);
        return true;
    }

    /// <summary>Determines whether a member still fits that was approved some time before.</summary>
    private static bool Fits(Change c, Row terms, string role)
    {
        string subject = terms.Codes("subject")[0];
        IReadOnlyList<string> held = c.Find(Records.Member, subject)?.Codes("roles") ?? [];
        return MemberRules.IsAlone(c, subject)
            && MemberRules.HasOnePost([.. held.Append(role).Distinct()])
            && IsFree(c, terms.List<byte[]>("key")[0]);
    }

    /// <summary>Determines whether a key is nobody's: a patient whose key became a member's could revoke nothing any
    /// more.</summary>
    private static bool IsFree(Change c, byte[] key) => c.Find(Records.Key, key) is null && c.Find(Records.Consent, key) is null;

    private static bool Adopt(Change c, long number, byte[] manifest)
    {
        if (number <= (c.Find(Records.RuleSet, "current")?.Whole("number") ?? 0))
        {
            return false;
        }

        c.Put("current", Records.RuleSet.Row(number, manifest));
        return true;
    }
}
