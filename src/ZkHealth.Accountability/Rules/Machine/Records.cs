using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>The kinds of records of the state map: the one definition of their fields.</summary>
internal static class Records
{
    /// <summary>The most agreements under which one consent is used.</summary>
    public const int MaxTaken = 4096;

    /// <summary>The most breaches that a member's record keeps: those that count for longest; credit is zero with far
    /// fewer.</summary>
    public const int MaxBreaches = 1_000;

    /// <summary>The most votes that a key keeps, to be taken back.</summary>
    public const int MaxVotes = 256;

    /// <summary>The most data sets that one recall has replaced.</summary>
    public const int MaxReplaced = 256;

    private static readonly FieldType Subjects = SetOf(Code, 1 << 17);

    public static readonly Shape Param = new("param", new Field("value", Whole));
    public static readonly Shape Threshold = new("threshold", new Field("classes", ListOf(RowOf(Bodies.Needed), 8)));
    public static readonly Shape RuleSet = new("ruleset", new("number", Whole), new("manifest", Digest));
    public static readonly Shape MemberBreach = new(
        "memberBreach",
        new("time", Whole),
        new("points", Whole),
        new("rule", Code),
        new("id", Digest)
    );

    public static readonly Shape Member = new(
        "member",
        new("subject", Code),
        new("roles", Codes),
        new("kind", Code),
        new("factor", Whole),
        new("remote", SetOf(Whole, 1)),
        new("admitted", Whole),
        new("notAfter", Whole),
        new("keys", ListOf(FieldType.Key, KeyRules.MaxKeys)),
        new("founder", Flag),
        new("suspended", Flag),
        new("breaches", ListOf(RowOf(MemberBreach), MaxBreaches))
    );

    public static readonly Shape Key = new(
        "key",
        new("subject", Code),
        new("scopes", Codes),
        new("from", Whole),
        new("until", Whole),
        new("revoked", Flag),
        new("disputedFrom", SetOf(Whole, 1))
    );

    /// <summary>The next number of a key; of a restricting entry, the time of its leaf.</summary>
    public static readonly Shape Sequence = new("seq", new Field("next", Whole));
    public static readonly Shape Due = new("due", new("time", Whole), new("rank", Whole), new("id", Bytes(2, 128)));

    public static readonly Shape Asset = new(
        "asset",
        new("provider", Code),
        new("standard", Code),
        new("class", Code),
        new("columns", Codes),
        new("collected", Whole),
        new("sources", SetOf(Digest, 16)),
        new("challenged", Flag),
        new("correctBy", SetOf(Whole, 1)),
        new("corrected", SetOf(Digest, 1)),
        new("consents", SetOf(FieldType.Key, 64)),
        new("rights", SetOf(RowOf(Bodies.Right), 16))
    );

    public static readonly Shape Contradiction = new(
        "contradiction",
        new("first", Digest),
        new("second", Digest),
        new("item", Code),
        new("due", Whole),
        new("by", SetOf(Code, 1)),
        new("spoken", Codes),
        new("settled", Flag)
    );

    public static readonly Shape Step = new(
        "step",
        new("agent", Code),
        new("input", Digest),
        new("standard", Code),
        new("mapping", SetOf(Digest, 1)),
        new("time", Whole)
    );

    public static readonly Shape Consent = new(
        "consent",
        new("provider", Code),
        new("recipient", Code),
        new("classes", Codes),
        new("purposes", Codes),
        new("columns", Codes),
        new("from", Whole),
        new("until", Whole),
        new("explanation", Digest),
        new("backed", Flag),
        new("permission", SetOf(Code, 1)),
        new("diseases", Codes),
        new("modifiers", Codes),
        new("projects", SetOf(Digest, 8)),
        new("institutions", Codes),
        new("persons", SetOf(Digest, 8)),
        new("regions", Codes),
        new("revoked", SetOf(Whole, 1)),
        new("taken", SetOf(Digest, MaxTaken))
    );

    public static readonly Shape Agreement = new(
        "agreement",
        new("providers", Codes),
        new("user", Code),
        new("terms", RowOf(Bodies.Terms)),
        new("until", Whole),
        new("ended", Flag),
        new("frozen", Flag),
        new("locked", Whole),
        new("reported", Whole),
        new("period", Whole),
        new("booked", Whole),
        new("paid", Whole),
        new("valued", Whole),
        new("unsettled", Whole),
        new("unpaid", Whole),
        new("told", Whole),
        new("operatorPart", Whole),
        new("patientsPart", Whole),
        new("handles", Whole),
        new("kept", ListOf(Whole, 16))
    );

    public static readonly Shape Request = new(
        "request",
        new("agreement", SetOf(Digest, 1)),
        new("recipient", Code),
        new("purpose", Code),
        new("class", Code),
        new("operation", Code),
        new("columns", Codes),
        new("handles", SetOf(FieldType.Key, 4096)),
        new("permitted", Flag),
        new("codes", Codes),
        new("until", Whole),
        new("prohibited", Flag),
        new("needsConsent", Flag)
    );

    /// <summary>Two words about a delivery of a provider, judged at the time of the first one; without handles it is of all that
    /// its request names, by the server's word, and without a digest of them by the taker's. Time is that of the first word, after
    /// the number of revocations before it. Rows of statistics are proven if an auditor signed one of the words along.</summary>
    public static readonly Shape Use = new(
        "use",
        new("request", Digest),
        new("root", Digest),
        new("provider", Code),
        new("server", SetOf(Code, 1)),
        new("taker", SetOf(Code, 1)),
        new("rows", Whole),
        new("permitted", Flag),
        new("dispute", Flag),
        new("time", Whole),
        new("after", Whole),
        new("handles", SetOf(FieldType.Key, 4096)),
        new("named", SetOf(Digest, 1)),
        new("proven", Flag)
    );

    public static readonly Shape Emergency = new(
        "emergency",
        new("provider", Code),
        new("person", Digest),
        new("reviewed", Flag),
        new("until", Whole),
        new("flagged", Flag),
        new("objected", Flag)
    );

    /// <summary>Something was taken under an agreement, or without one by a recipient.</summary>
    public static readonly Shape Taken = new("taken", new Field("recipient", Code));

    /// <summary>The duty to erase, restrict or replace what was taken under an agreement, or without one.</summary>
    public static readonly Shape Recall = new(
        "recall",
        new("under", Digest),
        new("user", Code),
        new("cause", Whole),
        new("due", Whole),
        new("done", Flag),
        new("late", Flag),
        new("replace", SetOf(Digest, MaxReplaced))
    );
    public static readonly Shape Account = new(
        "account",
        new("amount", Whole),
        new("paid", Whole),
        new("rail", SetOf(RowOf(Bodies.Payee), 1))
    );

    /// <summary>Money of the treasury or of a contract that is neither drawn nor a deposit.</summary>
    public static readonly Shape Rail = new("rail", new Field("free", Whole));

    /// <summary>The cumulative sum E that an account may draw from a contract, and what that is known to have paid.</summary>
    public static readonly Shape Entitlement = new(
        "entitlement",
        new("chain", Whole),
        new("contract", FieldType.Address),
        new("account", Bytes(1, 66)),
        new("address", FieldType.Address),
        new("amount", Whole),
        new("paid", Whole)
    );

    /// <summary>The deposit of an agreement: its rail, what was paid in, the cumulative cut C, and whether the rest goes
    /// back.</summary>
    public static readonly Shape Escrow = new(
        "escrow",
        new("rail", SetOf(RowOf(Bodies.Contract), 1)),
        new("paid", Whole),
        new("cut", Whole),
        new("released", Flag)
    );

    /// <summary>The last statement about a contract.</summary>
    public static readonly Shape Stated = new("stated", new("cumulative", Whole), new("block", Whole));

    /// <summary>A period of an agreement: the patients' part of what was paid, the value that was told for it, what is booked and
    /// paid, of what part of that the dust is given away, and by which weights it is split.</summary>
    public static readonly Shape Pool = new(
        "pool",
        new("amount", Whole),
        new("handles", Whole),
        new("weight", Whole),
        new("claimed", Whole),
        new("closed", Flag),
        new("lapsed", Flag),
        new("value", Whole),
        new("booked", Whole),
        new("paid", Whole),
        new("settled", Whole),
        new("weights", ListOf(Whole, 64)),
        new("operators", Codes)
    );

    /// <summary>The places of what a member owes fees for: from the oldest that is owed to the next that is free.</summary>
    public static readonly Shape Debts = new("debts", new("first", Whole), new("next", Whole));

    /// <summary>An agreement in its place among what a member owes fees for.</summary>
    public static readonly Shape Debt = new("debt", new Field("agreement", Digest));
    public static readonly Shape Fund = new("fund", new Field("amount", Whole));
    public static readonly Shape Weight = new("weight", new Field("value", Whole));
    public static readonly Shape Counter = new("counter", new Field("count", Whole));

    public static readonly Shape Report = new(
        "report",
        new("reporter", Code),
        new("accused", Code),
        new("rule", Code),
        new("about", Digest),
        new("open", Flag)
    );

    public static readonly Shape Breach = new(
        "breach",
        new("subject", Code),
        new("rule", Code),
        new("time", Whole),
        new("points", Whole),
        new("agreement", SetOf(Digest, 1)),
        new("held", Whole),
        new("fine", Whole),
        new("status", Code),
        new("due", Whole),
        new("judges", Subjects),
        new("person", SetOf(Digest, 1))
    );

    public static readonly Shape Roster = new(
        "roster",
        new("class", Code),
        new("needed", Whole),
        new("subjects", Subjects),
        new("approved", Subjects)
    );

    public static readonly Shape Proposal = new(
        "proposal",
        new("terms", RowOf(Bodies.ProposalTerms)),
        new("proposer", Code),
        new("made", Whole),
        new("expires", Whole),
        new("rosters", ListOf(RowOf(Roster), 8)),
        new("status", Code),
        new("effect", Whole)
    );

    public static readonly Shape Sanction = new(
        "sanction",
        new("authority", Code),
        new("subject", Code),
        new("rule", Code),
        new("amount", Whole),
        new("rectifyBy", Whole),
        new("rectified", Flag)
    );

    public static readonly Shape Result = new(
        "result",
        new("result", Digest),
        new("kind", Code),
        new("request", Digest),
        new("assets", SetOf(Digest, 64)),
        new("citation", Digest),
        new("time", Whole)
    );

    public static readonly Shape Foreign = new(
        "foreign",
        new("origin", Code),
        new("ruleSet", Whole),
        new("manifest", Digest),
        new("keys", SetOf(FieldType.Key, 16))
    );

    public static readonly Shape Fact = new(
        "fact",
        new("origin", Code),
        new("kind", Code),
        new("id", Bytes(1, 128)),
        new("value", Bytes(1, 1024)),
        new("time", Whole),
        new("until", Whole),
        new("by", Code),
        new("cancelled", Flag)
    );

    public static readonly Shape SignOff = new("signoff", new("passed", Subjects), new("failed", Subjects));
    public static readonly Shape Moves = new("moves", new Field("times", ListOf(Whole, 1024)));
    public static readonly Shape Seen = new("seen", new Field("time", Whole));
    public static readonly Shape Vote = new("vote", new("proposal", Digest), new("time", Whole));
    public static readonly Shape Votes = new("votes", new Field("votes", ListOf(RowOf(Vote), MaxVotes)));
    public static readonly Shape Guardian = new("guardian", new("key", FieldType.Key), new("until", Whole));
    public static readonly Shape Replaced = new("replaced", new("due", Whole), new("by", Digest));

    /// <summary>Words of one side about a request and server that have no answer: not due yet, how many of these are contradicted
    /// by words of the other side, and those that were due and contradict none.</summary>
    public static readonly Shape Waiting = new("waiting", new("open", Whole), new("excused", Whole), new("late", Whole));
    public static readonly Shape Fine = new("fine", new Field("amount", Whole), new Field("since", Whole));
    public static readonly Shape Witness = new("witness", new Field("since", Whole));
    public static readonly Shape LogKeys = new("logkeys", new Field("keys", SetOf(FieldType.Key, 64)));
    public static readonly Shape Signed = new("signed", new("documents", SetOf(Digest, 8)), new("time", Whole));
    public static readonly Shape Discharge = new("discharge", new("breach", Digest), new("due", Whole));
    public static readonly Shape Claim = new("claim", new("asset", Digest), new("provider", Code), new("time", Whole));
    public static readonly Shape Table = new(
        "table",
        new("digest", SetOf(Digest, 1)),
        new("expected", SetOf(Digest, 1)),
        new("rows", SetOf(Bytes(1, 64), 20_000))
    );
    public static readonly Shape TableRow = new("tableRow", [.. Bodies.TableRow.Fields]);

    /// <summary>Every kind.</summary>
    public static readonly IReadOnlyList<Shape> All =
    [
        Param,
        Threshold,
        RuleSet,
        Member,
        Key,
        Sequence,
        Due,
        Asset,
        Contradiction,
        Step,
        Consent,
        Agreement,
        Request,
        Use,
        Emergency,
        Taken,
        Recall,
        Account,
        Rail,
        Entitlement,
        Escrow,
        Stated,
        Pool,
        Debts,
        Debt,
        Fund,
        Weight,
        Counter,
        Report,
        Breach,
        Proposal,
        Sanction,
        Result,
        Foreign,
        Fact,
        SignOff,
        Moves,
        Seen,
        Votes,
        Guardian,
        Replaced,
        Waiting,
        Fine,
        Witness,
        LogKeys,
        Signed,
        Discharge,
        Claim,
        Table,
        TableRow,
    ];
}
