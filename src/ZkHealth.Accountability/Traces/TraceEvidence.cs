using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>Parts that an evidence bundle of a trace has to hold beside its leaves.</summary>
internal static class TraceEvidence
{
    /// <summary>
    /// The records that a trace rests on: of each request, the consents and the agreement in the state that decided it, present
    /// or absent; and in the state of the last leaf everything that its leaves changed, and whose the keys of its signers are.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="leaves">The leaves of the trace.</param>
    /// <param name="last">The number of the last leaf of the log, whose root proves what the others changed.</param>
    public static IEnumerable<StateQuestion> Questions(LogHistory log, IEnumerable<long> leaves, long last)
    {
        var wanted = leaves.ToHashSet();
        foreach (HistoryLeaf leaf in log.Leaves.Where(l => wanted.Contains(l.Index)))
        {
            foreach (StateQuestion q in Deciding(leaf))
            {
                yield return q;
            }

            if (leaf.Index < last)
            {
                foreach (byte[] signer in leaf.Act is null ? [] : leaf.Act.Cosigners.Prepend(leaf.Act.Signer))
                {
                    if (log.State.Find(Records.Key, signer) is Row key)
                    {
                        yield return new StateQuestion(last, Records.Key, signer);
                        yield return new StateQuestion(last, Records.Member, Ids.Text(key.Code("subject")));
                    }
                }

                foreach (RecordChange c in leaf.Due.Concat(leaf.Changed))
                {
                    yield return new StateQuestion(last, c.Kind, c.Id);
                }
            }
        }
    }

    /// <summary>The records by which a request was decided, in the state that decided it.</summary>
    public static IEnumerable<StateQuestion> Deciding(HistoryLeaf leaf) =>
        leaf.Act?.Kind != "access requested"
            ? []
            : leaf.Body!.List<byte[]>("handles")
                .Select(h => new StateQuestion(leaf.Index, Records.Consent, h))
                .Concat(leaf.Body.List<byte[]>("agreement").Select(a => new StateQuestion(leaf.Index, Records.Agreement, a)));
}
