using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>The bodies of entries, the one definition of their fields: charter, members, conduct and governance.</summary>
internal static partial class Bodies
{
    public static readonly Shape Needed = new("needed", new("class", Code), new("numerator", Whole), new("denominator", Whole));

    public static readonly Shape CharterKey = new(
        "charterKey",
        new("key", FieldType.Key),
        new("scopes", Codes),
        new("until", Whole)
    );

    public static readonly Shape FirstMember = new(
        "firstMember",
        new("subject", Code),
        new("roles", Codes),
        new("kind", Code),
        new("factor", Whole),
        new("remote", SetOf(Whole, 1)),
        new("keys", ListOf(RowOf(CharterKey), 32))
    );

    public static readonly Shape NamedNumber = new("namedNumber", new("name", Code), new("value", Whole));

    public static readonly Shape NamedThreshold = new(
        "namedThreshold",
        new("proposal", Code),
        new("classes", ListOf(RowOf(Needed), 8))
    );

    public static readonly Shape NamedDigest = new("namedDigest", new("name", Code), new("digest", Digest));

    public static readonly Shape Charter = new(
        "charter",
        new("name", Code),
        new("members", ListOf(RowOf(FirstMember), 1000)),
        new("params", SetOf(RowOf(NamedNumber), 100)),
        new("thresholds", ListOf(RowOf(NamedThreshold), 20)),
        new("tables", ListOf(RowOf(NamedDigest), 20))
    );

    public static readonly Shape ForeignFact = new(
        "foreignFact",
        new("origin", Code),
        new("leaf", Bytes(40, 2048)),
        new("index", Whole),
        new("path", ListOf(Digest, 63)),
        new("checkpoint", Bytes(1, 2560)),
        new("kind", Code),
        new("id", Bytes(1, 128)),
        new("value", SetOf(Bytes(1, 1024), 1)),
        new("proof", Bytes(1, 2048))
    );

    public static readonly Shape TableRow = new(
        "tableRow",
        new("code", Code),
        new("to", Codes),
        new("rules", Codes),
        new("number", Whole),
        new("digest", SetOf(Digest, 1))
    );

    public static readonly Shape TableAdopted = new(
        "tableAdopted",
        new("name", Code),
        new("rows", ListOf(RowOf(TableRow), 20_000))
    );

    public static readonly Shape Submission = new(
        "submission",
        new("witness", FieldType.Key),
        new("time", Whole),
        new("signature", Bytes(64, 64))
    );

    public static readonly Shape SubmissionShown = new(
        "submissionShown",
        new("entry", Digest),
        new("receipts", ListOf(RowOf(Submission), 32))
    );

    public static readonly Shape AuditSigned = new(
        "auditSigned",
        new("manifest", Digest),
        new("report", Digest),
        new("passed", Flag)
    );

    public static readonly Shape KeyAdded = new("keyAdded", new("key", FieldType.Key), new("scopes", Codes), new("until", Whole));
    public static readonly Shape ReportMade = new("reportMade", new("accused", Code), new("rule", Code), new("about", Digest));
    public static readonly Shape AppealMade = new("appealMade", new Field("breach", Digest));

    public static readonly Shape SanctionOrdered = new(
        "sanctionOrdered",
        new("subject", Code),
        new("rule", Code),
        new("amount", Whole),
        new("rectifyBy", Whole)
    );

    public static readonly Shape ConventionSigned = new("conventionSigned", new Field("documents", SetOf(Digest, 8)));
    public static readonly Shape SanctionRectified = new("sanctionRectified", new Field("sanction", Digest));

    public static readonly Shape ProposalTerms = new(
        "proposalTerms",
        new("what", Code),
        new("subject", SetOf(Code, 1)),
        new("code", SetOf(Code, 1)),
        new("kind", SetOf(Code, 1)),
        new("number", Whole),
        new("about", SetOf(Digest, 1)),
        new("key", SetOf(FieldType.Key, 1)),
        new("scopes", Codes),
        new("until", Whole),
        new("notBefore", Whole),
        new("remote", SetOf(Whole, 1))
    );

    public static readonly Shape ProposalMade = new("proposalMade", new Field("terms", RowOf(ProposalTerms)));
    public static readonly Shape ProposalApproved = new("proposalApproved", new Field("proposal", Digest));
    public static readonly Shape KeyCompromised = new("keyCompromised", new("key", FieldType.Key), new("from", Whole));
}
