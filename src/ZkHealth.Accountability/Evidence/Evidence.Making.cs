using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Collects the leaves and records of a bundle from a ledger, and proves them.</summary>
internal sealed partial class Evidence
{
    /// <summary>Collects leaves and records of a ledger under its latest checkpoint, or under the one that witnesses have
    /// cosigned where it covers them; the leaves whose roots records need are added, and the last one of the checkpoint with its
    /// witnesses.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="leaves">The numbers of leaves.</param>
    /// <param name="questions">The records.</param>
    /// <param name="cosigned">The checkpoint that witnesses have cosigned, or null.</param>
    /// <param name="prove">Proves records; a replay of the ledger where it is null.</param>
    /// <exception cref="ArgumentException">There is no such leaf, or there are too many.</exception>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public static Evidence Make(
        ILedger ledger,
        IEnumerable<long> leaves,
        IEnumerable<StateQuestion> questions,
        Checkpoint? cosigned = null,
        Func<IReadOnlyList<StateQuestion>, IEnumerable<EvidenceRecord>>? prove = null
    )
    {
        Checkpoint checkpoint = ledger.GetCheckpoint();
        var asked = questions.ToList();
        var wanted = new SortedSet<long>(leaves.Concat(asked.Select(q => q.Leaf)));
        bool areThere = wanted.Count > 0 && wanted.Min >= 0 && wanted.Max < checkpoint.Size;
        checkpoint = cosigned is not null && wanted.Max < cosigned.Size ? cosigned : checkpoint;
        wanted.Add(checkpoint.Size - 1);
        if (!areThere || wanted.Count > MaxLeaves)
        {
            throw new ArgumentException(
                $"expected 1 to {MaxLeaves} leaves of the {checkpoint.Size} that there are, the last one among them",
                nameof(leaves)
            );
        }

        asked.Add(new(wanted.Max, Accountability.Records.Counter, Ids.Text(WitnessCount)));
        asked.Add(new(wanted.Max, Accountability.Records.RuleSet, Ids.Text(CurrentRules)));
        asked.AddRange(
            Cosignature
                .Of(checkpoint.Note)
                .Select(c => new StateQuestion(wanted.Max, Accountability.Records.Witness, c.Witness.Encode()))
        );
        EvidenceLeaf[] found = [.. wanted.Select(i => Read(ledger, checkpoint, i))];
        EvidenceRecord[] records =
        [
            .. (prove ?? (q => Replay(ledger, q)))([.. asked.DistinctBy(q => Convert.ToHexString(Place(q.Leaf, q.Kind, q.Id)))])
                .OrderBy(Place, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))),
        ];

        // what was kept beside the ledger may have been changed there
        if (records.FirstOrDefault(r => !r.IsIn(found.First(l => l.Index == r.Leaf).Leaf.StateRoot.Span)) is EvidenceRecord bad)
        {
            throw new IOException($"the kept proof of a record of leaf {bad.Leaf} is damaged: delete the history of the ledger");
        }

        return records.Length <= MaxRecords
            ? new Evidence(checkpoint.ToString(), found, records)
            : throw new ArgumentException(
                $"expected at most {MaxRecords} records, got {records.Length}: ask about fewer handles, or for leaves by number",
                nameof(questions)
            );
    }

    /// <summary>Proves records in the states that decided their leaves, by a replay of the ledger.</summary>
    public static IEnumerable<EvidenceRecord> Replay(ILedger ledger, IReadOnlyList<StateQuestion> questions) =>
        Prove(RegionLog.Replay(ledger), questions);

    /// <summary>Proves records in the states that decided their leaves.</summary>
    /// <param name="leaves">Leaves as the rules decide them, ascending, with all that are asked about.</param>
    /// <param name="questions">The records.</param>
    public static IEnumerable<EvidenceRecord> Prove(IEnumerable<RegionLeaf> leaves, IReadOnlyList<StateQuestion> questions)
    {
        var asked = questions.ToLookup(q => q.Leaf);
        long last = questions.Max(q => q.Leaf);
        return leaves.TakeWhile(l => l.Index <= last).SelectMany(l => asked[l.Index].Select(q => Prove(l.Before, q)));
    }

    /// <summary>Proves a record in a state.</summary>
    public static EvidenceRecord Prove(ContractState state, StateQuestion q)
    {
        byte[] key = StateKey.Of(q.Kind.Name, q.Id);
        return new(q.Leaf, q.Kind, q.Id, state.Map.Find(key), state.Map.Prove(key));
    }

    private static EvidenceLeaf Read(ILedger ledger, Checkpoint checkpoint, long index) =>
        LedgerLeaf.TryDecode(ledger.Read(index) ?? [], out LedgerLeaf? leaf, out string? reason)
            ? new EvidenceLeaf(index, leaf, ledger.ProveInclusion(index, checkpoint.Size))
            : throw new IOException($"leaf {index}: {reason}; audit the ledger");
}
