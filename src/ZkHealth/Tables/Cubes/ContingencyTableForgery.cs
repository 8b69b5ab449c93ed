using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>The changes of a cheating prover; tests alone make them.</summary>
internal sealed class ContingencyTableForgery
{
    public Action<ulong[][]>? ChangeCounts { get; init; }

    public Func<int, RistrettoPoint, RistrettoPoint>? TamperMessage { get; init; }

    public Action<ContingencyTableWitness>? Watch { get; init; }

    public void Change(SecretArray<ulong>[] counts)
    {
        ulong[][] changed = [.. counts.Select(n => n.Values)];
        ChangeCounts?.Invoke(changed);
        for (int c = 0; c < counts.Length; c++)
        {
            counts[c] = new SecretArray<ulong>(changed[c]);
        }
    }
}
