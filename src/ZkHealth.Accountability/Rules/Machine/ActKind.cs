namespace ZkHealth.Accountability;

/// <summary>Names who may sign a kind of entry.</summary>
internal enum SignedBy
{
    /// <summary>A key of a member, with the scope of the kind.</summary>
    Member,

    /// <summary>The key of a handle.</summary>
    Handle,

    /// <summary>A key of a member, with the scope of the kind, or the key of a handle.</summary>
    MemberOrHandle,

    /// <summary>Names whoever the handler accepts.</summary>
    Anyone,
}

/// <summary>A kind of entry: its schema, who signs, and its handler.</summary>
internal sealed class ActKind(string name, Shape body, SignedBy signedBy, string scope, Action<Change, Row> handle)
{
    private const int SmallBody = 4096,
        HandlesBody = 160 * 1024,
        CharterBody = 1 << 20;

    /// <summary>Every kind, by name.</summary>
    public static readonly IReadOnlyDictionary<string, ActKind> All = new ActKind[]
    {
        new("charter", Bodies.Charter, SignedBy.Anyone, "", CharterRules.Adopt) { MaxSize = CharterBody },
        new("table adopted", Bodies.TableAdopted, SignedBy.Member, "govern", TableRules.Adopt) { MaxSize = CharterBody },
        new("asset registered", Bodies.AssetRegistered, SignedBy.Member, "serve", AssetRules.Register),
        new("asset corrected", Bodies.AssetCorrected, SignedBy.Member, "serve", AssetRules.Correct) { IsRestricting = true },
        new("assets contradict", Bodies.AssetsContradict, SignedBy.MemberOrHandle, "serve", ContradictionRules.Open),
        new("contradiction settled", Bodies.ContradictionSettled, SignedBy.Member, "serve", ContradictionRules.Settle)
        {
            IsRestricting = true,
        },
        new("step signed", Bodies.StepSigned, SignedBy.Member, "serve", StepRules.Sign),
        new("consent granted", Bodies.ConsentGranted, SignedBy.Handle, "", ConsentRules.Grant),
        new("consent revoked", Bodies.ConsentRevoked, SignedBy.Handle, "", ConsentRules.Revoke) { IsRestricting = true },
        new("guardian named", Bodies.GuardianNamed, SignedBy.MemberOrHandle, "attest", HandleRules.NameGuardian),
        new("handles replaced", Bodies.HandlesReplaced, SignedBy.Member, "attest", HandleRules.Replace),
        new("handle objected", Bodies.HandleObjected, SignedBy.Handle, "", HandleRules.Object) { IsRestricting = true },
        new("consents checked", Bodies.ConsentsChecked, SignedBy.Member, "attest", CheckRules.Post),
        new("agreement made", Bodies.AgreementMade, SignedBy.Member, "request", AgreementRules.Make),
        new("agreement ended", Bodies.AgreementEnded, SignedBy.Member, "request", AgreementRules.EndEarly),
        new("access requested", Bodies.AccessRequested, SignedBy.Member, "request", AccessRules.Decide) { MaxSize = HandlesBody },
        new("cohort revoked", Bodies.CohortRevoked, SignedBy.Member, "attest", AccessRules.RevokeCohort) { IsRestricting = true },
        new("statistics requested", Bodies.StatisticsRequested, SignedBy.Member, "request", StatisticsRules.Decide),
        new("result published", Bodies.ResultPublished, SignedBy.Member, "request", ResultRules.Publish) { IsConfession = true },
        new("fact recognised", Bodies.ForeignFact, SignedBy.Member, "attest", RecognitionRules.Recognise),
        new("fact cancelled", Bodies.ForeignFact, SignedBy.Member, "attest", RecognitionRules.Cancel) { IsRestricting = true },
        new("emergency", Bodies.EmergencyAccess, SignedBy.Member, "serve", EmergencyRules.Open) { IsConfession = true },
        new("emergency reviewed", Bodies.EmergencyReviewed, SignedBy.Member, "govern", EmergencyRules.Review),
        new("used", Bodies.UseServed, SignedBy.Member, "serve", UseRules.Serve) { IsConfession = true, MaxSize = HandlesBody },
        new("receipt", Bodies.UseReceived, SignedBy.Member, "request", UseRules.Receive)
        {
            IsRestricting = true,
            IsConfession = true,
        },
        new("erasure attested", Bodies.ErasureAttested, SignedBy.Member, "attest", RecallRules.Attest) { IsRestricting = true },
        new("deposit paid", Bodies.DepositPaid, SignedBy.Member, "money", DepositRules.Pay),
        new("money received", Bodies.MoneyReceived, SignedBy.Member, "money", FeeRules.ReceiveMoney),
        new("use value reported", Bodies.ValueReported, SignedBy.Member, "request", FeeRules.Report) { IsConfession = true },
        new("use value estimated", Bodies.ValueReported, SignedBy.Member, "attest", FeeRules.Estimate),
        new("use value corrected", Bodies.ValueReported, SignedBy.Member, "request", FeeRules.Correct),
        new("share claimed", Bodies.ShareClaimed, SignedBy.Handle, "", FeeRules.Claim),
        new("rail chosen", Bodies.RailChosen, SignedBy.MemberOrHandle, "money", RailRules.Choose),
        new("payout claimed", Bodies.PayoutClaimed, SignedBy.MemberOrHandle, "money", RailRules.Claim),
        new("rail drawn", Bodies.RailDrawn, SignedBy.Member, "money", RailRules.Draw),
        new("chain stated", Bodies.ChainStated, SignedBy.Member, "money", RailRules.State),
        new("payout recorded", Bodies.PayoutRecorded, SignedBy.Member, "money", FeeRules.PayOut),
        new("report", Bodies.ReportMade, SignedBy.Member, "govern", ReportRules.Report),
        new("patient reported", Bodies.ReportMade, SignedBy.Handle, "", ReportRules.ReportByPatient),
        new("appeal", Bodies.AppealMade, SignedBy.Member, "govern", BreachRules.Appeal) { IsRestricting = true },
        new("sanction", Bodies.SanctionOrdered, SignedBy.Member, "govern", SanctionRules.Order),
        new("convention signed", Bodies.ConventionSigned, SignedBy.Member, "govern", MemberRules.SignConvention),
        new("rectified", Bodies.SanctionRectified, SignedBy.Member, "attest", SanctionRules.Rectify) { IsRestricting = true },
        new("proposed", Bodies.ProposalMade, SignedBy.Member, "govern", GovernanceRules.Propose),
        new("approved", Bodies.ProposalApproved, SignedBy.Member, "govern", GovernanceRules.Approve),
        new("submission shown", Bodies.SubmissionShown, SignedBy.Member, "attest", LatenessRules.Show),
        new("withdrawn", Bodies.ProposalApproved, SignedBy.Member, "govern", GovernanceRules.Withdraw),
        new("objected", Bodies.ProposalApproved, SignedBy.Member, "govern", RecoveryRules.Object) { IsRestricting = true },
        new("audit signed", Bodies.AuditSigned, SignedBy.Member, "govern", SignOffRules.Sign),
        new("key added", Bodies.KeyAdded, SignedBy.Member, "govern", KeyRules.Add) { IsRenewal = true },
        new("compromised", Bodies.KeyCompromised, SignedBy.Member, "govern", KeyRules.Compromise) { IsRestricting = true },
    }.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>The name, without the prefix and version that an entry has.</summary>
    public string Name { get; } = name;

    /// <summary>The schema of the body.</summary>
    public Shape Body { get; } = body;

    /// <summary>Names who signs.</summary>
    public SignedBy SignedBy { get; } = signedBy;

    /// <summary>The scope that the key of a member needs.</summary>
    public string Scope { get; } = scope;

    /// <summary>Without number and end, taken once, and from suspended and expired keys too.</summary>
    public bool IsRestricting { get; init; }

    /// <summary>Tells whether a key may sign it for 30 days after its end.</summary>
    public bool IsRenewal { get; init; }

    /// <summary>A confession, which is not refused for the standing of its signer.</summary>
    public bool IsConfession { get; init; }

    /// <summary>The most bytes of a body.</summary>
    public int MaxSize { get; init; } = SmallBody;

    /// <summary>Adds the effects of a body to a change, or the reasons against it.</summary>
    public void Handle(Change c, Row body) => handle(c, body);
}
