namespace ZkHealth.Transcripts;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed, signed or written for one purpose is taken for another. Kinds of entries are listed with the entries.
/// </summary>
internal static class Labels
{
    // Transcripts of whole proofs and of what they are made of.
    public static ReadOnlySpan<byte> ContingencyTable => "ZkHealth v1"u8;
    public static ReadOnlySpan<byte> ContingencyTableStatement => "zkhealth cubes v1"u8;
    public static ReadOnlySpan<byte> Constraints => "zkhealth constraints v1"u8;
    public static ReadOnlySpan<byte> Linear => "zkhealth linear v1"u8;
    public static ReadOnlySpan<byte> Bits => "zkhealth bits v1"u8;
    public static ReadOnlySpan<byte> Range => "rangeproof v1"u8;
    public static ReadOnlySpan<byte> InnerProduct => "ipp v1"u8;
    public static ReadOnlySpan<byte> Opening => "zkhealth opening v1"u8;
    public static ReadOnlySpan<byte> OneOutOfMany => "zkhealth one out of many v1"u8;
    public static ReadOnlySpan<byte> OutsideSet => "zkhealth outside set v1"u8;
    public static ReadOnlySpan<byte> Row => "zkhealth row v1"u8;
    public static ReadOnlySpan<byte> Padding => "zkhealth padding v1"u8;
    public static ReadOnlySpan<byte> Link => "zkhealth link v1"u8;
    public static ReadOnlySpan<byte> Statistics => "zkhealth statistics v1"u8;
    public static ReadOnlySpan<byte> HiddenStatistics => "zkhealth hidden statistics v1"u8;
    public const string Context = "zkhealth context v2";
    public const string Plan = "zkhealth plan v1";

    // Randomness that follows from secrets.
    public static ReadOnlySpan<byte> DerivedSecret => "zkhealth derived secret v1"u8;
    public static ReadOnlySpan<byte> EntryBlinding => "zkhealth blinding of an entry v1"u8;
    public static ReadOnlySpan<byte> Blindings => "zkhealth blindings v1"u8;
    public static ReadOnlySpan<byte> SuppressionKey => "zkhealth suppression key v1"u8;
    public static ReadOnlySpan<byte> SuppressionPattern => "zkhealth suppression pattern v1"u8;

    // Hashes.
    public static ReadOnlySpan<byte> Generators => "ZkHealth v1 generators "u8;
    public static ReadOnlySpan<byte> Column => "zkhealth column v1"u8;
    public static ReadOnlySpan<byte> Table => "zkhealth table v1"u8;
    public static ReadOnlySpan<byte> DerivedTable => "zkhealth derived v1"u8;
    public static ReadOnlySpan<byte> Segments => "zkhealth segments v1"u8;
    public static ReadOnlySpan<byte> Set => "zkhealth set v1"u8;
    public static ReadOnlySpan<byte> Subject => "zkhealth subject v1"u8;
    public static ReadOnlySpan<byte> Tag => "zkhealth tag v1"u8;
    public const string Topic = "zkhealth topic v2";

    // Formats, the first item of what is encoded.
    public const string AnonymousStatementFile = "zkhealth member v2";
    public const string ContingencyTableOpeningFile = "zkhealth proven cubes v2";
    public const string KeyRegistryFile = "zkhealth key registry v1 ";
    public const string NoiseCommitmentFile = "zkhealth noise commitment v2";
    public const string NoiseQueryFile = "zkhealth noise query v1";
    public const string NoisyReleaseFile = "zkhealth noisy release v2";
    public const string OwnedNoiseFile = "zkhealth owned noise v1";
    public const string PlanProofFile = "zkhealth plan proof v1";
    public const string RecordFile = "zkhealth record v2";
    public const string RecordOpeningsFile = "zkhealth openings v1";
    public const string SchemaFile = "zkhealth schema v2";
    public const string StatisticsFile = "zkhealth statistics v3";
}
