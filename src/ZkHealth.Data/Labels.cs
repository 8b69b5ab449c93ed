namespace ZkHealth.Data;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed or signed for one purpose is taken for another. File formats and entry kinds have theirs beside their encoding.
/// </summary>
internal static class Labels
{
    // Hashes.
    public static ReadOnlySpan<byte> MemberRecord => "zkhealth member record v1"u8;
}
