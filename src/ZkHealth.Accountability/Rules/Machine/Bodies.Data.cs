using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>Bodies about data: assets, consents, agreements, requests, uses, recalls.</summary>
internal static partial class Bodies
{
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

    /// <summary>A data set of the class GENERAL without rights; its ground is a duty where it names no consents.</summary>
    public static Row Registration(
        byte[] fingerprint,
        IReadOnlyList<string> columns,
        long collected,
        IEnumerable<byte[]>? sources = null,
        IEnumerable<byte[]>? consents = null,
        string standard = "FHIR-R4"
    )
    {
        byte[][] named = [.. consents ?? []];
        return AssetRegistered.Row(
            fingerprint,
            standard,
            "GENERAL",
            columns,
            collected,
            sources ?? [],
            named,
            named.Length == 0 ? ["duty-to-document"] : Array.Empty<string>(),
            Array.Empty<Row>()
        );
    }

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
        new("handles", SetOf(FieldType.Key, AccessRules.MostHandles)),
        new("operation", Code),
        new("permission", SetOf(Code, 1)),
        new("disease", SetOf(Code, 1)),
        new("commercial", Flag),
        new("project", SetOf(Digest, 1)),
        new("ethics", SetOf(Digest, 1)),
        new("cohort", SetOf(Digest, 1)),
        new("count", Whole)
    );

    /// <summary>A request to download, without permission, disease, project, ethics and cohort.</summary>
    public static Row Request(
        byte[]? agreement,
        byte[] person,
        IReadOnlyList<string> columns,
        long until,
        IReadOnlyList<byte[]> handles,
        string purpose = "HRESCH",
        string @class = "GENERAL"
    ) =>
        AccessRequested.Row(
            agreement is null ? Array.Empty<byte[]>() : [agreement],
            person,
            purpose,
            @class,
            columns,
            until,
            handles,
            "download",
            Array.Empty<string>(),
            Array.Empty<string>(),
            false,
            Array.Empty<byte[]>(),
            Array.Empty<byte[]>(),
            Array.Empty<byte[]>(),
            handles.Count
        );

    public static readonly Shape StatisticsRequested = new(
        "statisticsRequested",
        new("agreement", Digest),
        new("person", Digest),
        new("purpose", Code),
        new("columns", Codes),
        new("until", Whole)
    );

    public static readonly Shape CohortRevoked = new("cohortRevoked", new Field("request", Digest));

    public static readonly Shape ResultPublished = new(
        "resultPublished",
        new("result", Digest),
        new("kind", Code),
        new("request", Digest),
        new("assets", SetOf(Digest, 64)),
        new("citation", Digest)
    );

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
        new("marks", SetOf(Digest, 1)),
        new("cohort", SetOf(Digest, 1))
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
}
