using ZkHealth.Aggregation;

namespace ZkHealth.Testing;

/// <summary>A member's state in memory, for tests and simulations: it survives the member object, not the process.</summary>
public sealed class MemoryMemberState : IMemberState
{
    private readonly Dictionary<string, byte[]> _records = [];

    /// <inheritdoc/>
    public byte[]? Read(string name)
    {
        lock (_records)
        {
            return _records.TryGetValue(name, out byte[]? value) ? [.. value] : null;
        }
    }

    /// <inheritdoc/>
    public byte[] StoreOnce(string name, ReadOnlySpan<byte> value)
    {
        lock (_records)
        {
            if (!_records.TryGetValue(name, out byte[]? stored))
            {
                _records[name] = stored = value.ToArray();
            }

            return [.. stored];
        }
    }

    /// <inheritdoc/>
    public void Replace(string name, ReadOnlySpan<byte> value)
    {
        lock (_records)
        {
            _records[name] = value.ToArray();
        }
    }
}
