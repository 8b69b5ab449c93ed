namespace ZkHealth.Proofs;

/// <summary>The verdict of a verification: accepted, or rejected with the check that failed.</summary>
/// <remarks>Verification never throws on what a stranger sent; everything that can be wrong with it ends up here.</remarks>
public readonly record struct VerificationResult
{
    private VerificationResult(bool accepted, string? reason)
    {
        IsAccepted = accepted;
        Reason = reason;
    }

    /// <summary>Whether every check passed. The default value of this type is a rejection.</summary>
    public bool IsAccepted { get; }

    /// <summary>The check that failed, in words; null where the proof was accepted.</summary>
    public string? Reason { get; }

    /// <summary>All checks passed.</summary>
    public static VerificationResult Accepted { get; } = new(true, null);

    /// <summary>A check failed.</summary>
    /// <param name="reason">Which one, in words a user can act on.</param>
    public static VerificationResult Rejected(string reason) => new(false, reason);

    /// <inheritdoc/>
    public override string ToString() => IsAccepted ? "accepted" : "rejected: " + (Reason ?? "nothing was verified");
}
