using ZkHealth.Ledger;

namespace ZkHealth.Testing;

/// <summary>A ledger that is another one but for what a test makes of it.</summary>
public abstract class OtherLedger(ILedger inner) : ILedger
{
    public NoteKey Key => inner.Key;

    public virtual AppendResult Append(ReadOnlyMemory<byte> entry) => inner.Append(entry);

    public virtual Checkpoint GetCheckpoint() => inner.GetCheckpoint();

    public long GetTime() => inner.GetTime();

    public virtual byte[]? Read(long index) => inner.Read(index);

    public long NextSequence(VerifyingKey signer) => inner.NextSequence(signer);

    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => inner.Find(kind, subject);

    public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => inner.ProveInclusion(index, size);

    public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) =>
        inner.ProveConsistency(oldSize, newSize);
}
