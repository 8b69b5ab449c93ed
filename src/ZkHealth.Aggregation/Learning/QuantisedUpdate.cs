using ZkHealth.Fields;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The codes of an update, for its owner alone: padded to a power of two with the code of 0. Cleared on Dispose; prints
/// nothing.</summary>
public sealed class QuantisedUpdate : IDisposable
{
    private readonly SecretArray<uint> _codes;

    internal QuantisedUpdate(Quantiser quantiser, uint[] codes, int entries, int clipped) =>
        (Quantiser, _codes, Entries, Clipped) = (quantiser, new SecretArray<uint>(codes), entries, clipped);

    /// <summary>The quantiser, which gives the codes their meaning.</summary>
    internal Quantiser Quantiser { get; }

    /// <summary>The number of entries, without the padding.</summary>
    internal int Entries { get; }

    /// <summary>The number of entries that lay outside ±offset·scale and were clipped.</summary>
    public int Clipped { get; }

    /// <summary>The codes, padding included.</summary>
    internal ReadOnlyMemory<uint> Codes => _codes.Values;

    /// <summary>Σ (d − offset)², in steps.</summary>
    internal ulong SquaredNorm
    {
        get
        {
            ulong sum = 0;
            foreach (uint code in Codes.Span)
            {
                long d = (long)code - Quantiser.Offset;
                sum += (ulong)(d * d);
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _codes.Dispose();

    /// <summary>The name of the type; the entries stay secret.</summary>
    public override string ToString() => $"quantised update of {Entries} entries";
}
