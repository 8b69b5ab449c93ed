namespace ZkHealth.Accountability;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed, signed or written for one purpose is taken for another. Kinds of entries are listed with the entries.
/// </summary>
internal static class Labels
{
    // Hashes and signatures.
    public static ReadOnlySpan<byte> DataSet => "zkhealth data set v1"u8;
    public static ReadOnlySpan<byte> State => "zkhealth state v1\0"u8;
    public static ReadOnlySpan<byte> StateSnapshot => "zkhealth state snapshot v1\0"u8;
    public static ReadOnlySpan<byte> SealedDelivery => "zkhealth sealed delivery key v1"u8;
    public static ReadOnlySpan<byte> Submission => "zkhealth submission v1\0"u8;
    public const string Marks = "zkhealth marks v1";
    public const string Act = "zkhealth act v1";
    public const string Rules = "zkhealth rules v1\n";

    // Formats, the first item of what is encoded.
    public const string DeliveryFile = "zkhealth delivery v1";
    public const string DeliveryKeyFile = "zkhealth delivery key v1";
    public const string EvidenceFile = "zkhealth evidence v1";
    public const string ReceiptFile = "zkhealth ledger receipt v2";
    public const string SealedDeliveryFile = "zkhealth sealed delivery v1";
}
