namespace ZkHealth.Aggregation.Learning;

/// <summary>Who may together demand the full opening of an update, agreed before the round.</summary>
public sealed class OpeningQuorum
{
    /// <summary>The most members.</summary>
    public const int MaxMembers = 1024;

    /// <summary>A quorum.</summary>
    /// <param name="members">The digests of their keys (owner identifiers), 32 bytes each, no one twice; kept sorted.</param>
    /// <param name="threshold">How many must sign, 1 to the number of members.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    public OpeningQuorum(IReadOnlyList<ReadOnlyMemory<byte>> members, int threshold)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count is < 1 or > MaxMembers || members.Any(m => m.Length != 32))
        {
            throw new ArgumentException($"expected 1 to {MaxMembers} members of 32 bytes", nameof(members));
        }

        ReadOnlyMemory<byte>[] sorted = [.. members.Select(m => (ReadOnlyMemory<byte>)m.ToArray())];
        Array.Sort(sorted, (a, b) => a.Span.SequenceCompareTo(b.Span));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Span.SequenceEqual(sorted[i - 1].Span))
            {
                throw new ArgumentException("expected no member twice", nameof(members));
            }
        }

        if (threshold < 1 || threshold > sorted.Length)
        {
            throw new ArgumentException($"expected a threshold from 1 to the {sorted.Length} members", nameof(threshold));
        }

        (Members, Threshold) = (sorted, threshold);
    }

    /// <summary>Who may sign, 32 bytes each, sorted.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Members { get; }

    /// <summary>How many must sign.</summary>
    public int Threshold { get; }

    /// <summary>Whether so many distinct members are among those who signed. Whether they did sign is for the caller to check.</summary>
    public bool IsMet(IEnumerable<ReadOnlyMemory<byte>> signers)
    {
        ArgumentNullException.ThrowIfNull(signers);
        var signed = new bool[Members.Count];
        foreach (ReadOnlyMemory<byte> signer in signers)
        {
            for (int i = 0; i < signed.Length; i++)
            {
                signed[i] |= Members[i].Span.SequenceEqual(signer.Span);
            }
        }

        return signed.Count(s => s) >= Threshold;
    }
}
