using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>Records of data: where they come from, who may use them and did, and what has to come back.</summary>
internal static partial class Records
{
    /// <summary>The most agreements under which one consent is used.</summary>
    public const int MaxTaken = 4096;

    /// <summary>The most data sets that one recall has replaced.</summary>
    public const int MaxReplaced = 256;

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

    public static readonly Shape Claim = new("claim", new("asset", Digest), new("provider", Code), new("time", Whole));

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

    public static readonly Shape Guardian = new(
        "guardian",
        new("key", FieldType.Key),
        new("until", Whole),
        new("byPatient", Flag)
    );

    public static readonly Shape Replaced = new("replaced", new("due", Whole), new("by", Digest));

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
        new("needsConsent", Flag),
        new("cohort", SetOf(Digest, 1)),
        new("revoked", Flag)
    );

    /// <summary>Two words about a delivery of a provider, judged at the time of the first one; without handles it is of all that
    /// its request names, by the server's word, and without a digest of them by the taker's. Time is that of the first word,
    /// closed what had been revoked at that very time. Rows of statistics are proven if an auditor signed one of the words
    /// along.</summary>
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
        new("closed", SetOf(FieldType.Key, 4096)),
        new("handles", SetOf(FieldType.Key, 4096)),
        new("named", SetOf(Digest, 1)),
        new("proven", Flag)
    );

    /// <summary>Words of one side about a request and server that have no answer: not due yet; due, and contradicted by a word of
    /// the other side; due, and answered by its silence, or words that ask for no answer.</summary>
    public static readonly Shape Waiting = new("waiting", new("open", Whole), new("excused", Whole), new("late", Whole));

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
        new("keys", SetOf(FieldType.Key, 16)),
        new("witnesses", SetOf(FieldType.Key, 16))
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
}
