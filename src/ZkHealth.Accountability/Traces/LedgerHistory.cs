using Microsoft.Data.Sqlite;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Traces;

/// <summary>A ledger as traces and evidence read it: from the history beside a large one, or by a replay of a small one, or of
/// one beside which nothing can be written.</summary>
internal sealed class LedgerHistory : IDisposable
{
    private readonly ILedger _ledger;
    private readonly Checkpoint _end;
    private readonly HistoryFile? _file;

    private LedgerHistory(ILedger ledger, Checkpoint end, HistoryFile? file) => (_ledger, _end, _file) = (ledger, end, file);

    /// <summary>Opens the history of a ledger.</summary>
    /// <param name="path">The file of the ledger.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="minLeaves">The fewest leaves for which a history is kept.</param>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public static LedgerHistory Open(string path, ILedger ledger, long minLeaves = HistoryFile.MinLeaves)
    {
        Checkpoint end = ledger.GetCheckpoint();
        try
        {
            HistoryFile? file = end.Size >= minLeaves ? HistoryFile.Open(path, ledger) : null;
            return new LedgerHistory(ledger, file?.End ?? end, file);
        }
        catch (SqliteException)
        {
            return new LedgerHistory(ledger, end, null);
        }
    }

    /// <summary>The part of the log to which words lead.</summary>
    /// <param name="words">Handles, fingerprints, members, requests, roots.</param>
    /// <param name="leaves">Leaves by number that are wanted too.</param>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public LogHistory Select(IEnumerable<string> words, params IEnumerable<long> leaves) =>
        _file is null ? LogHistory.Of(RegionLog.Replay(_ledger, _end)) : _file.Select(words, leaves);

    /// <summary>The evidence bundle of leaves and of what they rest on. It is made under the newest checkpoint that witnesses
    /// have cosigned, where that covers them, and proves what the leaves changed in the state of the last leaf of the
    /// checkpoint.</summary>
    /// <param name="log">The log, with these leaves.</param>
    /// <param name="leaves">The numbers of the leaves.</param>
    /// <param name="cosigned">The checkpoint that witnesses have cosigned, or null.</param>
    /// <exception cref="ArgumentException">There is no such leaf, or there are too many.</exception>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public Evidence Prove(LogHistory log, IReadOnlyCollection<long> leaves, Checkpoint? cosigned)
    {
        Checkpoint under = cosigned is not null && leaves.All(l => l < cosigned.Size) ? cosigned : _end;
        IEnumerable<StateQuestion> questions = TraceEvidence.Questions(log, leaves, under.Size - 1);
        return Evidence.Make(_ledger, leaves, questions, under, _file is null ? null : _file.Prove);
    }

    /// <summary>The report of a period: from what was counted when the ledger was read before, or by a replay.</summary>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it.</param>
    /// <param name="isKept">True where it was counted before.</param>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public PeriodReport Report(long from, long until, out bool isKept)
    {
        PeriodReport? kept = _file?.Report(from, until);
        isKept = kept is not null;
        return kept
            ?? PeriodReport.Of(RegionLog.Replay(_ledger, _end), from, until, checks => CheckRules.IsRootOf(checks, _ledger));
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
