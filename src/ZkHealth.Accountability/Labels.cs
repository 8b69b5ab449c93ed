namespace ZkHealth.Accountability;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed or signed for one purpose is taken for another. File formats and entry kinds have theirs beside their encoding.
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
}
