namespace ZkHealth.Aggregation;

/// <summary>The wishes of a dealer, and what it brings beside its data.</summary>
public sealed class DealOptions
{
    /// <summary>The dealer's own minimum of contributors; 0 for that of the terms.</summary>
    public int Minimum { internal get; init; }

    /// <summary>The proof that the policy of the terms asks for.</summary>
    public ReadOnlyMemory<byte> PolicyProof { internal get; init; }

    /// <summary>Says where the dealer keeps the ciphertexts beside the board, to post them again; null for the board's store
    /// alone.</summary>
    public IBlobStore? Kept { internal get; init; }
}

/// <summary>The changes of a cheating dealer; tests alone make them.</summary>
internal sealed class DealForgery
{
    public Action<int, byte[]>? ChangeShares { get; init; }
}
