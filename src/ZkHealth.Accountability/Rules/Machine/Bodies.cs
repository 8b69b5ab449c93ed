using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>The bodies of entries: the one definition of their fields.</summary>
internal static class Bodies
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

    public static readonly Shape Right = new("right", new("holder", Code), new("right", Code), new("step", SetOf(Digest, 1)));

    public static readonly Shape AssetRegistered = new(
        "assetRegistered",
        new("fingerprint", Digest),
        new("standard", Code),
        new("class", Code),
        new("columns", Codes),
        new("collected", Whole),
        new("sources", SetOf(Digest, 16)),
        new("consents", SetOf(FieldType.Key, 64)),
        new("ground", SetOf(Code, 1)),
        new("rights", SetOf(RowOf(Right), 16))
    );

    public static readonly Shape StepSigned = new(
        "stepSigned",
        new("input", Digest),
        new("output", Digest),
        new("standard", Code),
        new("mapping", SetOf(Digest, 1))
    );

    public static readonly Shape AssetCorrected = new("assetCorrected", new("fingerprint", Digest), new("corrected", Digest));

    public static readonly Shape AssetsContradict = new(
        "assetsContradict",
        new("first", Digest),
        new("second", Digest),
        new("item", Code)
    );
    public static readonly Shape ContradictionSettled = new(
        "contradictionSettled",
        new("contradiction", Digest),
        new("wrong", Digest)
    );

    public static readonly Shape ConsentGranted = new(
        "consentGranted",
        new("recipient", Code),
        new("classes", Codes),
        new("purposes", Codes),
        new("columns", Codes),
        new("from", Whole),
        new("until", Whole),
        new("explanation", Digest),
        new("permission", SetOf(Code, 1)),
        new("diseases", Codes),
        new("modifiers", Codes),
        new("projects", SetOf(Digest, 8)),
        new("institutions", Codes),
        new("persons", SetOf(Digest, 8)),
        new("regions", Codes)
    );

    /// <summary>A consent without permission, terms, projects, institutions, persons and regions.</summary>
    public static Row Consent(
        string recipient,
        string[] classes,
        string[] purposes,
        string[] columns,
        long from,
        long until,
        byte[] explanation
    ) =>
        ConsentGranted.Row(
            recipient,
            classes,
            purposes,
            columns,
            from,
            until,
            explanation,
            Array.Empty<string>(),
            Array.Empty<string>(),
            Array.Empty<string>(),
            Array.Empty<byte[]>(),
            Array.Empty<string>(),
            Array.Empty<byte[]>(),
            Array.Empty<string>()
        );

    public static readonly Shape ConsentRevoked = new("consentRevoked", new Field("handle", FieldType.Key));

    public static readonly Shape Terms = new(
        "terms",
        new("classes", Codes),
        new("purposes", Codes),
        new("columns", Codes),
        new("from", Whole),
        new("until", Whole),
        new("ppm", Whole),
        new("period", Whole),
        new("tail", Whole),
        new("deposit", Whole),
        new("penalty", Whole),
        new("perThousand", Whole),
        new("flat", Whole),
        new("flatDays", Whole),
        new("duties", Codes)
    );

    public static readonly Shape AgreementMade = new(
        "agreementMade",
        new("providers", Codes),
        new("user", Code),
        new("terms", RowOf(Terms))
    );
    public static readonly Shape AgreementEnded = new("agreementEnded", new Field("agreement", Digest));

    public static readonly Shape AccessRequested = new(
        "accessRequested",
        new("agreement", SetOf(Digest, 1)),
        new("person", Digest),
        new("purpose", Code),
        new("class", Code),
        new("columns", Codes),
        new("until", Whole),
        new("handles", SetOf(FieldType.Key, 4096)),
        new("operation", Code),
        new("permission", SetOf(Code, 1)),
        new("disease", SetOf(Code, 1)),
        new("commercial", Flag),
        new("project", SetOf(Digest, 1)),
        new("ethics", SetOf(Digest, 1)),
        new("cohort", SetOf(Digest, 1)),
        new("count", Whole)
    );

    public static readonly Shape StatisticsRequested = new(
        "statisticsRequested",
        new("agreement", Digest),
        new("person", Digest),
        new("purpose", Code),
        new("columns", Codes),
        new("until", Whole)
    );

    public static readonly Shape ResultPublished = new(
        "resultPublished",
        new("result", Digest),
        new("kind", Code),
        new("request", Digest),
        new("assets", SetOf(Digest, 64)),
        new("citation", Digest)
    );

    public static readonly Shape ForeignFact = new(
        "foreignFact",
        new("origin", Code),
        new("leaf", Bytes(40, 2048)),
        new("index", Whole),
        new("path", ListOf(Digest, 63)),
        new("checkpoint", Bytes(1, 1024)),
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

    public static readonly Shape GuardianNamed = new(
        "guardianNamed",
        new("handle", FieldType.Key),
        new("guardian", FieldType.Key),
        new("until", Whole)
    );
    public static readonly Shape ConsentsChecked = new(
        "consentsChecked",
        new("agreement", Digest),
        new("size", Whole),
        new("root", Digest),
        new("confirmed", SetOf(FieldType.Key, 64)),
        new("denied", SetOf(FieldType.Key, 64))
    );
    public static readonly Shape HandlesReplaced = new("handlesReplaced", new Field("handles", SetOf(FieldType.Key, 64)));
    public static readonly Shape HandleObjected = new("handleObjected", new("handle", FieldType.Key), new("about", Digest));
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

    public static readonly Shape EmergencyAccess = new(
        "emergencyAccess",
        new("person", Digest),
        new("purpose", Code),
        new("contact", Digest)
    );
    public static readonly Shape EmergencyReviewed = new("emergencyReviewed", new("access", Digest), new("upheld", Flag));

    public static readonly Shape UseServed = new(
        "useServed",
        new("request", Digest),
        new("handles", SetOf(FieldType.Key, 4096)),
        new("operation", Code),
        new("person", Digest),
        new("withinRights", Flag),
        new("rows", Whole),
        new("bytes", Whole),
        new("columns", Codes),
        new("root", Digest),
        new("network", Digest),
        new("marks", SetOf(Digest, 1))
    );

    public static readonly Shape UseReceived = new(
        "useReceived",
        new("request", Digest),
        new("server", Code),
        new("person", Digest),
        new("rows", Whole),
        new("root", Digest),
        new("handles", SetOf(Digest, 1))
    );
    public static readonly Shape ErasureAttested = new("erasureAttested", new("recall", Digest), new("ground", SetOf(Code, 1)));
    public static readonly Shape DepositPaid = new("depositPaid", new("agreement", Digest), new("amount", Whole));
    public static readonly Shape MoneyReceived = new("moneyReceived", new("subject", Code), new("amount", Whole));
    public static readonly Shape ValueReported = new(
        "valueReported",
        new("agreement", Digest),
        new("period", Whole),
        new("cumulative", Whole)
    );
    public static readonly Shape PayoutRecorded = new("payoutRecorded", new("account", Bytes(1, 66)), new("amount", Whole));

    /// <summary>A contract on a chain.</summary>
    public static readonly Shape Contract = new("contract", new("chain", Whole), new("contract", FieldType.Address));

    /// <summary>A contract, and the address that it pays to.</summary>
    public static readonly Shape Payee = new(
        "payee",
        new("chain", Whole),
        new("contract", FieldType.Address),
        new("address", FieldType.Address)
    );
    public static readonly Shape RailChosen = new("railChosen", new Field("rail", SetOf(RowOf(Payee), 1)));
    public static readonly Shape PayoutClaimed = new("payoutClaimed", new Field("amount", Whole));
    public static readonly Shape RailDrawn = new("railDrawn", new("contract", RowOf(Contract)), new("amount", Whole));
    public static readonly Shape ChainStated = new(
        "chainStated",
        new("contract", RowOf(Contract)),
        new("what", Code),
        new("about", SetOf(Bytes(1, 66), 1)),
        new("cumulative", Whole),
        new("block", Whole)
    );
    public static readonly Shape ShareClaimed = new("shareClaimed", new("agreement", Digest), new("period", Whole));
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
