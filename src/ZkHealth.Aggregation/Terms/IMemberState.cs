namespace ZkHealth.Aggregation;

/// <summary>
/// The state that a committee member keeps on stable storage, for itself alone: its session keys, what it signed, what it
/// answered. A record is durable before the call returns, and only then does anything leave the member; so, killed and started
/// again at any point, it says the same again and never a second thing. A state that is older than what the member said (a
/// backup) is noticed where the board shows it (<see cref="CommitteeMember"/>).
/// </summary>
public interface IMemberState
{
    /// <summary>The record of a name, or null.</summary>
    /// <param name="name">Lower-case letters, digits and '-', at most 128 characters.</param>
    /// <exception cref="IOException">The storage cannot be read.</exception>
    byte[]? Read(string name);

    /// <summary>
    /// Stores a record where there is none of that name, in one step even if several processes ask at once, and returns what is
    /// stored now: the value, or the one that was there before.
    /// </summary>
    /// <exception cref="IOException">The storage cannot be written.</exception>
    byte[] StoreOnce(string name, ReadOnlySpan<byte> value);

    /// <summary>Stores a record in place of the one of that name, whole or not at all.</summary>
    /// <exception cref="IOException">The storage cannot be written.</exception>
    void Replace(string name, ReadOnlySpan<byte> value);
}
