using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Makes the body by which another consortium recognises a record of this log, or cancels it.</summary>
internal static class FactBundle
{
    /// <summary>Proves a record by the last leaf of a ledger, whose root has to be that of the state: the leaf is a tick, or
    /// its entry changed nothing before it.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="state">The state that decided its last leaf.</param>
    /// <param name="kind">The kind of record.</param>
    /// <param name="id">The id of the record.</param>
    /// <param name="cosignatures">Those of its checkpoint by witnesses, as many as the other log asks for.</param>
    /// <exception cref="ArgumentException">The state is not that of the last leaf.</exception>
    public static Row Of(ILedger ledger, ContractState state, Shape kind, byte[] id, params Cosignature[] cosignatures)
    {
        Checkpoint checkpoint = ledger.GetCheckpoint();
        byte[] leaf = ledger.Read(checkpoint.Size - 1) ?? [];
        if (!LedgerLeaf.TryDecode(leaf, out LedgerLeaf? decoded, out _) || !decoded.StateRoot.Span.SequenceEqual(state.Root.Span))
        {
            throw new ArgumentException("expected the state that decided the last leaf", nameof(state));
        }

        byte[] key = StateKey.Of(kind.Name, id);
        byte[]? value = state.Map.Find(key);
        return Bodies.ForeignFact.Row(
            ledger.Key.Name,
            leaf,
            checkpoint.Size - 1,
            ledger.ProveInclusion(checkpoint.Size - 1, checkpoint.Size).Select(p => p.ToArray()),
            Encoding.UTF8.GetBytes(checkpoint + string.Concat(cosignatures.Select(s => s.Line()))),
            kind.Name,
            id,
            value is null ? Array.Empty<byte[]>() : [value],
            state.Map.Prove(key).Encode()
        );
    }
}
