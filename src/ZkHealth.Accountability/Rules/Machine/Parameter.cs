namespace ZkHealth.Accountability;

/// <summary>A number of the charter with its default (the numbers marked * in the rules) and its bounds: sums of times do not
/// overflow, parts are not more than the whole, and nobody can be kept from acting for ever.</summary>
/// <param name="Name">The name.</param>
/// <param name="Default">The value without one of the charter.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The largest value.</param>
internal sealed record Parameter(string Name, long Default, long Low = 0, long High = Durations.End)
{
    private const long Year = 366 * Durations.Day;

    public static readonly Parameter EntryLife = new("entry.life", Durations.Day, 60 * Durations.Second);
    public static readonly Parameter Silence = new("operator.silence", 10 * 60 * Durations.Second);
    public static readonly Parameter Heartbeat = new("operator.heartbeat", 0);
    public static readonly Parameter RecallDue = new("recall.due", 30 * Durations.Day);
    public static readonly Parameter ReceiptDue = new("receipt.due", Durations.Day);
    public static readonly Parameter CorrectionDue = new("correction.due", 7 * Durations.Day);
    public static readonly Parameter ReviewDue = new("review.due", 14 * Durations.Day);
    public static readonly Parameter Appeal = new("appeal.time", 14 * Durations.Day);
    public static readonly Parameter Emergency = new("emergency.time", 72 * Durations.Hour);
    public static readonly Parameter Denials = new("denials.daily", 200);
    public static readonly Parameter OpenReports = new("reports.open", 5, 1);
    public static readonly Parameter LongestTerm = new("term.longest", 5 * 365 * Durations.Day, Durations.Day);
    public static readonly Parameter ReportDue = new("value.due", 30 * Durations.Day);
    public static readonly Parameter OperatorPart = new("fee.operator", 20_000, High: Fees.Million / 2);
    public static readonly Parameter PatientsPart = new("fee.patients", 100_000, High: Fees.Million / 2);
    public static readonly Parameter DailyCut = new("cut.daily", 200_000, High: Fees.Million);
    public static readonly Parameter ProposalLife = new("proposal.life", 90 * Durations.Day, Durations.Day, 90 * Durations.Day);
    public static readonly Parameter Delay = new("governance.delay", 14 * Durations.Day, High: Year);
    public static readonly Parameter RuleSetDelay = new("ruleset.delay", 30 * Durations.Day, High: Year);
    public static readonly Parameter RosterAge = new("roster.age", 30 * Durations.Day, High: Year);
    public static readonly Parameter RecognitionAge = new("recognition.age", 180 * Durations.Day);
    public static readonly Parameter SignOffs = new("audits.needed", 1);
    public static readonly Parameter ClassSilence = new("class.silence", 60 * Durations.Day);
    public static readonly Parameter RecoveryDelay = new("recovery.delay", 30 * Durations.Day, High: Year);
    public static readonly Parameter KeyGrace = new("key.grace", 30 * Durations.Day);
    public static readonly Parameter CompromiseBack = new("compromise.back", 30 * Durations.Day);
    public static readonly Parameter DepositWait = new("deposit.wait", 90 * Durations.Day);
    public static readonly Parameter HandleWait = new("handle.wait", 14 * Durations.Day);
    public static readonly Parameter Emergencies = new("emergencies.daily", 10);
    public static readonly Parameter PatientReports = new("reports.patients", 100);
    public static readonly Parameter ShareLife = new("share.life", 3 * 365 * Durations.Day);
    public static readonly Parameter CheckedPart = new("checks.part", 200);
    public static readonly Parameter Penalty = new("penalty.part", 0, High: Fees.Million);

    /// <summary>Determines whether a value may be given to a parameter of this name.</summary>
    public static bool Allows(string name, long value) => All.Any(p => p.Name == name && value >= p.Low && value <= p.High);

    /// <summary>The parameters that an agreement keeps as they were when it was accepted.</summary>
    public static readonly IReadOnlyList<Parameter> OfAgreements =
    [
        RecallDue,
        ReceiptDue,
        ReportDue,
        DailyCut,
        Penalty,
        ShareLife,
        DepositWait,
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
        CompromiseBack,
        DepositWait,
        HandleWait,
        Emergencies,
        PatientReports,
        ShareLife,
        CheckedPart,
        Penalty,
    ];
}
