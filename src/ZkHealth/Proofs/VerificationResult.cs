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

/// <summary>The answer of a verification with the check that failed.</summary>
/// <remarks>Verification never throws on what a stranger sent; everything that can be wrong with it ends up here.</remarks>
public readonly record struct VerificationResult
{
    private VerificationResult(VerificationVerdict verdict, string? reason) => (Verdict, Reason) = (verdict, reason);

    /// <summary>The kind of answer. The default value of this type is a rejection.</summary>
    public VerificationVerdict Verdict { get; }

    /// <summary>Tells whether every check passed.</summary>
    public bool IsAccepted => Verdict == VerificationVerdict.Accepted;

    /// <summary>The check that failed, in words; null where the proof was accepted.</summary>
    public string? Reason { get; }

    /// <summary>All checks passed.</summary>
    public static VerificationResult Accepted { get; } = new(VerificationVerdict.Accepted, null);

    /// <summary>A check failed.</summary>
    /// <param name="reason">Which one, in words a user can act on.</param>
    public static VerificationResult Rejected(string reason) => new(VerificationVerdict.Rejected, reason);

    /// <summary>A limit of the caller was reached before anything was found to be wrong.</summary>
    /// <param name="reason">Which limit, what the statement asks for, and what to do.</param>
    public static VerificationResult LimitExceeded(string reason) => new(VerificationVerdict.LimitExceeded, reason);

    /// <summary>A kind or a field is not known to this version.</summary>
    /// <param name="reason">Which one.</param>
    public static VerificationResult Unsupported(string reason) => new(VerificationVerdict.Unsupported, reason);

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
