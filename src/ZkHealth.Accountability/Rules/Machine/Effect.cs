namespace ZkHealth.Accountability;

/// <summary>The kind of record that something due is about; its number is the first byte of the id of the event.</summary>
internal enum DueKind : byte
{
    Consent = 1,
    Agreement = 2,
    Recall = 3,
    Use = 4,
    Asset = 5,
    Emergency = 6,
    Breach = 7,
    Period = 8,
    Proposal = 9,
    Sanction = 10,
    Handle = 11,
}

/// <summary>An event that happens by time alone: its rank, the kind of record, the second byte of the id of the event, and the
/// rule that runs.</summary>
internal sealed class Effect(byte rank, DueKind kind, byte what, Action<Change, byte[]> run)
{
    public static readonly Effect ConsentEnds = new(1, DueKind.Consent, 1, ConsentRules.End);
    public static readonly Effect AgreementEnds = new(2, DueKind.Agreement, 1, AgreementRules.End);
    public static readonly Effect HandleEnds = new(1, DueKind.Handle, 1, HandleRules.End);
    public static readonly Effect RecallLate = new(3, DueKind.Recall, 1, RecallRules.Late);
    public static readonly Effect ReceiptLate = new(4, DueKind.Use, 1, WaitingWords.ReceiptLate);
    public static readonly Effect LogLate = new(4, DueKind.Use, 2, WaitingWords.LogLate);
    public static readonly Effect CorrectionLate = new(4, DueKind.Asset, 1, AssetRules.CorrectionLate);
    public static readonly Effect ContradictionLate = new(4, DueKind.Asset, 2, ContradictionRules.Late);
    public static readonly Effect ValueLate = new(4, DueKind.Period, 1, FeeRules.ReportLate);
    public static readonly Effect RectificationLate = new(4, DueKind.Sanction, 1, SanctionRules.Late);
    public static readonly Effect ReviewLate = new(5, DueKind.Emergency, 1, EmergencyRules.ReviewLate);
    public static readonly Effect BreachFinal = new(6, DueKind.Breach, 1, BreachRules.Finish);
    public static readonly Effect PeriodCloses = new(8, DueKind.Period, 2, FeeRules.Close);
    public static readonly Effect SharesLapse = new(8, DueKind.Period, 3, FeeRules.Lapse);
    public static readonly Effect DepositReturns = new(8, DueKind.Agreement, 2, DepositRules.Return);
    public static readonly Effect ProposalEffective = new(9, DueKind.Proposal, 1, GovernanceRules.TakeEffect);
    public static readonly Effect ProposalExpires = new(9, DueKind.Proposal, 2, GovernanceRules.Expire);

    private static readonly Effect[] All =
    [
        ConsentEnds,
        AgreementEnds,
        HandleEnds,
        RecallLate,
        ReceiptLate,
        LogLate,
        CorrectionLate,
        ContradictionLate,
        ValueLate,
        RectificationLate,
        ReviewLate,
        BreachFinal,
        PeriodCloses,
        SharesLapse,
        DepositReturns,
        ProposalEffective,
        ProposalExpires,
    ];

    /// <summary>Rank, kind of record and what happens, of every effect.</summary>
    public static IEnumerable<string> Lines => All.Select(e => $"{e.Rank} {e.Kind} {(byte)e.Kind} {e.What}");

    /// <summary>The rank among events of one time; the lowest comes first.</summary>
    public byte Rank { get; } = rank;

    /// <summary>The kind of record.</summary>
    public DueKind Kind { get; } = kind;

    /// <summary>The second byte of the id.</summary>
    public byte What { get; } = what;

    /// <summary>Lets an event happen, at its own time.</summary>
    public static void Run(Change c, DueEvent due)
    {
        Effect effect =
            Array.Find(All, e => (byte)e.Kind == due.Id[0] && e.What == due.Id[1])
            ?? throw new InvalidOperationException("an event that no rule knows is due");
        effect.Happen(c, due.Id[2..]);
    }

    private void Happen(Change c, byte[] id) => run(c, id);
}
