namespace ZkHealth.Ledger;

/// <summary>A message with the signature that it is to have.</summary>
internal readonly struct SignedMessage(VerifyingKey key, byte[] message, byte[] signature)
{
    public VerifyingKey Key { get; } = key;

    public byte[] Message { get; } = message;

    public byte[] Signature { get; } = signature;
}
