using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The history of a log: the decision of the rules about each leaf, beside its ledger (LEDGER.history), with an index of the
/// words by which traces find leaves: a trace reads the leaves that it shows and no others. It is made from a replay and goes
/// on from the newest snapshot of the state; it is the reader's own, and can be deleted at any time. Every leaf that is read is
/// held against the checkpoint. Of requests it keeps the proofs of the consents and agreements that decided them: no state of
/// that time stands anywhere else.
/// </summary>
internal sealed partial class HistoryFile : IDisposable
{
    /// <summary>The fewest leaves for which a history is kept: fewer are replayed in a second.</summary>
    public const long MinLeaves = 10_000;

    /// <summary>The fewest leaves replayed for evidence after which the state is kept: fewer take less than a second.</summary>
    private const long MinReplayed = 4_000;

    private readonly ILedger _ledger;
    private readonly HistoryDatabase _file;
    private readonly KeptStates _states;
    private readonly DayReports _days;

    private StateSnapshot? _from;
    private ContractState _decided = ContractState.Empty;

    private HistoryFile(string path, ILedger ledger, HistoryDatabase file)
    {
        (_ledger, _file, End) = (ledger, file, ledger.GetCheckpoint());
        _states = new KeptStates(file, StateSnapshot.PathOf(PathOf(path)));
        _days = new DayReports(file, checks => CheckRules.IsRootOf(checks, ledger));
    }

    /// <summary>The state at the end of the ledger.</summary>
    public ContractState State { get; private set; } = ContractState.Empty;

    /// <summary>The end to which the ledger was read: it may have grown since.</summary>
    public Checkpoint End { get; private set; }

    /// <summary>The leaves that were replayed to come to the end, and to prove what is not kept.</summary>
    public long Replayed { get; private set; }

    /// <summary>The place of the history of a ledger.</summary>
    public static string PathOf(string ledger) => ledger + ".history";

    /// <summary>Opens the history of a ledger and brings it to its end.</summary>
    /// <param name="path">The file of the ledger.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="leavesAtOnce">The leaves that are read in one change.</param>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public static HistoryFile Open(string path, ILedger ledger, long leavesAtOnce = LeavesAtOnce)
    {
        var database = new HistoryDatabase(PathOf(path));
        try
        {
            var file = new HistoryFile(path, ledger, database);
            file.FollowAll(path, leavesAtOnce);
            return file;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The part of the log to which words lead.</summary>
    public LogHistory Select(IEnumerable<string> words, IEnumerable<long> leaves)
    {
        var found = new SortedDictionary<long, HistoryLeaf>();
        var seen = new HashSet<string>(words.SelectMany(HistoryTerms.Start), StringComparer.Ordinal);
        var open = new Queue<string>(seen);
        List<string> accused = _file.Column<string>("SELECT subject FROM accused");
        foreach (long index in leaves)
        {
            Take(index);
        }

        while (open.TryDequeue(out string? term))
        {
            foreach (long index in Find(term))
            {
                Take(index);
            }

            if (HistoryTerms.IdOf(term) is string id)
            {
                Add(HistoryTerms.Next(State, id));
            }
        }

        return LogHistory.Of([.. found.Values], State);

        void Take(long index)
        {
            // another reader may have gone on with the file
            if (index < End.Size && !found.ContainsKey(index) && Leaf(index) is HistoryLeaf leaf)
            {
                found.Add(index, leaf);
                Add(HistoryTerms.Next(State, leaf, accused));
            }
        }

        void Add(IEnumerable<string> terms)
        {
            foreach (string term in terms.Where(seen.Add))
            {
                open.Enqueue(term);
            }
        }
    }

    /// <summary>The report of a period, from those of its days; null where it does not begin and end with them.</summary>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it.</param>
    public PeriodReport? Report(long from, long until) => _days.Of(State, from, until);

    /// <summary>Proves records: in the state of the last leaf, by the proofs that are kept of requests, and by a replay from the
    /// nearest snapshot for others.</summary>
    public IEnumerable<EvidenceRecord> Prove(IReadOnlyList<StateQuestion> questions)
    {
        long last = End.Size - 1;
        var others = new List<StateQuestion>();
        foreach (IGrouping<long, StateQuestion> asked in questions.GroupBy(q => q.Leaf))
        {
            Dictionary<string, EvidenceRecord> kept = asked.Key == last ? [] : Kept(asked.Key);
            foreach (StateQuestion q in asked)
            {
                if (asked.Key == last)
                {
                    yield return Evidence.Prove(_decided, q);
                }
                else if (kept.TryGetValue(Place(q.Kind, q.Id), out EvidenceRecord? record))
                {
                    yield return record;
                }
                else
                {
                    others.Add(q);
                }
            }
        }

        if (others.Count > 0)
        {
            foreach (EvidenceRecord record in Evidence.Prove(Between(others.Min(q => q.Leaf), others.Max(q => q.Leaf)), others))
            {
                yield return record;
            }
        }
    }

    /// <summary>Replays leaves from the nearest state that is kept. The state of the last one is kept where that took long: the
    /// checkpoint that witnesses have cosigned, which is not the end, is asked for again.</summary>
    private IEnumerable<RegionLeaf> Between(long first, long last)
    {
        long writing = _states.Writing;
        StateSnapshot? from = new[] { _from, _states.Newest(first) }
            .Where(s => s is not null && s.Leaf <= first && RegionLog.IsOf(s, _ledger))
            .MaxBy(s => s!.Leaf);
        long begun = Replayed;

        // the tree is held against the checkpoint at the last leaf, before it is given: a state that is kept rests on it
        foreach (RegionLeaf leaf in RegionLog.Replay(_ledger, from?.State ?? ContractState.Empty, from?.Leaf ?? 0, End, last + 1))
        {
            Replayed++;
            if (leaf.Index == last && Replayed - begun >= MinReplayed)
            {
                _states.KeepOlder(from, leaf.Before, last, writing);
            }

            yield return leaf;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The proofs that are kept of a request; none of a file that is damaged.</summary>
    private Dictionary<string, EvidenceRecord> Kept(long index)
    {
        try
        {
            return _file.Scalar("SELECT bytes FROM proof WHERE idx = $a", index) is byte[] bytes
                ? CanonicalCbor
                    .ReadList(new CborReader(bytes, CborConformanceMode.Canonical), EvidenceRecord.Read, Evidence.MaxRecords)
                    .ToDictionary(r => Place(r.Kind, r.Id), StringComparer.Ordinal)
                : [];
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return [];
        }
    }

    private static string Place(Shape kind, byte[] id) => $"{kind.Name} {Convert.ToHexString(id)}";

    private HistoryLeaf? Leaf(long index) =>
        _file.Scalar("SELECT bytes FROM leaf WHERE idx = $a", index) is byte[] bytes
            ? HistoryLeafFormat.Decode(bytes, index, RegionLog.Included(_ledger, index))
            : null;

    private List<long> Find(string term) => _file.Column<long>("SELECT idx FROM term WHERE hash = $a", Short(term));

    private static long Short(string term) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(term)));
}
