namespace ZkHealth.Aggregation.Learning;

/// <summary>The kinds of entries of a round log; all are about the model's 32 bytes. Contributions and results are those of the
/// rounds' sessions.</summary>
internal static class LearningKinds
{
    /// <summary>A round and its session.</summary>
    public const string Round = "zkhealth learning round v1";

    /// <summary>An evaluation of the model after a round.</summary>
    public const string Evaluated = "zkhealth learning evaluated v1";

    /// <summary>The contributors of a round are asked to account.</summary>
    public const string AccountAsked = "zkhealth learning account asked v1";

    /// <summary>A contributor's answer.</summary>
    public const string AccountAnswered = "zkhealth learning account answered v1";

    /// <summary>The demand of a full opening.</summary>
    public const string OpeningAsked = "zkhealth learning opening asked v1";

    /// <summary>A member of the quorum signs a demand.</summary>
    public const string OpeningApproved = "zkhealth learning opening approved v1";

    /// <summary>A hospital delivered its sealed opening, which lies beside the board under its hash.</summary>
    public const string OpeningDelivered = "zkhealth learning opening delivered v1";
}
