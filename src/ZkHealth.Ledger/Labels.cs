namespace ZkHealth.Ledger;

/// <summary>
/// The labels with which the package's transcripts, hashes and keys begin: each for one preimage, so that nothing that was
/// hashed, signed or written for one purpose is taken for another. Kinds of entries are listed with the entries.
/// </summary>
internal static class Labels
{
    // Signatures.
    public const string Entry = "zkhealth entry v1";

    // Formats, the first item of what is encoded.
    public const string LedgerIndexFile = "zkhealth ledger index v2";
}
