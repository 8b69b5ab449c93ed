namespace ZkHealth.Proofs;

/// <summary>The kinds of answer that a verification gives.</summary>
public enum VerificationVerdict
{
    /// <summary>A check failed, or nothing was verified.</summary>
    Rejected,

    /// <summary>Every check passed.</summary>
    Accepted,

    /// <summary>The statement is larger than the limits of the caller allow; nothing was found to be wrong with it.</summary>
    LimitExceeded,

    /// <summary>A kind or a field that this version does not know, so nothing can be said.</summary>
    Unsupported,
}

/// <summary>The reason of a verdict as a code, for programs and tests; the words beside it are for people and may
/// change.</summary>
public enum VerdictReason
{
    /// <summary>An equation of the proof is false, or nothing was verified.</summary>
    ProofInvalid,

    /// <summary>Everything was accepted.</summary>
    None,

    /// <summary>The statement is one that no proof can be of, or does not fit its table: no equation was reached.</summary>
    StatementInvalid,

    /// <summary>A proof in the file has another length than its statement asks for: nothing in it was read.</summary>
    LengthInvalid,

    /// <summary>A scalar or a point of a proof is in a form that no proof has: not canonical, not a point, or the neutral
    /// element where none may stand.</summary>
    EncodingInvalid,

    /// <summary>The bytes are no proof file in canonical form.</summary>
    NotAProofFile,

    /// <summary>It was made for another purpose than the one expected.</summary>
    OtherPurpose,

    /// <summary>It was made for another requester than the one expected.</summary>
    OtherRequester,

    /// <summary>It was made for another ledger, or the ledger's key is not the one given.</summary>
    OtherLedger,

    /// <summary>It is about another set, opening or topic than the one expected.</summary>
    OtherStatement,

    /// <summary>The table, key registry, noise or release is not on the ledger, recorded by whoever answers for it.</summary>
    NotPublished,

    /// <summary>A receipt, checkpoint or piece of evidence does not show, under the log's key, what it should.</summary>
    ReceiptInvalid,

    /// <summary>Bits of noise, or a member's tag in a topic, have served before and may serve once.</summary>
    AlreadyUsed,

    /// <summary>The key registry that the verifier trusts is missing, or it was made for another.</summary>
    RegistryUnknown,

    /// <summary>A plan breaks one of the rules of plans.</summary>
    RuleBroken,

    /// <summary>The plan of a file is not that of the SQL in it.</summary>
    OtherPlan,

    /// <summary>A limit of the caller was reached.</summary>
    LimitExceeded,

    /// <summary>A kind or a field that this version does not know.</summary>
    Unsupported,
}

/// <summary>The answer of a verification with the check that failed.</summary>
/// <remarks>Verification never throws on what a stranger sent; everything that can be wrong with it ends up here.</remarks>
public readonly struct VerificationResult
{
    private VerificationResult(VerificationVerdict verdict, VerdictReason code, string? reason) =>
        (Verdict, Code, Reason) = (verdict, code, reason);

    /// <summary>The kind of answer. The default value of this type is a rejection.</summary>
    public VerificationVerdict Verdict { get; }

    /// <summary>Tells whether every check passed.</summary>
    public bool IsAccepted => Verdict == VerificationVerdict.Accepted;

    /// <summary>The reason as a code.</summary>
    public VerdictReason Code { get; }

    /// <summary>The check that failed, in words; null where the proof was accepted.</summary>
    public string? Reason { get; }

    /// <summary>All checks passed.</summary>
    public static VerificationResult Accepted { get; } = new(VerificationVerdict.Accepted, VerdictReason.None, null);

    /// <summary>A check failed.</summary>
    /// <param name="reason">Which one, in words a user can act on.</param>
    /// <param name="code">The same as a code.</param>
    internal static VerificationResult Rejected(string reason, VerdictReason code = VerdictReason.StatementInvalid) =>
        new(VerificationVerdict.Rejected, code, reason);

    /// <summary>A check before the equations failed.</summary>
    internal static VerificationResult Rejected(ProofFault fault) => Rejected(fault.Words, fault.Code);

    /// <summary>A limit of the caller was reached before anything was found to be wrong.</summary>
    /// <param name="reason">Which limit, what the statement asks for, and what to do.</param>
    internal static VerificationResult LimitExceeded(string reason) =>
        new(VerificationVerdict.LimitExceeded, VerdictReason.LimitExceeded, reason);

    /// <summary>A kind or a field is not known to this version.</summary>
    /// <param name="reason">Which one.</param>
    internal static VerificationResult Unsupported(string reason) =>
        new(VerificationVerdict.Unsupported, VerdictReason.Unsupported, reason);

    /// <inheritdoc/>
    public override string ToString() =>
        Verdict switch
        {
            VerificationVerdict.Accepted => "accepted",
            VerificationVerdict.LimitExceeded => "limit exceeded: " + Reason,
            VerificationVerdict.Unsupported => "unsupported: " + Reason,
            _ => "rejected: " + (Reason ?? "nothing was verified"),
        };
}
