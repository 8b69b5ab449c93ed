using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>Describes what an evidence bundle of a trace has to hold beside its leaves.</summary>
internal static class TraceEvidence
{
    /// <summary>
    /// The records that a trace rests on: of each request, the consents and the agreement in the state that decided it, present
    /// or absent; and everything that its leaves changed, as it is in the state of the last leaf.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="leaves">The leaves of the trace.</param>
    /// <param name="last">The number of the last leaf of the log, whose root proves what the others changed.</param>
    public static IEnumerable<StateQuestion> Questions(LogHistory log, IEnumerable<long> leaves, long last)
    {
        var wanted = leaves.ToHashSet();
        foreach (HistoryLeaf leaf in log.Leaves.Where(l => wanted.Contains(l.Index)))
        {
            if (leaf.Act?.Kind == "access requested")
            {
                foreach (byte[] handle in leaf.Body!.List<byte[]>("handles"))
                {
                    yield return new StateQuestion(leaf.Index, Records.Consent, handle);
                }

                foreach (byte[] agreement in leaf.Body.List<byte[]>("agreement"))
                {
                    yield return new StateQuestion(leaf.Index, Records.Agreement, agreement);
                }
            }

            if (leaf.Index < last)
            {
                foreach (RecordChange c in leaf.Due.Concat(leaf.Changed))
                {
                    yield return new StateQuestion(last, c.Kind, c.Id);
                }
            }
        }
    }
}
