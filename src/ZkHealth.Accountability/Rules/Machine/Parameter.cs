namespace ZkHealth.Accountability;

/// <summary>A number of the charter with its default (the numbers marked * in the rules).</summary>
internal sealed record Parameter(string Name, long Default)
{
    public static readonly Parameter EntryLife = new("entry.life", Durations.Day);
    public static readonly Parameter Silence = new("operator.silence", 10 * 60 * Durations.Second);
    public static readonly Parameter Heartbeat = new("operator.heartbeat", 0);
    public static readonly Parameter RecallDue = new("recall.due", 30 * Durations.Day);
    public static readonly Parameter ReceiptDue = new("receipt.due", Durations.Day);
    public static readonly Parameter CorrectionDue = new("correction.due", 7 * Durations.Day);
    public static readonly Parameter ReviewDue = new("review.due", 14 * Durations.Day);
    public static readonly Parameter Appeal = new("appeal.time", 14 * Durations.Day);
    public static readonly Parameter Emergency = new("emergency.time", 72 * Durations.Hour);
    public static readonly Parameter Denials = new("denials.daily", 200);
    public static readonly Parameter OpenReports = new("reports.open", 5);
    public static readonly Parameter LongestTerm = new("term.longest", 5 * 365 * Durations.Day);
    public static readonly Parameter ReportDue = new("value.due", 30 * Durations.Day);
    public static readonly Parameter OperatorPart = new("fee.operator", 20_000);
    public static readonly Parameter PatientsPart = new("fee.patients", 100_000);
    public static readonly Parameter DailyCut = new("cut.daily", 200_000);
    public static readonly Parameter ProposalLife = new("proposal.life", 90 * Durations.Day);
    public static readonly Parameter Delay = new("governance.delay", 14 * Durations.Day);
    public static readonly Parameter RuleSetDelay = new("ruleset.delay", 30 * Durations.Day);
    public static readonly Parameter RosterAge = new("roster.age", 30 * Durations.Day);
    public static readonly Parameter RecognitionAge = new("recognition.age", 180 * Durations.Day);
    public static readonly Parameter SignOffs = new("audits.needed", 1);
    public static readonly Parameter ClassSilence = new("class.silence", 60 * Durations.Day);
    public static readonly Parameter RecoveryDelay = new("recovery.delay", 30 * Durations.Day);
    public static readonly Parameter KeyGrace = new("key.grace", 30 * Durations.Day);
    public static readonly Parameter HandleWait = new("handle.wait", 14 * Durations.Day);
    public static readonly Parameter Emergencies = new("emergencies.daily", 10);
    public static readonly Parameter PatientReports = new("reports.patients", 100);
    public static readonly Parameter ShareLife = new("share.life", 3 * 365 * Durations.Day);
    public static readonly Parameter CheckedPart = new("checks.part", 200);
    public static readonly Parameter Penalty = new("penalty.part", 0);

    /// <summary>The parameters that an agreement keeps as they were when it was accepted.</summary>
    public static readonly IReadOnlyList<Parameter> OfAgreements =
    [
        RecallDue,
        ReceiptDue,
        ReportDue,
        DailyCut,
        Penalty,
        ShareLife,
    ];

    /// <summary>Every parameter.</summary>
    public static readonly IReadOnlyList<Parameter> All =
    [
        EntryLife,
        Silence,
        Heartbeat,
        RecallDue,
        ReceiptDue,
        CorrectionDue,
        ReviewDue,
        Appeal,
        Emergency,
        Denials,
        OpenReports,
        LongestTerm,
        ReportDue,
        OperatorPart,
        PatientsPart,
        DailyCut,
        ProposalLife,
        Delay,
        RuleSetDelay,
        RosterAge,
        RecognitionAge,
        SignOffs,
        ClassSilence,
        RecoveryDelay,
        KeyGrace,
        HandleWait,
        Emergencies,
        PatientReports,
        ShareLife,
        CheckedPart,
        Penalty,
    ];
}
