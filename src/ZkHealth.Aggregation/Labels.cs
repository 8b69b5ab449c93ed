namespace ZkHealth.Aggregation;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed, signed or written for one purpose is taken for another. Kinds of entries are listed with the entries.
/// </summary>
internal static class Labels
{
    // Transcripts.
    public static ReadOnlySpan<byte> SessionKey => "zkhealth session key v1"u8;
    public static ReadOnlySpan<byte> SessionKeyPossession => "zkhealth session key possession v1"u8;
    public static ReadOnlySpan<byte> ComplaintProof => "zkhealth complaint v1"u8;
    public static ReadOnlySpan<byte> DealerRandomness => "zkhealth dealer's randomness v1"u8;
    public static ReadOnlySpan<byte> Dealing => "zkhealth dealing v1"u8;
    public static ReadOnlySpan<byte> ProofOfDealing => "zkhealth proof of dealing v1"u8;
    public static ReadOnlySpan<byte> DealtNoise => "zkhealth dealt noise v1"u8;
    public static ReadOnlySpan<byte> SumOpening => "zkhealth sum share v1"u8;
    public static ReadOnlySpan<byte> SealedOpening => "zkhealth sealed opening v1"u8;

    // Keys and shares.
    public static ReadOnlySpan<byte> ShareSeed => "zkhealth share seed v1"u8;
    public static ReadOnlySpan<byte> ShareTransport => "zkhealth share transport v1"u8;
    public static ReadOnlySpan<byte> OpeningTransport => "zkhealth opening transport v1"u8;

    // Hashes.
    public static ReadOnlySpan<byte> SessionId => "zkhealth aggregation sid v1"u8;
    public const string ContributorSet = "zkhealth aggregation set v1";
    public static ReadOnlySpan<byte> Parties => "zkhealth aggregation parties v1"u8;
    public static ReadOnlySpan<byte> OwnersDataSet => "zkhealth data set of owner v1"u8;
    public static ReadOnlySpan<byte> VerifiedDeal => "zkhealth verified deal v1"u8;
    public const string Model = "zkhealth learning model v1";
    public const string Founders = "zkhealth learning founders v1";
    public static ReadOnlySpan<byte> Direction => "zkhealth direction v1"u8;

    // Formats, the first item of what is encoded.
    public const string AccountFile = "zkhealth account v2";
    public const string OpeningStepFile = "zkhealth opening step v1";
    public const string ProvenUpdateFile = "zkhealth proven update v1";
    public const string RoundTermsFile = "zkhealth round terms v3";
    public const string SessionFile = "zkhealth aggregation session v1";
    public const string TermsFile = "zkhealth aggregation terms v2";
    public const string UpdatePolicy = "zkhealth update norm v1";
    public const string UpdateProofFile = "zkhealth update proof v2";
}
