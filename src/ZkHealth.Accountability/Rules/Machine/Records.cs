using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>The kinds of records of the state map, the one definition of their fields: members, keys, and what the machine
/// keeps.</summary>
internal static partial class Records
{
    /// <summary>The most breaches that a member's record keeps: those that count for longest; credit is zero with far
    /// fewer.</summary>
    public const int MaxBreaches = 1_000;

    private static IReadOnlyList<Shape>? _all;
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
    public static readonly Shape Counter = new("counter", new Field("count", Whole));
    public static readonly Shape Seen = new("seen", new Field("time", Whole));
    public static readonly Shape Witness = new("witness", new Field("since", Whole));
    public static readonly Shape LogKeys = new("logkeys", new Field("keys", SetOf(FieldType.Key, 64)));
    public static readonly Shape Signed = new("signed", new("documents", SetOf(Digest, 8)), new("time", Whole));

    public static readonly Shape Table = new(
        "table",
        new("digest", SetOf(Digest, 1)),
        new("expected", SetOf(Digest, 1)),
        new("rows", SetOf(Bytes(1, 64), 20_000))
    );

    public static readonly Shape TableRow = new("tableRow", [.. Bodies.TableRow.Fields]);

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<Shape> All =>
        _all ??= [
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
            Suspension,
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
            Silence,
            Silent,
            Discharge,
            Claim,
            Table,
            TableRow,
        ];
}
