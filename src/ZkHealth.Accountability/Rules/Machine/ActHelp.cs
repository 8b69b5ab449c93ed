namespace ZkHealth.Accountability;

/// <summary>Explains a kind of entry to people: its effect, and the codes of its refusals and denials beside those that any
/// kind has.</summary>
/// <param name="effect">The effect of an accepted entry.</param>
/// <param name="refusals">The codes, with spaces between them.</param>
/// <param name="denials">The codes of a request that is denied.</param>
internal sealed class ActHelp(string effect, string refusals, string denials = "")
{
    private static readonly Dictionary<string, string> Along = new(StringComparer.Ordinal)
    {
        ["access requested"] = "a registrar that is no party (scope attest), where a cohort takes the place of handles",
        ["agreement made"] = "every provider (scope request)",
        ["asset registered"] = "the patient (the key of a consent), where it is a statement",
        ["chain stated"] = "an auditor (scope attest)",
        ["charter"] = "every other first member",
        ["consent granted"] =
            "the provider of the record; and a registrar, without whom it counts for treatment only (both: scope attest)",
        ["guardian named"] = "a registrar (scope attest), where a provider signs for the patient",
        ["handles replaced"] = "a registrar (scope attest)",
        ["key added"] = "the new key",
        ["proposed"] = "the organisation that names a representative of the patients",
        ["receipt"] = "an auditor that is no party (scope attest), where rows of statistics are to weigh in fees",
        ["used"] = "an auditor that is no party (scope attest), where rows of statistics are to weigh in fees",
        ["use value corrected"] =
            "every provider of the agreement (scope money), and an auditor that is no party to it (scope attest)",
        ["use value estimated"] = "a provider of the agreement (scope money)",
    };

    /// <summary>Names who signs an entry of a kind along with its signer; null where nobody has to.</summary>
    public static string? SignedAlongBy(string kind) => Along.GetValueOrDefault(kind);

    /// <summary>Every kind, by name.</summary>
    public static readonly IReadOnlyDictionary<string, ActHelp> All = new Dictionary<string, ActHelp>(StringComparer.Ordinal)
    {
        ["charter"] = new(
            "members, keys, parameters and thresholds stand; its tables are awaited; rule set 1",
            "AUTHORITY CHARTER_EXISTS FACTOR KEY_TWICE MEMBERS ORIGIN PARTS POST ROLE SCOPES SIGNATURES TABLES TERM THRESHOLD UNKNOWN_PARAMETER"
        ),
        ["table adopted"] = new("the rows that the charter or governance named by their digest hold", "DIGEST ROWS"),
        ["asset registered"] = new(
            "the signer is provider of record; a second claim to it opens a challenge",
            "COLLECTED_BEFORE_CONSENT COLLECTED_LATER COUNTERSIGNATURE HOLDER NO_DELIVERY NO_GROUND REGISTERED RIGHT ROLE STANDARD UNKNOWN_SOURCE"
        ),
        ["step signed"] = new(
            "the signer made the output of the input, and answers for what the step changed",
            "DUPLICATE STANDARD UNKNOWN_SOURCE"
        ),
        ["assets contradict"] = new(
            "both assets are flagged; within 7 days each provider admits that its own is wrong, or reports the other",
            "CONTRADICTIONS_OPEN CORRECTED DUPLICATE HANDLE ONE_PROVIDER REPLACED UNKNOWN_ASSET"
        ),
        ["contradiction settled"] = new(
            "the signer's own asset is to be corrected; or the other's is reported, and waits for a verdict",
            "DUPLICATE UNKNOWN_ASSET UNKNOWN_CONTRADICTION"
        ),
        ["asset corrected"] = new("what was ordered is done; no breach if in time", "DUPLICATE UNCHANGED UNKNOWN_ASSET"),
        ["consent granted"] = new(
            "the handle stands with the provider of record that signs along; ends by itself",
            "COUNTERSIGNATURE HANDLE_USED NOTHING_NAMED PERMISSION PURPOSE RECIPIENT TERM TEXT"
        ),
        ["consent revoked"] = new("no use from now on; recalls of whoever took something by it", "DUPLICATE HANDLE"),
        ["guardian named"] = new(
            "the guardian’s key revokes and objects for the handle until its date",
            "CHOSEN COUNTERSIGNATURE GUARDIAN HANDLE PARTY REPLACED TERM"
        ),
        ["handles replaced"] = new(
            "the consents of lost keys end after 14 days, unless their key objects",
            "COUNTERSIGNATURE DUPLICATE HANDLE NOTHING_NAMED"
        ),
        ["handle objected"] = new(
            "the replacement is void, or the review of an emergency sees the objection",
            "HANDLE NOT_REPLACED UNKNOWN_ACCESS"
        ),
        ["consents checked"] = new(
            "the drawn consents are counted; one that the patient does not know ends",
            "DUPLICATE HANDLE HANDLE_TWICE NOTHING_NAMED NOT_DRAWN PARTY ROLE UNKNOWN_AGREEMENT"
        ),
        ["agreement made"] = new(
            "an endless clause is cut to the longest term; the first period opens",
            "COUNTERSIGNATURE PARTS PERIOD PROVIDERS PURPOSE TERM USER"
        ),
        ["agreement ended"] = new(
            "recalls; duties, fees and deposit survive; the deposit returns after 90 days",
            "ENDED UNKNOWN_AGREEMENT"
        ),
        ["access requested"] = new(
            "a request, permitted or denied",
            "COUNT COUNTERSIGNATURE DENIALS_DAILY NOTHING_NAMED OPERATION PURPOSE_UNKNOWN TERM UNKNOWN_AGREEMENT",
            "CLASS COLUMNS CONVENTION CREDIT DEBT DISCRIMINATION FROZEN NOT_NECESSARY NO_AGREEMENT NO_CONSENT NO_DEPOSIT PROHIBITED_PURPOSE PURPOSE"
        ),
        ["cohort revoked"] = new(
            "somebody of a committed cohort took her consent back: recalls, and no use by this request from now on",
            "DUPLICATE PARTY ROLE UNKNOWN_REQUEST"
        ),
        ["statistics requested"] = new(
            "a request without handles, permitted or denied; releases name it",
            "DENIALS_DAILY NOTHING_NAMED PURPOSE_UNKNOWN TERM UNKNOWN_AGREEMENT",
            "COLUMNS CONVENTION CREDIT DEBT DISCRIMINATION FROZEN NOT_NECESSARY NO_AGREEMENT NO_DEPOSIT PROHIBITED_PURPOSE PURPOSE"
        ),
        ["result published"] = new(
            "the result names its request and assets; of a denied request it is the breach TAKEN",
            "DUPLICATE RESULT_KIND UNKNOWN_ASSET UNKNOWN_REQUEST"
        ),
        ["fact recognised"] = new(
            "a record of another log is known here, for 180 days from its leaf",
            "CHECKPOINT CORRECTED LEAF NOT_LATER PROOF TIME TOO_OLD UNKNOWN_LOG"
        ),
        ["fact cancelled"] = new(
            "the fact no longer counts: its log shows another value",
            "CHECKPOINT LEAF NOT_LATER PROOF TIME UNCHANGED UNKNOWN_FACT UNKNOWN_LOG"
        ),
        ["emergency"] = new("access for 72 hours; its review is due", "PURPOSE ROLE"),
        ["emergency reviewed"] = new("upheld: a serious breach of the provider", "DUPLICATE NOT_OBJECTED ROLE UNKNOWN_ACCESS"),
        ["used"] = new(
            "the server’s word; without permission or with other handles, another cohort, columns or operation its breach SERVED, beyond a person’s rights BEYOND_RIGHTS",
            "COUNTERSIGNATURE DUPLICATE ROLE UNKNOWN_REQUEST"
        ),
        ["receipt"] = new(
            "the taker’s word; without permission its breach TAKEN, PROHIBITED_PURPOSE or DISCRIMINATION",
            "COUNTERSIGNATURE DUPLICATE UNKNOWN_REQUEST UNKNOWN_SERVER"
        ),
        ["erasure attested"] = new(
            "the recall is done: erased, restricted, or replaced; late, it stays a breach",
            "DUPLICATE GROUND UNKNOWN_RECALL"
        ),
        ["deposit paid"] = new("locked to one agreement", "AMOUNT ENDED RAIL ROLE UNKNOWN_AGREEMENT"),
        ["money received"] = new("to the account; debts are paid first", "AMOUNT ROLE UNKNOWN_MEMBER"),
        ["use value reported"] = new(
            "the duty of that period is done; its fee is booked when it closes, a late one at once by its weights",
            "FALLING LAPSED PERIOD UNKNOWN_AGREEMENT"
        ),
        ["use value corrected"] = new(
            "a figure that was too high is lowered: what is owed falls, what was paid is set off against later fees",
            "COUNTERSIGNATURE NOT_LOWER PERIOD UNKNOWN_AGREEMENT"
        ),
        ["use value estimated"] = new(
            "stands for the report of a user who is silent; booked at once",
            "AMOUNT COUNTERSIGNATURE FALLING NOT_SILENT PARTY ROLE UNKNOWN_AGREEMENT"
        ),
        ["share claimed"] = new(
            "the part of the pool goes to the handle’s account",
            "DUPLICATE LAPSED NOT_PAID_YET NOT_USED PERIOD REPLACED"
        ),
        ["payout recorded"] = new("debts are paid; the rest leaves the account and the region", "AMOUNT RAIL ROLE"),
        ["rail chosen"] = new(
            "the account is paid by this contract, or by the treasury; what earlier contracts owe stays theirs",
            "DUPLICATE HANDLE REPLACED UNKNOWN_RAIL"
        ),
        ["payout claimed"] = new(
            "debts are paid; the owner may draw as much more from the contract of the account",
            "AMOUNT HANDLE RAIL REPLACED UNKNOWN_RAIL"
        ),
        ["rail drawn"] = new("money of a contract goes over to the treasury", "AMOUNT RAIL ROLE"),
        ["chain stated"] = new(
            "what a contract has received in all (`float` from the treasury, `received` for an account, `deposit` for an agreement) or has `paid` is booked",
            "AMOUNT COUNTERSIGNATURE DUPLICATE ENDED FALLING NOT_LATER RAIL ROLE STATEMENT UNKNOWN_AGREEMENT UNKNOWN_MEMBER UNKNOWN_RAIL"
        ),
        ["report"] = new("waits for a verdict; a challenge flags its asset", "ACCUSED REPORTS_OPEN"),
        ["patient reported"] = new("waits for a verdict; one at a time", "ACCUSED HANDLE REPLACED REPORTS_DAILY REPORTS_OPEN"),
        ["appeal"] = new("the breach waits for other judges", "DUPLICATE FINAL UNKNOWN_BREACH"),
        ["sanction"] = new("to be rectified by its date", "ROLE TERM UNKNOWN_MEMBER"),
        ["convention signed"] = new(
            "a member that was admitted later is bound by the documents, and may ask for access",
            "DOCUMENTS"
        ),
        ["rectified"] = new("the duty is done", "DUPLICATE UNKNOWN_SANCTION"),
        ["proposed"] = new(
            "rosters and thresholds are fixed",
            "CAP EMPTY_CLASS NOT_AUDITED NOT_NAMED POST TERMS UNKNOWN_PROPOSAL"
        ),
        ["approved"] = new(
            "the last one decides: verdicts at once, the rest after its delay",
            "DUPLICATE NO_VOTE UNKNOWN_PROPOSAL"
        ),
        ["submission shown"] = new(
            "witnesses had seen the entry before: a lateness is void, and a delay of more than 60 s the operator’s; one that is no leaf yet is judged by that time",
            "DUPLICATE FINAL LATE NOT_DELAYED RECEIPTS"
        ),
        ["withdrawn"] = new("the proposal is closed", "PROPOSER UNKNOWN_PROPOSAL"),
        ["objected"] = new("the class is not silent: its recovery is closed", "ROLE UNKNOWN_PROPOSAL"),
        ["audit signed"] = new("counts for or against the adoption of a rule set", "ROLE"),
        ["key added"] = new(
            "the key signs for the member in its scopes until its end",
            "COUNTERSIGNATURE KEYS KEY_TWICE SCOPES TERM"
        ),
        ["compromised"] = new(
            "the key signs nothing more; its votes since then are taken back, what else it signed stays",
            "TOO_EARLY UNKNOWN_KEY"
        ),
    };

    /// <summary>The effect of an accepted entry.</summary>
    public string Effect { get; } = effect;

    /// <summary>The codes of its refusals.</summary>
    public IReadOnlyList<string> Refusals { get; } = refusals.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The codes of its denials.</summary>
    public IReadOnlyList<string> Denials { get; } = denials.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
