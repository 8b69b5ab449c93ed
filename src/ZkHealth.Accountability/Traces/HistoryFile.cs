using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// Describes what the rules made of each leaf, beside its ledger (LEDGER.history), with an index of the words by which traces
/// find leaves:
/// a trace reads the leaves that it shows and no others. It is made from a replay and goes on from the newest snapshot of the
/// state; it is the reader's own, and can be deleted at any time. Every leaf that is read is held against the checkpoint.
/// Of requests it keeps the proofs of the consents and agreements that decided them: no state of that time stands anywhere else.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    /// <summary>The fewest leaves for which a history is kept: fewer are replayed in a second.</summary>
    public const long MinLeaves = 10_000;

    /// <summary>The leaves that are read in one change: a reading that is stopped goes on behind the last one, and memory holds
    /// what they change of the state.</summary>
    private const long LeavesAtOnce = 40_000;

    private readonly ILedger _ledger;
    private readonly HistoryDatabase _file;
    private readonly string _older;
    private readonly DayReports _days;

    private StateSnapshot? _from;
    private ContractState _decided = ContractState.Empty;

    private HistoryFile(string path, ILedger ledger, HistoryDatabase file)
    {
        (_ledger, _file, End) = (ledger, file, ledger.GetCheckpoint());
        _older = StateSnapshot.PathOf(PathOf(path) + ".older");
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

    /// <summary>Replays leaves from the nearest state that is known. The state of the last one is kept where that took long: the
    /// checkpoint that witnesses have cosigned, which is not the end, is asked for again.</summary>
    private IEnumerable<RegionLeaf> Between(long first, long last)
    {
        SigningKey key = OwnKey();
        StateSnapshot? from = new[] { _from, StateSnapshot.Open(_older, key.Public) }
            .Where(s => s is not null && s.Leaf <= first && RegionLog.IsOf(s, _ledger))
            .MaxBy(s => s!.Leaf);
        long begun = Replayed;
        foreach (RegionLeaf leaf in RegionLog.Replay(_ledger, from?.State ?? ContractState.Empty, from?.Leaf ?? 0))
        {
            Replayed++;
            if (leaf.Index == last && (from is null || Replayed - begun >= MinLeaves))
            {
                StateSnapshot.Write(_older, leaf.Before, last, key);
            }

            yield return leaf;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The secret of the reader by which a history is known as its own: one that came with a ledger, from whoever made
    /// it, is forgotten, since its words are not proven. Null where the reader keeps nothing; a secret of this reading alone
    /// where the folder cannot be written.</summary>
    private byte[]? Secret()
    {
        if ((_ledger as SqliteLedger)?.Memory is not CheckpointMemory memory)
        {
            return null;
        }

        string path = memory.PathOf(_ledger.Key, ".history");
        try
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, options);
                file.Write(RandomNumberGenerator.GetBytes(32));
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RandomNumberGenerator.GetBytes(32);
        }
    }

    private void FollowAll(string path, long leavesAtOnce)
    {
        long before = 0,
            to = Follow(path, leavesAtOnce);
        while (to < End.Size)
        {
            // what a part has changed is in the file: memory would hold it beside what the next one changes
            (_from, _decided, State) = (null, ContractState.Empty, ContractState.Empty);
            GC.Collect();

            // where the state could not be kept, the rest is read at once
            long most = to > before ? leavesAtOnce : End.Size;
            (before, to) = (to, Follow(path, most));
        }
    }

    /// <summary>Goes on from the newest state that is known and not behind the end of the history; the number of leaves that it
    /// then has.</summary>
    private long Follow(string path, long leavesAtOnce)
    {
        // the end is read once, and what the file has within the change: other readers go on with the same file
        using IDisposable change = _file.Begin();
        End = _ledger.GetCheckpoint();
        long size = _file.Number("size");
        byte[] maker = Secret() is byte[] secret ? Ids.Of("history", secret) : [];
        if (
            !maker.AsSpan().SequenceEqual(_file.Blob("maker"))
            || size > End.Size
            || (size > 0 && !Hash(size - 1).AsSpan().SequenceEqual(_file.Blob("last")))
        )
        {
            _file.Clear();
            size = 0;
        }

        _file.Set("maker", maker);
        _days.Load();
        SigningKey key = OwnKey();
        string place = StateSnapshot.PathOf(PathOf(path));

        // a snapshot has what was due at its leaf behind it: that leaf has to be in the history
        StateSnapshot? own = Known(StateSnapshot.Open(place, key.Public, _file.Number("state"))),
            logs = Known(StateSnapshot.Open(StateSnapshot.PathOf(path), _ledger.Key.Key));
        _from = own is null || logs?.Leaf > own.Leaf ? logs : own;
        (ContractState state, long at) = _from is null ? (ContractState.Empty, 0) : (_from.State, _from.Leaf);
        (_decided, State) = (state, state);
        long to = Math.Min(at + leavesAtOnce, End.Size);
        foreach (RegionLeaf leaf in Ahead.Of(RegionLog.Replay(_ledger, state, at, End, to)))
        {
            Replayed++;
            (State, _decided) = (leaf.After, leaf.Before);
            if (leaf.Index >= size)
            {
                Keep(leaf, state);
            }

            state = leaf.After;
        }

        _days.Save();
        if (to > size)
        {
            _file.Set("size", to);
            _file.Set("last", Hash(to - 1));
        }

        if (to < End.Size || to - at >= MinLeaves)
        {
            bool goesOn = own is not null && own == _from;
            _file.Set(
                "state",
                goesOn ? own!.Append(place, _decided, to - 1, key) : StateSnapshot.Write(place, _decided, to - 1, key)
            );
        }

        _file.Commit();
        return to;

        StateSnapshot? Known(StateSnapshot? s) => s is not null && s.Leaf < size && RegionLog.IsOf(s, _ledger) ? s : null;
    }

    private void Keep(RegionStep step, ContractState before)
    {
        _days.Add(step, before);
        if (LogHistory.LeafOf(step, before) is not HistoryLeaf leaf)
        {
            return;
        }

        KeepProofs(leaf, step.Before);
        _file.Run("INSERT OR REPLACE INTO leaf VALUES ($a, $b)", leaf.Index, HistoryLeafFormat.Encode(leaf));
        foreach (string term in HistoryTerms.Of(leaf))
        {
            _file.AddTerm(Short(term), leaf.Index);
        }

        foreach (RecordChange c in leaf.Due.Concat(leaf.Changed).Where(c => c.Kind == Records.Breach && c.Before is null))
        {
            _file.Run("INSERT OR IGNORE INTO accused VALUES ($a)", c.After!.Code("subject"));
        }
    }

    private void KeepProofs(HistoryLeaf leaf, ContractState decided)
    {
        StateQuestion[] questions = [.. TraceEvidence.Deciding(leaf)];
        if (questions.Length > 0)
        {
            var w = new CborWriter(CborConformanceMode.Canonical);
            CanonicalCbor.WriteList(w, questions, q => Evidence.Prove(decided, q).Write(w));
            _file.Run("INSERT OR REPLACE INTO proof VALUES ($a, $b)", leaf.Index, w.Encode());
        }
    }

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

    /// <summary>The key that signs the snapshot of this history: it is nobody's word, and tells a damaged file.</summary>
    private SigningKey OwnKey()
    {
        byte[] secret = _file.Blob("key");
        if (secret.Length == 0)
        {
            secret = RandomNumberGenerator.GetBytes(32);
            _file.Set("key", secret);
        }

        return SigningKey.FromBytes(secret);
    }

    private byte[] Hash(long index) => MerkleHash.Leaf(_ledger.Read(index) ?? []);

    private static long Short(string term) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(term)));
}
