namespace ZkHealth.Ledger;

/// <summary>Verifies the signatures of entries beside the reading of more: chunk by chunk, on all cores.</summary>
internal sealed class SignatureQueue : IDisposable
{
    private const int ChunkSize = 4096;

    private readonly Queue<Task<IReadOnlyList<(long Index, string Fault)>>> _verifying = new();
    private List<(long Index, LedgerEntry Entry)> _chunk = [];

    /// <summary>The first entry with a bad signature of those verified so far; null where there is none.</summary>
    public (long Index, string Fault)? First { get; private set; }

    /// <summary>Takes the next entry.</summary>
    public void Add(long index, LedgerEntry entry)
    {
        _chunk.Add((index, entry));
        if (_chunk.Count >= ChunkSize)
        {
            Send();
        }

        while (_verifying.Count > Environment.ProcessorCount)
        {
            Receive();
        }
    }

    /// <summary>Waits until all that was taken is verified.</summary>
    public void Wait()
    {
        Send();
        while (_verifying.Count > 0)
        {
            Receive();
        }
    }

    public void Dispose() => Task.WaitAll([.. _verifying]);

    private void Send()
    {
        List<(long, LedgerEntry)> chunk = _chunk;
        _chunk = [];
        if (chunk.Count > 0)
        {
            _verifying.Enqueue(Task.Run(() => EntrySignatures.Bad(chunk)));
        }
    }

    private void Receive()
    {
        IReadOnlyList<(long, string)> bad = _verifying.Dequeue().GetAwaiter().GetResult();
        First ??= bad.Count > 0 ? bad[0] : null;
    }
}
