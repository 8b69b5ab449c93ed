namespace ZkHealth.Aggregation;

/// <summary>The kinds of entries that the protocol reads and writes, with what each is about.</summary>
internal static class BoardKinds
{
    /// <summary>A party's registration; all of them are about <see cref="PartyDirectory.Subject"/>, so that a name is found as
    /// well as a party.</summary>
    public const string Registration = "zkhealth aggregation registration v2";

    /// <summary>A hospital's approval of terms, before it deals; about their digest
    /// (<see cref="AggregationRules.ApprovalDigest"/>).</summary>
    public const string Approval = "zkhealth aggregation approval v1";

    /// <summary>A member's session key; about the digest of the terms.</summary>
    public const string SessionKey = "zkhealth aggregation session key v1";

    /// <summary>The opening of a session; about its identifier, as are all that follow unless they say otherwise.</summary>
    public const string Open = "zkhealth aggregation open v1";

    /// <summary>A hospital's contribution, or a member's to the beacon.</summary>
    public const string Dealing = "zkhealth aggregation deal v1";

    /// <summary>States that a cut-off has come.</summary>
    public const string PhaseClosed = "zkhealth aggregation cut-off v1";

    /// <summary>A member's receipt for what it holds and has checked.</summary>
    public const string ShareAcknowledgement = "zkhealth aggregation receipt v1";

    /// <summary>A member's complaint about a dealer.</summary>
    public const string Complaint = "zkhealth aggregation complaint v2";

    /// <summary>A ciphertext posted because a member said that it had not come.</summary>
    public const string CiphertextDisclosure = "zkhealth aggregation delivery v2";

    /// <summary>A member's signature under the set of contributors.</summary>
    public const string ContributorSetSignature = "zkhealth aggregation freeze v1";

    /// <summary>
    /// An owner counts a session as a release of its data set, before its dealing; about owner and data set
    /// (<see cref="AggregationTerms.DataSetOf"/>).
    /// </summary>
    public const string BudgetDebit = "zkhealth aggregation charge v2";

    /// <summary>A member's word about a ciphertext that lies beside the board: that it holds the bytes, or that they are a bad
    /// share.</summary>
    public const string Holding = "zkhealth aggregation holding v1";

    /// <summary>A member's share of the beacon.</summary>
    public const string BeaconShare = "zkhealth aggregation beacon share v1";

    /// <summary>A member's share of the sum.</summary>
    public const string SumShare = "zkhealth aggregation sum share v1";

    /// <summary>The result.</summary>
    public const string Result = "zkhealth aggregation result v1";

    /// <summary>A table published by its owner; about its root (an entry of the ledger, not of this protocol).</summary>
    public const string TablePublished = "zkhealth table published v1";
}
