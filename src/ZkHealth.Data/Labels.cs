namespace ZkHealth.Data;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed, signed or written for one purpose is taken for another. Kinds of entries are listed with the entries.
/// </summary>
internal static class Labels
{
    // Hashes.
    public static ReadOnlySpan<byte> MemberRecord => "zkhealth member record v1"u8;

    // Formats, the first item of what is encoded.
    public const string TableOpeningFile = "zkhealth owned table v2";
}
